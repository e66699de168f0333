/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel versions under test spell differently. */
#ifndef GUESTCLOCK_TEST_COMPAT_H
#define GUESTCLOCK_TEST_COMPAT_H

#include <linux/clocksource.h>
#include <linux/timekeeping.h>
#include <linux/version.h>

/* A clocksource that the kernel never selects; 6.x has no word for it. */
#ifndef CLOCK_SOURCE_WDTEST
#define CLOCK_SOURCE_WDTEST	0
#endif

/**
 * test_clock_cycles() - the current clocksource's reading, as the timekeeper
 *	takes it
 *
 * Context: any but inside the timekeeper's write section.
 * Return: cycles; with kvm-clock as clocksource these are its nanoseconds.
 */
static inline u64 test_clock_cycles(void)
{
	struct system_time_snapshot snap = { };

#if KERNEL_VERSION(7, 2, 0) <= LINUX_VERSION_CODE
	ktime_get_snapshot_id(CLOCK_MONOTONIC, &snap);
#else
	ktime_get_snapshot(&snap);
#endif
	return snap.cycles;
}

#endif /* GUESTCLOCK_TEST_COMPAT_H */
