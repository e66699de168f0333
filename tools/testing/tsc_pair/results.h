/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_PAIR_RESULTS_H
#define GUESTCLOCK_TSC_PAIR_RESULTS_H

#include "methods.h"

/**
 * struct tsc_truth - what a guess is compared with
 * @offset: other TSC minus this one, cycles
 * @slack: how far it may be from the truth itself, cycles
 */
struct tsc_truth {
	s64 offset;
	u64 slack;
};

/**
 * struct tsc_results - how a method did, for a number of rounds
 * @bounds: what it said, cycles, one a trial
 * @errors: how far it was from the truth, cycles, one a trial
 * @took: how long the rounds took, cycles, one a trial
 * @count: trials
 * @outside: of these, the truth was outside the bound for sure, as far as it is known
 * @beyond: of these, the middle of what is known was outside
 * @contradicted: trials in which the rounds contradicted each other
 */
struct tsc_results {
	u64 *bounds;
	u64 *errors;
	u64 *took;
	unsigned int count;
	unsigned int outside;
	unsigned int beyond;
	unsigned int contradicted;
};

int tsc_results_init(struct tsc_results *results, unsigned int trials);
void tsc_results_free(struct tsc_results *results);
void tsc_results_add(struct tsc_results *results, const struct tsc_method *method,
		     const struct tsc_round *rounds, unsigned int count, u64 step,
		     const struct tsc_truth *truth);
void tsc_results_sort_values(u64 *values, unsigned int count);
void tsc_results_sort(struct tsc_results *results);
u64 tsc_results_at(const u64 *sorted, unsigned int count, unsigned int percent);

#endif /* GUESTCLOCK_TSC_PAIR_RESULTS_H */
