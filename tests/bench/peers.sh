#!/bin/sh
# peers.sh ROOTS [PEER...]: one Debian root per peer below ROOTS, each a copy of
# one base with the users and hosts of the workloads (tests/bench/README.md).
# Made once; a root that is there already is left alone.  Needs root, debootstrap
# and a Debian mirror: apt's own, or MIRROR.  No service is started.  A peer that
# cannot be had is named and left out.
set -eu

if [ -z "${PEERS_ONE:-}" ]; then
	roots=$1
	shift
	[ $# -gt 0 ] || set -- postfix opensmtpd exim dovecot courier
	for name; do
		[ -e "$roots/$name/.made" ] ||
		    PEERS_ONE=1 sh "$0" "$roots" "$name" >"$roots.$name.log" 2>&1 ||
		    echo "peers.sh: no $name: see $roots.$name.log" >&2
	done
	exit 0
fi
mkdir -p "$1"
cd "$1"

# "URI suite component" of everything Debian that apt knows here.
sources=$(apt-cache policy postfix exim4-daemon-light dovecot-pop3d |
    sed -n 's,^ *[0-9]* \([a-z]*://[^ ]*\) \([a-z-]*\)/\([a-z]*\) .*,\1 \2 \3,p' |
    sort -u)
suite=$(echo "$sources" | awk '{ print $2 }' | sort | sed -n 1p)
mirror=${MIRROR:-$(echo "$sources" | awk '$2 == "'"$suite"'" { print $1; exit }')}

user()		# name uid
{
	echo "$1:x:$2:$2::/home/$1:/bin/sh" >>base/etc/passwd
	echo "$1:x:$2:" >>base/etc/group
	echo "$1:$hash:19000:0:99999:7:::" >>base/etc/shadow
	mkdir -p "base/home/$1"
	chown "$2:$2" "base/home/$1"
	chmod 700 "base/home/$1"
}

# Sources and proxies are those of this machine.
base()
{
	[ ! -e base/.made ] || return 0
	rm -rf base
	debootstrap --variant=minbase --include=procps "$suite" base "$mirror"
	echo "$sources" | sed 's/^/deb /' >base/etc/apt/sources.list
	grep -ls Acquire /etc/apt/apt.conf /etc/apt/apt.conf.d/* |
	    while read -r file; do
		cp "$file" base/etc/apt/apt.conf.d/
	done
	cp /etc/resolv.conf base/etc/resolv.conf
	printf '#!/bin/sh\nexit 101\n' >base/usr/sbin/policy-rc.d
	chmod 755 base/usr/sbin/policy-rc.d
	chroot base apt-get -q update
	# "pw" in MD5-crypt: the same cheap hash for every server.
	hash='$1$ab$b2XAKzcGJvTR.javvk3280'
	i=0
	while [ $i -lt 50 ]; do
		user u$i $((2000 + i))
		i=$((i + 1))
	done
	user big 2099
	printf '%s\n' '127.0.0.1 localhost mx.test.example test.example' \
	    '127.0.0.1 dead.example sink.example' >base/etc/hosts
	echo mx.test.example >base/etc/mailname
	rm -rf base/usr/share/doc base/usr/share/locale base/usr/share/man
	touch base/.made
}

peer()		# name packages...
{
	name=$1
	shift
	rm -rf "$name"
	cp -a base "$name"
	rm "$name/.made"
	chroot "$name" env DEBIAN_FRONTEND=noninteractive \
	    apt-get -q install -y --no-install-recommends "$@"
	rm -rf "$name"/var/cache/apt/* "$name"/var/lib/apt/lists/*
	chroot "$name" dpkg-query -W -f '${Version}\n' "$1" >"$name/.version"
	touch "$name/.made"
}

base
case $2 in
postfix)	peer postfix postfix ;;
opensmtpd)	peer opensmtpd opensmtpd ;;
exim)		peer exim exim4-daemon-light ;;
dovecot)	peer dovecot dovecot-pop3d ;;
courier)	peer courier courier-pop courier-authdaemon ;;
*)		echo "$2 is not packaged" >&2; exit 2 ;;
esac
