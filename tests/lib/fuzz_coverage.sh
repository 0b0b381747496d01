#!/bin/sh
# How many lines of its reader each fuzz target runs from its kept corpus
# alone (tests/fuzz/readers), by the coverage of clang; a reader below LEAST
# per cent fails.  fuzz_coverage.sh BUILD [TARGET…];  MISSED=1 shows the rest.
set -u
build=$1; shift
cd "$(dirname "$0")/../.." || exit 1
least=${LEAST:-90}
command -v llvm-cov >/dev/null || { echo "please install: llvm" >&2; exit 77; }
[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z0-9_]*\):.*/\1/p' tests/fuzz/readers)
mkdir -p "$build/coverage"
failed=0 passed=0

# lcov's DA:line,count of one file of the tree, from all exported to stdin.
lines_of() {
	awk -v want="$1" '
	    /^SF:/ { on = substr($0, length($0) - length(want)) == "/" want ||
	        $0 == "SF:" want }
	    on && /^DA:/ { print substr($0, 4) }'
}

for target; do
	target=${target#fuzz_}
	files=$(sed -n "s/^$target: *//p" tests/fuzz/readers)
	program=$build/fuzz/fuzz_$target profile=$build/coverage/$target
	if [ -z "$files" ] || ! LLVM_PROFILE_FILE=$profile.raw \
	    "$program" tests/fuzz/corpus/"$target"/* >"$profile.log" 2>&1; then
		printf '%-14s cannot be run\n' "$target"
		failed=$((failed + 1))
		continue
	fi
	llvm-profdata merge -sparse "$profile.raw" -o "$profile.data" &&
	    llvm-cov export -format=lcov -instr-profile="$profile.data" \
	    "$program" >"$profile.lcov" 2>>"$profile.log" || exit 1
	for file in $files; do
		lines_of "$file.c" <"$profile.lcov" >"$profile.lines"
		[ -s "$profile.lines" ] || continue	# tables alone
		set -- $(awk -F, '{ all++; run += $2 > 0 } END {
		    printf "%d %d %d\n", run, all, run * 100 / all }' \
		    "$profile.lines")
		what=ok
		[ "$3" -ge "$least" ] || { what=BELOW; failed=$((failed + 1)); }
		[ $what = BELOW ] || passed=$((passed + 1))
		printf '%-14s %-24s %4d of %4d lines %4d %%  %s\n' "$target" \
		    "$file.c" "$1" "$2" "$3" "$what"
		[ -z "${MISSED:-}" ] || awk -F, '$2 == 0 { print $1 }' \
		    "$profile.lines" | while read -r n; do
			printf '\t%s\t%s\n' "$n" "$(sed -n "${n}p" "$file.c")"
		done
	done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
