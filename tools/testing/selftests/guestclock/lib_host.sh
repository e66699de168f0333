# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the host does to the machine, beside what a recording says of it. Sourced
# after lib_record.sh.

# host_carries: whether its VMM carries kvm-clock on, where the harness knows
host_carries()
{
	[ "${GUESTCLOCK_CARRY:-no}" = yes ]
}

# truth KEY: from the last answer of the host, in $gc_tmp/truth
truth()
{
	jq -r ".$1 // empty" "$gc_tmp/truth"
}

# host_does ACTION [ARGUMENT]: and leaves the host's account of it in $gc_tmp/truth
host_does()
{
	timeout 120 hostctl "$@" >"$gc_tmp/truth"
	host_status=$?
	sed 's/^/# host: /' "$gc_tmp/truth"
	return $host_status
}

# host_offset: "LOW HIGH" in ns, between which the guest's wall clock is ahead of the
# host's: the host looked at its own between two looks at the guest's
host_offset()
{
	for _ in 1 2 3; do
		offset_before=$(clock_tool real)
		offset_answer=$(timeout 20 hostctl log "the wall clock")
		offset_after=$(clock_tool real)
		offset_host=$(echo "$offset_answer" | jq -r '.begin_realtime_ns // empty')
		[ -z "$offset_host" ] ||
			echo "$((offset_after - offset_before)) $((offset_before - offset_host))" \
				"$((offset_after - offset_host))"
	done | sort -n | head -n 1 | cut -d' ' -f2-
}

# record_from_now FILE: load the module and record into FILE; the recording tells the
# clocksource from before anything happens
record_from_now()
{
	gc_load_quietly '' log_size=4096 tsc_sweep_period_ms=0
	gc_record_start "$1"
	gc_until 30 has_context "$1" || tap_bail "record stores nothing"
}

has_context()
{
	[ "$(recording_sql "$1" "SELECT count(*) FROM context" 2>/dev/null)" -gt 0 ] 2>/dev/null
}

# wait_updates FILE SECONDS: until the recording has an update of the page of each vCPU
# that moves its clock by more than a second or, where not given, MINIMUM in ns
wait_updates()
{
	gc_until "$2" has_updates "$1" "${3:-1000000000}"
}

has_updates()
{
	updates "$1" "$2" >"$gc_tmp/updates"
	[ "$(jq -s 'map(.subject_cpu) | unique | length' "$gc_tmp/updates")" -ge "$(gc_cpus | wc -l)" ]
}

# updates FILE MINIMUM: those that move a clock by at least so many ns, as JSON lines
updates()
{
	recording_sql "$1" "SELECT json FROM events WHERE type = 'pvclock_update'" 2>/dev/null |
		jq -c "select((.discontinuity_ns | fabs) >= $2)"
}

# tell_report FILE: the report's entries of what events are the evidence of, in
# $gc_tmp/report, and to whoever reads the test's output
tell_report()
{
	timeout 60 guestclock report -o json "$1" |
		jq -c 'select(.class != null and .kmsg_seq == null)' >"$gc_tmp/report"
	jq -r '"# report: \(.class) (\(.confidence)): \(.text); \(.effect // "no effect")"' \
		"$gc_tmp/report"
}

# of_class CLASS: its entries
of_class()
{
	jq -c "select(.class == \"$1\")" "$gc_tmp/report"
}

# distance A B: how far apart two numbers are
distance()
{
	gc_abs $(($1 - $2))
}
