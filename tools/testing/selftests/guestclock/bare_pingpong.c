// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a round trip between two CPUs takes here when nothing is done but the round
 * trip: bare_pingpong CPU CPU GAMES ROUNDS plays so many games of so many rounds and
 * prints, in TSC cycles, the median of the games' shortest round trips and the
 * shortest of all; then the same for round trips in which the other side read its
 * TSC; then the step in which the TSC counts, which all of them are multiples of.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

static struct {
	atomic_uint ping;
	atomic_uint pong;
	unsigned long long stamp;
} line __attribute__((aligned(64)));

static unsigned int games, rounds;
static unsigned long long step;

static unsigned long long now(void)
{
	unsigned long long tsc;

	_mm_lfence();
	tsc = __rdtsc();
	_mm_lfence();
	return tsc;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("bare_pingpong: sched_setaffinity");
		exit(1);
	}
}

/* The first half of the rounds is answered at once, the other with a stamp. */
static void *answer(void *cpu)
{
	unsigned int answered;

	pin(*(int *)cpu);
	for (answered = 0; answered < 2 * games * rounds; answered++) {
		while (atomic_load_explicit(&line.ping, memory_order_acquire) == answered)
			;
		if (answered >= games * rounds)
			line.stamp = now();
		atomic_store_explicit(&line.pong, answered + 1, memory_order_release);
	}
	return NULL;
}

static unsigned long long common_divisor(unsigned long long a, unsigned long long b)
{
	unsigned long long rest;

	while (b) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* The shortest of @rounds rounds after @round. */
static unsigned long long shortest(unsigned int round)
{
	unsigned long long least = ~0ULL, sent, took;
	unsigned int end = round + rounds;

	while (round++ < end) {
		sent = now();
		atomic_store_explicit(&line.ping, round, memory_order_release);
		while (atomic_load_explicit(&line.pong, memory_order_acquire) != round)
			;
		took = now() - sent;
		if (took < least)
			least = took;
		step = common_divisor(step, took);
	}
	return least;
}

static int compare(const void *a, const void *b)
{
	unsigned long long left = *(const unsigned long long *)a;
	unsigned long long right = *(const unsigned long long *)b;

	return left < right ? -1 : left > right;
}

/* The games after @game. */
static void play(unsigned int game, unsigned long long *least)
{
	unsigned int i;

	for (i = 0; i < games; i++)
		least[i] = shortest((game + i) * rounds);
	qsort(least, games, sizeof(*least), compare);
	printf("%llu %llu\n", least[games / 2], least[0]);
}

int main(int argc, char **argv)
{
	unsigned long long *least;
	pthread_t thread;
	int other;

	if (argc != 5) {
		fprintf(stderr, "usage: bare_pingpong CPU CPU GAMES ROUNDS\n");
		return 64;
	}
	other = atoi(argv[2]);
	games = strtoul(argv[3], NULL, 0);
	rounds = strtoul(argv[4], NULL, 0);
	if (!games || !rounds) {
		fprintf(stderr, "bare_pingpong: no rounds\n");
		return 64;
	}
	least = calloc(games, sizeof(*least));
	if (!least)
		return 1;
	pin(atoi(argv[1]));
	if (pthread_create(&thread, NULL, answer, &other)) {
		fprintf(stderr, "bare_pingpong: no second thread\n");
		free(least);
		return 1;
	}

	play(0, least);
	play(games, least);
	printf("%llu\n", step);
	pthread_join(thread, NULL);
	free(least);
	return 0;
}
