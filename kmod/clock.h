/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_H
#define GUESTCLOCK_CLOCK_H

#include <linux/types.h>

/**
 * struct guestclock_bracket - a clock between two readings of the TSC
 * @tsc_before: TSC just before, cycles
 * @value: what the clock showed, in its cycles
 * @tsc_after: TSC just after, cycles
 */
struct guestclock_bracket {
	u64 tsc_before;
	u64 value;
	u64 tsc_after;
};

/**
 * struct guestclock_clock - a clock that can be read for the cross-check
 * @name: as the kernel names its clocksource
 * @mask: it counts modulo this plus one
 * @hz: its nominal frequency, Hz
 * @attempts: times to read it; once where its bracket has no width
 * @open: finds it and sets @mask and @hz; returns NULL or what is missing. Sleeps.
 *	Without one it is always there.
 * @close: lets go of it; called where @open found it
 * @read: reads it, preemption off; returns NULL or what went wrong
 */
struct guestclock_clock {
	const char *name;
	u64 mask;
	u64 hz;
	u32 attempts;
	const char *(*open)(struct guestclock_clock *clock);
	void (*close)(void);
	const char *(*read)(struct guestclock_bracket *bracket);
};

extern struct guestclock_clock guestclock_clock_tsc;
extern struct guestclock_clock guestclock_clock_kvmclock;
extern struct guestclock_clock guestclock_clock_hpet;
extern struct guestclock_clock guestclock_clock_acpi_pm;
extern struct guestclock_clock guestclock_clock_host;

#endif /* GUESTCLOCK_CLOCK_H */
