/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_PAIR_METHODS_H
#define GUESTCLOCK_TSC_PAIR_METHODS_H

#include "pair.h"

/**
 * struct tsc_guess - what a method makes of some rounds
 * @offset: other TSC minus this one, cycles
 * @bound: how far the truth may be from @offset, as the method says, cycles
 */
struct tsc_guess {
	s64 offset;
	u64 bound;
};

/**
 * struct tsc_method - a way to guess the offset
 * @name: for the table
 * @rounds: how many it uses, 0 for all it gets
 * @guess: guesses; false when the rounds contradict each other
 */
struct tsc_method {
	const char *name;
	int rounds;
	bool (*guess)(const struct tsc_round *rounds, unsigned int count, u64 step,
		      struct tsc_guess *guess);
};

/* The first is the module's own. */
#define TSC_METHODS	4

extern const struct tsc_method tsc_methods[TSC_METHODS];

#endif /* GUESTCLOCK_TSC_PAIR_METHODS_H */
