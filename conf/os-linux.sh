# Linux: what rules.sh needs to know about it.  glibc or musl.
os_define="-D_GNU_SOURCE"
os_cflags=$(pkg-config --cflags libbsd-overlay)
os_libs="-lseccomp -lcdb -lbsd"
os_check="-lcheck -lsubunit -lm -lrt -lpthread"

# Programs marked `s` are started for every delivery, or fork for every
# client: static, they start in a third of the time, and their forks copy,
# touch and give back fewer pages.  Only where each library is there to be
# linked so; the sanitizers' runtimes are not.
static_libs="rcrt1.o libc.a libseccomp.a libcdb.a libbsd.a"
os_static="-static-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack"
# libevent can look up names.  No program here calls that; with the C library's
# resolver it would be half of the program, and not work in a jail.
for name in getaddrinfo getnameinfo getservbyname getprotobynumber \
    freeaddrinfo gai_strerror; do
	os_static="$os_static -Wl,--defsym=$name=0"
done
case $CFLAGS in
*-fsanitize*) os_static= ;;
esac
for file in $static_libs; do
	[ -f "$($CC -print-file-name=$file)" ] || os_static=
done
# libbsd takes its hashes from libmd; shared, it brings that along itself.
[ ! -f "$($CC -print-file-name=libmd.a)" ] || os_libs="$os_libs -lmd"

# Debian's musl-gcc sees musl's headers alone: links to the few it lacks, for
# `make objects CC=musl-gcc BUILD=...`.  (Debian has no musl libraries to
# link with; where musl is the C library nothing of this is needed.)
case $CC in
*musl-gcc)
	os_static=
	mkdir -p "$BUILD/include"
	for header in bsd event2 linux asm-generic cdb.h seccomp.h \
	    seccomp-syscalls.h unbound.h unbound-event.h; do
		ln -sfn "/usr/include/$header" "$BUILD/include/$header"
	done
	ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$BUILD/include/asm"
	printf '#define __THROW\n#include "/usr/include/crypt.h"\n' \
	    > "$BUILD/include/crypt.h"
	os_cflags="-isystem $BUILD/include/bsd -isystem $BUILD/include"
	os_cflags="$os_cflags -DLIBBSD_OVERLAY"
	;;
esac
