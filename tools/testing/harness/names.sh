# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Tests by short name: "tsc_offset" for test_tsc_offset.sh.

# full_name NAME ALL: the program that NAME means, out of the list ALL.
full_name()
{
	for name_full in $2; do
		case $name_full in
		"$1" | "$1.sh" | "test_$1" | "test_$1.sh")
			echo "$name_full"
			return 0 ;;
		esac
	done
	die "no test named '$1'; there are:" "$2"
}

# expand_tests WORDS: the programs that a matrix row's words stand for.
expand_tests()
{
	expand_all=$(selftest_names | tr '\n' ' ') || exit 1
	expand_list=
	for expand_word in $1; do
		case $expand_word in
		all) expand_list=$expand_all ;;
		-*)
			expand_out=$(full_name "${expand_word#-}" \
				"$expand_all") || exit 1
			expand_list=$(for expand_name in $expand_list; do
				[ "$expand_name" = "$expand_out" ] ||
					printf '%s ' "$expand_name"
			done) ;;
		*)
			expand_name=$(full_name "$expand_word" \
				"$expand_all") || exit 1
			expand_list="$expand_list $expand_name" ;;
		esac
	done
	echo "$expand_list"
}
