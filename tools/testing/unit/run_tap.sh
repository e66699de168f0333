#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run TAP programs and sum them up in TAP. A program passes when it exits 0, says
# how many cases it planned, ran that many, and none of them failed.

set -u

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

number=0
passed=0
failed=0
skipped=0

echo "TAP version 13"
echo "1..$#"
for program in "$@"; do
	number=$((number + 1))
	name=$(basename "$program")
	timeout 120 "$program" >"$log" 2>&1
	status=$?
	sed 's/^/  /' "$log"
	planned=$(sed -n 's/^1\.\.\([0-9][0-9]*\).*/\1/p' "$log")
	good=$(grep -c '^ok ' "$log")
	bad=$(grep -c '^not ok ' "$log")
	skips=$(grep -c '^ok .*# SKIP' "$log")
	passed=$((passed + good - skips))
	skipped=$((skipped + skips))
	failed=$((failed + bad))
	if [ "$status" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$planned" = "$good" ]; then
		echo "ok $number $name"
	else
		echo "not ok $number $name # status $status, planned ${planned:-nothing}, $good ok, $bad not ok"
		[ "$bad" -gt 0 ] || failed=$((failed + 1))
	fi
done

echo "# $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
