// SPDX-License-Identifier: GPL-2.0-only
/*
 * The step in which a TSC counts.
 *
 * Many TSCs count the ticks of a slower clock and add the ratio each time: at
 * 2.5961 GHz and 100 MHz mostly 26 cycles, now and then 25. A reading is the
 * last step that has passed, so a difference of two readings of two such TSCs
 * can be off by up to one step either way.
 */

#include <linux/limits.h>
#include <linux/minmax.h>

#include "tsc_step.h"

/*
 * As many steps differ by one cycle where the ratio is no whole number. Where the
 * hardware scales the TSC for its guest, by less than two, they differ by up to 3.
 */
#define UNEVENNESS	3

static u64 gap(const u64 *readings, unsigned int i)
{
	return readings[i + 1] - readings[i];
}

/**
 * guestclock_tsc_step() - the step, from readings one right after the other
 * @readings: of one TSC, in order, cycles
 * @count: how many
 *
 * Readings that follow each other are some steps apart. So no two of these gaps
 * are closer than a step, unless they are the same but for an uneven step, and
 * none is shorter than one. Where the readings show too little, what comes out
 * is too long rather than too short.
 *
 * Context: Any; takes @count squared.
 * Return: cycles, at least 1.
 */
u64 guestclock_tsc_step(const u64 *readings, unsigned int count)
{
	u64 step = U64_MAX;
	unsigned int i, j;
	u64 apart;

	for (i = 0; i + 1 < count; i++) {
		if (gap(readings, i))
			step = min(step, gap(readings, i));
		for (j = 0; j < i; j++) {
			apart = max(gap(readings, i), gap(readings, j)) -
				min(gap(readings, i), gap(readings, j));
			if (apart > UNEVENNESS)
				step = min(step, apart + UNEVENNESS);
		}
	}

	return step == U64_MAX ? 1 : step;
}
