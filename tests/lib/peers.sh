#!/bin/sh
# Unpacks Postfix's smtp-source and smtp-sink, with the libraries they want,
# into the folder $1 and prints how to run them there.  They are not
# installed: the package would start a mail server on this machine.
set -eu

folder=$1
if [ ! -x "$folder/usr/sbin/smtp-source" ]; then
	command -v dpkg >/dev/null || exit 77
	new=$folder.$$			# two tests may come here at a time
	mkdir -p "$new/deb"
	cd "$new/deb"
	packages="postfix $(apt-cache depends postfix 2>/dev/null |
	    awk '$1 == "Depends:" && $2 ~ /^lib/ && $2 != "libc6" { print $2 }')"
	apt-get -q download $packages >/dev/null 2>&1 || {
		apt-get -q update >/dev/null 2>&1
		apt-get -q download $packages >/dev/null 2>&1
	}
	for deb in *.deb; do
		dpkg -x "$deb" ..
	done
	cd /
	rm -rf "$new/deb"
	mv -T "$new" "$folder" 2>/dev/null || rm -rf "$new"
fi
for lib in "$folder"/usr/lib/postfix "$folder"/usr/lib/*-linux-*; do
	[ -d "$lib" ] && printf '%s:' "$lib"
done
