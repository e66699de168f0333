/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_ADVANCE_H
#define GUESTCLOCK_CROSS_ADVANCE_H

#include "cross_check.h"

#define GC_CROSS_NS		1000000000.0

/*
 * Sound clocks differ by less: NTP slews a host's clock by no more, and the kernel's
 * watchdog allows clocks that were calibrated 488 ppm.
 */
#define GC_CROSS_SOUND_RATE	0.0005

/**
 * struct gc_cross_advance - How far a clock went between two readings.
 * @ok: whether that can be told
 * @ns: how far, by its own frequency
 * @tsc_ns: how far the TSC went between the same reads
 * @bound_ns: either read happened somewhere in its bracket, so @tsc_ns is off by up to
 *   this
 * @wraps: how often it wrapped
 * @range_ns: not 0: @ns may be whole numbers of this more or less, as whatever the number
 *   of its wraps, it agrees with no clock
 */
struct gc_cross_advance {
	bool ok;
	double ns;
	double tsc_ns;
	double bound_ns;
	unsigned int wraps;
	double range_ns;
};

double gc_cross_width(const struct gc_cross_sample *sample);
struct gc_cross_advance gc_cross_advance(const struct gc_cross_check *check, size_t at,
					 enum gc_cross_clock clock);

#endif /* GUESTCLOCK_CROSS_ADVANCE_H */
