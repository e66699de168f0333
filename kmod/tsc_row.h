/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_ROW_H
#define GUESTCLOCK_TSC_ROW_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

#include "tsc_adjust.h"
#include "tsc_rate.h"

/**
 * struct guestclock_tsc_row - a CPU's TSC as of the last measurement
 * @state: whether the numbers could be had
 * @fault: what explains an inconsistent measurement
 * @ref_cpu: the CPU measured against
 * @offset_cycles: this CPU's TSC minus @ref_cpu's, cycles
 * @bound_cycles: the truth lies within @offset_cycles plus or minus this, cycles
 * @offset_ns: @offset_cycles in ns, 0 without tsc_khz
 * @bound_ns: @bound_cycles in ns, rounded up, 0 without tsc_khz
 * @rounds_wanted: rounds that were asked for
 * @rounds: rounds that were answered
 * @rtt_min: shortest round trip, cycles
 * @rtt_median: half of the round trips took no longer, cycles
 * @rtt_p90: nine tenths of them did, cycles
 * @rtt_max: longest round trip, cycles
 * @tsc: @ref_cpu's TSC when the measurement ended, cycles
 * @adjust: this CPU's IA32_TSC_ADJUST
 */
struct guestclock_tsc_row {
	enum guestclock_tsc_state state;
	enum guestclock_tsc_fault fault;
	u32 ref_cpu;
	s64 offset_cycles;
	u64 bound_cycles;
	s64 offset_ns;
	u64 bound_ns;
	u32 rounds_wanted;
	u32 rounds;
	u64 rtt_min;
	u64 rtt_median;
	u64 rtt_p90;
	u64 rtt_max;
	u64 tsc;
	struct guestclock_tsc_adjust adjust;
};

/**
 * struct guestclock_tsc_history - what earlier measurements of a CPU add to a row
 * @measurements: since the CPU came online
 * @beyond: the offset is beyond the threshold
 * @adjust_changes: changes of IA32_TSC_ADJUST seen
 * @drift: rate of its TSC against the reference CPU's
 * @baseline_ns: time between the two offsets of @drift, ns, 0 when there is none
 */
struct guestclock_tsc_history {
	u64 measurements;
	bool beyond;
	u64 adjust_changes;
	struct guestclock_tsc_rate drift;
	u64 baseline_ns;
};

int guestclock_tsc_rows_init(void);
void guestclock_tsc_rows_exit(void);
void guestclock_tsc_row_update(unsigned int cpu, const struct guestclock_tsc_row *row);
void guestclock_tsc_forget(unsigned int cpu);
void guestclock_tsc_row(unsigned int cpu, struct guestclock_tsc_row *row,
			struct guestclock_tsc_history *history);
u64 guestclock_tsc_ns(u64 cycles);

#endif /* GUESTCLOCK_TSC_ROW_H */
