// SPDX-License-Identifier: GPL-2.0-only
/*
 * What measuring TSCs costs. CPUs count for themselves, and may go on doing so
 * when nobody waits for them any more.
 */

#include <linux/atomic.h>

#include "tsc_cost.h"

static atomic64_t measurements = ATOMIC64_INIT(0);
static atomic64_t no_answers = ATOMIC64_INIT(0);
static atomic64_t cycles_ref = ATOMIC64_INIT(0);
static atomic64_t cycles_cpu = ATOMIC64_INIT(0);
static atomic64_t cycles_brief = ATOMIC64_INIT(0);
static atomic64_t irqs_off_max = ATOMIC64_INIT(0);

static void raise_maximum(atomic64_t *maximum, s64 value)
{
	s64 before = atomic64_read(maximum);

	while (value > before && !atomic64_try_cmpxchg(maximum, &before, value))
		;
}

static void add(atomic64_t *side, u64 cycles, u64 irqs_off, bool thorough)
{
	atomic64_add(cycles, side);
	if (!thorough)
		atomic64_add(cycles, &cycles_brief);
	raise_maximum(&irqs_off_max, irqs_off);
}

/**
 * guestclock_tsc_cost_measurement() - a pair of CPUs was measured
 * @answered: whether there was any answer
 *
 * Context: Any.
 */
void guestclock_tsc_cost_measurement(bool answered)
{
	atomic64_inc(&measurements);
	if (!answered)
		atomic64_inc(&no_answers);
}

/**
 * guestclock_tsc_cost_ref() - a CPU has asked
 * @cycles: what it spent on that, cycles
 * @irqs_off: its longest time with interrupts off, cycles
 * @thorough: whether somebody wanted it, rather than a sweep
 *
 * Context: Any.
 */
void guestclock_tsc_cost_ref(u64 cycles, u64 irqs_off, bool thorough)
{
	add(&cycles_ref, cycles, irqs_off, thorough);
}

/**
 * guestclock_tsc_cost_cpu() - a CPU has answered
 * @cycles: what it spent on that, cycles
 * @irqs_off: its longest time with interrupts off, cycles
 * @thorough: whether somebody wanted it, rather than a sweep
 *
 * Context: Any.
 */
void guestclock_tsc_cost_cpu(u64 cycles, u64 irqs_off, bool thorough)
{
	add(&cycles_cpu, cycles, irqs_off, thorough);
}

/**
 * guestclock_tsc_cost() - all of it, since the module was loaded
 * @cost: filled
 *
 * Context: Any.
 */
void guestclock_tsc_cost(struct guestclock_tsc_cost *cost)
{
	cost->measurements = atomic64_read(&measurements);
	cost->no_answers = atomic64_read(&no_answers);
	cost->cycles_ref = atomic64_read(&cycles_ref);
	cost->cycles_cpu = atomic64_read(&cycles_cpu);
	cost->cycles_brief = atomic64_read(&cycles_brief);
	cost->irqs_off_max = atomic64_read(&irqs_off_max);
}
