/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCK_READ_H
#define GUESTCLOCK_CLOCK_READ_H

#include <time.h>

/**
 * struct gc_clock_read - How reads of a clock went.
 * @reads: how often it was read
 * @calls: how many of these reads entered the kernel
 */
struct gc_clock_read {
	unsigned int reads;
	unsigned int calls;
};

int gc_clock_read_watch(clockid_t clock, struct gc_clock_read *read);

#endif /* GUESTCLOCK_CLOCK_READ_H */
