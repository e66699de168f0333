/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_BENCH_CLOCK_NS_H
#define GUESTCLOCK_BENCH_CLOCK_NS_H

#include <stdint.h>
#include <time.h>

/**
 * clock_ns() - Read a clock.
 * @clock: CLOCK_*; CLOCK_BOOTTIME compares with what events say
 *
 * Return: nanoseconds.
 */
static inline int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

#endif /* GUESTCLOCK_BENCH_CLOCK_NS_H */
