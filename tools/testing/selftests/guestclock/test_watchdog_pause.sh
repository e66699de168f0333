#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host stops the VM for 2 s and for 7 s, while the time is read from kvm-clock
# and from the TSC: what the kernel says of that, beside what guestclock says. The
# kernel may mark a TSC that is right, and then guestclock has the round, the mark
# and the pause, and does not call the TSC faulty. Prints a table. Once a boot.
#
# Tags: soak-watchdog

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

# A short pause ends in a mark more often than a long one. After a mark pauses under
# kvm-clock go on, with a TSC that the kernel does not verify any more.
TRIALS="tsc:7 tsc:2 kvm-clock:7 kvm-clock:2"
SETTLE_S=4

# of_type TYPE: of this one pause, as JSON lines
of_type()
{
	jq -c "select(.type == \"$1\")" "$gc_tmp/new"
}

# kernel_says: the kernel's own lines of this one pause, without their times
kernel_says()
{
	gc_dmesg_since "$mark" | grep -E 'clocksource|tsc: |rcu:|soft lockup' |
		grep -v guestclock | sed 's/^\[[^]]*\] *//'
}

# guestclock_says FILE: the entries of the report that events are the evidence of
guestclock_says()
{
	timeout 60 guestclock report -o json "$1" |
		jq -r 'select(.class != null and .kmsg_seq == null) |
			"\(.class) (\(.confidence)): \(.text)"'
}

# kernel_word FILE: its line of the mark, or else the first
kernel_word()
{
	{ grep -h Marking "$1"; cat "$1"; echo "nothing$given_up"; } | head -n 1 |
		sed -e 's/^clocksource: *//' -e 's/\(, skipping\|:\).*//' | tr -d '\n'
}

# pause_under CLOCKSOURCE SECONDS
pause_under()
{
	pause_name="$2 s under $1"
	if ! gc_available "$1" ||
		! gc_set_clocksource "$1"; then
		tap_skip "$pause_name: the pause" "$1 is not available (any more)"
		tap_skip "$pause_name: its duration" "$1 is not available (any more)"
		tap_skip "$pause_name: the mark" "$1 is not available (any more)"
		echo "$1|$2|-|no such clocksource any more|-" >>"$gc_tmp/table"
		return
	fi
	given_up=
	gc_available tsc ||
		given_up=", the TSC being marked"
	sleep 1.5
	file=$gc_tmp/$1-$2.db
	# Each in a load of its own, so that nothing of the one before is left.
	gc_load
	gc_record_start "$file"
	sleep 2.5
	mark=$(gc_kmsg "a pause of $pause_name")
	truth=$(timeout 60 hostctl pause "$2")
	sleep $SETTLE_S
	gc_events >"$gc_tmp/new"
	gc_record_stop
	kernel_says >"$gc_tmp/kernel"
	guestclock_says "$file" >"$gc_tmp/guestclock"
	timeout 60 guestclock report -o json "$file" |
		jq -c 'select(.class == "vm-pause") | [.duration_ns, .bound_ns]' >"$gc_tmp/pauses"
	tap_diag "$pause_name: host: $truth"
	sed 's/^/#   kernel:     /' "$gc_tmp/kernel"
	sed 's/^/#   guestclock: /' "$gc_tmp/guestclock"
	of_type watchdog_round | jq -r '"#   round:      \(.clocksource // "-") \(.wd_result), late \(.wd_lateness_ns) ns, \(.wd_interval_ns // "-") ns by \(.wd_reference) and \(.cs_interval_ns // "-") ns"'
	marks=$(of_type clocksource_unstable | wc -l)
	said=$(grep -cE 'tsc: Marking TSC unstable' "$gc_tmp/kernel")
	{
		printf '%s|%s|' "$1" "$2"
		kernel_word "$gc_tmp/kernel"
		printf '|%s|' "$(of_type watchdog_round | jq -r .wd_result | sort | uniq -c | tr -s ' \n' ' ')"
		sed 's/:.*//' "$gc_tmp/guestclock" | sort | uniq -c | tr -s ' \n' ' '
		echo
	} >>"$gc_tmp/table"
	check_pause
	check_mark
}

# check_pause: one, and as long as the host says, which is also within the bound that
# guestclock gives
check_pause()
{
	[ "$(wc -l <"$gc_tmp/pauses")" -eq 1 ]
	tap_result $? "$pause_name: guestclock tells of one pause of the VM"
	# shellcheck disable=SC2046 # two numbers
	set -- $(gc_host_stopped "$truth")
	tap_diag "$pause_name: by the host from $1 to $2 ns, duration and bound" \
		"$(cat "$gc_tmp/pauses")"
	jq -es "length == 1 and all(.[]; .[0] >= $1 and .[0] <= $2 and
		.[0] - .[1] <= $2 and .[0] + .[1] >= $1)" "$gc_tmp/pauses" >/dev/null
	tap_result $? "$pause_name: its duration is the host's, and within its own bound of that"
}

check_mark()
{
	[ "$marks" -eq "$said" ]
	check_status=$?
	if [ "$said" -gt 0 ]; then
		[ "$(of_type watchdog_round | jq -r 'select(.wd_result == "skewed") | .seq' | wc -l)" -eq 1 ] &&
			! grep -q '^tsc-skew' "$gc_tmp/guestclock" || check_status=1
	fi
	tap_result $check_status \
		"$pause_name: the kernel's $said marks are events, and the TSC is not accused"
}

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
[ -n "$GUESTCLOCK_HOST$GUESTCLOCK_DESTRUCTIVE" ] ||
	tap_skip_all "may take the TSC from this guest until it boots again:" \
		"set GUESTCLOCK_DESTRUCTIVE=1"
gc_begin
echo "clocksource|pause in s|the kernel says|rounds that are events|guestclock's report" \
	>"$gc_tmp/table"
for trial in $TRIALS; do
	pause_under "${trial%:*}" "${trial#*:}"
done
awk -F '|' '{ printf "# %-12s %-10s %-56s %-34s %s\n", $1, $2, $3, $4, $5 }' "$gc_tmp/table"

gc_end
