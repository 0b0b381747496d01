#!/bin/sh
# Every setting is one row of conf/params.c.  The page and the sample name
# the same ones with the same defaults, and a program asks only for settings
# whose row says that it is told them.
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0

# lint PROMISE FILE: the file must be empty, it holds what breaks the promise.
lint() {
	n=$((n + 1))
	if [ -s "$2" ]; then
		echo "not ok $n - $1"
		sed 's/^/# /' "$2"
	else
		echo "ok $n - $1"
	fi
}

# One row a line: P_NAME name default readers…
sed -n '/^const struct param_row/,$p' conf/params.c | tr '\n\t' '  ' |
    sed 's/{ P_/\n{ P_/g' | awk -F'"' '/^{ P_/ {
	split($1, head, /[ ,]+/)
	fallback = NF >= 5 ? $4 : "-"
	gsub(/ /, "_", fallback)
	readers = ""
	rest = $NF
	while (match(rest, /TO\([A-Z0-9]+\)/)) {
		readers = readers " " substr(rest, RSTART + 3, RLENGTH - 4)
		rest = substr(rest, RSTART + RLENGTH)
	}
	print head[2], $2, fallback readers
    }' >"$work/rows"
[ "$(wc -l <"$work/rows")" -gt 30 ] || echo "no rows" >"$work/few"
lint "params.c could be read" "$work/few"

awk '{ print $2 }' "$work/rows" | sort >"$work/params"
sed -n 's/^\.It Cm \([a-z0-9-]*\).*/\1/p' man/malote.conf.5 |
    sort >"$work/page"
sed -n 's/^#\{0,1\}\([a-z][a-z0-9-]*\)[[:blank:]].*/\1/p' \
    conf/malote.conf.sample | sort -u >"$work/sample"

comm -23 "$work/params" "$work/page" >"$work/got"
lint "every setting stands in malote.conf(5)" "$work/got"
comm -13 "$work/params" "$work/page" >"$work/got"
lint "malote.conf(5) tells of no other" "$work/got"
comm -23 "$work/params" "$work/sample" >"$work/got"
lint "every setting stands in the sample" "$work/got"
comm -13 "$work/params" "$work/sample" >"$work/got"
lint "the sample has no other" "$work/got"

awk '$3 != "-" { print $2, $3 }' "$work/rows" | sort >"$work/defaults"
awk '/^\.It Cm / { name = $3 }
    /^\.Sh/ { name = "" }
    name != "" && /^\.Dq default/ { getline; print name, "?" }
    name != "" && /^The default is$/ {
	getline
	sub(/^\.[A-Z][a-z] /, ""); sub(/ [.,]$/, ""); gsub(/ /, "_")
	print name, $0
    }' man/malote.conf.5 | sort >"$work/page-defaults"
diff "$work/defaults" "$work/page-defaults" >"$work/got"
lint "malote.conf(5) gives the defaults of params.c" "$work/got"
sed -n 's/^#\([a-z][a-z0-9-]*\)[[:blank:]]*\(.*\)/\1 \2/p' \
    conf/malote.conf.sample | awk '{
	name = $1; sub(/^[^ ]* /, ""); gsub(/ /, "_"); print name, $0
    }' | sort >"$work/sample-values"
comm -23 "$work/defaults" "$work/sample-values" >"$work/got"
lint "the sample shows the defaults of params.c" "$work/got"

# Which settings each program asks for, from the files it is made of.
: >"$work/got"
grep -v '^#' conf/programs | while IFS=: read -r head objects; do
	set -- $head
	[ $# -gt 0 ] || continue
	proc=$(echo "$1" | tr a-z A-Z)
	case $proc in
	START) proc=MALOTE ;;
	CONF | MALOTE | SENDMAIL) continue ;;
	esac
	files=
	for object in $objects; do
		[ -f "$object.c" ] && files="$files $object.c"
	done
	[ -n "$files" ] || continue
	cat $files | grep -oE '\bP_[A-Z0-9_]+' | sort -u >"$work/asked"
	awk -v proc="$proc" 'NR == FNR { asked[$1] = 1; next }
	    $1 in asked {
		told = 0
		for (i = 4; i <= NF; i++)
			told = told || $i == proc
		if (!told)
			print tolower(proc) " asks for " $2
	    }' "$work/asked" "$work/rows" >>"$work/got"
done
lint "a program asks only for what it is told" "$work/got"
echo "1..$n"
