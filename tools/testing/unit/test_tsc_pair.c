// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC offset estimator between two real CPUs: what is added to one side's
 * readings is found, with the right sign and within the bound, and faults are seen.
 */
#include <unistd.h>

#include "array.h"
#include "methods.h"
#include "results.h"
#include "tap.h"
#include "tsc_estimate.h"

#define ROUNDS		256
#define TRIALS		60
#define BASE_BURSTS	20
/* Other work can keep a thread from its CPU for long: each time 50 ms. */
#define TRIES		1000
/* Much longer than a way is by itself, so that the truth lies near the edge. */
#define LAG		5000

static const s64 injected[] = {
	0, 100, -100, 1000, -1000, 30000, -30000, 1000000, -1000000, 100000000, -100000000,
	1000000000, -1000000000, 1000000000000000, -1000000000000000,
};

static const struct tsc_play untouched = { .ahead = 0 };

/**
 * struct test - what all cases share
 * @tap: their results
 * @pair: the two CPUs
 * @step: longest step seen of the TSC, cycles
 * @base: what the two TSCs are apart
 * @rounds: the burst at hand
 */
struct test {
	struct tap tap;
	struct tsc_pair *pair;
	u64 step;
	struct tsc_guess base;
	struct tsc_round rounds[ROUNDS];
};

static void burst(struct test *test, const struct tsc_play *how)
{
	unsigned int tries;

	for (tries = 0; tries < TRIES; tries++) {
		usleep(100);
		if (tsc_pair_play(test->pair, how, test->rounds, ROUNDS) == ROUNDS)
			return;
	}
	printf("Bail out! a thread was kept from its CPU %d times\n", TRIES);
	exit(1);
}

/* False where no single offset explains some bursts of nothing but the two TSCs. */
static bool measure_base(struct test *test)
{
	struct guestclock_tsc_estimate estimate;
	unsigned int i, j;

	for (i = 0; i < BASE_BURSTS; i++) {
		if (tsc_pair_step() > test->step)
			test->step = tsc_pair_step();
	}
	guestclock_tsc_estimate_init(&estimate, test->step);
	for (i = 0; i < BASE_BURSTS; i++) {
		burst(test, &untouched);
		for (j = 0; j < ROUNDS; j++)
			guestclock_tsc_estimate_add(&estimate, test->rounds[j].sent,
						    test->rounds[j].remote,
						    test->rounds[j].received);
	}
	test->base.offset = guestclock_tsc_estimate_offset(&estimate);
	test->base.bound = guestclock_tsc_estimate_bound(&estimate);
	printf("# by themselves %lld +- %llu cycles, step %llu, shortest round trip %llu\n",
	       (long long)test->base.offset, (unsigned long long)test->base.bound,
	       (unsigned long long)test->step, (unsigned long long)estimate.rtt_min);

	return guestclock_tsc_estimate_consistent(&estimate);
}

static u64 magnitude(s64 value)
{
	return value < 0 ? -(u64)value : (u64)value;
}

/**
 * struct counts - what came of some trials
 * @contradicted: no offset explained the burst
 * @outside: the truth was not within the bound
 * @wide: the bound was wider than that of the shortest round
 * @signs: trials in which the sign can be told
 * @wrong: of these, it was the wrong one
 */
struct counts {
	unsigned int contradicted;
	unsigned int outside;
	unsigned int wide;
	unsigned int signs;
	unsigned int wrong;
};

static void trial(struct test *test, const struct tsc_play *how, struct counts *counts)
{
	struct tsc_guess ours, shortest;
	s64 truth;
	u64 slack;

	burst(test, how);
	truth = how->ahead + test->base.offset;
	tsc_methods[2].guess(test->rounds, ROUNDS, test->step, &shortest);
	if (!tsc_methods[0].guess(test->rounds, ROUNDS, test->step, &ours)) {
		counts->contradicted++;
		return;
	}
	slack = ours.bound + test->base.bound;
	counts->outside += magnitude(ours.offset - truth) > slack;
	counts->wide += ours.bound > shortest.bound;
	if (magnitude(truth) > slack) {
		counts->signs++;
		counts->wrong += (ours.offset > 0) != (truth > 0);
	}
}

static void test_truth(struct test *test)
{
	struct tsc_play how = { .ahead = 0 };
	struct counts counts = { 0 };
	int i;

	for (i = 0; i < TRIALS; i++) {
		how.ahead = injected[i % ARRAY_SIZE(injected)];
		trial(test, &how, &counts);
	}
	tap_case(&test->tap, !counts.contradicted, "a constant offset explains every burst");
	tap_case(&test->tap, !counts.outside, "the truth lies within the bound in every trial");
	tap_case(&test->tap, counts.signs && !counts.wrong,
		 "the sign is right wherever it can be told");
	tap_case(&test->tap, !counts.wide,
		 "no bound is wider than that of the shortest round");
}

static void test_lopsided(struct test *test)
{
	struct tsc_play how = { .ahead = 0 };
	struct counts counts = { 0 };
	int i;

	for (i = 0; i < TRIALS; i++) {
		how.ahead = injected[i % ARRAY_SIZE(injected)];
		how.lag_there = i % 2 ? LAG : 0;
		how.lag_back = i % 2 ? 0 : LAG;
		trial(test, &how, &counts);
	}
	tap_case(&test->tap, !counts.contradicted && !counts.outside,
		 "the truth lies within the bound where one way takes much longer");
}

static bool explained(struct test *test)
{
	struct tsc_guess guess;

	return tsc_methods[0].guess(test->rounds, ROUNDS, test->step, &guess);
}

static void test_faults(struct test *test)
{
	unsigned int i;

	burst(test, &untouched);
	/* More than any round trip, the disturbed ones too, which explain everything. */
	for (i = ROUNDS / 2; i < ROUNDS; i++)
		test->rounds[i].remote += 100000;
	tap_case(&test->tap, !explained(test), "a jump in the middle of a burst is noticed");

	burst(test, &untouched);
	for (i = 0; i < ROUNDS; i++)
		test->rounds[i].remote += (test->rounds[i].remote - test->rounds[0].remote) / 4;
	tap_case(&test->tap, !explained(test), "a TSC that is faster by a quarter is noticed");
}

int main(void)
{
	static struct test test;
	int asking, answering;

	if (tsc_pair_cpus(&asking, &answering)) {
		puts("ok 1 two real CPUs # SKIP only one CPU may be used here\n1..1");
		return 0;
	}
	test.pair = tsc_pair_start(asking, answering);
	if (!test.pair) {
		printf("Bail out! cannot run on CPUs %d and %d\n", asking, answering);
		return 1;
	}
	tap_case(&test.tap, measure_base(&test), "the two TSCs keep their offset");
	test_truth(&test);
	test_lopsided(&test);
	test_faults(&test);
	tsc_pair_stop(test.pair);

	return tap_end(&test.tap);
}
