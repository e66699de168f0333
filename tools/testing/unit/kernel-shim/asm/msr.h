/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_ASM_MSR_H
#define GUESTCLOCK_SHIM_ASM_MSR_H

#include <linux/types.h>
#include <x86intrin.h>

static inline u64 rdtsc_ordered(void)
{
	u64 tsc;

	_mm_lfence();
	tsc = __rdtsc();
	_mm_lfence();

	return tsc;
}

#endif /* GUESTCLOCK_SHIM_ASM_MSR_H */
