// SPDX-License-Identifier: GPL-2.0-only
/*
 * The step of a TSC from its readings.
 */

#include <stdlib.h>

#include "tap.h"
#include "tsc_step.h"

#define READINGS	64
#define SCALES		6

/*
 * A TSC that adds @ratio / 1000 cycles at each tick, read at odd moments, and of
 * which the guest sees @scale / 1000.
 */
static u64 scaled(u64 ratio, u64 scale, u64 apart, u64 spread)
{
	u64 readings[READINGS];
	u64 ticks = 1000000;
	int i;

	for (i = 0; i < READINGS; i++) {
		ticks += apart + (u64)lrand48() % spread;
		readings[i] = ticks * ratio / 1000 * scale / 1000;
	}

	return guestclock_tsc_step(readings, READINGS);
}

static u64 step_of(u64 ratio, u64 apart, u64 spread)
{
	return scaled(ratio, 1000, apart, spread);
}

static u64 scaled_step_of(u64 ratio, u64 scale)
{
	return scaled(ratio, scale, 4, 4);
}

int main(void)
{
	static const u64 even[] = { 100, 152, 204, 256 };
	static const u64 still[] = { 100, 100, 100 };
	static const u64 scales[SCALES] = { 700, 800, 1050, 1200, 1600, 1900 };
	struct tap tap = { 0 };
	u64 step, shortest;
	unsigned int i;
	int trial;
	u64 good = 0;

	srand48(1);
	tap_case(&tap, step_of(1000, 40, 16) <= 7, "a TSC that counts every cycle");
	step = step_of(26000, 4, 4);
	tap_case(&tap, step >= 26 && step <= 29, "steps of 26 cycles");
	step = step_of(25961, 4, 4);
	tap_case(&tap, step >= 26 && step <= 29, "steps of 25 and 26 cycles");
	for (i = 0; i < SCALES; i++)
		for (trial = 0; trial < 100; trial++) {
			step = scaled_step_of(25961, scales[i]);
			shortest = 25 * scales[i] / 1000;
			good += step >= shortest && step <= shortest + 8;
		}
	tap_case(&tap, good == 100UL * SCALES,
		 "the same under the hardware's scaling for a guest");
	tap_case(&tap, guestclock_tsc_step(even, 4) == 52,
		 "readings that are always as far apart: no step is longer");
	tap_case(&tap, guestclock_tsc_step(still, 3) == 1,
		 "readings that stand still say nothing");

	return tap_end(&tap);
}
