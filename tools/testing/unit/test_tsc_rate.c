// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rate of one clock against another: exact within its bound, at any size.
 */

#include <stdlib.h>

#include <linux/limits.h>

#include "tap.h"
#include "tsc_rate.h"

#define TRIALS	100000

static u64 random_u64(void)
{
	return (u64)mrand48() << 32 ^ (u64)mrand48();
}

/* |@ppb| parts of @elapsed, against what came out. */
static bool is_within(s64 change, u64 change_bound, u64 elapsed,
		      const struct guestclock_tsc_rate *rate)
{
	long double truth = (long double)change * 1e9L / elapsed;
	long double bound = (long double)change_bound * 1e9L / elapsed;
	long double error = truth - rate->ppb;

	/* The bound may add no more than what rounding takes. */
	return error <= rate->bound_ppb && -error <= rate->bound_ppb &&
	       rate->bound_ppb <= bound + 3 && rate->bound_ppb >= bound;
}

static void test_random(struct tap *tap)
{
	struct guestclock_tsc_rate rate;
	u64 elapsed, change_bound;
	unsigned int wrong = 0;
	s64 change;
	int i;

	for (i = 0; i < TRIALS; i++) {
		elapsed = (random_u64() >> (i % 40 + 1)) + 2;
		change = (s64)(random_u64() % elapsed);
		change_bound = random_u64() % elapsed;
		if (i % 2)
			change = -change;
		if (!guestclock_tsc_rate(change, change_bound, elapsed, &rate) ||
		    !is_within(change, change_bound, elapsed, &rate))
			wrong++;
	}
	tap_case(tap, !wrong, "rates of any size lie within their bounds");
}

int main(void)
{
	struct guestclock_tsc_rate rate = { 0 };
	struct tap tap = { 0 };

	srand48(1);
	tap_case(&tap, guestclock_tsc_rate(5000, 100, 1000000000, &rate) &&
		 rate.ppb == 5000, "5000 in a thousand million are 5000 ppb");
	tap_case(&tap, guestclock_tsc_rate(-5000, 100, 1000000000, &rate) &&
		 rate.ppb == -5000, "and slower is negative");
	tap_case(&tap, !guestclock_tsc_rate(10, 0, 10, &rate) &&
		 !guestclock_tsc_rate(0, 10, 10, &rate) &&
		 !guestclock_tsc_rate(0, 0, 0, &rate) &&
		 !guestclock_tsc_rate(S64_MIN, 0, 10, &rate),
		 "what changes as fast as the clocks run has no rate");
	test_random(&tap);

	return tap_end(&tap);
}
