// SPDX-License-Identifier: GPL-2.0-only
/*
 * How well the TSC estimator does between two real CPUs, beside others on the same
 * rounds: tsc_pair_bench [-n TRIALS] [-c ASKING,ANSWERING]. The other CPU adds a
 * known offset to what it reads; what the two TSCs are apart without it is measured
 * before, and once more after.
 *
 * Exit status 0; 1 when a truth was outside the module's bound, or anything else
 * went wrong; 4 where it cannot be tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "array.h"
#include "bench.h"

#define TRIALS		1000
#define BASE_BURSTS	200
/* Bursts follow each other at varying distances of up to this much. */
#define PAUSE_US_MAX	2000
/* So many bursts without an answer for one trial, and the machine is too busy. */
#define UNANSWERED_MAX	100

/* What is added to the other TSC, in turn; cycles. */
static const s64 injected[] = {
	0, 100, -100, 1000, -1000, 30000, -30000, 1000000, -1000000, 100000000, -100000000,
	1000000000, -1000000000, 1000000000000000, -1000000000000000,
};

static s64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);

	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* One burst that was answered in full; false when the machine is too busy. */
static bool burst(struct bench *bench, const struct tsc_play *how)
{
	unsigned int tries;

	for (tries = 0; tries < UNANSWERED_MAX; tries++) {
		usleep(random() % PAUSE_US_MAX);
		if (tsc_pair_play(bench->pair, how, bench->rounds, ROUNDS + 1) == ROUNDS + 1)
			return true;
		bench->unanswered++;
	}
	fprintf(stderr, "tsc_pair_bench: CPU %d did not answer %u times in a row: busy?\n",
		bench->answering, tries);

	return false;
}

/* Adds what bursts without any injection say. */
static bool measure_base(struct bench *bench)
{
	const struct tsc_play untouched = { .ahead = 0 };
	const struct tsc_round *round;
	unsigned int i, j;

	for (i = 0; i < BASE_BURSTS; i++) {
		if (!burst(bench, &untouched))
			return false;
		for (j = 0; j < ROUNDS; j++) {
			round = &bench->rounds[j + 1];
			guestclock_tsc_estimate_add(&bench->base, round->sent, round->remote,
						    round->received);
		}
	}
	if (guestclock_tsc_estimate_consistent(&bench->base))
		return true;
	fprintf(stderr, "tsc_pair_bench: the TSCs of CPUs %d and %d do not keep their offset\n",
		bench->asking, bench->answering);

	return false;
}

/* The shortest round trip of a burst that says nothing of the other TSC, cycles. */
static bool measure_bare(struct bench *bench, u64 *shortest)
{
	const struct tsc_play how = { .bare = true };
	unsigned int i;
	u64 rtt;

	if (!burst(bench, &how))
		return false;
	*shortest = UINT64_MAX;
	for (i = 1; i <= METHOD_ROUNDS; i++) {
		rtt = bench->rounds[i].received - bench->rounds[i].sent;
		if (rtt < *shortest)
			*shortest = rtt;
	}

	return true;
}

static bool trial(struct bench *bench, unsigned int number)
{
	struct tsc_play how = { .ahead = injected[number % ARRAY_SIZE(injected)] };
	struct tsc_truth truth = {
		.offset = how.ahead + guestclock_tsc_estimate_offset(&bench->base),
		.slack = guestclock_tsc_estimate_bound(&bench->base),
	};
	const struct tsc_round *rounds = bench->rounds + 1;
	unsigned int i;

	if (!burst(bench, &how))
		return false;
	for (i = 0; i < TSC_METHODS; i++)
		tsc_results_add(&bench->methods[i], &tsc_methods[i], rounds, METHOD_ROUNDS,
				bench->step, &truth);
	for (i = 0; i < SIZES; i++)
		tsc_results_add(&bench->sizes[i], &tsc_methods[0], rounds, 1U << i,
				bench->step, &truth);

	if (number % 2)
		how.lag_there = LAG;
	else
		how.lag_back = LAG;
	if (!burst(bench, &how))
		return false;
	for (i = 0; i < TSC_METHODS; i++)
		tsc_results_add(&bench->lopsided[i], &tsc_methods[i], rounds, METHOD_ROUNDS,
				bench->step, &truth);

	return true;
}

/* The longest there is: one that is too short would narrow bounds too far. */
static void measure_step(struct bench *bench)
{
	unsigned int i;
	u64 step;

	for (i = 0; i < BASE_BURSTS; i++) {
		step = tsc_pair_step();
		if (step > bench->step)
			bench->step = step;
	}
}

static bool measure(struct bench *bench)
{
	u64 begin_tsc = __rdtsc();
	s64 begin_ns = now_ns();
	unsigned int i;

	measure_step(bench);
	guestclock_tsc_estimate_init(&bench->base, bench->step);
	if (!measure_base(bench))
		return false;
	for (i = 0; i < bench->trials; i++) {
		if (!measure_bare(bench, &bench->bare[i]) || !trial(bench, i))
			return false;
	}
	bench->khz = (double)(__rdtsc() - begin_tsc) * 1e6 / (double)(now_ns() - begin_ns);

	return measure_base(bench);
}

/* What holds for the module's own method, whatever the machine. */
static bool judge(const struct bench *bench)
{
	unsigned int bad = bench->lopsided[0].outside + bench->lopsided[0].contradicted;
	unsigned int i;

	for (i = 0; i < SIZES; i++)
		bad += bench->sizes[i].outside + bench->sizes[i].contradicted;
	if (bad)
		fprintf(stderr, "tsc_pair_bench: %u times the truth was outside the bound\n", bad);

	return !bad;
}

static int bad_usage(void)
{
	fputs("usage: tsc_pair_bench [-n TRIALS] [-c ASKING,ANSWERING]\n", stderr);

	return 64;
}

static int parse(struct bench *bench, int argc, char **argv)
{
	int option;

	bench->asking = -1;
	bench->trials = TRIALS;
	while ((option = getopt(argc, argv, "n:c:")) != -1) {
		if (option == 'n')
			bench->trials = strtoul(optarg, NULL, 10);
		else if (option != 'c' ||
			 sscanf(optarg, "%d,%d", &bench->asking, &bench->answering) != 2)
			return bad_usage();
	}
	if (!bench->trials || optind < argc)
		return bad_usage();
	if (bench->asking < 0 && tsc_pair_cpus(&bench->asking, &bench->answering)) {
		fputs("tsc_pair_bench: one CPU: nothing to compare its TSC with\n", stderr);
		return 4;
	}

	return 0;
}

static int bench_pair(struct bench *bench)
{
	unsigned int i;
	bool good;

	bench->bare = calloc(bench->trials, sizeof(*bench->bare));
	if (!bench->bare)
		return 1;
	for (i = 0; i < TSC_METHODS; i++) {
		if (tsc_results_init(&bench->methods[i], bench->trials) ||
		    tsc_results_init(&bench->lopsided[i], bench->trials))
			return 1;
	}
	for (i = 0; i < SIZES; i++) {
		if (tsc_results_init(&bench->sizes[i], bench->trials))
			return 1;
	}
	bench->pair = tsc_pair_start(bench->asking, bench->answering);
	if (!bench->pair) {
		fprintf(stderr, "tsc_pair_bench: cannot run on CPUs %d and %d\n", bench->asking,
			bench->answering);
		return 1;
	}
	good = measure(bench);
	tsc_pair_stop(bench->pair);
	if (!good)
		return 1;

	bench_print(bench);

	return judge(bench) ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	unsigned int i;
	int ret;

	ret = parse(&bench, argc, argv);
	if (!ret)
		ret = bench_pair(&bench);
	for (i = 0; i < TSC_METHODS; i++) {
		tsc_results_free(&bench.methods[i]);
		tsc_results_free(&bench.lopsided[i]);
	}
	for (i = 0; i < SIZES; i++)
		tsc_results_free(&bench.sizes[i]);
	free(bench.bare);

	return ret;
}
