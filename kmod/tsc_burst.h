/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_BURST_H
#define GUESTCLOCK_TSC_BURST_H

#include <linux/cache.h>
#include <linux/types.h>

#include "tsc_estimate.h"

/**
 * struct guestclock_tsc_line - the cache line that goes to and fro
 * @ping: number of the round asked for, from 1; GUESTCLOCK_TSC_OVER ends the game
 * @pong: number of the round answered
 * @stamp: the answering CPU's TSC in round @pong, cycles
 */
struct guestclock_tsc_line {
	u32 ping;
	u32 pong;
	u64 stamp;
} ____cacheline_aligned;

#define GUESTCLOCK_TSC_OVER	U32_MAX

/**
 * struct guestclock_tsc_game - the asking side
 * @line: what it shares with the other side
 * @estimate: what the rounds say so far
 * @rtts: round trips, cycles; room for @wanted
 * @wanted: rounds to play
 * @irqs_off_max: longest time with interrupts off, cycles
 */
struct guestclock_tsc_game {
	struct guestclock_tsc_line *line;
	struct guestclock_tsc_estimate estimate;
	u64 *rtts;
	u32 wanted;
	u64 irqs_off_max;
};

u64 guestclock_tsc_cycles_of_us(u64 us);
u64 guestclock_tsc_us_of_cycles(u64 cycles);
u64 guestclock_tsc_since(u64 start);
void guestclock_tsc_ask(struct guestclock_tsc_game *game, u64 patience);
u64 guestclock_tsc_answer(struct guestclock_tsc_line *line, u64 patience);

#endif /* GUESTCLOCK_TSC_BURST_H */
