#!/bin/sh
# Runs every fuzz target for SECONDS each with libFuzzer, ASan and UBSan, from
# its kept corpus, and prints what it found.  fuzz.sh BUILD SECONDS [TARGET…]
set -u
build=$1; seconds=$2; shift 2
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- $(cd "$build/fuzz" && ls fuzz_* | grep -v '\.map$')
failed=0 passed=0
for target; do
	name=${target#fuzz_}
	found=$build/found/$name
	mkdir -p "$found" "tests/fuzz/corpus/$name"
	dict=
	[ -f "tests/fuzz/$name.dict" ] && dict=-dict=tests/fuzz/$name.dict
	if "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
	    -rss_limit_mb=2048 -print_final_stats=1 $dict \
	    -artifact_prefix="$build/found/$name-" "$found" \
	    "tests/fuzz/corpus/$name" >"$build/found/$name.log" 2>&1; then
		passed=$((passed + 1)) what=clean
	else
		failed=$((failed + 1)) what=REPORT
	fi
	printf '%-20s %-7s %s runs, %s features\n' "$name" "$what" \
	    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/found/$name.log")" \
	    "$(sed -n 's/.* ft: \([0-9]*\).*/\1/p' "$build/found/$name.log" | tail -n 1)"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
