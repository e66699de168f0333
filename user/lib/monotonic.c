// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a clock goes back between CPUs.
 *
 * A thread on each CPU takes a lock, reads the clock, compares it with what was read
 * before, and lets go. Who had the lock last lets another one have it, so that times
 * go from CPU to CPU. The lock orders the readings: one that is behind an earlier one
 * shows a clock that went back, whatever took its time.
 *
 * What it can see: a CPU whose clock is behind another's by d shows it when the time
 * between two of their readings is below d. So of each pair, both ways, the shortest
 * difference of two readings one right after the other is kept. One is the time it
 * took minus d, the other one plus d; where both are positive the sum of the two is
 * more than d can be.
 */
#include "monotonic.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"

/* How often the waiting thread looks about. */
#define TICK_NS		50000000

/* A thread that waits lets others run now and then: they may hold the lock. */
#define SPINS_PER_YIELD	4096

#define NOBODY		(-1)

/* What threads hand round has a cache line, and its neighbour, of its own. */
#define LINE_SIZE	128

/**
 * struct baton - What is handed round, under the lock.
 * @locked: a thread has it
 * @last: number of the thread that had it last, NOBODY at first
 * @last_ns: what it read
 * @highest_ns: the highest reading so far
 * @highest: number of the thread that read it
 * @back: readings behind an earlier one
 * @worst_ns: the furthest that one was behind
 * @from: number of the thread that read the higher time then
 * @to: number of the thread that read the lower one
 */
struct baton {
	bool locked;
	int last;
	int64_t last_ns;
	int64_t highest_ns;
	int highest;
	uint64_t back;
	int64_t worst_ns;
	int from;
	int to;
};

/**
 * struct worker - A thread.
 * @check: what it takes part in
 * @thread: itself
 * @number: its number, from 0
 * @cpu: its CPU
 * @readings: its readings
 */
struct worker {
	struct check *check;
	pthread_t thread;
	int number;
	int cpu;
	uint64_t readings;
};

/**
 * struct check - All of it.
 * @what: what is asked for
 * @baton: what is handed round
 * @shortest_ns: shortest time from a thread's reading, by row, to the next one's, by
 *   column
 * @workers: the threads
 * @count: number of @workers
 * @starting: held until all threads are there
 * @stop: to end
 */
struct check {
	const struct gc_monotonic *what;
	struct baton *baton;
	int64_t *shortest_ns;
	struct worker *workers;
	int count;
	pthread_mutex_t starting;
	bool stop;
};

static int64_t *shortest(const struct check *check, int from, int to)
{
	return &check->shortest_ns[(size_t)from * check->count + to];
}

static void judge(struct check *check, int me, int64_t now)
{
	struct baton *baton = check->baton;

	if (baton->last != NOBODY && baton->highest_ns > now) {
		baton->back++;
		if (baton->highest_ns - now > baton->worst_ns) {
			baton->from = baton->highest;
			baton->to = me;
			__atomic_store_n(&baton->worst_ns, baton->highest_ns - now,
					 __ATOMIC_RELAXED);
		}
	} else {
		baton->highest_ns = now;
		baton->highest = me;
	}
	if (baton->last != NOBODY && now - baton->last_ns < *shortest(check, baton->last, me))
		*shortest(check, baton->last, me) = now - baton->last_ns;
	baton->last_ns = now;
}

static bool is_my_turn(const struct check *check, int me)
{
	return check->count == 1 ||
	       __atomic_load_n(&check->baton->last, __ATOMIC_RELAXED) != me;
}

/* Looks before it takes, so that those who wait do not disturb who has it. */
static bool try_lock(struct baton *baton)
{
	return !__atomic_load_n(&baton->locked, __ATOMIC_RELAXED) &&
	       !__atomic_exchange_n(&baton->locked, true, __ATOMIC_ACQUIRE);
}

static void *work(void *arg)
{
	struct worker *me = arg;
	struct check *check = me->check;
	struct baton *baton = check->baton;
	unsigned int spins = 0;

	/* How many take part is known then. */
	pthread_mutex_lock(&check->starting);
	pthread_mutex_unlock(&check->starting);
	while (!__atomic_load_n(&check->stop, __ATOMIC_RELAXED)) {
		if (!is_my_turn(check, me->number) || !try_lock(baton)) {
			if (++spins % SPINS_PER_YIELD == 0)
				sched_yield();
			continue;
		}
		judge(check, me->number, check->what->clock(me->cpu, check->what->arg));
		__atomic_store_n(&baton->last, me->number, __ATOMIC_RELAXED);
		__atomic_store_n(&baton->locked, false, __ATOMIC_RELEASE);
		me->readings++;
	}
	return NULL;
}

/* Starts a thread on a CPU; a negative errno where that CPU cannot be had. */
static int start(struct check *check, int cpu)
{
	struct worker *worker = &check->workers[check->count];
	pthread_attr_t attr;
	cpu_set_t set;
	int err;

	*worker = (struct worker) { .check = check, .number = check->count, .cpu = cpu };
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	err = pthread_attr_init(&attr);
	if (err)
		return -err;
	err = pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	if (!err)
		err = pthread_create(&worker->thread, &attr, work, worker);
	pthread_attr_destroy(&attr);
	return -err;
}

/* This thread may run anywhere, where the clocks are those that are in question. */
static void wait_for_end(struct check *check, uint64_t *elapsed_ns)
{
	const struct timespec tick = { .tv_nsec = TICK_NS };
	int64_t begin = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	int64_t elapsed, worst, known = 0;

	do {
		nanosleep(&tick, NULL);
		worst = __atomic_load_n(&check->baton->worst_ns, __ATOMIC_RELAXED);
		elapsed = gc_clock_ns(CLOCK_MONOTONIC_RAW) - begin;
		if (elapsed > (int64_t)*elapsed_ns)
			*elapsed_ns = elapsed;
		if (check->what->tick && check->what->tick(worst > known, check->what->arg))
			break;
		known = worst;
	} while (*elapsed_ns < check->what->duration_ns);
}

static void judge_pairs(const struct check *check, struct gc_monotonic_result *result)
{
	int64_t there, back;
	int i, j;

	for (i = 0; i < check->count; i++) {
		for (j = 0; j < i; j++) {
			result->pairs++;
			there = *shortest(check, i, j);
			back = *shortest(check, j, i);
			if (there == INT64_MAX || back == INT64_MAX)
				continue;
			result->pairs_met++;
			if (there + back > result->resolution_ns)
				result->resolution_ns = there + back;
		}
	}
}

/* A thread on every CPU that can be had. */
static int start_all(struct check *check, const cpu_set_t *allowed, unsigned int *left_out)
{
	int cpu, err, first_err = 0;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, allowed))
			continue;
		err = start(check, cpu);
		if (!err) {
			check->count++;
			continue;
		}
		++*left_out;
		first_err = first_err ? first_err : err;
	}
	return check->count ? 0 : first_err;
}

static int run(struct check *check, const cpu_set_t *allowed,
	       struct gc_monotonic_result *result)
{
	int i, err;

	pthread_mutex_init(&check->starting, NULL);
	pthread_mutex_lock(&check->starting);
	err = start_all(check, allowed, &result->left_out);
	check->shortest_ns = malloc(sizeof(int64_t) * (check->count * check->count + 1));
	if (!err && !check->shortest_ns)
		err = -ENOMEM;
	check->stop = err;
	for (i = 0; !err && i < check->count * check->count; i++)
		check->shortest_ns[i] = INT64_MAX;
	pthread_mutex_unlock(&check->starting);

	if (!err)
		wait_for_end(check, &result->elapsed_ns);
	__atomic_store_n(&check->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < check->count; i++)
		pthread_join(check->workers[i].thread, NULL);
	pthread_mutex_destroy(&check->starting);
	return err;
}

static void sum_up(const struct check *check, struct gc_monotonic_result *result)
{
	const struct baton *baton = check->baton;
	int i;

	result->cpus = check->count;
	for (i = 0; i < check->count; i++)
		result->readings += check->workers[i].readings;
	result->back = baton->back;
	result->worst_ns = baton->worst_ns;
	result->from_cpu = check->workers[baton->from].cpu;
	result->to_cpu = check->workers[baton->to].cpu;
	judge_pairs(check, result);
}

/**
 * gc_monotonic_check() - Check a clock on all CPUs that this process may use.
 * @what: what to check
 * @result: what came of it
 *
 * Keeps those CPUs busy meanwhile.
 *
 * Return: 0, whatever the clock did, or a negative errno when it could not be checked.
 */
int gc_monotonic_check(const struct gc_monotonic *what, struct gc_monotonic_result *result)
{
	struct check check = { .what = what };
	cpu_set_t allowed;
	int err;

	*result = (struct gc_monotonic_result) { 0 };
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	check.workers = calloc(CPU_COUNT(&allowed), sizeof(*check.workers));
	check.baton = aligned_alloc(LINE_SIZE, LINE_SIZE);
	if (!check.workers || !check.baton) {
		err = -ENOMEM;
		goto out;
	}
	*check.baton = (struct baton) { .last = NOBODY };
	err = run(&check, &allowed, result);
	if (!err)
		sum_up(&check, result);

out:
	free(check.shortest_ns);
	free(check.baton);
	free(check.workers);
	return err;
}
