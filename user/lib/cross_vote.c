// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which clock is the odd one. Clocks that come from one source share a vote. Clocks that
 * are apart take two sides.
 */
#include "cross_vote.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double clearness(const struct gc_cross_pair *pair)
{
	double jump = fabs(pair->jump_ns) / (pair->jump_bound_ns + 1);
	double rate = fabs(pair->rate_ppb) / (pair->rate_bound_ppb + 1);

	return jump > 1 ? jump : rate;
}

/* The pair that is apart most clearly, and how many could be compared at all. */
static unsigned int find_worst(const struct gc_cross_check *check,
			       struct gc_cross_verdict *verdict)
{
	struct gc_cross_pair pair;
	unsigned int compared = 0;
	size_t i, j;

	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		for (j = i + 1; j < GC_CROSS_CLOCKS; j++) {
			gc_cross_compare(check, i, j, &pair);
			compared += !!pair.intervals;
			if (!pair.apart ||
			    (verdict->worst.apart &&
			     clearness(&pair) <= clearness(&verdict->worst)))
				continue;
			verdict->worst = pair;
			verdict->one = i;
			verdict->other = j;
		}
	}
	return compared;
}

/* Slewing would not, by chance, bring a clock that near to the wrong one of two. */
#define NEARER		8

static bool is_nearer(const struct gc_cross_pair *one, const struct gc_cross_pair *other)
{
	return other->stray_ns > 0 && one->stray_ns * NEARER <= other->stray_ns;
}

/*
 * Each clock sides with that one of the two from which it is not apart. One that may
 * have been slewed, and so is apart from neither, with that one which it stayed near.
 */
static bool take_sides(const struct gc_cross_check *check, struct gc_cross_verdict *verdict)
{
	struct gc_cross_pair one, other;
	size_t i;

	verdict->side[verdict->one] = 1;
	verdict->side[verdict->other] = 2;
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (verdict->side[i])
			continue;
		gc_cross_compare(check, i, verdict->one, &one);
		gc_cross_compare(check, i, verdict->other, &other);
		if (one.apart && other.apart)
			return false;
		if (one.apart != other.apart)
			verdict->side[i] = one.apart ? 2 : 1;
		else if (is_nearer(&one, &other))
			verdict->side[i] = 1;
		else if (is_nearer(&other, &one))
			verdict->side[i] = 2;
	}
	return true;
}

static void count_votes(struct gc_cross_verdict *verdict,
			unsigned int clocks_of[3][GC_CROSS_SOURCES])
{
	unsigned int vote, side, other;
	size_t i;

	for (i = 0; i < GC_CROSS_CLOCKS; i++)
		clocks_of[verdict->side[i]][gc_cross_source(i)]++;
	for (vote = 0; vote < GC_CROSS_SOURCES; vote++) {
		for (side = 1; side <= 2; side++) {
			other = 3 - side;
			verdict->votes[side] += clocks_of[side][vote] && !clocks_of[other][vote];
		}
	}
}

static unsigned int sources_of(const unsigned int clocks[GC_CROSS_SOURCES])
{
	return !!clocks[0] + !!clocks[1] + !!clocks[2];
}

/* The side that is outvoted, or 0. */
static unsigned int find_loser(const struct gc_cross_verdict *verdict,
			       unsigned int clocks_of[3][GC_CROSS_SOURCES])
{
	unsigned int side, winner;

	for (side = 1; side <= 2; side++) {
		winner = 3 - side;
		if (verdict->votes[winner] >= 2 && verdict->votes[winner] > verdict->votes[side])
			return side;
		/* One vote, and of the odd clock's own source the other clock. */
		if (verdict->votes[winner] && !verdict->votes[side] &&
		    sources_of(clocks_of[winner]) >= 2 && sources_of(clocks_of[side]) == 1)
			return side;
	}
	return 0;
}

/* The VMM stops kvm-clock and its own clocks; the TSC and the host go on. */
static bool is_like_pause(const struct gc_cross_check *check,
			  const struct gc_cross_verdict *verdict)
{
	const unsigned int *side = verdict->side;
	unsigned int stopped = side[GC_CROSS_KVM_CLOCK];
	struct gc_cross_pair pair;

	if (!stopped || side[GC_CROSS_TSC] != 3 - stopped)
		return false;
	gc_cross_compare(check, GC_CROSS_TSC, GC_CROSS_KVM_CLOCK, &pair);
	if (pair.jump_ns <= 0)
		return false;
	if (side[GC_CROSS_HOST] == stopped || side[GC_CROSS_HPET] == 3 - stopped ||
	    side[GC_CROSS_ACPI_PM] == 3 - stopped)
		return false;
	return side[GC_CROSS_HPET] || side[GC_CROSS_ACPI_PM] || side[GC_CROSS_HOST];
}

/**
 * gc_cross_vote() - Find the odd clock out.
 * @check: the readings
 * @verdict: filled
 */
void gc_cross_vote(const struct gc_cross_check *check, struct gc_cross_verdict *verdict)
{
	unsigned int clocks_of[3][GC_CROSS_SOURCES] = { 0 }, loser;
	size_t i;

	memset(verdict, 0, sizeof(*verdict));
	verdict->outcome = GC_CROSS_UNTOLD;
	if (!find_worst(check, verdict))
		return;
	verdict->outcome = GC_CROSS_AGREED;
	if (!verdict->worst.apart)
		return;
	verdict->outcome = GC_CROSS_UNDETERMINED;
	if (!take_sides(check, verdict))
		return;
	count_votes(verdict, clocks_of);
	verdict->like_pause = is_like_pause(check, verdict);
	loser = find_loser(verdict, clocks_of);
	/* Without the host's clock the TSC, which goes on, would be alone in a pause. */
	if (!loser || verdict->like_pause)
		return;
	verdict->outcome = GC_CROSS_ODD;
	verdict->sure = verdict->votes[3 - loser] >= 2 && !verdict->votes[loser];
	for (i = 0; i < GC_CROSS_CLOCKS; i++)
		verdict->odd[i] = verdict->side[i] == loser;
}

/**
 * gc_cross_side() - The clocks of a side.
 * @verdict: the verdict
 * @side: 1 or 2, or 0 for those that took none
 * @buf: gets their names, separated by blanks
 * @size: size of @buf, at least 64
 */
void gc_cross_side(const struct gc_cross_verdict *verdict, unsigned int side, char *buf,
		   size_t size)
{
	size_t i, len = 0;

	buf[0] = '\0';
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (verdict->side[i] == side && len < size)
			len += snprintf(buf + len, size - len, "%s%s", len ? " " : "",
					gc_cross_name(i));
	}
}
