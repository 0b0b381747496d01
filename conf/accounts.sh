#!/bin/sh
# Makes the accounts of malote: one per program, each with a group of its own,
# without a password, a shell or a home.  Accounts that exist are left alone.
set -eu

for name in $(cat /usr/local/share/malote/accounts); do
	id "$name" > /dev/null 2>&1 && continue
	case $(uname -s) in
	FreeBSD)
		pw groupadd "$name"
		pw useradd "$name" -g "$name" -d /nonexistent \
		    -s /usr/sbin/nologin -c malote
		;;
	OpenBSD | NetBSD)
		groupadd "$name"
		useradd -g "$name" -d /nonexistent -s /sbin/nologin \
		    -c malote "$name"
		;;
	*)
		if command -v useradd > /dev/null; then
			useradd --system --user-group --no-create-home \
			    --home-dir /nonexistent --shell /usr/sbin/nologin \
			    "$name"
		else
			addgroup -S "$name"
			adduser -S -D -H -h /nonexistent -s /sbin/nologin \
			    -G "$name" "$name"
		fi
		;;
	esac
	echo "made $name"
done
