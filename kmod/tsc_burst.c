// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rounds of the ping-pong: two CPUs hand one cache line to and fro, and the
 * other CPU leaves its TSC in it each time.
 *
 * Rounds come in bursts with interrupts off, so that few of them are disturbed; a
 * round that was is as true as any other, it only says less. A vCPU can be taken
 * off its CPU in the middle of a burst: either side ends its own burst at a TSC
 * deadline, answer or not, and goes on waiting with interrupts on, for as long as
 * its patience lasts. The late answer still counts.
 */

#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/time64.h>

#include <asm/barrier.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_burst.h"

/* As long as a busy device's interrupt may take anyway. */
#define BURST_US		20

/* Looking about at every spin would delay noticing the other side. */
#define SPINS_PER_LOOK		64

/* For deadlines only, where the kernel has no TSC frequency. */
#define ASSUMED_TSC_KHZ		4000000

/**
 * struct deadline - how long a side waits
 * @start: its TSC when it began, cycles
 * @limit: cycles from then on
 * @yields: interrupts are on, and others may run meanwhile
 */
struct deadline {
	u64 start;
	u64 limit;
	bool yields;
};

/**
 * guestclock_tsc_cycles_of_us() - for deadlines
 * @us: time, us
 *
 * Context: Any.
 * Return: about as many cycles, also where the kernel has no TSC frequency.
 */
u64 guestclock_tsc_cycles_of_us(u64 us)
{
	return us * (tsc_khz ? tsc_khz : ASSUMED_TSC_KHZ) / 1000;
}

/**
 * guestclock_tsc_us_of_cycles() - for what was spent
 * @cycles: cycles, no more than a few days
 *
 * Context: Any.
 * Return: about as many us, rounded up, also where the kernel has no TSC frequency.
 */
u64 guestclock_tsc_us_of_cycles(u64 cycles)
{
	return DIV64_U64_ROUND_UP(cycles * 1000, tsc_khz ? tsc_khz : ASSUMED_TSC_KHZ);
}

/**
 * guestclock_tsc_since() - cycles that this CPU has spent
 * @start: its TSC when it began, cycles
 *
 * Context: Any.
 * Return: cycles since then; 0 when that is less than nothing or more than a
 * second, for then the TSC jumped or the whole machine stood still.
 */
u64 guestclock_tsc_since(u64 start)
{
	u64 cycles = rdtsc_ordered() - start;

	return cycles <= guestclock_tsc_cycles_of_us(USEC_PER_SEC) ? cycles : 0;
}

/*
 * Called at every spin that saw nothing new. No cpu_relax(): a hypervisor takes a
 * vCPU that pauses for idle. A TSC that jumps back ends it as well: the
 * difference is unsigned.
 */
static bool keep_spinning(u32 *spins, const struct deadline *deadline)
{
	if (++*spins % SPINS_PER_LOOK)
		return true;
	if (deadline->yields)
		cond_resched();

	return rdtsc_ordered() - deadline->start <= deadline->limit;
}

static struct deadline patient(u64 patience)
{
	return (struct deadline) {
		.start = rdtsc_ordered(),
		.limit = patience,
		.yields = true,
	};
}

static struct deadline begin_burst(void)
{
	local_irq_disable();

	return (struct deadline) {
		.start = rdtsc_ordered(),
		.limit = guestclock_tsc_cycles_of_us(BURST_US),
	};
}

static void end_burst(const struct deadline *burst, u64 *irqs_off_max)
{
	*irqs_off_max = max(*irqs_off_max, guestclock_tsc_since(burst->start));
	local_irq_enable();
}

static bool await_answer(const struct guestclock_tsc_line *line, u32 round,
			 const struct deadline *deadline)
{
	u32 spins = 0;

	/* Pairs with the release in put_answer(). */
	while (smp_load_acquire(&line->pong) != round) {
		if (!keep_spinning(&spins, deadline))
			return false;
	}

	return true;
}

static u64 put_question(struct guestclock_tsc_line *line, u32 round)
{
	u64 sent = rdtsc_ordered();

	/* Pairs with the acquire in await_question(). */
	smp_store_release(&line->ping, round);

	return sent;
}

/* Returns the TSC when the answer had been seen. */
static u64 take_answer(struct guestclock_tsc_game *game, u64 sent)
{
	u64 received = rdtsc_ordered();

	game->rtts[game->estimate.rounds] = received - sent;
	guestclock_tsc_estimate_add(&game->estimate, sent, game->line->stamp,
				    received);

	return received;
}

static bool has_all(const struct guestclock_tsc_game *game)
{
	return game->estimate.rounds >= game->wanted;
}

/* Rounds until the burst is over; returns whether the last one was answered. */
static bool ask_in_burst(struct guestclock_tsc_game *game, u32 *round, u64 *sent)
{
	struct deadline burst = begin_burst();
	bool answered = false;

	do {
		*sent = put_question(game->line, ++*round);
		answered = await_answer(game->line, *round, &burst);
	} while (answered &&
		 take_answer(game, *sent) - burst.start < burst.limit &&
		 !has_all(game));
	end_burst(&burst, &game->irqs_off_max);

	return answered;
}

/**
 * guestclock_tsc_ask() - the asking side, until all rounds are there
 * @game: the game; its line was reset, and the other side is about to answer
 * @patience: how long it waits with interrupts on, all rounds together, cycles
 *
 * When patience is at its end the game is over. Where two vCPUs take turns every
 * answer comes, and comes late: it is their sum that would cost.
 *
 * Context: Process, bound to one CPU. Interrupts are off for a few tens of
 * microseconds at a time.
 */
void guestclock_tsc_ask(struct guestclock_tsc_game *game, u64 patience)
{
	struct deadline deadline;
	u64 sent, waited;
	bool answered;
	u32 round = 1;

	/* The first round finds out whether the other side is there. */
	sent = put_question(game->line, round);
	answered = false;
	do {
		if (!answered) {
			deadline = patient(patience);
			if (!await_answer(game->line, round, &deadline))
				return;
			waited = take_answer(game, sent) - deadline.start;
			if (waited >= patience)
				return;
			patience -= waited;
		}
		cond_resched();
		if (!has_all(game))
			answered = ask_in_burst(game, &round, &sent);
	} while (!has_all(game));
}

static bool await_question(const struct guestclock_tsc_line *line, u32 *round,
			   const struct deadline *deadline)
{
	u32 answered = *round;
	u32 spins = 0;

	/* Pairs with the release in put_question(). */
	while ((*round = smp_load_acquire(&line->ping)) == answered) {
		if (!keep_spinning(&spins, deadline))
			return false;
	}

	return *round != GUESTCLOCK_TSC_OVER;
}

static u64 put_answer(struct guestclock_tsc_line *line, u32 round)
{
	u64 stamp = rdtsc_ordered();

	line->stamp = stamp;
	/* Pairs with the acquire in await_answer(). */
	smp_store_release(&line->pong, round);

	return stamp;
}

/**
 * guestclock_tsc_answer() - the answering side, until the game is over
 * @line: what it shares with the other side
 * @patience: when no question comes for so long it is over too, cycles
 *
 * Context: Process, bound to one CPU. Interrupts are off for a few tens of
 * microseconds at a time.
 * Return: the longest time with interrupts off, cycles.
 */
u64 guestclock_tsc_answer(struct guestclock_tsc_line *line, u64 patience)
{
	struct deadline deadline;
	u64 irqs_off_max = 0;
	u32 round = 0;
	u64 stamp;

	for (;;) {
		deadline = patient(patience);
		if (!await_question(line, &round, &deadline))
			return irqs_off_max;
		put_answer(line, round);

		deadline = begin_burst();
		do {
			if (!await_question(line, &round, &deadline))
				break;
			stamp = put_answer(line, round);
		} while (stamp - deadline.start < deadline.limit);
		end_burst(&deadline, &irqs_off_max);
		if (round == GUESTCLOCK_TSC_OVER)
			return irqs_off_max;
		cond_resched();
	}
}
