#!/bin/sh
# Pairs of tests/conf: NAME.in is a malote.conf; NAME.ok is what conf(8) says
# about it: its faults, or the rows it becomes (those that NAME.in sets; all
# of them when it begins with the line "# all").  `0010-config.t update`
# writes the .ok files anew, to be read before they are kept.
top=$(cd "$(dirname "$0")/../.." && pwd)
conf=${BUILD:-$top/build}/bin/conf
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0

# The rows of the settings that the file names.
named() {
	if [ "$(sed 1q "$1")" = "# all" ]; then
		cat "$2"
	else
		awk 'NR == FNR { seen[$1] = 1; next } $1 in seen' "$1" "$2"
	fi
}

told() {
	if "$conf" check -d "$1.in" <"$1.in" >"$work/rows" 2>"$work/faults"
	then
		named "$1.in" "$work/rows"
	else
		echo "# status $?"
		cat "$work/faults"
	fi
}

cd "$top/tests/conf" || exit 1
for in in *.in; do
	name=${in%.in}
	n=$((n + 1))
	told "$name" >"$work/got" 2>&1
	if [ "${1-}" = update ]; then
		cp "$work/got" "$name.ok"
	fi
	if diff "$name.ok" "$work/got" >"$work/diff" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$work/diff"
	fi
done

n=$((n + 1))
cp "$top/conf/malote.conf.sample" "$work/sample"
if "$conf" check malote.conf.sample <"$work/sample" >"$work/got" 2>&1; then
	echo "ok $n - the sample is valid"
else
	echo "not ok $n - the sample is valid"
	sed 's/^/# /' "$work/got"
fi
echo "1..$n"
