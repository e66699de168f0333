# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the tests of TSC measurements share. Sourced after lib.sh.

# shellcheck source=lib_abi.sh
. "$GC_DIR/lib_abi.sh"

# shellcheck disable=SC2034 # for the tests
NO_INJECTION="a write of IA32_TSC_ADJUST does not move the TSC of this machine"

# tsc_injects CPU: whether writing IA32_TSC_ADJUST moves the TSC of a CPU, not 0
tsc_injects()
{
	gc_allow_msr
	[ "$1" != 0 ] && msr_tool read "$1" $TSC_ADJUST >/dev/null 2>&1 &&
		{ gc_msr_sticks || gc_msr_sticks; }
}

# hex32 NUMBER: as netlink has it
hex32()
{
	printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) \
		$(($1 >> 16 & 255)) $(($1 >> 24 & 255))
}

# tsc_sweep PERIOD_MS [ROUNDS]: sweep in that way from now on
tsc_sweep()
{
	tsc_answer=$(nl_request $TSC_SWEEP_SET \
		"$TSC_SWEEP_PERIOD:$(hex32 "$1")" \
		"$TSC_SWEEP_ROUNDS:$(hex32 "${2:-256}")")
	[ "${tsc_answer%% *}" = OK ] || {
		tap_diag "sweeps cannot be set: $tsc_answer"
		return 1
	}
}

# tsc_stat NAME: of debugfs stats
tsc_stat()
{
	awk -v name="tsc_$1" '$1 == name { print $2 }' "$GC_DEBUGFS/stats"
}

# tsc_row CPU COLUMN: of debugfs tsc, nothing when there is no row
tsc_row()
{
	gc_table tsc cpu "$2" | awk -v cpu="$1" '$1 == cpu { print $2 }'
}

tsc_events()
{
	grep -c "^[0-9]* $1 " "$GC_DEBUGFS/events"
}
