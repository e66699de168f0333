#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What guestclock says about the choice of a clocksource: the options of the
# command line, whether the time is read by a system call, and what it recommends.
#
# Tags: choice

. "$(dirname "$0")/lib.sh"

# The options that decide about the clocksource, as the kernel's command line has them.
OPTIONS='^(clocksource=|tsc=|no-kvmclock|notsc$|hpet=|nohpet$|processor\.max_cstate=|clocksource_failover=)'

said()
{
	timeout 20 guestclock clocksource -o json | jq -r "$1 // \"-\""
}

# reads_like WORD...: how the time is read under the current clocksource
reads_like()
{
	read_seen=$(said .reading)
	tap_diag "under $(gc_clocksource) the time is read by $read_seen:" \
		"$(said '"\(.reads_by_system_call) of \(.reads) reads are calls"')"
	for read_word in "$@"; do
		[ "$read_seen" != "$read_word" ] || return 0
	done
	return 1
}

# Without TSC_STABLE kvm-clock's own vDSO code gives up and calls the kernel.
kvmclock_reads_like()
{
	if [ "$(timeout 20 guestclock pvclock -o json | jq -s 'any(.flags != null and .flags % 2 == 0)')" = true ]; then
		reads_like system_call mixed
	else
		reads_like vdso
	fi
}

# under NAME COMMAND...: what is read under a clocksource, where there is such a one
under()
{
	case " $clocksources " in
	*" $1 "*) ;;
	*) return ;;
	esac
	if ! gc_available "$1"; then
		tap_skip "the time under $1" "the kernel gave it up meanwhile"
		return
	fi
	under_name=$1
	gc_set_clocksource "$1" && shift && "$@"
	tap_result $? "under $under_name the time is read as it can be"
}

flag()
{
	grep -m 1 '^flags' /proc/cpuinfo | grep -qw "$1"
}

clocksources=$(tr ' ' '\n' <$GC_CLOCKSOURCE/available_clocksource |
	grep -xE 'hpet|acpi_pm|tsc|kvm-clock' | tr '\n' ' ')
gc_begin
gc_load

timeout 20 guestclock clocksource | sed 's/^/# /'
tr ' ' '\n' </proc/cmdline | grep -E "$OPTIONS" >"$gc_tmp/options"
said '.cmdline_clock_options[]?' >"$gc_tmp/said"
forgotten=$(grep -vxF -f "$gc_tmp/said" "$gc_tmp/options")
tap_diag "on the command line: $(tr '\n' ' ' <"$gc_tmp/options"), forgotten: ${forgotten:-none}"
if [ -s "$gc_tmp/options" ]; then
	[ -z "$forgotten" ]
	tap_result $? "every option of the command line that decides is named"
else
	[ "$(grep -cE "$OPTIONS" "$gc_tmp/said")" -eq 0 ]
	tap_result $? "no option is named, as the command line has none"
fi

gc_forced=$(sed -n 's/^clocksource=//p' "$gc_tmp/options" | tail -n 1)
if [ -n "$gc_forced" ]; then
	[ "$gc_forced" = "$(said .recommended)" ] ||
		said .recommended_action | grep -q "take clocksource=$gc_forced from"
	tap_result $? "a forced clocksource that does not suit is named with what to do"
fi

advice=$(said .recommended)
tap_diag "recommended: $advice, because $(said .recommended_reason)"
gc_available "$advice" || grep -q no-kvmclock "$gc_tmp/options"
status=$?
# Where the CPU promises an invariant TSC, that; else kvm-clock, and always where the
# host vouches for no TSC or the kernel has given it up.
suits=
case ${GUESTCLOCK_HOST:-} in
bad) suits=kvm-clock ;;
good | trusted)
	suits=kvm-clock
	if flag constant_tsc && flag nonstop_tsc && [ "$(said .tsc_unstable)" = 0 ]; then
		suits=tsc
	fi
	;;
esac
tap_diag "suits this host: ${suits:-not known}"
[ -z "$suits" ] || [ "$advice" = "$suits" ] || status=1
tap_result $status "the recommended clocksource is to be had, and suits this host"

under hpet reads_like system_call
under acpi_pm reads_like system_call
under tsc reads_like vdso
under kvm-clock kvmclock_reads_like

gc_end
