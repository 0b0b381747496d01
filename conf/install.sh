#!/bin/sh
# Installs what was built.  No file gets a set-id bit, nothing that an
# administrator wrote is touched: the configuration is installed as samples.
set -eu

os=$(uname -s | tr '[:upper:]' '[:lower:]')
case $os in
*bsd) man=$PREFIX/man ;;
*) man=$PREFIX/share/man ;;
esac
share=$PREFIX/share/malote

# to MODE FILE TARGET: a copy with the paths of this installation, which in
# the source are those of the Makefile's defaults.
to() {
	mkdir -p "$DESTDIR${3%/*}"
	sed -e "s|/usr/local|$PREFIX|g" -e "s|/etc/malote|$ETC|g" \
	    -e "s|/var/malote|$STATE|g" "$2" > "$DESTDIR$3"
	chmod "$1" "$DESTDIR$3"
}

mkdir -p "$DESTDIR$PREFIX/bin" "$DESTDIR$PREFIX/libexec/malote" "$DESTDIR$ETC"
# What root starts as a user has his account before it has a jail.  He may
# not trace a program that he may not read (ptrace(2)), so this moment is
# nothing to him.
grep -v '^#' conf/programs | while read -r name rest; do
	name=${name%:}
	mode=755
	case $name in
	'') continue ;;
	malote | sendmail) dir=bin ;;
	local | maildrop) dir=libexec/malote mode=711 ;;
	*) dir=libexec/malote ;;
	esac
	cp "$BUILD/bin/$name" "$DESTDIR$PREFIX/$dir/$name"
	chmod $mode "$DESTDIR$PREFIX/$dir/$name"
done
for link in mailq newaliases; do
	ln -sf sendmail "$DESTDIR$PREFIX/bin/$link"
done

for page in man/*.[1-9]; do
	to 644 "$page" "$man/man${page##*.}/${page##*/}"
done
for sample in conf/*.sample; do
	to 644 "$sample" "$ETC/${sample##*/}"
done

to 644 conf/init/malote.service "$share/init/malote.service"
to 755 conf/init/malote.freebsd "$share/init/malote.freebsd"
to 755 conf/init/malote.openbsd "$share/init/malote.openbsd"
to 755 conf/init/malote.openrc "$share/init/malote.openrc"
to 755 conf/init/malote.s6/run "$share/init/malote.s6/run"
to 644 conf/init/malote.s6/notification-fd "$share/init/malote.s6/notification-fd"
if [ "$os" = linux ]; then
	to 644 conf/init/malote.service \
	    "$PREFIX/lib/systemd/system/malote.service"
fi

# The accounts, from the one table that names them.
sed -n 's/.*PROC_.*"\(_m[a-z0-9]*\)".*/\1/p' conf/house.c | sort -u \
    > "$DESTDIR$share/accounts"
chmod 644 "$DESTDIR$share/accounts"
to 755 conf/accounts.sh "$share/make-accounts"
