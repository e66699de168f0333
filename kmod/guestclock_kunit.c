// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the arithmetic behind TSC offsets: what the host runs under
 * sanitizers, compiled as the kernel compiles it. The files under test come along,
 * because the module exports nothing.
 */

#include <kunit/test.h>
#include <linux/module.h>

#include "tsc_estimate.c"
#include "tsc_rate.c"
#include "tsc_step.c"
#include "tsc_threshold.c"

#define TRIALS		2000
#define ROUNDS		64

/* Numbers that look random and are the same each time (Knuth's MMIX). */
static u64 next_number(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;

	return *state >> 16;
}

/**
 * struct table - two CPUs that play
 * @now: the asking CPU's TSC, cycles
 * @offset: the other TSC minus this one, cycles
 * @ppm: the other one is faster by this
 * @state: of next_number()
 */
struct table {
	u64 now;
	s64 offset;
	s64 ppm;
	u64 state;
};

static void play(struct table *table, struct guestclock_tsc_estimate *estimate,
		 unsigned int rounds)
{
	u64 sent, remote;

	while (rounds--) {
		sent = table->now;
		table->now += 100 + next_number(&table->state) % 400;
		remote = table->now + table->offset +
			 (s64)table->now * table->ppm / 1000000;
		table->now += 100 + next_number(&table->state) % 400;
		guestclock_tsc_estimate_add(estimate, sent, remote, table->now);
		table->now += next_number(&table->state) % 1000;
	}
}

static void truth_lies_within_bound(struct kunit *test)
{
	struct guestclock_tsc_estimate estimate;
	struct table table = { .state = 1 };
	u64 distance;
	s64 found;
	int i;

	for (i = 0; i < TRIALS; i++) {
		table.now = next_number(&table.state);
		table.offset = (s64)(next_number(&table.state) << 16) >> (i % 60 + 2);
		guestclock_tsc_estimate_init(&estimate, 1);
		play(&table, &estimate, ROUNDS);
		KUNIT_ASSERT_TRUE(test, guestclock_tsc_estimate_consistent(&estimate));
		found = guestclock_tsc_estimate_offset(&estimate);
		distance = abs(found - table.offset);
		KUNIT_ASSERT_LE(test, distance, guestclock_tsc_estimate_bound(&estimate));
		KUNIT_ASSERT_LE(test, guestclock_tsc_estimate_bound(&estimate),
				estimate.rtt_min / 2 + 2);
	}
}

static void jump_is_a_jump(struct kunit *test)
{
	struct guestclock_tsc_estimate estimate;
	struct table table = { .now = 1000000, .state = 1 };

	guestclock_tsc_estimate_init(&estimate, 1);
	play(&table, &estimate, ROUNDS);
	table.offset = 5000;
	play(&table, &estimate, ROUNDS);
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_estimate_consistent(&estimate));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_estimate_jumped(&estimate));
}

static void rate_is_no_jump(struct kunit *test)
{
	struct guestclock_tsc_estimate estimate;
	struct table table = { .now = 1000000, .ppm = 100000, .state = 1 };

	guestclock_tsc_estimate_init(&estimate, 1);
	play(&table, &estimate, ROUNDS);
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_estimate_consistent(&estimate));
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_estimate_jumped(&estimate));
}

static void rate_and_its_bound(struct kunit *test)
{
	struct guestclock_tsc_rate rate;

	KUNIT_ASSERT_TRUE(test, guestclock_tsc_rate(5000, 100, 1000000000, &rate));
	KUNIT_EXPECT_EQ(test, rate.ppb, 5000);
	KUNIT_EXPECT_GE(test, rate.bound_ppb, 100);
	KUNIT_EXPECT_LE(test, rate.bound_ppb, 103);
	KUNIT_ASSERT_TRUE(test, guestclock_tsc_rate(-1LL << 50, 1, 1ULL << 60, &rate));
	KUNIT_EXPECT_LE(test, abs(rate.ppb + 976562), rate.bound_ppb);
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_rate(10, 0, 10, &rate));
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_rate(0, 10, 10, &rate));
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_rate(0, 0, 0, &rate));
}

static void threshold_has_hysteresis(struct kunit *test)
{
	const struct guestclock_tsc_threshold threshold = { 1000, 250 };

	/* The truth could still be at the threshold. */
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_beyond(&threshold, 1100, 100, false));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_beyond(&threshold, 1101, 100, false));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_beyond(&threshold, -1101, 100, false));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_beyond(&threshold, 800, 10, true));
	KUNIT_EXPECT_FALSE(test, guestclock_tsc_beyond(&threshold, -740, 10, true));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_beyond(&threshold, 740, 11, true));
	KUNIT_EXPECT_TRUE(test, guestclock_tsc_beyond(&threshold, S64_MIN, 0, false));
}

static void step_of_readings(struct kunit *test)
{
	static const u64 steps_of_26[] = { 26, 78, 104, 182, 208, 286 };
	static const u64 still[] = { 100, 100, 100 };

	KUNIT_EXPECT_GE(test, guestclock_tsc_step(steps_of_26, 6), 26);
	KUNIT_EXPECT_LE(test, guestclock_tsc_step(steps_of_26, 6), 29);
	KUNIT_EXPECT_EQ(test, guestclock_tsc_step(still, 3), 1);
}

static struct kunit_case tsc_cases[] = {
	KUNIT_CASE(truth_lies_within_bound),
	KUNIT_CASE(jump_is_a_jump),
	KUNIT_CASE(rate_is_no_jump),
	KUNIT_CASE(rate_and_its_bound),
	KUNIT_CASE(threshold_has_hysteresis),
	KUNIT_CASE(step_of_readings),
	{}
};

static struct kunit_suite tsc_suite = {
	.name = "guestclock_tsc",
	.test_cases = tsc_cases,
};

kunit_test_suite(tsc_suite);

MODULE_DESCRIPTION("KUnit tests of guestclock's TSC arithmetic");
MODULE_LICENSE("GPL");
