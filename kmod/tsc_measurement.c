// SPDX-License-Identifier: GPL-2.0-only
/*
 * One measurement: the asking side of a ping-pong, sent to the reference CPU, and
 * what its rounds come to.
 *
 * The reference CPU's vCPU may stand still as well as any other, so the asking
 * side is a call that can be given up.
 */

#include "guestclock.h"

#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "cpu_call.h"
#include "tsc_cost.h"
#include "tsc_info.h"
#include "tsc_measurement.h"
#include "tsc_pingpong.h"

/**
 * struct measurement - what is sent to the reference CPU
 * @call: the asking side, on the CPU that asks
 * @cpu: the CPU asked, perhaps the same
 * @rounds: rounds wanted
 * @thorough: whether to go on, at any cost, until there is an answer
 * @row: the result
 * @rtts: round trips, cycles
 */
struct measurement {
	struct guestclock_cpu_call call;
	unsigned int cpu;
	u32 rounds;
	bool thorough;
	struct guestclock_tsc_row row;
	u64 rtts[];
};

static int compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a;
	u64 right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

static void fill_rounds(struct measurement *measurement,
			const struct guestclock_tsc_estimate *estimate)
{
	struct guestclock_tsc_row *row = &measurement->row;
	u32 rounds = estimate->rounds;
	u64 *rtts = measurement->rtts;

	sort(rtts, rounds, sizeof(*rtts), compare, NULL);
	row->rtt_min = estimate->rtt_min;
	row->rtt_median = rtts[(rounds - 1) / 2];
	row->rtt_p90 = rtts[(rounds * 9 + 9) / 10 - 1];
	row->rtt_max = estimate->rtt_max;
}

static void fill_offset(struct guestclock_tsc_row *row,
			const struct guestclock_tsc_estimate *estimate)
{
	row->offset_cycles = guestclock_tsc_estimate_offset(estimate);
	row->bound_cycles = guestclock_tsc_estimate_bound(estimate);
	row->offset_ns = guestclock_tsc_ns(abs(row->offset_cycles));
	if (row->offset_cycles < 0)
		row->offset_ns = -row->offset_ns;
	/* Both divisions round down; the bound answers for that. */
	row->bound_ns = tsc_khz ? guestclock_tsc_ns(row->bound_cycles) + 2 : 0;
}

static void fill_row(struct measurement *measurement,
		     const struct guestclock_tsc_estimate *estimate)
{
	struct guestclock_tsc_row *row = &measurement->row;

	row->rounds = estimate->rounds;
	if (row->rounds)
		fill_rounds(measurement, estimate);
	if (!guestclock_tsc_estimate_consistent(estimate)) {
		row->state = GUESTCLOCK_TSC_STATE_INCONSISTENT;
		row->fault = guestclock_tsc_estimate_jumped(estimate) ?
			     GUESTCLOCK_TSC_FAULT_JUMP : GUESTCLOCK_TSC_FAULT_RATE;
	} else if (row->rounds) {
		row->state = GUESTCLOCK_TSC_STATE_OK;
		fill_offset(row, estimate);
	} else {
		row->state = GUESTCLOCK_TSC_STATE_NO_ANSWER;
	}
}

static void measure_reference(struct guestclock_tsc_row *row)
{
	row->state = GUESTCLOCK_TSC_STATE_REFERENCE;
	row->adjust = guestclock_tsc_adjust_read();
	guestclock_tsc_info_sample(row->ref_cpu);
	row->tsc = rdtsc_ordered();
}

static void measure_other(struct measurement *measurement)
{
	struct guestclock_tsc_row *row = &measurement->row;
	struct guestclock_tsc_game game = {
		.rtts = measurement->rtts,
		.wanted = measurement->rounds,
	};

	guestclock_tsc_pingpong(measurement->cpu, &game, measurement->thorough,
				&row->adjust);
	row->tsc = rdtsc_ordered();
	fill_row(measurement, &game.estimate);
}

static void measure(struct guestclock_cpu_call *call)
{
	struct measurement *measurement = container_of(call, struct measurement, call);

	if (measurement->cpu == call->cpu)
		measure_reference(&measurement->row);
	else
		measure_other(measurement);
}

static struct measurement *new_measurement(unsigned int ref_cpu, unsigned int cpu,
					   u32 rounds, bool thorough)
{
	struct measurement *measurement;

	measurement = kvzalloc(struct_size(measurement, rtts, rounds), GFP_KERNEL);
	if (!measurement)
		return NULL;

	measurement->cpu = cpu;
	measurement->rounds = rounds;
	measurement->thorough = thorough;
	measurement->row.ref_cpu = ref_cpu;
	measurement->row.rounds_wanted = cpu == ref_cpu ? 0 : rounds;
	measurement->row.state = GUESTCLOCK_TSC_STATE_NO_ANSWER;
	measurement->row.adjust.state = GUESTCLOCK_ADJUST_STATE_NOT_READ;

	return measurement;
}

/**
 * guestclock_tsc_measurement() - measure one CPU against another one
 * @ref_cpu: the CPU measured against, which asks
 * @cpu: the CPU measured; the same for a row of the reference itself
 * @rounds: how many, 1 to GUESTCLOCK_TSC_ROUNDS_MAX
 * @thorough: whether to go on for half a second, at any cost
 * @row: filled; says that there was no answer where either CPU did not run
 *
 * Context: Process, sleeps, for a second and a tenth at most. Both CPUs stay
 * online meanwhile.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_measurement(unsigned int ref_cpu, unsigned int cpu, u32 rounds,
			       bool thorough, struct guestclock_tsc_row *row)
{
	/* As much again for a reference CPU that is slow to begin. */
	unsigned int limit_ms = 2 * guestclock_tsc_pingpong_ms(thorough) + 100;
	struct guestclock_tsc_row nothing;
	struct measurement *measurement;

	measurement = new_measurement(ref_cpu, cpu, rounds, thorough);
	if (!measurement)
		return -ENOMEM;

	nothing = measurement->row;
	guestclock_cpu_call_start(&measurement->call, ref_cpu, measure);
	if (guestclock_cpu_call_wait(&measurement->call, limit_ms))
		*row = nothing;
	else
		*row = measurement->row;
	if (cpu != ref_cpu)
		guestclock_tsc_cost_measurement(row->rounds);
	guestclock_cpu_call_put(&measurement->call);

	return 0;
}

/**
 * guestclock_tsc_measurement_init() - prepare the asking sides
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_measurement_init(void)
{
	return guestclock_tsc_pingpong_init();
}

/**
 * guestclock_tsc_measurement_exit() - wait for both sides and free
 *
 * Where a vCPU does not run this waits until it does.
 *
 * Context: Process, sleeps. Nobody wants a measurement any more.
 */
void guestclock_tsc_measurement_exit(void)
{
	guestclock_cpu_calls_flush();
	guestclock_tsc_pingpong_exit();
}
