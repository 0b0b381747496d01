#!/bin/sh
# Writes $BUILD/rules.mk: one explicit rule per object, program and test, so
# that GNU make and bmake build the tree out of the way, in parallel, with
# the dependencies the compiler found the last time.
set -eu

os=$(uname -s | tr A-Z a-z)
strict="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes"
strict="$strict -Wconversion -Wvla -Wpointer-arith -Wwrite-strings"
harden="-fPIE -fstack-protector-strong -fstack-clash-protection"
harden="$harden -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
harden="$harden -ffile-prefix-map=$PWD=."
hardlink="-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed"
. conf/os-"$os".sh

mkdir -p "$BUILD/bin" "$BUILD/lib" "$BUILD/test" "$BUILD/fuzz" "$BUILD/stop" \
    "$BUILD/nosync" "$BUILD/bench"
for folder in common conf master smtpd queue alias local remote dns pop3d \
    auth tests/unit tests/fuzz tests/jail tests/lib tests/bench; do
	mkdir -p "$BUILD/obj/$folder"
done

# A file whose name ends in -SYSTEM is for that system alone.
ours() {
	case $1 in
	*-$os.c) return 0 ;;
	*-linux.c | *-openbsd.c | *-freebsd.c | *-netbsd.c) return 1 ;;
	esac
}

compile="$CC -std=c11 $os_define $harden $strict $os_cflags $CFLAGS"
paths="-DPATH_LIBEXEC='\"$PREFIX/libexec/malote\"' -DPATH_ETC='\"$ETC\"' -DPATH_STATE='\"$STATE\"'"

# What is compiled and linked in another way is made anew.
flags="$BUILD/flags"
printf '%s\n' "$compile $paths" "$hardlink $os_static $LDFLAGS $os_libs" \
    "${ENGINE:-}" > "$flags.$$"
cmp -s "$flags.$$" "$flags" && rm -f "$flags.$$" || mv "$flags.$$" "$flags"

new=$BUILD/rules.mk.$$
{
	printf 'programs:\n'
	archive=
	for c in common/*.c conf/*.c master/*.c smtpd/*.c queue/*.c alias/*.c \
	    local/*.c remote/*.c dns/*.c pop3d/*.c auth/*.c tests/unit/*.c \
	    tests/fuzz/*.c tests/jail/*.c tests/lib/*.c tests/bench/*.c; do
		[ -f "$c" ] && ours "$c" || continue
		o=$BUILD/obj/${c%.c}.o
		dir=${c%/*}
		case $dir in
		tests/*) dir="$dir -Itests/lib" ;;
		esac
		printf '%s: %s %s\n\t@echo CC %s\n\t@%s -I%s -Icommon -Iconf %s -MMD -MP -MF %s.d -c %s -o %s\n' \
		    "$o" "$c" "$flags" "$c" "$compile" "$dir" "$paths" "$o" "$c" "$o"
		case $c in
		tests/*) ;;
		*) printf 'objects: %s\n' "$o" ;;
		esac
		case $c in
		conf/conf*.c) ;;
		common/*|conf/*) archive="$archive $o" ;;
		esac
	done
	printf '%s/lib/common.a:%s\n\t@echo AR common.a\n\t@rm -f $@ && ar crD $@ %s\n' \
	    "$BUILD" "$archive" "$archive"

	grep -v '^#' conf/programs | while IFS=: read -r head objects; do
		[ -n "$head" ] || continue
		set -- $head
		name=$1; shift
		libs=; link=$hardlink
		for l; do
			case $l in
			s) link=${os_static:-$hardlink}; continue ;;
			*) libs="$libs -l$l" ;;
			esac
			[ -f "$($CC -print-file-name="lib$l.a")" ] ||
			    link=$hardlink
		done
		# Named, so needed: a sanitizer must not stand in for a library.
		libs="-Wl,--no-as-needed $libs -Wl,--as-needed"
		list=
		# An object named -os is the one for this system.
		for o in $objects; do
			case $o in *-os) o=${o%os}$os ;; esac
			list="$list $BUILD/obj/$o.o"
		done
		# In a folder of their own: programs bear the names of folders.
		printf 'programs do-%s: %s/bin/%s\n' "$name" "$BUILD" "$name"
		printf '%s/bin/%s:%s %s/lib/common.a conf/programs %s\n\t@echo LD %s\n\t@%s %s %s %s -o $@ %s %s/lib/common.a %s %s -Wl,-Map=$@.map\n' \
		    "$BUILD" "$name" "$list" "$BUILD" "$flags" "$name" "$CC" \
		    "$CFLAGS" "$link" "$LDFLAGS" "$list" "$BUILD" "$libs" "$os_libs"

		# Once more for the crash tests: with a deadly stop point, and
		# with syncs that can be left out.
		for again in 'stop:stop_point:stop_point\(' \
		    "nosync:no_sync-$os:(fsync|fdatasync|syncfs)\\("; do
			dir=${again%%:*}
			own=${again#*:}
			own=tests/lib/${own%%:*}
			[ -f "$own.c" ] && grep -Eq "${again##*:}" \
			    $(printf '%s\n' $objects |
			    sed "s/-os\$/-$os/; s/\$/.c/") || continue
			printf 'tests do-%s/%s: %s/%s/%s\n' "$dir" "$name" \
			    "$BUILD" "$dir" "$name"
			printf '%s/%s/%s: %s %s %s/lib/common.a\n\t@echo LD %s/%s\n\t@%s %s %s %s -o $@ %s %s %s/lib/common.a %s %s\n' \
			    "$BUILD" "$dir" "$name" "$BUILD/obj/$own.o" "$list" \
			    "$BUILD" "$dir" "$name" "$CC" "$CFLAGS" "$link" \
			    "$LDFLAGS" "$BUILD/obj/$own.o" "$list" "$BUILD" \
			    "$libs" "$os_libs"
		done
	done

	for kind in unit:test fuzz:fuzz jail:test bench:bench; do
		for c in tests/"${kind%:*}"/${kind#*:}_*.c; do
			[ -f "$c" ] || continue
			name=${c##*/}; name=${name%.c}
			list=$BUILD/obj/${c%.c}.o
			for o in $(sed -n '1s/.*needs: *\(.*\) \*\/.*/\1/p' "$c"); do
				case $o in
				-l*) ;;
				*-os) list="$list $BUILD/obj/${o%os}$os.o" ;;
				*) list="$list $BUILD/obj/$o.o" ;;
				esac
			done
			libs=$(sed -n '1s/.*needs: *\(.*\) \*\/.*/\1/p' "$c" |
			    tr ' ' '\n' | grep '^-l' | tr '\n' ' ' || true)
			libs="-Wl,--no-as-needed $libs -Wl,--as-needed"
			out=$BUILD/${kind#*:}/$name
			extra=; pre=tests
			case $kind in
			unit:*) extra=$os_check ;;
			bench:*) pre=benches ;;
			fuzz:*) pre=fuzzers
				# Without a fuzzing engine a target replays files.
				[ -n "${ENGINE:-}" ] && extra=$ENGINE ||
				    list="$list $BUILD/obj/tests/lib/replay.o" ;;
			esac
			printf '%s do-%s: %s\n%s: %s %s/lib/common.a\n\t@echo LD %s\n\t@%s %s %s %s -o $@ %s %s/lib/common.a %s %s %s\n' \
			    "$pre" "${kind#*:}/$name" "$out" "$out" "$list" "$BUILD" "$name" "$CC" \
			    "$CFLAGS" "$hardlink" "$LDFLAGS" "$list" "$BUILD" \
			    "$libs" "$extra" "$os_libs"
		done
	done
	cat "$BUILD"/obj/*/*.d "$BUILD"/obj/*/*/*.d 2>/dev/null || true
} > "$new"
mv "$new" "$BUILD/rules.mk"
