// SPDX-License-Identifier: GPL-2.0-only
/*
 * IA32_TSC_ADJUST, which every write to a CPU's TSC leaves its trace in. In a
 * guest it is KVM's: what the hypervisor does to the TSC does not show.
 */

#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_adjust.h"

/**
 * guestclock_tsc_adjust_read() - read this CPU's
 *
 * Context: Any, bound to the CPU. A hypervisor may handle it outside the guest.
 * Return: its value, and this CPU's TSC before it was read; or that it is absent.
 */
struct guestclock_tsc_adjust guestclock_tsc_adjust_read(void)
{
	struct guestclock_tsc_adjust adjust = {
		.state = GUESTCLOCK_ADJUST_STATE_ABSENT,
		.tsc = rdtsc_ordered(),
	};
	u32 low, high;

	if (boot_cpu_has(X86_FEATURE_TSC_ADJUST) &&
	    !rdmsr_safe(MSR_IA32_TSC_ADJUST, &low, &high)) {
		adjust.state = GUESTCLOCK_ADJUST_STATE_OK;
		adjust.value = (s64)((u64)high << 32 | low);
	}

	return adjust;
}
