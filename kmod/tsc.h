/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_H
#define GUESTCLOCK_TSC_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

/* To guestclock_tsc_measure(), every online CPU. */
#define GUESTCLOCK_ALL_CPUS	(-1)

/**
 * struct guestclock_tsc_row - a CPU's TSC as of the last measurement
 * @state: whether the numbers could be had
 * @ref_cpu: the CPU measured against
 * @offset_cycles: this CPU's TSC minus @ref_cpu's, cycles
 * @bound_cycles: the truth lies within @offset_cycles plus or minus this, cycles
 * @offset_ns: @offset_cycles in ns, 0 without tsc_khz
 * @bound_ns: @bound_cycles in ns, rounded up, 0 without tsc_khz
 * @rounds: rounds that were answered
 * @rtt_min: shortest round trip, cycles
 * @rtt_max: longest round trip, cycles
 * @tsc: @ref_cpu's TSC when the measurement ended, cycles
 */
struct guestclock_tsc_row {
	enum guestclock_tsc_state state;
	u32 ref_cpu;
	s64 offset_cycles;
	u64 bound_cycles;
	s64 offset_ns;
	u64 bound_ns;
	u32 rounds;
	u64 rtt_min;
	u64 rtt_max;
	u64 tsc;
};

int guestclock_tsc_init(u64 threshold_ns);
void guestclock_tsc_stop(void);
void guestclock_tsc_exit(void);
int guestclock_tsc_measure(int only_cpu);
void guestclock_tsc_forget(unsigned int cpu);
void guestclock_tsc_row(unsigned int cpu, struct guestclock_tsc_row *row);

#endif /* GUESTCLOCK_TSC_H */
