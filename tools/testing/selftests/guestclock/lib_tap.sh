# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# TAP output of a test that also runs by hand, without a runner. Sourced.

tap_count=0
tap_failed=0
tap_ended=

tap_begin()
{
	echo "TAP version 13"
}

# Exit with the verdict over all cases. The plan comes last: a test that broke off
# has none.
tap_finish()
{
	echo "1..$tap_count"
	tap_ended=y
	[ "$tap_failed" -eq 0 ]
	exit $?
}

# For the trap on exit: nobody may take a test that broke off for a good one.
tap_check_ended()
{
	[ -z "$tap_ended" ] || return 0
	echo "Bail out! ended after $tap_count cases"
	return 1
}

tap_diag()
{
	echo "# $*"
}

# tap_result STATUS DESCRIPTION: the case passes when STATUS is 0
tap_result()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count $2"
	fi
}

tap_skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count $1 # SKIP $2"
}

# tap_xfail STATUS DESCRIPTION NAME: what the product does wrong today, under a name.
# Whoever mends it finds the case red and turns it round.
tap_xfail()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -ne 0 ]; then
		echo "ok $tap_count $2 # XFAIL $3"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count $2: known to fail ($3), but it passes"
	fi
}

tap_bail()
{
	echo "Bail out! $*"
	tap_ended=y
	exit 1
}

# Instead of beginning: nothing here can be tested, and why.
tap_skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	tap_ended=y
	exit 4
}
