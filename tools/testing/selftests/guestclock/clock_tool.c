// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bracketed clock readings and a step of the wall clock.
 *
 * clock_tool raw CPU	"tsc_before raw_ns tsc_after", pinned to CPU, the
 *			narrowest bracket of many
 * clock_tool real	CLOCK_REALTIME in ns
 * clock_tool offset	"low high": CLOCK_REALTIME minus CLOCK_MONOTONIC, in ns,
 *			lies in this range
 * clock_tool step NS	step CLOCK_REALTIME by about NS with clock_settime
 * clock_tool steps COUNT [MICROSECONDS]
 *			step it by 10 ms forth and back COUNT times, with a pause
 *			after each
 * clock_tool wakes CPU MS
 *			sleep for MS, pinned to CPU, again and again; the TSC at each
 *			waking up, one a line
 */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define ROUNDS	64
#define NS	1000000000LL

static long long clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS + ts.tv_nsec;
}

static unsigned long long tsc_ordered(void)
{
	unsigned long long tsc;

	_mm_lfence();
	tsc = __rdtsc();
	_mm_lfence();
	return tsc;
}

static int run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		fprintf(stderr, "clock_tool: cannot pin to CPU %d: %s\n", cpu,
			strerror(errno));
		return -1;
	}
	return 0;
}

static int print_wakes(int cpu, long ms)
{
	struct timespec length = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	if (run_on(cpu))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		if (nanosleep(&length, NULL))
			return 1;
		printf("%llu\n", tsc_ordered());
	}
}

static int print_raw(int cpu)
{
	unsigned long long before, after, best_before = 0, best_after = ULLONG_MAX;
	long long raw, best_raw = 0;
	int i;

	if (run_on(cpu))
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		before = tsc_ordered();
		raw = clock_ns(CLOCK_MONOTONIC_RAW);
		after = tsc_ordered();
		if (after - before < best_after - best_before) {
			best_before = before;
			best_raw = raw;
			best_after = after;
		}
	}
	printf("%llu %lld %llu\n", best_before, best_raw, best_after);
	return 0;
}

static int print_offset(void)
{
	long long low = LLONG_MIN, high = LLONG_MAX;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		long long before = clock_ns(CLOCK_MONOTONIC);
		long long real = clock_ns(CLOCK_REALTIME);
		long long after = clock_ns(CLOCK_MONOTONIC);

		if (real - after > low)
			low = real - after;
		if (real - before < high)
			high = real - before;
	}
	printf("%lld %lld\n", low, high);
	return 0;
}

static int step(long long by)
{
	long long target = clock_ns(CLOCK_REALTIME) + by;
	struct timespec ts = { .tv_sec = target / NS, .tv_nsec = target % NS };

	if (clock_settime(CLOCK_REALTIME, &ts)) {
		fprintf(stderr, "clock_tool: clock_settime: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}

static int steps(long count, long pause_us)
{
	long i;

	for (i = 0; i < count; i++) {
		if (step(i % 2 ? -10000000 : 10000000))
			return 1;
		if (pause_us)
			usleep(pause_us);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "raw"))
		return print_raw(atoi(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "wakes"))
		return print_wakes(atoi(argv[2]), atol(argv[3]));
	if (argc == 2 && !strcmp(argv[1], "real"))
		return printf("%lld\n", clock_ns(CLOCK_REALTIME)) < 0;
	if (argc == 2 && !strcmp(argv[1], "offset"))
		return print_offset();
	if (argc == 3 && !strcmp(argv[1], "step"))
		return step(strtoll(argv[2], NULL, 10));
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "steps"))
		return steps(atol(argv[2]), argc == 4 ? atol(argv[3]) : 0);

	fprintf(stderr, "usage: clock_tool raw CPU | real | offset | step NS | steps COUNT [US] |"
		" wakes CPU MS\n");
	return 64;
}
