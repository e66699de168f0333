/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_WATCHDOG_RULES_H
#define GUESTCLOCK_COMPAT_WATCHDOG_RULES_H

/*
 * The limits of the kernel's clocksource watchdog, which was written anew in 7.x,
 * and how it converts cycles. None of it is in a header of the kernel's
 * (kernel/time/clocksource.c).
 */

#include <linux/clocksource.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/version.h>

#include "watchdog_check.h"

#ifdef CONFIG_CLOCKSOURCE_WATCHDOG_MAX_SKEW_US
#define GUESTCLOCK_WATCHDOG_MAX_SKEW_NS	\
	(CONFIG_CLOCKSOURCE_WATCHDOG_MAX_SKEW_US * NSEC_PER_USEC)
#else
#define GUESTCLOCK_WATCHDOG_MAX_SKEW_NS	(100 * NSEC_PER_USEC)
#endif

/* Came with the new watchdog. */
#ifdef CLOCK_SOURCE_CALIBRATED

static inline void
guestclock_watchdog_rules_of(struct guestclock_watchdog_rules *rules,
			     const struct clocksource *wd, const struct clocksource *cs)
{
	rules->pauses = false;
	rules->window_limit_ns = 50 * NSEC_PER_USEC;
	rules->interval_limit_ns = cs ? min(wd->max_idle_ns, cs->max_idle_ns) :
					wd->max_idle_ns;
	rules->skew_shift = cs && wd->flags & cs->flags & CLOCK_SOURCE_CALIBRATED ?
			    11 : 8;
}

#else

static inline void
guestclock_watchdog_rules_of(struct guestclock_watchdog_rules *rules,
			     const struct clocksource *wd, const struct clocksource *cs)
{
	rules->pauses = true;
	/* 6.12 adds the clocksource's own margin, which is hardly ever another. */
	rules->window_limit_ns =
		KERNEL_VERSION(6, 12, 0) > LINUX_VERSION_CODE ?
		GUESTCLOCK_WATCHDOG_MAX_SKEW_NS : 2 * wd->uncertainty_margin;
	rules->interval_limit_ns = NSEC_PER_SEC;
	rules->skew_shift = 0;
}

#endif /* CLOCK_SOURCE_CALIBRATED */

/**
 * guestclock_watchdog_max_cycles() - the largest difference that the kernel believes
 * @cs: the clocksource
 *
 * clocksource_delta() of kernel/time/timekeeping_internal.h, which x86 always has
 * look for motion backward.
 *
 * Context: Any.
 * Return: cycles.
 */
static inline u64 guestclock_watchdog_max_cycles(const struct clocksource *cs)
{
#if KERNEL_VERSION(6, 12, 0) > LINUX_VERSION_CODE
	return IS_ENABLED(CONFIG_CLOCKSOURCE_VALIDATE_LAST_CYCLE) ? cs->mask >> 1 : cs->mask;
#else
	return cs->max_raw_delta;
#endif
}

/**
 * guestclock_watchdog_cycles_to_ns() - convert as cycles_to_nsec_safe() does
 * @cs: the clocksource
 * @start: cycles from
 * @end: cycles to
 *
 * Context: Any.
 * Return: ns.
 */
static inline u64
guestclock_watchdog_cycles_to_ns(const struct clocksource *cs, u64 start, u64 end)
{
	u64 cycles = (end - start) & cs->mask;

	/* So far forward is taken for backward. */
	if (cycles > guestclock_watchdog_max_cycles(cs))
		return 0;

	return mul_u64_u32_shr(cycles, cs->mult, cs->shift);
}

#endif /* GUESTCLOCK_COMPAT_WATCHDOG_RULES_H */
