#!/bin/sh
# Installs what the build (build), the demo (demo), the tests (check) or the
# benchmark (bench) need and this machine lacks, by the system's package
# manager; without root it only says what is missing.
set -eu

build="pkg-config libbsd-dev libcdb-dev libevent-dev libseccomp-dev
libunbound-dev libssl-dev libcrypt-dev check"
demo="python3 iproute2 curl swaks"
check="$demo e2fsprogs mandoc bmake clang msmtp mpop fetchmail procps strace cppcheck
musl-tools s-nail llvm"
bench="python3 iproute2 procps strace debootstrap"

case ${1:-build} in
build) want=$build ;;
demo) want="$build $demo" ;;
check) want="$build $check" ;;
bench) want="$build $bench" ;;
*) echo "usage: need.sh build|demo|check|bench" >&2; exit 64 ;;
esac

command -v dpkg-query >/dev/null || exit 0	# another system: up to its admin
missing=
for package in $want; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
	    grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "please install:$missing" >&2
	exit 77
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
	apt-get update -q >/dev/null
	apt-get install -y -q --no-install-recommends $missing >/dev/null
}
