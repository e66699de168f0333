/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_H
#define GUESTCLOCK_CLOCK_H

#include <stdint.h>
#include <time.h>

/**
 * gc_clock_ns() - Read a clock.
 * @clock: which
 *
 * Return: its reading in ns.
 */
static inline int64_t gc_clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

#endif /* GUESTCLOCK_CLOCK_H */
