// SPDX-License-Identifier: GPL-2.0-only
/*
 * The step of a TSC from its readings.
 */

#include <stdlib.h>

#include "tap.h"
#include "tsc_step.h"

#define READINGS	64

/* A TSC that adds @ratio / 1000 cycles at each tick, read at odd moments. */
static u64 step_of(u64 ratio, u64 apart)
{
	u64 readings[READINGS];
	u64 ticks = 1000000;
	int i;

	for (i = 0; i < READINGS; i++) {
		ticks += apart + (u64)lrand48() % 4;
		readings[i] = ticks * ratio / 1000;
	}

	return guestclock_tsc_step(readings, READINGS);
}

int main(void)
{
	static const u64 even[] = { 100, 152, 204, 256 };
	static const u64 still[] = { 100, 100, 100 };
	struct tap tap = { 0 };
	u64 step;

	srand48(1);
	tap_case(&tap, step_of(1000, 40) <= 3, "a TSC that counts every cycle");
	step = step_of(26000, 4);
	tap_case(&tap, step >= 26 && step <= 27, "steps of 26 cycles");
	step = step_of(25961, 4);
	tap_case(&tap, step >= 26 && step <= 27, "steps of 25 and 26 cycles");
	tap_case(&tap, guestclock_tsc_step(even, 4) == 52,
		 "readings that are always as far apart: no step is longer");
	tap_case(&tap, guestclock_tsc_step(still, 3) == 1,
		 "readings that stand still say nothing");

	return tap_end(&tap);
}
