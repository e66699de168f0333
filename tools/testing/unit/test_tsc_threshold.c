// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thresholds of TSC offsets: beyond the bound, and with hysteresis.
 */

#include <linux/limits.h>

#include "tap.h"
#include "tsc_threshold.h"

static const struct guestclock_tsc_threshold threshold = {
	.limit_ns = 1000,
	.hysteresis_ns = 250,
};

static const struct guestclock_tsc_threshold none = { 0 };

static const struct guestclock_tsc_threshold widest = { .limit_ns = U64_MAX };

int main(void)
{
	struct tap tap = { 0 };

	tap_case(&tap, !guestclock_tsc_beyond(&threshold, 1100, 100, false) &&
		 guestclock_tsc_beyond(&threshold, 1101, 100, false),
		 "an offset is beyond when all of its bound is");
	tap_case(&tap, !guestclock_tsc_beyond(&threshold, -1100, 100, false) &&
		 guestclock_tsc_beyond(&threshold, -1101, 100, false),
		 "and so is a negative one");
	tap_case(&tap, guestclock_tsc_beyond(&threshold, 751, 0, true) &&
		 !guestclock_tsc_beyond(&threshold, 750, 0, true),
		 "it is back only below the hysteresis");
	tap_case(&tap, guestclock_tsc_beyond(&threshold, 740, 11, true) &&
		 !guestclock_tsc_beyond(&threshold, -740, 10, true),
		 "all of its bound is");
	tap_case(&tap, !guestclock_tsc_beyond(&threshold, 0, U64_MAX, false) &&
		 guestclock_tsc_beyond(&threshold, 0, U64_MAX, true),
		 "a bound that says nothing changes nothing");
	tap_case(&tap, guestclock_tsc_beyond(&threshold, S64_MIN, 0, false) &&
		 guestclock_tsc_beyond(&threshold, S64_MAX, 0, false),
		 "the largest offsets are beyond");
	tap_case(&tap, guestclock_tsc_beyond(&none, 1, 0, false) &&
		 !guestclock_tsc_beyond(&none, 1, 1, false),
		 "without a threshold the bound decides");
	tap_case(&tap, !guestclock_tsc_beyond(&widest, S64_MIN, 0, false),
		 "nothing is beyond the widest threshold");

	return tap_end(&tap);
}
