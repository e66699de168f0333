/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_VOTE_H
#define GUESTCLOCK_CROSS_VOTE_H

#include "cross_check.h"

/**
 * enum gc_cross_outcome - What comes of the votes.
 * @GC_CROSS_AGREED: no two clocks are apart
 * @GC_CROSS_ODD: one side is outvoted
 * @GC_CROSS_UNDETERMINED: clocks are apart, and the votes do not decide
 * @GC_CROSS_UNTOLD: fewer than two clocks could be compared
 */
enum gc_cross_outcome {
	GC_CROSS_AGREED,
	GC_CROSS_ODD,
	GC_CROSS_UNDETERMINED,
	GC_CROSS_UNTOLD,
};

/**
 * struct gc_cross_verdict - Which clock is the odd one.
 * @outcome: what came of the votes
 * @odd: by clock, it is on the side that was outvoted
 * @side: by clock: 1 or 2 for the side that it is on, 0 for none: absent, or read too
 *   slowly to tell
 * @votes: by side, number of votes; a vote whose clocks are on both sides is none
 * @sure: two votes stand against the odd side, which has none of its own
 * @like_pause: the sides are those of a guest that the hypervisor stopped
 * @worst: of the pairs that are apart, the one that is so most clearly
 * @one: a clock of @worst
 * @other: the other one
 */
struct gc_cross_verdict {
	enum gc_cross_outcome outcome;
	bool odd[GC_CROSS_CLOCKS];
	unsigned int side[GC_CROSS_CLOCKS];
	unsigned int votes[3];
	bool sure;
	bool like_pause;
	struct gc_cross_pair worst;
	enum gc_cross_clock one;
	enum gc_cross_clock other;
};

void gc_cross_vote(const struct gc_cross_check *check, struct gc_cross_verdict *verdict);
void gc_cross_side(const struct gc_cross_verdict *verdict, unsigned int side, char *buf,
		   size_t size);

#endif /* GUESTCLOCK_CROSS_VOTE_H */
