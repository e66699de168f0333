// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a round trip between two CPUs takes here when nothing is done but the
 * round trip: bare_pingpong CPU CPU ROUNDS prints the shortest, in TSC cycles.
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
} line __attribute__((aligned(64)));

static unsigned int rounds;

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

static void *answer(void *cpu)
{
	unsigned int answered;

	pin(*(int *)cpu);
	for (answered = 0; answered < rounds; answered++) {
		while (atomic_load_explicit(&line.ping, memory_order_acquire) == answered)
			;
		atomic_store_explicit(&line.pong, answered + 1, memory_order_release);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned long long shortest = ~0ULL, sent, took;
	unsigned int round;
	pthread_t thread;
	int other;

	if (argc != 4) {
		fprintf(stderr, "usage: bare_pingpong CPU CPU ROUNDS\n");
		return 64;
	}
	other = atoi(argv[2]);
	rounds = strtoul(argv[3], NULL, 0);
	pin(atoi(argv[1]));
	if (pthread_create(&thread, NULL, answer, &other)) {
		fprintf(stderr, "bare_pingpong: no second thread\n");
		return 1;
	}

	for (round = 1; round <= rounds; round++) {
		sent = now();
		atomic_store_explicit(&line.ping, round, memory_order_release);
		while (atomic_load_explicit(&line.pong, memory_order_acquire) != round)
			;
		took = now() - sent;
		if (took < shortest)
			shortest = took;
	}
	pthread_join(thread, NULL);
	printf("%llu\n", shortest);
	return 0;
}
