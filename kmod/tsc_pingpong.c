// SPDX-License-Identifier: GPL-2.0-only
/*
 * How two CPUs meet for a ping-pong, and what happens when one does not come.
 *
 * Both sides are threads. An IPI would bring the other CPU sooner, but to send one
 * a vCPU leaves the guest, and may come back after the other one has stopped
 * waiting for it. So the asking side sleeps until the other one says that it is
 * there, and only then are two CPUs busy.
 *
 * Two vCPUs that share one CPU of the host never run at the same time: either has
 * to spin until the host takes it off. As that is costly, games are short of
 * patience at first and repeated after a pause, in which the host may place the
 * vCPUs anew. What still comes to nothing is tried with more and more patience.
 *
 * What both sides work on is static per CPU, because the answering thread may
 * start long after nobody waits for it any more. So may the asking thread go on: as
 * long as it does, nobody else plays with the same CPU.
 */

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_cost.h"
#include "tsc_pingpong.h"
#include "tsc_step.h"

/*
 * A vCPU that shares its CPU with others may not run for tens of milliseconds;
 * one that has not come by then is reported as not answering.
 */
#define THOROUGH_MS		500
#define BRIEF_MS		100

/* How long a side spins for the other one, and by what that grows. */
#define PATIENCE_US		500
#define PATIENCE_GROWTH		4
#define THOROUGH_PATIENCE_US	128000
#define BRIEF_PATIENCE_US	8000

/* As many games have no more patience than the first one, with pauses after them. */
#define SHORT_GAMES		3
#define PAUSE_US		10000

/* Another game is not worth it when this part of the rounds is there. */
#define ENOUGH(wanted)		DIV_ROUND_UP(wanted, 4)

/* How long one waits for the other to notice the end. */
#define END_US			20

/* This many readings in a row tell the step in which the TSC counts. */
#define STEP_READINGS		64

/* And so many turns of an empty loop at most lie between two of them. */
#define STEP_WAITS		16

/**
 * struct pingpong - what the two sides share
 * @work: the answering side, on the CPU asked
 * @queue: where asking sides sleep
 * @taken: bit 0 is set as long as there is an asking side
 * @here: the answering side has come
 * @busy: @work was queued and has not ended yet
 * @patience: how long the answering side waits for a question, cycles
 * @thorough: whether somebody wanted this, rather than a sweep
 * @adjust: the answering CPU's IA32_TSC_ADJUST, once it is @here
 * @line: what goes to and fro
 */
struct pingpong {
	struct work_struct work;
	wait_queue_head_t queue;
	unsigned long taken;
	bool here;
	bool busy;
	u64 patience;
	bool thorough;
	struct guestclock_tsc_adjust adjust;
	struct guestclock_tsc_line line;
};

static struct pingpong __percpu *pingpongs;

/* The answering side. */
static void answer(struct work_struct *work)
{
	struct pingpong *pp = container_of(work, struct pingpong, work);
	u64 start = rdtsc_ordered();
	u64 irqs_off_max = 0;

	/* Nobody waits any more where this comes too late. */
	if (READ_ONCE(pp->line.ping) != GUESTCLOCK_TSC_OVER) {
		pp->adjust = guestclock_tsc_adjust_read();
		/* Pairs with the acquire in is_here(). */
		smp_store_release(&pp->here, true);
		wake_up(&pp->queue);
		irqs_off_max = guestclock_tsc_answer(&pp->line, pp->patience);
	}
	guestclock_tsc_cost_cpu(guestclock_tsc_since(start), irqs_off_max, pp->thorough);
	/* Pairs with the acquire in is_free(). */
	smp_store_release(&pp->busy, false);
	wake_up(&pp->queue);
}

static bool is_here(const struct pingpong *pp)
{
	/* Pairs with the release in answer(). */
	return smp_load_acquire(&pp->here);
}

static bool is_free(const struct pingpong *pp)
{
	/* Pairs with the release in answer(). */
	return !smp_load_acquire(&pp->busy);
}

static ktime_t time_left(unsigned long end)
{
	unsigned long now = jiffies;

	return time_before(now, end) ? ns_to_ktime(jiffies_to_nsecs(end - now)) : 0;
}

/*
 * A timer of the wheel would not do: a CPU that goes idle leaves those to one that
 * is not (kernel/time/timer_migration.c), which may be the one that stands still.
 */
#define wait_until(pp, condition, end) \
	(!wait_event_hrtimeout((pp)->queue, condition, time_left(end)))

static bool take(struct pingpong *pp, unsigned long end)
{
	return wait_until(pp, !test_and_set_bit_lock(0, &pp->taken), end);
}

static void leave(struct pingpong *pp)
{
	clear_bit_unlock(0, &pp->taken);
	wake_up(&pp->queue);
}

/*
 * Calls the answering side and sleeps until it has come; false when it does not,
 * or does not end an earlier game.
 */
static bool call(struct pingpong *pp, unsigned int cpu, u64 patience, bool thorough,
		 unsigned long end)
{
	if (!wait_until(pp, is_free(pp), end))
		return false;

	pp->line.ping = 0;
	pp->line.pong = 0;
	pp->patience = patience;
	pp->thorough = thorough;
	pp->here = false;
	pp->busy = true;
	queue_work_on(cpu, system_highpri_wq, &pp->work);

	return wait_until(pp, is_here(pp), end);
}

/*
 * The other side sees the end of the game within a microsecond, if it runs at all;
 * what it spent is then part of the cost.
 */
static void await_end(const struct pingpong *pp)
{
	u64 limit = guestclock_tsc_cycles_of_us(END_US);
	u64 start = rdtsc_ordered();

	while (!is_free(pp) && rdtsc_ordered() - start < limit)
		;
}

/* A brief measurement pays for patience only to know anything at all. */
static bool is_enough(const struct guestclock_tsc_game *game, unsigned int games,
		      bool thorough)
{
	if (!thorough && games >= SHORT_GAMES)
		return game->estimate.rounds;

	return game->estimate.rounds >= ENOUGH(game->wanted);
}

static u64 tsc_step(void)
{
	u64 readings[STEP_READINGS];
	unsigned int i, wait;

	for (i = 0; i < STEP_READINGS; i++) {
		readings[i] = rdtsc_ordered();
		/* Readings that are always as far apart say little. */
		for (wait = i % STEP_WAITS; wait; wait--)
			barrier();
	}

	return guestclock_tsc_step(readings, STEP_READINGS);
}

/* Games until it is enough; returns what they cost this CPU, cycles. */
static u64 play(struct pingpong *pp, unsigned int cpu, struct guestclock_tsc_game *game,
		bool thorough, unsigned long end, struct guestclock_tsc_adjust *adjust)
{
	u64 patience_max_us = thorough ? THOROUGH_PATIENCE_US : BRIEF_PATIENCE_US;
	u64 us = PATIENCE_US;
	unsigned int games;
	u64 patience, start;
	u64 cycles = 0;

	for (games = 1; us <= patience_max_us; games++) {
		patience = guestclock_tsc_cycles_of_us(us);
		start = rdtsc_ordered();
		if (call(pp, cpu, patience, thorough, end)) {
			*adjust = pp->adjust;
			adjust->tsc = start;
			start = rdtsc_ordered();
			guestclock_tsc_ask(game, patience);
			cycles += guestclock_tsc_since(start);
		}
		WRITE_ONCE(pp->line.ping, GUESTCLOCK_TSC_OVER);
		if (is_enough(game, games, thorough) || !time_left(end))
			break;
		if (games < SHORT_GAMES)
			usleep_range(PAUSE_US, 2 * PAUSE_US);
		else
			us *= PATIENCE_GROWTH;
	}
	await_end(pp);

	return cycles;
}

/**
 * guestclock_tsc_pingpong_ms() - how long two CPUs may take to meet
 * @thorough: as to guestclock_tsc_pingpong()
 *
 * Context: Any.
 * Return: after this no new game is begun, ms.
 */
unsigned int guestclock_tsc_pingpong_ms(bool thorough)
{
	return thorough ? THOROUGH_MS : BRIEF_MS;
}

/**
 * guestclock_tsc_pingpong() - play with another CPU until the offset is known
 * @cpu: the CPU asked; online and not this one
 * @game: its rtts and wanted are set; its estimate of @cpu's TSC minus this CPU's
 *	is begun here, and as good as the rounds that were answered in time, none
 *	perhaps
 * @thorough: whether to go on for half a second, at any cost
 * @adjust: of @cpu; left alone when that does not come
 *
 * Context: Process, bound to one CPU that stays online, as must @cpu. Sleeps.
 */
void guestclock_tsc_pingpong(unsigned int cpu, struct guestclock_tsc_game *game,
			     bool thorough, struct guestclock_tsc_adjust *adjust)
{
	unsigned long end = jiffies + msecs_to_jiffies(guestclock_tsc_pingpong_ms(thorough));
	struct pingpong *pp = per_cpu_ptr(pingpongs, cpu);
	u64 start = rdtsc_ordered();
	u64 cycles;

	game->line = &pp->line;
	game->irqs_off_max = 0;
	guestclock_tsc_estimate_init(&game->estimate, tsc_step());
	cycles = guestclock_tsc_since(start);
	if (!take(pp, end))
		return;
	cycles += play(pp, cpu, game, thorough, end, adjust);
	guestclock_tsc_cost_ref(cycles, game->irqs_off_max, thorough);
	leave(pp);
}

/**
 * guestclock_tsc_pingpong_init() - prepare the answering sides
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_pingpong_init(void)
{
	struct pingpong *pp;
	unsigned int cpu;

	pingpongs = alloc_percpu(struct pingpong);
	if (!pingpongs)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		pp = per_cpu_ptr(pingpongs, cpu);
		INIT_WORK(&pp->work, answer);
		init_waitqueue_head(&pp->queue);
	}

	return 0;
}

/**
 * guestclock_tsc_pingpong_exit() - wait for the answering sides and free
 *
 * Where a vCPU does not run this waits until it does.
 *
 * Context: Process, sleeps. No measurement is running.
 */
void guestclock_tsc_pingpong_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		cancel_work_sync(&per_cpu_ptr(pingpongs, cpu)->work);
	free_percpu(pingpongs);
}
