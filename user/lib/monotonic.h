/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_MONOTONIC_H
#define GUESTCLOCK_MONOTONIC_H

#include <stdbool.h>
#include <stdint.h>

/* Reads a clock on a CPU, in ns; @arg is gc_monotonic.arg. */
typedef int64_t (*gc_monotonic_clock)(int cpu, void *arg);

/* Called now and then by the thread that waits; true ends the check. */
typedef bool (*gc_monotonic_tick)(bool worse, void *arg);

/**
 * struct gc_monotonic - What to check.
 * @clock: the clock
 * @tick: told several times a second, and whether there was a new worst step since
 * @arg: handed to both
 * @duration_ns: how long
 */
struct gc_monotonic {
	gc_monotonic_clock clock;
	gc_monotonic_tick tick;
	void *arg;
	uint64_t duration_ns;
};

/**
 * struct gc_monotonic_result - What came of it.
 * @elapsed_ns: how long it was
 * @cpus: CPUs that took part
 * @left_out: CPUs that may be used but could not be
 * @readings: readings of the clock
 * @back: of these, behind an earlier one
 * @worst_ns: the furthest that one was behind
 * @from_cpu: who read the earlier, higher time of the worst step
 * @to_cpu: who read the later, lower one
 * @pairs: pairs of CPUs there are
 * @pairs_met: of these, handed a time to each other directly, both ways
 * @resolution_ns: two of these whose clocks were apart by more, all the time, would
 *   have been seen; 0 where there was no such pair
 */
struct gc_monotonic_result {
	uint64_t elapsed_ns;
	unsigned int cpus;
	unsigned int left_out;
	uint64_t readings;
	uint64_t back;
	int64_t worst_ns;
	int from_cpu;
	int to_cpu;
	uint64_t pairs;
	uint64_t pairs_met;
	int64_t resolution_ns;
};

int gc_monotonic_check(const struct gc_monotonic *what, struct gc_monotonic_result *result);

#endif /* GUESTCLOCK_MONOTONIC_H */
