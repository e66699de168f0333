# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Samples, and what is measured the same way in a guest and outside. Sourced by
# a script that has set:
#
#   BENCH_DIR        where the programs are
#   BENCH_TEMPLATES  JSON lines with events to insert
#   BENCH_SAMPLES    the file that samples go to
#   BENCH_WORK       a directory for databases

# Turns of A against B, and rows or events in each of them.
BENCH_TURNS=${GUESTCLOCK_BENCH_TURNS:-9}
BENCH_EVENTS=${GUESTCLOCK_BENCH_EVENTS:-10000}

bench_die()
{
	echo "bench: $*" >&2
	exit 1
}

bench_say()
{
	echo "bench: $*" >&2
}

# bench_note TEXT: a line above the table
bench_note()
{
	echo "# $*" >>"$BENCH_SAMPLES"
}

# bench_sample WHAT VARIANT UNIT TURN VALUE
bench_sample()
{
	echo "$*" >>"$BENCH_SAMPLES"
}

# bench_per_second COUNT NANOSECONDS
bench_per_second()
{
	awk -v count="$1" -v ns="$2" 'BEGIN { printf "%.1f\n", count * 1e9 / ns }'
}

# bench_said NAME FILE: a number that a program printed
bench_said()
{
	sed -n "s/^$1 //p" "$2"
}

# bench_insert_turn WHAT PER_COMMIT TURN: the store, and a bare loop on its rows
bench_insert_turn()
{
	rm -f "$BENCH_WORK"/insert-*
	"$BENCH_DIR/store_insert" "$BENCH_WORK/insert-ours.db" "$BENCH_EVENTS" "$2" \
		"$BENCH_TEMPLATES" >"$BENCH_WORK/insert-ours" || bench_die "store_insert failed"
	"$BENCH_DIR/bare_insert" "$BENCH_WORK/insert-ours.db" "$BENCH_WORK/insert-bare.db" \
		"$2" "$(sed -n 's/^settings //p' "$BENCH_WORK/insert-ours")" \
		>"$BENCH_WORK/insert-bare" || bench_die "bare_insert failed"
	for bench_variant in ours bare; do
		bench_sample "$1" $bench_variant rows/s "$3" "$(bench_per_second \
			"$BENCH_EVENTS" "$(bench_said elapsed_ns "$BENCH_WORK/insert-$bench_variant")")"
		bench_sample "$1_cpu" $bench_variant us/row "$3" "$(awk -v count="$BENCH_EVENTS" \
			-v ns="$(bench_said cpu_ns "$BENCH_WORK/insert-$bench_variant")" \
			'BEGIN { printf "%.4f", ns / 1000 / count }')"
	done
}

# bench_insert: rows a second, in transactions of a burst and of single events
bench_insert()
{
	bench_say "inserting rows"
	bench_turn=1
	while [ "$bench_turn" -le "$BENCH_TURNS" ]; do
		bench_insert_turn insert_1000 1000 "$bench_turn"
		bench_insert_turn insert_1 1 "$bench_turn"
		bench_turn=$((bench_turn + 1))
	done
	bench_note "inserts: $(sed -n 's/^settings //p' "$BENCH_WORK/insert-ours")"
	rm -f "$BENCH_WORK"/insert-*
}
