// SPDX-License-Identifier: GPL-2.0-only
/* Guesses beside the truth, and what they come to. */
#include "results.h"

#include <stdlib.h>

/**
 * tsc_results_init() - make room
 * @results: the results
 * @trials: how many there will be at most
 *
 * Return: 0, or -1 without memory.
 */
int tsc_results_init(struct tsc_results *results, unsigned int trials)
{
	*results = (struct tsc_results) {
		.bounds = calloc(trials, sizeof(u64)),
		.errors = calloc(trials, sizeof(u64)),
		.took = calloc(trials, sizeof(u64)),
	};

	return results->bounds && results->errors && results->took ? 0 : -1;
}

/**
 * tsc_results_free() - the opposite
 * @results: the results
 */
void tsc_results_free(struct tsc_results *results)
{
	free(results->bounds);
	free(results->errors);
	free(results->took);
}

static u64 distance(s64 a, s64 b)
{
	return a < b ? (u64)b - (u64)a : (u64)a - (u64)b;
}

/**
 * tsc_results_add() - let a method guess and compare
 * @results: its results
 * @method: the method
 * @rounds: what it gets
 * @count: how many
 * @step: the step in which the TSCs count, cycles
 * @truth: what it should find
 */
void tsc_results_add(struct tsc_results *results, const struct tsc_method *method,
		     const struct tsc_round *rounds, unsigned int count, u64 step,
		     const struct tsc_truth *truth)
{
	struct tsc_guess guess;
	u64 error;

	if (!method->guess(rounds, count, step, &guess)) {
		results->contradicted++;
		return;
	}
	error = distance(guess.offset, truth->offset);
	results->bounds[results->count] = guess.bound;
	results->errors[results->count] = error;
	results->took[results->count] = rounds[count - 1].received - rounds[0].sent;
	results->count++;
	if (error > guess.bound + truth->slack)
		results->outside++;
	if (error > guess.bound)
		results->beyond++;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a;
	u64 y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/**
 * tsc_results_sort_values() - sort, for tsc_results_at()
 * @values: the values
 * @count: how many
 */
void tsc_results_sort_values(u64 *values, unsigned int count)
{
	qsort(values, count, sizeof(*values), compare);
}

/**
 * tsc_results_sort() - each column by itself
 * @results: the results
 */
void tsc_results_sort(struct tsc_results *results)
{
	tsc_results_sort_values(results->bounds, results->count);
	tsc_results_sort_values(results->errors, results->count);
	tsc_results_sort_values(results->took, results->count);
}

/**
 * tsc_results_at() - a percentile
 * @sorted: the values
 * @count: how many
 * @percent: which, 50 is the median
 *
 * Return: the value, 0 where there is none.
 */
u64 tsc_results_at(const u64 *sorted, unsigned int count, unsigned int percent)
{
	return count ? sorted[(u64)(count - 1) * percent / 100] : 0;
}
