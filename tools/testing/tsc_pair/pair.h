/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_PAIR_H
#define GUESTCLOCK_TSC_PAIR_H

#include <linux/types.h>

struct tsc_pair;

/**
 * struct tsc_round - one round of the ping-pong, in TSC cycles
 * @sent: the asking CPU's TSC before it asked
 * @remote: the other CPU's when it answered
 * @received: the asking CPU's after it saw the answer
 */
struct tsc_round {
	u64 sent;
	u64 remote;
	u64 received;
};

/**
 * struct tsc_play - what is done to a burst, so that the truth is known
 * @ahead: how far the other TSC is made to look ahead, cycles
 * @lag_there: how much longer the way to the other CPU is made, cycles
 * @lag_back: the same for the way back
 * @bare: the other TSC is not read at all
 */
struct tsc_play {
	s64 ahead;
	u32 lag_there;
	u32 lag_back;
	bool bare;
};

struct tsc_pair *tsc_pair_start(int asking, int answering);
void tsc_pair_stop(struct tsc_pair *pair);
unsigned int tsc_pair_play(struct tsc_pair *pair, const struct tsc_play *how,
			   struct tsc_round *rounds, unsigned int count);
u64 tsc_pair_step(void);
int tsc_pair_cpus(int *asking, int *answering);

#endif /* GUESTCLOCK_TSC_PAIR_H */
