/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_INFO_H
#define GUESTCLOCK_TSC_INFO_H

#include <linux/types.h>

#include "tsc_rate.h"
#include "tsc_verification.h"

/**
 * struct guestclock_tsc_info - the TSC of the whole guest
 * @constant_tsc: it keeps its rate, the CPU says
 * @nonstop_tsc: it does not stop
 * @tsc_known_freq: the hypervisor or the CPU told its frequency
 * @tsc_reliable: the kernel was told to rely on it
 * @tsc_adjust: CPUs have IA32_TSC_ADJUST
 * @unstable: the kernel holds it for unstable
 * @verification: whether the kernel verifies it, and why
 * @pvclock_hz: its frequency by the pvclock page, Hz, 0 when there is none
 * @rate: against kvm-clock, when @baseline_ns is not 0
 * @baseline_ns: over which @rate was taken, ns
 * @restarts: times that the baseline began anew
 */
struct guestclock_tsc_info {
	bool constant_tsc;
	bool nonstop_tsc;
	bool tsc_known_freq;
	bool tsc_reliable;
	bool tsc_adjust;
	bool unstable;
	struct guestclock_verification verification;
	u64 pvclock_hz;
	struct guestclock_tsc_rate rate;
	u64 baseline_ns;
	u64 restarts;
};

void guestclock_tsc_info_sample(unsigned int cpu);
void guestclock_tsc_info(struct guestclock_tsc_info *info);

#endif /* GUESTCLOCK_TSC_INFO_H */
