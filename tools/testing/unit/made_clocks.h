/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNIT_MADE_CLOCKS_H
#define GUESTCLOCK_UNIT_MADE_CLOCKS_H

/* Guests that are made up, so that the truth about their clocks is known. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cross_vote.h"

#define TSC_HZ		2596096000ULL
#define HPET_HZ		100000000ULL
#define PM_HZ		3579545ULL

/**
 * struct world - A guest, and what happens in it.
 * @count: readings, 0.25 s apart
 * @first: seconds before them that another one was taken, 0 for none
 * @rate: by clock, how much too fast it is, 0.000001 is 1 ppm
 * @slewed: by clock, how much faster still from reading @jump_before on
 * @jump: by clock, ns that it jumps by
 * @jump_before: index of the reading before which it does
 * @within: in that reading, clocks before this one are read before the jump
 * @back_before: index of the reading before which it jumps back, 0 for never
 * @width_ns: by clock, how long reading it takes
 * @absent: by clock, it is not there
 * @noise: seed of where in its bracket a read happens, 0 for the middle
 */
struct world {
	size_t count;
	double first;
	double rate[GC_CROSS_CLOCKS];
	double slewed[GC_CROSS_CLOCKS];
	double jump[GC_CROSS_CLOCKS];
	size_t jump_before;
	unsigned int within;
	size_t back_before;
	double width_ns[GC_CROSS_CLOCKS];
	bool absent[GC_CROSS_CLOCKS];
	unsigned int noise;
};

static const uint64_t hz[GC_CROSS_CLOCKS] = { TSC_HZ, 1000000000, HPET_HZ, PM_HZ, 1000000000 };

static const uint64_t masks[GC_CROSS_CLOCKS] = {
	UINT64_MAX, UINT64_MAX, 0xffffffff, 0xffffff, UINT64_MAX
};

static struct gc_cross_check check;

/**
 * struct state - What has happened in a world.
 * @jumped: clocks have jumped
 * @slewed_ns: since when they are slewed, 0 for not yet
 */
struct state {
	bool jumped;
	double slewed_ns;
};

/* What a clock shows at a time, by the true time in ns. */
static inline uint64_t shows(const struct world *world, enum gc_cross_clock clock, double ns,
			     const struct state *state)
{
	double own = ns * (1 + world->rate[clock]);

	if (state->jumped)
		own += world->jump[clock];
	if (state->slewed_ns > 0)
		own += world->slewed[clock] * (ns - state->slewed_ns);
	return (uint64_t)(1e12 / (double)(clock + 1) + own * (double)hz[clock] / 1e9);
}

static double where_in_bracket(const struct world *world)
{
	return world->noise ? drand48() : 0.5;
}

static void read_clock(const struct world *world, enum gc_cross_clock clock, double ns,
		       const struct state *state, struct gc_cross_sample *sample)
{
	double at = ns + world->width_ns[clock] * where_in_bracket(world);

	sample->ok = !world->absent[clock];
	sample->hz = hz[clock];
	sample->mask = masks[clock];
	sample->before = shows(world, GC_CROSS_TSC, ns, state);
	sample->after = clock ? shows(world, GC_CROSS_TSC, ns + world->width_ns[clock], state) :
				sample->before;
	sample->value = shows(world, clock, clock ? at : ns, state) & sample->mask;
}

static void make(const struct world *world)
{
	struct state state = { 0 };
	double ns = 10e9;
	size_t i, j;

	srand48(world->noise);
	memset(&check, 0, sizeof(check));
	check.count = world->count;
	for (i = 0; i < world->count; i++) {
		check.reading[i].boottime_ns = (uint64_t)ns;
		if (world->jump_before && i == world->jump_before)
			state.slewed_ns = ns;
		for (j = 0; j < GC_CROSS_CLOCKS; j++) {
			state.jumped = world->jump_before && i >= world->jump_before &&
				       (i > world->jump_before || j >= world->within) &&
				       !(world->back_before && i >= world->back_before);
			read_clock(world, j, ns, &state, &check.reading[i].clock[j]);
			ns += 1000 + world->width_ns[j];
		}
		ns += !i && world->first ? world->first * 1e9 : 250e6;
	}
}

static const char *outcome(void)
{
	static char words[256];
	struct gc_cross_verdict verdict;
	char one[64], other[64];
	size_t i;

	gc_cross_vote(&check, &verdict);
	switch (verdict.outcome) {
	case GC_CROSS_AGREED:
		return "agreed";
	case GC_CROSS_UNTOLD:
		return "untold";
	case GC_CROSS_UNDETERMINED:
		gc_cross_side(&verdict, 1, one, sizeof(one));
		gc_cross_side(&verdict, 2, other, sizeof(other));
		snprintf(words, sizeof(words), "%s|%s%s", one, other,
			 verdict.like_pause ? " pause" : "");
		return words;
	case GC_CROSS_ODD:
		break;
	}
	snprintf(words, sizeof(words), "%s", verdict.sure ? "sure:" : "odd:");
	for (i = 0; i < GC_CROSS_CLOCKS; i++) {
		if (verdict.odd[i])
			snprintf(words + strlen(words), sizeof(words) - strlen(words), " %s",
				 gc_cross_name(i));
	}
	return words;
}

/* As measured in a guest: kvm-clock and the host's clock are not read, but computed. */
#define USUAL_WIDTH { 0, 0, 8000, 12000, 0 }

#endif /* GUESTCLOCK_UNIT_MADE_CLOCKS_H */
