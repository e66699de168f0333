#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How often the module wakes up, by the kernel's trace events of work and timers: five
# times a second and four times for each measurement of a sweep, or once in two seconds
# without a log and a listener. Times are the trace's own; how long the module sleeps is
# what it asks the kernel's timer for, which does not depend on the machine's pace.
#
# Tags: cost

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
# shellcheck source=lib_trace.sh
. "$GC_DIR/lib_trace.sh"

EVENTS="workqueue/workqueue_execute_start workqueue/workqueue_execute_end
	timer/timer_start timer/timer_expire_entry timer/hrtimer_expire_entry"
POLLS=$((25 * GC_SCALE))
IDLE_POLLS=$((3 * GC_SCALE))
MEASUREMENTS=$((4 * GC_SCALE))
# What happens to a clock is no matter of these.
INCIDENTS="commit_staged|first_look|second_look"

# ours: the functions of the module that ran by themselves, "SECONDS KIND FUNCTION", and
# for each timer that its work set "SECONDS sleep FUNCTION JIFFIES"
ours()
{
	awk '
		function seconds() { match($0, /[0-9]+\.[0-9]+: /); return substr($0, RSTART, RLENGTH - 2) }
		function name() { match($0, /function[= ][^ ]+/); return substr($0, RSTART + 9, RLENGTH - 9) }
		/ workqueue_execute_start: / { running[$1] = /\[guestclock\]/ ? name() : "" }
		/ workqueue_execute_end: / { delete running[$1] }
		/ (workqueue_execute_start|timer_expire_entry|hrtimer_expire_entry): .*\[guestclock\]/ {
			print seconds(), "run", name()
		}
		/ timer_start: .*function=delayed_work_timer_fn/ && running[$1] != "" {
			match($0, /timeout=[0-9]+/)
			jiffies = substr($0, RSTART + 8, RLENGTH - 8)
			print seconds(), "sleep", running[$1], jiffies
		}' $TRACING/trace
}

# fewest: works of the sweep that measured another CPU with the fewest; a CPU that has no
# time is asked again
fewest()
{
	awk '
		function flush() { if (asked && (!least || works < least)) least = works; works = asked = 0 }
		$2 != "run" { next }
		$3 == "sweep" { flush() }
		$3 == "sweep" || $3 == "run" || $3 == "answer" { works++; asked += $3 == "answer" }
		END { flush(); print least + 0 }' "$gc_tmp/ours"
}

polls_are()
{
	[ "$(gc_stat polls)" -ge "$1" ]
}

rows_measured()
{
	gc_table tsc measurements | awk '{ sum += $1 } END { print sum + 0 }'
}

measured_are()
{
	[ "$(rows_measured)" -ge "$1" ]
}

# watch NAME POLLS [MEASUREMENTS]: trace until the module has polled and measured so
# often; sets polls, span_ms, others, measured, sleeps. A second after it was loaded the
# module looks at its sweeps.
watch()
{
	gc_until 60 polls_are $((2000 / $(gc_stat poll_interval_ms) + 1))
	trace_events $EVENTS
	measured=$(rows_measured)
	gc_until 300 polls_are $(($(gc_stat polls) + $2)) || tap_diag "$1: the module does not poll"
	gc_until 300 measured_are $((measured + ${3:-0})) || tap_diag "$1: nothing is measured"
	trace_off
	measured=$(($(rows_measured) - measured))
	ours >"$gc_tmp/ours"
	awk '$2 == "run" { count[$3]++ }
		END { for (f in count) printf "# %s ran %d times\n", f, count[f] }' "$gc_tmp/ours"
	awk '$2 == "run" && $3 == "poll" { if (!n++) first = $1; last = $1 }
		END { printf "%d %d\n", n, (last - first) * 1000 }' "$gc_tmp/ours" >"$gc_tmp/polls"
	read -r polls span_ms <"$gc_tmp/polls"
	others=$(awk '$2 == "run" && $3 != "poll"' "$gc_tmp/ours" | grep -vcE " ($INCIDENTS)\$")
	sleeps=$(awk '$2 == "sleep" && $3 == "poll" { print $4 }' "$gc_tmp/ours" | sort -u | tr '\n' ' ')
	tap_diag "$1: $polls polls in $span_ms ms, asking for ${sleeps:-no }jiffies of $hz a" \
		"second; $others other wake-ups, $measured measurements"
}

# once_in MS: as many polls as that allows, and asleep for so long after each. A timer
# may come before its time by a jiffy.
once_in()
{
	trace_is_whole && [ "$polls" -ge 2 ] &&
		[ $((span_ms + 2 * 1000 / hz)) -ge $(((polls - 1) * ($1 - 1000 / hz))) ] &&
		[ "$sleeps" = "$(($1 * hz / 1000)) " ]
}

# shellcheck disable=SC2046,SC2086 # a list
set -- $(printf '%s\n' $EVENTS | sed 's,.*,events/&,')
trace_need "$@"
gc_begin
gc_on_exit trace_end
hz=$(kernel_hz)

gc_load_quietly '' tsc_sweep_period_ms=0
watch "without sweeps" $POLLS
once_in 200
tap_result $? "the module wakes up five times a second"
[ "$others" -eq 0 ]
tap_result $? "nothing else of the module wakes up while nothing happens"

gc_load_quietly '' tsc_sweep_period_ms=1000
watch "with sweeps" $POLLS $MEASUREMENTS
once_in 200
tap_result $? "sweeps do not change that"
name="a measurement of a sweep wakes up four times at most"
if [ "$(gc_cpus | wc -l)" -gt 1 ]; then
	tap_diag "the cheapest of $measured measurements woke up $(fewest) times"
	[ "$measured" -ge $MEASUREMENTS ] && [ "$(fewest)" -ge 1 ] && [ "$(fewest)" -le 4 ]
	tap_result $? "$name"
else
	tap_skip "$name" "one CPU"
fi

gc_load_quietly '' log_size=0 tsc_sweep_period_ms=0
watch "without a log" $IDLE_POLLS
once_in 2000
tap_result $? "without a log and a listener the module wakes up once in two seconds"
[ "$others" -eq 0 ]
tap_result $? "nothing else of the module wakes up then"
gc_background monitor guestclock monitor
gc_until 60 polls_are $(($(gc_stat polls) + 2))
watch "with a listener" $POLLS
once_in 200
tap_result $? "with a listener and no log it is five times a second again"
gc_stop_all

gc_end
