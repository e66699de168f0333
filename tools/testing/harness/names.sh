# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Tests by name or tag: "tsc_offset" for test_tsc_offset.sh, "@smoke" for those with
# that word in their "# Tags:" line.

gate()
{
	python3 -B "$VM_D/gate" "$@"
}

# expand_tests WORDS: the programs that they stand for
expand_tests()
{
	# shellcheck disable=SC2086 # words
	gate tests $1
}
