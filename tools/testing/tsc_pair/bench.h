/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_PAIR_BENCH_H
#define GUESTCLOCK_TSC_PAIR_BENCH_H

#include "results.h"
#include "tsc_estimate.h"

/* The table of rounds has 2^0 to 2^(SIZES - 1). */
#define SIZES		11
#define ROUNDS		(1 << (SIZES - 1))
/* That of methods has so many. */
#define METHOD_ROUNDS	256
/* How much longer one way is made in the table of lopsided ways, cycles. */
#define LAG		500

/**
 * struct bench - what was measured between two CPUs
 * @pair: the two CPUs
 * @asking: the first one
 * @answering: the other one
 * @trials: how many
 * @unanswered: bursts that were not answered in full
 * @step: longest step of the asking CPU's TSC, cycles
 * @rounds: the burst at hand; the other side only wakes up in the first one
 * @base: what the TSCs are apart by themselves
 * @khz: frequency of the TSC, as measured meanwhile
 * @bare: shortest round trip without reading the other TSC, cycles, one a trial
 * @methods: each one's results
 * @lopsided: the same where one way takes longer
 * @sizes: the module's own method's, for 2^i rounds
 */
struct bench {
	struct tsc_pair *pair;
	int asking;
	int answering;
	unsigned int trials;
	unsigned int unanswered;
	u64 step;
	struct tsc_round rounds[ROUNDS + 1];
	struct guestclock_tsc_estimate base;
	double khz;
	u64 *bare;
	struct tsc_results methods[TSC_METHODS];
	struct tsc_results lopsided[TSC_METHODS];
	struct tsc_results sizes[SIZES];
};

void bench_print(struct bench *bench);

#endif /* GUESTCLOCK_TSC_PAIR_BENCH_H */
