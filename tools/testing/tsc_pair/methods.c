// SPDX-License-Identifier: GPL-2.0-only
/* The module's estimator, and others that are in use, on the same rounds. */
#include "methods.h"

#include <math.h>

#include "tsc_estimate.h"

/* Rounds this much longer than the shortest one were disturbed. */
#define MEAN_RTT_FACTOR	2

static bool by_intersection(const struct tsc_round *rounds, unsigned int count, u64 step,
			    struct tsc_guess *guess)
{
	struct guestclock_tsc_estimate estimate;
	unsigned int i;

	guestclock_tsc_estimate_init(&estimate, step);
	for (i = 0; i < count; i++)
		guestclock_tsc_estimate_add(&estimate, rounds[i].sent, rounds[i].remote,
					    rounds[i].received);
	if (!guestclock_tsc_estimate_consistent(&estimate))
		return false;
	guess->offset = guestclock_tsc_estimate_offset(&estimate);
	guess->bound = guestclock_tsc_estimate_bound(&estimate);

	return true;
}

static u64 round_trip(const struct tsc_round *round)
{
	return round->received - round->sent;
}

/* The other TSC in the middle of the round, minus this one. */
static s64 middle(const struct tsc_round *round)
{
	return (s64)(round->remote - round->sent - round_trip(round) / 2);
}

static void from_round(const struct tsc_round *round, u64 step, struct tsc_guess *guess)
{
	guess->offset = middle(round);
	guess->bound = (round_trip(round) + 1) / 2 + step;
}

static bool by_one_round(const struct tsc_round *rounds, unsigned int count, u64 step,
			 struct tsc_guess *guess)
{
	(void)count;
	from_round(rounds, step, guess);

	return true;
}

static const struct tsc_round *shortest(const struct tsc_round *rounds, unsigned int count)
{
	const struct tsc_round *best = rounds;
	unsigned int i;

	for (i = 1; i < count; i++) {
		if (round_trip(&rounds[i]) < round_trip(best))
			best = &rounds[i];
	}

	return best;
}

static bool by_shortest_round(const struct tsc_round *rounds, unsigned int count, u64 step,
			      struct tsc_guess *guess)
{
	from_round(shortest(rounds, count), step, guess);

	return true;
}

/* The mean of what was not disturbed, give or take two standard errors. */
static bool by_mean(const struct tsc_round *rounds, unsigned int count, u64 step,
		    struct tsc_guess *guess)
{
	const struct tsc_round *best = shortest(rounds, count);
	u64 limit = MEAN_RTT_FACTOR * round_trip(best);
	double sum = 0, squares = 0, mean, apart;
	unsigned int used = 0;
	unsigned int i;

	(void)step;
	for (i = 0; i < count; i++) {
		if (round_trip(&rounds[i]) > limit)
			continue;
		apart = (double)(middle(&rounds[i]) - middle(best));
		sum += apart;
		squares += apart * apart;
		used++;
	}
	mean = sum / used;
	guess->offset = middle(best) + llround(mean);
	guess->bound = llround(2 * sqrt(fmax(squares / used - mean * mean, 0) / used));

	return true;
}

const struct tsc_method tsc_methods[TSC_METHODS] = {
	{ "guestclock", 0, by_intersection },
	{ "one round", 1, by_one_round },
	{ "shortest round", 0, by_shortest_round },
	{ "mean of rounds", 0, by_mean },
};
