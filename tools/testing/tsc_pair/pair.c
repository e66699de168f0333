// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ping-pong of kmod/tsc_pingpong.c between two threads on two real CPUs,
 * which keeps every round, so that several methods can judge the same ones.
 *
 * Interrupts stay on and other threads take the CPUs away: such rounds are long,
 * and as true as the others. A burst whose other side does not come ends by time.
 */
#include "pair.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

#include "tsc_step.h"

/* A thread that others keep from its CPU for longer is not waited for. */
#define GIVE_UP_NS	50000000

/* Looking at the clock at every spin would delay noticing the other side. */
#define SPINS_PER_LOOK	1024

/* As in the module: so many readings, with up to so many turns in between. */
#define STEP_READINGS	64
#define STEP_WAITS	16

#define NSEC_PER_SEC	1000000000LL

/* Room for what the two sides hand to and fro: its cache line and the neighbour. */
#define LINE_SIZE	128

/**
 * struct line - the cache line
 * @ping: number of the round asked for, from 1
 * @pong: number of the round answered
 * @stamp: the answering CPU's TSC in round @pong, cycles
 */
struct line {
	u32 ping;
	u32 pong;
	u64 stamp;
};

/**
 * struct tsc_pair - the two sides and what they share
 * @line: what they hand to and fro
 * @burst: posted for each burst, and to end
 * @ended: posted by the answering side after each burst
 * @answerer: the answering thread
 * @before: where the asking thread was allowed to run before
 * @answering: CPU of the answering side
 * @quit: no burst any more
 * @how: what is done to the burst
 * @over: the asking side has left the burst
 */
struct tsc_pair {
	struct line *line;
	sem_t burst;
	sem_t ended;
	pthread_t answerer;
	cpu_set_t before;
	int answering;
	bool quit;
	struct tsc_play how;
	u32 over;
};

static u64 tsc_now(void)
{
	u64 now;

	/* Nothing from before or after may be done on the other side of it. */
	_mm_lfence();
	now = __rdtsc();
	_mm_lfence();

	return now;
}

static s64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);

	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static bool keep_spinning(u32 *spins, s64 until)
{
	return ++*spins % SPINS_PER_LOOK || now_ns() < until;
}

static int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);

	return pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void lag(u32 cycles)
{
	u64 begin;

	if (!cycles)
		return;
	begin = tsc_now();
	while (tsc_now() - begin < cycles)
		;
}

static void stamp(struct tsc_pair *pair)
{
	lag(pair->how.lag_there);
	pair->line->stamp = tsc_now() + (u64)pair->how.ahead;
	lag(pair->how.lag_back);
}

static void answer_burst(struct tsc_pair *pair)
{
	s64 until = now_ns() + GIVE_UP_NS;
	u32 answered = 0;
	u32 spins = 0;
	u32 ping;

	while (!__atomic_load_n(&pair->over, __ATOMIC_RELAXED)) {
		ping = __atomic_load_n(&pair->line->ping, __ATOMIC_ACQUIRE);
		if (ping != answered) {
			if (!pair->how.bare)
				stamp(pair);
			__atomic_store_n(&pair->line->pong, ping, __ATOMIC_RELEASE);
			answered = ping;
		} else if (!keep_spinning(&spins, until)) {
			break;
		}
	}
}

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem))
		;
}

static void *answer(void *arg)
{
	struct tsc_pair *pair = arg;

	pair->quit = pin(pair->answering);
	sem_post(&pair->ended);
	for (;;) {
		wait_for(&pair->burst);
		if (pair->quit)
			return NULL;
		answer_burst(pair);
		sem_post(&pair->ended);
	}
}

static bool ask(struct tsc_pair *pair, u32 number, s64 until, struct tsc_round *round)
{
	u32 spins = 0;

	round->sent = tsc_now();
	__atomic_store_n(&pair->line->ping, number, __ATOMIC_RELEASE);
	while (__atomic_load_n(&pair->line->pong, __ATOMIC_ACQUIRE) != number) {
		if (!keep_spinning(&spins, until))
			return false;
	}
	round->received = tsc_now();
	round->remote = pair->line->stamp;

	return true;
}

/**
 * tsc_pair_play() - play one burst
 * @pair: the pair
 * @how: what is done to it
 * @rounds: where the rounds go
 * @count: how many
 *
 * Return: how many were answered in time; the first ones of @rounds.
 */
unsigned int tsc_pair_play(struct tsc_pair *pair, const struct tsc_play *how,
			   struct tsc_round *rounds, unsigned int count)
{
	unsigned int i;
	s64 until;

	pair->how = *how;
	pair->line->ping = 0;
	pair->line->pong = 0;
	pair->over = 0;
	sem_post(&pair->burst);
	until = now_ns() + GIVE_UP_NS;
	for (i = 0; i < count; i++) {
		if (!ask(pair, i + 1, until, &rounds[i]))
			break;
	}
	__atomic_store_n(&pair->over, 1, __ATOMIC_RELAXED);
	wait_for(&pair->ended);

	return i;
}

/**
 * tsc_pair_step() - the step in which this CPU's TSC counts
 *
 * Return: cycles, by guestclock_tsc_step().
 */
u64 tsc_pair_step(void)
{
	u64 readings[STEP_READINGS];
	unsigned int i;
	int wait;

	for (i = 0; i < STEP_READINGS; i++) {
		readings[i] = tsc_now();
		for (wait = i % STEP_WAITS; wait; wait--)
			__asm__ volatile("" : : : "memory");
	}

	return guestclock_tsc_step(readings, STEP_READINGS);
}

/**
 * tsc_pair_cpus() - the first two CPUs that this process may use
 * @asking: gets the first
 * @answering: gets the second
 *
 * Return: 0, or -1 where there is only one.
 */
int tsc_pair_cpus(int *asking, int *answering)
{
	int *next = asking;
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		*next = cpu;
		if (next == answering)
			return 0;
		next = answering;
	}

	return -1;
}

/**
 * tsc_pair_start() - put this thread on one CPU and another on a second one
 * @asking: CPU of this thread, which plays the bursts
 * @answering: the other CPU
 *
 * Return: the pair, or NULL when one of them cannot be had.
 */
struct tsc_pair *tsc_pair_start(int asking, int answering)
{
	struct tsc_pair *pair = calloc(1, sizeof(*pair));

	if (!pair)
		return NULL;
	pair->answering = answering;
	pair->line = aligned_alloc(LINE_SIZE, LINE_SIZE);
	sem_init(&pair->burst, 0, 0);
	sem_init(&pair->ended, 0, 0);
	if (!pair->line || sched_getaffinity(0, sizeof(pair->before), &pair->before) ||
	    pin(asking) || pthread_create(&pair->answerer, NULL, answer, pair)) {
		free(pair->line);
		free(pair);
		return NULL;
	}
	wait_for(&pair->ended);
	if (!pair->quit)
		return pair;
	tsc_pair_stop(pair);

	return NULL;
}

/**
 * tsc_pair_stop() - end the other thread, and let this one run where it could
 * @pair: the pair, which is gone afterwards
 */
void tsc_pair_stop(struct tsc_pair *pair)
{
	pair->quit = true;
	sem_post(&pair->burst);
	pthread_join(pair->answerer, NULL);
	sched_setaffinity(0, sizeof(pair->before), &pair->before);
	sem_destroy(&pair->burst);
	sem_destroy(&pair->ended);
	free(pair->line);
	free(pair);
}
