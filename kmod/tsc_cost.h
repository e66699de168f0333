/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_COST_H
#define GUESTCLOCK_TSC_COST_H

#include <linux/types.h>

/**
 * struct guestclock_tsc_cost - what measuring TSCs has cost
 * @measurements: pairs of CPUs measured
 * @no_answers: of these, pairs of which one CPU did not answer in time
 * @cycles_ref: spent by the CPUs that asked, cycles
 * @cycles_cpu: spent by the CPUs that were asked, cycles
 * @cycles_brief: part of both that brief measurements, those of sweeps, have taken
 * @irqs_off_max: longest time that a CPU had its interrupts off, cycles
 */
struct guestclock_tsc_cost {
	u64 measurements;
	u64 no_answers;
	u64 cycles_ref;
	u64 cycles_cpu;
	u64 cycles_brief;
	u64 irqs_off_max;
};

void guestclock_tsc_cost_measurement(bool answered);
void guestclock_tsc_cost_ref(u64 cycles, u64 irqs_off, bool thorough);
void guestclock_tsc_cost_cpu(u64 cycles, u64 irqs_off, bool thorough);
void guestclock_tsc_cost(struct guestclock_tsc_cost *cost);

#endif /* GUESTCLOCK_TSC_COST_H */
