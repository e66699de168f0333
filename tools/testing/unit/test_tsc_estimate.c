// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC offset estimator: the truth lies within the bound, whatever the ways
 * take and wherever the counters stand.
 */

#include <stdlib.h>

#include <linux/limits.h>

#include "tap.h"
#include "tsc_estimate.h"

#define TRIALS	20000
#define ROUNDS	64

static u64 random_u64(void)
{
	return (u64)mrand48() << 32 ^ (u64)mrand48();
}

/* Plays rounds with ways of up to @way cycles, the other TSC ahead by @offset. */
static u64 play(struct guestclock_tsc_estimate *estimate, u64 now, s64 offset,
		u64 way)
{
	u64 sent, remote;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		sent = now;
		now += random_u64() % way;
		remote = now + (u64)offset;
		now += random_u64() % way;
		guestclock_tsc_estimate_add(estimate, sent, remote, now);
		now += random_u64() % 1000;
	}

	return now;
}

static u64 distance(s64 a, s64 b)
{
	return a < b ? (u64)b - (u64)a : (u64)a - (u64)b;
}

static void test_truth_in_bound(struct tap *tap)
{
	unsigned int outside = 0, wide = 0, inconsistent = 0;
	struct guestclock_tsc_estimate estimate;
	s64 truth;
	u64 bound;
	int i;

	for (i = 0; i < TRIALS; i++) {
		/* Any offset a counter pair can have, without wrapping its sign. */
		truth = (s64)random_u64() >> (i % 60 + 2);
		guestclock_tsc_estimate_init(&estimate, 1);
		play(&estimate, random_u64() >> 2, truth, 1 + i % 5000);
		bound = guestclock_tsc_estimate_bound(&estimate);
		if (!guestclock_tsc_estimate_consistent(&estimate))
			inconsistent++;
		if (distance(guestclock_tsc_estimate_offset(&estimate), truth) > bound)
			outside++;
		if (bound > estimate.rtt_min / 2 + 2)
			wide++;
	}
	tap_case(tap, !inconsistent, "a constant offset is consistent");
	tap_case(tap, !outside, "the truth lies within the bound in every trial");
	tap_case(tap, !wide, "the bound is at most half the shortest round trip");
}

static void test_asymmetry(struct tap *tap)
{
	struct guestclock_tsc_estimate estimate;

	guestclock_tsc_estimate_init(&estimate, 1);
	/* All of the 500 cycles of the round trip are spent on the way back. */
	guestclock_tsc_estimate_add(&estimate, 1000, 1000, 1500);
	tap_case(tap, guestclock_tsc_estimate_bound(&estimate) >= 250 &&
		 guestclock_tsc_estimate_bound(&estimate) <= 252,
		 "one round has a bound of half its round trip");
	tap_case(tap, estimate.rtt_min == 500 && estimate.rtt_max == 500 &&
		 estimate.rounds == 1, "round trips are counted and kept");
	guestclock_tsc_estimate_add(&estimate, 2000, 2500, 2500);
	tap_case(tap, guestclock_tsc_estimate_bound(&estimate) <= 2 &&
		 distance(guestclock_tsc_estimate_offset(&estimate), 0) <= 2,
		 "rounds that are lopsided both ways leave one offset");
}

static void test_faults(struct tap *tap)
{
	struct guestclock_tsc_estimate estimate;
	u64 now;

	guestclock_tsc_estimate_init(&estimate, 1);
	now = play(&estimate, 1000000, 0, 500);
	play(&estimate, now, 5000, 500);
	tap_case(tap, !guestclock_tsc_estimate_consistent(&estimate),
		 "a jump between rounds is inconsistent");
	tap_case(tap, guestclock_tsc_estimate_jumped(&estimate),
		 "and one jump explains it");
	play(&estimate, now, 0, 500);
	tap_case(tap, !guestclock_tsc_estimate_consistent(&estimate) &&
		 !guestclock_tsc_estimate_jumped(&estimate),
		 "a second jump is not taken for one jump");
}

static void test_rate_fault(struct tap *tap)
{
	struct guestclock_tsc_estimate estimate;
	u64 now = 1000000;
	int i;

	guestclock_tsc_estimate_init(&estimate, 1);
	/* One TSC is faster by ten percent. */
	for (i = 0; i < ROUNDS; i++, now += 1000)
		guestclock_tsc_estimate_add(&estimate, now, now + now / 10 + 100,
					    now + 200);
	tap_case(tap, !guestclock_tsc_estimate_consistent(&estimate) &&
		 !guestclock_tsc_estimate_jumped(&estimate),
		 "another rate is inconsistent, and no jump");
}

/* The local TSC goes back while a round is under way, with rounds before and after. */
static void test_local_jump(struct tap *tap)
{
	struct guestclock_tsc_estimate estimate;
	u64 now = 1000000000, back = 100000000;

	guestclock_tsc_estimate_init(&estimate, 1);
	guestclock_tsc_estimate_add(&estimate, now, now + 50, now + 100 - back);
	tap_case(tap, !estimate.rounds && !guestclock_tsc_estimate_consistent(&estimate),
		 "a round that ends before it began is a fault, not a round");

	guestclock_tsc_estimate_init(&estimate, 1);
	now = play(&estimate, now, 0, 500);
	guestclock_tsc_estimate_add(&estimate, now, now + 50, now + 100 - back);
	play(&estimate, now - back, (s64)back, 500);
	tap_case(tap, guestclock_tsc_estimate_jumped(&estimate) &&
		 estimate.rounds == 2 * ROUNDS && estimate.rtt_max < 1000,
		 "a local TSC that goes back in a round jumped once");
}

int main(void)
{
	struct tap tap = { 0 };

	srand48(1);
	test_truth_in_bound(&tap);
	test_asymmetry(&tap);
	test_faults(&tap);
	test_rate_fault(&tap);
	test_local_jump(&tap);

	return tap_end(&tap);
}
