# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Every row of vm.cfg, one guest each.

MATRIX=${GUESTCLOCK_MATRIX:-$TESTING/vm.cfg}

# matrix_rows COUNT: the rows to run, each after the counts that it runs with.
matrix_rows()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$MATRIX" | tr -s ' \t' '  ' |
		while read -r rows_when rows_row; do
			case $1:$rows_when in
			check:check | soak:cross) echo "check $rows_row" ;;
			soak:check | soak:soak) echo "soak $rows_row" ;;
			check:soak | check:cross) ;;
			*) die "$MATRIX: '$rows_when' is not check, soak or cross" ;;
			esac
		done
}

# content_hash: everything a row's result depends on besides the row itself.
content_hash()
{
	(cd "$TREE" && find kmod user tools/testing Documentation/netlink -type f \
		\( -name '*.[ch]' -o -name '*.yaml' -o -name '*.sh' -o -name Makefile \
		-o -name Kbuild -o -path '*/harness/*' -o -name settings \) \
		-exec sha256sum {} + | LC_ALL=C sort) |
		sha256sum | cut -c1-16
}

# remembered_row COUNT ROW: the file where a finished row of a soak is kept.
remembered_row()
{
	remembered_version=$(kernel_version "${2%% *}") || exit 1
	echo "$CACHE/soak/$(printf '%s|%s|%s|%s' "$MATRIX_HASH" "$1" "$2" \
		"$remembered_version" | sha256sum | cut -c1-16)"
}

# row_to_run KERNEL HOST SMP NEEDS APPEND TESTS...: sets the RUN_ variables.
row_to_run()
{
	[ $# -ge 6 ] || die "$MATRIX: too few columns: $*"
	RUN_KERNEL=$1 RUN_HOST=$2 RUN_SMP=$3 RUN_NEEDS=$4 RUN_APPEND=
	RUN_ADHOC='' RUN_MODE=tests
	[ "$RUN_NEEDS" != - ] || RUN_NEEDS=
	[ "$5" = - ] || RUN_APPEND=$(echo "$5" | tr ',' ' ')
	shift 5
	RUN_TESTS=$(expand_tests "$*") || exit 1
}

# run_row RUN COUNT ROW: appends to $MATRIX_RESULTS the lines of the verdict, each
# after KERNEL and HOST, and in the same way "case" for each skipped case,
# "time" for the row and "retry" for boots that had to be repeated.
run_row()
{
	run_row_kept=$(remembered_row "$2" "$3")
	if [ "$1" = soak ] && [ -e "$run_row_kept" ]; then
		say "done before, nothing changed since: $3"
		cat "$run_row_kept" >>"$MATRIX_RESULTS"
		return 0
	fi
	# shellcheck disable=SC2086
	row_to_run $3
	export GUESTCLOCK_COUNT="$2"
	run_row_began=$(date +%s)
	run_guest
	print_verdict "$RUN_DIR"
	report_failures "$RUN_DIR"
	run_row_seconds=$(($(date +%s) - run_row_began))
	{
		sed "s/^/$RUN_KERNEL $RUN_HOST /" "$RUN_DIR/verdict"
		sed "s/^/$RUN_KERNEL $RUN_HOST case /" "$RUN_DIR/skips"
		echo "$RUN_KERNEL $RUN_HOST time row $run_row_seconds"
		sed "s/^/$RUN_KERNEL $RUN_HOST retry /" "$RUN_DIR/repeated"
	} >"$RUN_DIR/row"
	cat "$RUN_DIR/row" >>"$MATRIX_RESULTS"
	if [ "$1" = soak ] && ! grep -q '^fail' "$RUN_DIR/verdict"; then
		mkdir -p "$CACHE/soak"
		cp "$RUN_DIR/row" "$run_row_kept"
	fi
}

# report_failures RUN_DIR: the end of each failed test's log, and the place.
report_failures()
{
	grep -q '^fail' "$1/verdict" || return 0
	awk '$1 == "fail" { print $2 }' "$1/verdict" | while read -r failed; do
		[ -e "$1/results/$failed.log" ] || continue
		echo "---- $failed"
		tail -n 40 "$1/results/$failed.log"
	done
	head -n 20 "$1/splats"
	echo "---- all logs: $1"
}

# run_matrix COUNT: all rows, then the table; fails when a test failed. The
# results stay in the file MATRIX_RESULTS names.
run_matrix()
{
	MATRIX_HASH=$(content_hash)
	MATRIX_RESULTS=${GUESTCLOCK_MATRIX_RESULTS:-$(mktemp)}
	: >"$MATRIX_RESULTS"
	matrix_list=$(mktemp)
	matrix_rows "$1" >"$matrix_list" || return 1
	matrix_total=$(wc -l <"$matrix_list")
	matrix_row=0
	while read -r matrix_line <&4; do
		matrix_row=$((matrix_row + 1))
		matrix_count=${matrix_line%% *}
		matrix_line=${matrix_line#* }
		say "row $matrix_row of $matrix_total: $matrix_line"
		(trap_signals; run_row "$1" "$matrix_count" "$matrix_line") || {
			echo "$matrix_line" | awk '{ print $1, $2,
				"fail the-row 0 0 1 0 it did not run" }' \
				>>"$MATRIX_RESULTS"
		}
	done 4<"$matrix_list"
	rm -f "$matrix_list"
	matrix_table "$MATRIX_RESULTS"
	! grep -q '^[^ ]* [^ ]* fail ' "$MATRIX_RESULTS"
}
