// SPDX-License-Identifier: GPL-2.0-only
/* What the benchmark measured, as two tables. */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"

static double to_ns(const struct bench *bench, u64 cycles)
{
	return (double)cycles * 1e6 / bench->khz;
}

static void print_head(const struct bench *bench)
{
	printf("# CPUs %d and %d, TSC %.0f kHz in steps of up to %" PRIu64 " cycles; %u trials,"
	       " %u bursts left unanswered\n",
	       bench->asking, bench->answering, bench->khz, bench->step, bench->trials,
	       bench->unanswered);
	printf("# by themselves the TSCs are apart by %" PRId64 " +- %" PRIu64
	       " cycles, so that errors are known to %" PRIu64 "\n",
	       guestclock_tsc_estimate_offset(&bench->base),
	       guestclock_tsc_estimate_bound(&bench->base),
	       guestclock_tsc_estimate_bound(&bench->base));
	printf("# shortest round trip of a burst that does not read the other TSC: median %" PRIu64
	       " cycles (%" PRIu64 " to %" PRIu64 ")\n",
	       tsc_results_at(bench->bare, bench->trials, 50),
	       tsc_results_at(bench->bare, bench->trials, 0),
	       tsc_results_at(bench->bare, bench->trials, 100));
}

static void print_methods(const struct bench *bench, const char *what,
			  const struct tsc_results *methods)
{
	const struct tsc_results *results;
	unsigned int i;
	u64 bound;

	printf("\n%s\n", what);
	printf("%-15s %6s %10s %10s %10s %10s %10s %8s %8s %12s\n", "method", "rounds", "bound",
	       "bound(ns)", "error p50", "error p99", "error max", "beyond", "outside",
	       "contradicted");
	for (i = 0; i < TSC_METHODS; i++) {
		results = &methods[i];
		bound = tsc_results_at(results->bounds, results->count, 50);
		printf("%-15s %6d %10" PRIu64 " %10.1f %10" PRIu64 " %10" PRIu64 " %10" PRIu64
		       " %8u %8u %12u\n",
		       tsc_methods[i].name,
		       tsc_methods[i].rounds ? tsc_methods[i].rounds : METHOD_ROUNDS,
		       bound, to_ns(bench, bound),
		       tsc_results_at(results->errors, results->count, 50),
		       tsc_results_at(results->errors, results->count, 99),
		       tsc_results_at(results->errors, results->count, 100),
		       results->beyond, results->outside, results->contradicted);
	}
}

static void print_sizes(const struct bench *bench)
{
	u64 half_bare = tsc_results_at(bench->bare, bench->trials, 50) / 2;
	const struct tsc_results *results;
	unsigned int i;
	u64 bound;

	puts("\nThe first method, cycles");
	printf("%6s %10s %10s %10s %10s %10s %10s %10s\n", "rounds", "bound p50", "bound(ns)",
	       "bound p90", "bound p99", "/half bare", "error p50", "took(us)");
	for (i = 0; i < SIZES; i++) {
		results = &bench->sizes[i];
		bound = tsc_results_at(results->bounds, results->count, 50);
		printf("%6u %10" PRIu64 " %10.1f %10" PRIu64 " %10" PRIu64 " %10.2f %10" PRIu64
		       " %10.1f\n",
		       1U << i, bound, to_ns(bench, bound),
		       tsc_results_at(results->bounds, results->count, 90),
		       tsc_results_at(results->bounds, results->count, 99),
		       half_bare ? (double)bound / (double)half_bare : 0,
		       tsc_results_at(results->errors, results->count, 50),
		       to_ns(bench, tsc_results_at(results->took, results->count, 50)) / 1000);
	}
}

/**
 * bench_print() - print the tables
 * @bench: what was measured; its results get sorted
 */
void bench_print(struct bench *bench)
{
	unsigned int i;

	for (i = 0; i < TSC_METHODS; i++) {
		tsc_results_sort(&bench->methods[i]);
		tsc_results_sort(&bench->lopsided[i]);
	}
	for (i = 0; i < SIZES; i++)
		tsc_results_sort(&bench->sizes[i]);
	tsc_results_sort_values(bench->bare, bench->trials);
	print_head(bench);
	print_methods(bench, "Methods, cycles", bench->methods);
	print_methods(bench, "Methods where one way takes longer, cycles", bench->lopsided);
	print_sizes(bench);
}
