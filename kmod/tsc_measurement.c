// SPDX-License-Identifier: GPL-2.0-only
/*
 * One measurement: the asking side of a ping-pong, sent to the reference CPU, and
 * what its rounds come to.
 *
 * The reference CPU's vCPU may stand still as well as any other. Whoever wants the
 * measurement waits for so long and then goes without it; the asking side, which
 * belongs to both, ends when the vCPU runs again.
 */

#include "guestclock.h"

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/overflow.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/wait.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "compat/workqueue.h"
#include "tsc_cost.h"
#include "tsc_info.h"
#include "tsc_measurement.h"
#include "tsc_pingpong.h"

/**
 * struct measurement - what is sent to the reference CPU
 * @work: the asking side
 * @queue: where whoever wants it waits
 * @done: @row is filled
 * @users: who still needs this: whoever waits, and @work
 * @given_up: nobody waits any more
 * @ref_cpu: the CPU that asks
 * @cpu: the CPU asked, perhaps the same
 * @rounds: rounds wanted
 * @thorough: whether to go on, at any cost, until there is an answer
 * @row: the result
 * @rtts: round trips, cycles
 */
struct measurement {
	struct work_struct work;
	wait_queue_head_t queue;
	bool done;
	refcount_t users;
	bool given_up;
	unsigned int ref_cpu;
	unsigned int cpu;
	u32 rounds;
	bool thorough;
	struct guestclock_tsc_row row;
	u64 rtts[];
};

static struct workqueue_struct *wq;

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

static void put(struct measurement *measurement)
{
	if (refcount_dec_and_test(&measurement->users))
		kvfree(measurement);
}

/* A CPU that went offline, once nobody waited, leaves this to another one. */
static void measure(struct work_struct *work)
{
	struct measurement *measurement = container_of(work, struct measurement, work);

	if (!READ_ONCE(measurement->given_up) &&
	    raw_smp_processor_id() == measurement->ref_cpu) {
		if (measurement->cpu == measurement->ref_cpu)
			measure_reference(&measurement->row);
		else
			measure_other(measurement);
	}
	/* Pairs with the acquire in is_done(). */
	smp_store_release(&measurement->done, true);
	wake_up(&measurement->queue);
	put(measurement);
}

static bool is_done(const struct measurement *measurement)
{
	/* Pairs with the release in measure(). */
	return smp_load_acquire(&measurement->done);
}

static struct measurement *new_measurement(unsigned int ref_cpu, unsigned int cpu,
					   u32 rounds, bool thorough)
{
	struct measurement *measurement;

	measurement = kvzalloc(struct_size(measurement, rtts, rounds), GFP_KERNEL);
	if (!measurement)
		return NULL;

	INIT_WORK(&measurement->work, measure);
	init_waitqueue_head(&measurement->queue);
	refcount_set(&measurement->users, 2);
	measurement->ref_cpu = ref_cpu;
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
	queue_work_on(ref_cpu, wq, &measurement->work);
	/* Not by a timer of the wheel: see wait_until() of the ping-pong. */
	if (!wait_event_hrtimeout(measurement->queue, is_done(measurement),
				  ms_to_ktime(limit_ms))) {
		*row = measurement->row;
	} else {
		WRITE_ONCE(measurement->given_up, true);
		*row = nothing;
	}
	if (cpu != ref_cpu)
		guestclock_tsc_cost_measurement(row->rounds);
	put(measurement);

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
	int err;

	wq = alloc_workqueue("guestclock_ask", WQ_HIGHPRI | WQ_PERCPU, 0);
	if (!wq)
		return -ENOMEM;
	err = guestclock_tsc_pingpong_init();
	if (err)
		destroy_workqueue(wq);

	return err;
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
	destroy_workqueue(wq);
	guestclock_tsc_pingpong_exit();
}
