// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC observer: the signed offset of every CPU's TSC against a reference
 * CPU's, with its bound, measured in sweeps and on demand.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sort.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "observer.h"
#include "tsc.h"
#include "tsc_cost.h"
#include "tsc_info.h"
#include "tsc_pingpong.h"
#include "tsc_sweep.h"

struct guestclock_observer guestclock_tsc_observer = { .name = "tsc" };

static DEFINE_MUTEX(measure_mutex);
static bool stopped;
/* Round trips of the measurement that holds measure_mutex. */
static u64 *rtts;

/**
 * struct measurement - passed to the reference CPU and back
 * @cpu: the CPU to measure
 * @rounds: rounds wanted
 * @thorough: whether to go on, at any cost, until there is an answer
 * @row: the result
 */
struct measurement {
	unsigned int cpu;
	u32 rounds;
	bool thorough;
	struct guestclock_tsc_row row;
};

static int compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a;
	u64 right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

static void fill_rounds(struct guestclock_tsc_row *row,
			const struct guestclock_tsc_estimate *estimate)
{
	u32 rounds = estimate->rounds;

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

static void fill_row(struct guestclock_tsc_row *row,
		     const struct guestclock_tsc_estimate *estimate)
{
	row->rounds = estimate->rounds;
	if (!estimate->rounds) {
		row->state = GUESTCLOCK_TSC_STATE_NO_ANSWER;
		return;
	}
	fill_rounds(row, estimate);
	if (guestclock_tsc_estimate_consistent(estimate)) {
		row->state = GUESTCLOCK_TSC_STATE_OK;
		fill_offset(row, estimate);
		return;
	}
	row->state = GUESTCLOCK_TSC_STATE_INCONSISTENT;
	row->fault = guestclock_tsc_estimate_jumped(estimate) ?
		     GUESTCLOCK_TSC_FAULT_JUMP : GUESTCLOCK_TSC_FAULT_RATE;
}

/* On the reference CPU, in a kernel thread bound to it. Returns 0 always. */
static int measure_from_here(void *data)
{
	struct measurement *measurement = data;
	struct guestclock_tsc_row *row = &measurement->row;
	struct guestclock_tsc_game game = {
		.rtts = rtts,
		.wanted = measurement->rounds,
	};

	row->ref_cpu = raw_smp_processor_id();
	if (measurement->cpu == row->ref_cpu) {
		row->state = GUESTCLOCK_TSC_STATE_REFERENCE;
		row->adjust = guestclock_tsc_adjust_read();
		guestclock_tsc_info_sample(row->ref_cpu);
		row->tsc = rdtsc_ordered();
		return 0;
	}

	row->rounds_wanted = measurement->rounds;
	guestclock_tsc_pingpong(measurement->cpu, &game, measurement->thorough,
				&row->adjust);
	row->tsc = rdtsc_ordered();
	fill_row(row, &game.estimate);

	return 0;
}

/* Both CPUs have to stay online. */
static int measure(unsigned int ref_cpu, struct measurement *measurement)
{
	struct guestclock_tsc_settings settings;

	if (!measurement->rounds) {
		guestclock_tsc_sweep_settings(&settings);
		measurement->rounds = settings.rounds;
	}
	measurement->row.adjust.state = GUESTCLOCK_ADJUST_STATE_NOT_READ;

	return smp_call_on_cpu(ref_cpu, measure_from_here, measurement, false);
}

/* The first online CPU that nobody wanted to be left alone, else the first. */
static unsigned int reference_cpu(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (!guestclock_tsc_sweep_leaves_alone(cpu))
			return cpu;
	}

	return cpumask_first(cpu_online_mask);
}

/* Measures a CPU against the reference. */
static int measure_online_cpu(struct measurement *measurement)
{
	unsigned int cpu = measurement->cpu;
	int err = -ENODEV;

	cpus_read_lock();
	if (cpu_online(cpu))
		err = measure(reference_cpu(), measurement);
	if (!err)
		guestclock_tsc_row_update(cpu, &measurement->row);
	cpus_read_unlock();

	return err;
}

static int measure_one_cpu(unsigned int cpu, u32 rounds)
{
	struct measurement measurement = {
		.cpu = cpu,
		.rounds = rounds,
		.thorough = true,
	};

	return measure_online_cpu(&measurement);
}

/*
 * A CPU that does not answer takes half a second: between two of them hotplug
 * has its turn, and whoever asked may go. CPUs that left meanwhile are no error.
 */
static int measure_all_cpus(u32 rounds)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu) {
		if (signal_pending(current))
			return -EINTR;
		err = measure_one_cpu(cpu, rounds);
		if (err && err != -ENODEV)
			return err;
		cond_resched();
	}

	return 0;
}

/**
 * guestclock_tsc_measure() - measure TSC offsets now
 * @only_cpu: the CPU, or GUESTCLOCK_ALL_CPUS
 * @rounds: how many, at most GUESTCLOCK_TSC_ROUNDS_MAX; 0 for as many as a sweep
 *
 * Context: Process, sleeps; milliseconds per CPU, up to half a second for one
 * that does not answer.
 * Return: 0, -ENODEV when the CPU is not online, -ESHUTDOWN when the module
 * is being unloaded, -EINTR after a signal, or -ENOMEM.
 */
int guestclock_tsc_measure(int only_cpu, u32 rounds)
{
	int err;

	if (only_cpu != GUESTCLOCK_ALL_CPUS &&
	    (only_cpu < 0 || only_cpu >= nr_cpu_ids))
		return -ENODEV;

	err = mutex_lock_interruptible(&measure_mutex);
	if (err)
		return err;
	if (stopped)
		err = -ESHUTDOWN;
	else if (only_cpu == GUESTCLOCK_ALL_CPUS)
		err = measure_all_cpus(rounds);
	else
		err = measure_one_cpu(only_cpu, rounds);
	mutex_unlock(&measure_mutex);

	return err;
}

/**
 * guestclock_tsc_measure_pair() - measure any two CPUs now
 * @ref_cpu: the CPU measured against
 * @cpu: the CPU measured, another one
 * @rounds: how many, at most GUESTCLOCK_TSC_ROUNDS_MAX; 0 for as many as a sweep
 * @row: filled, and known to nobody else
 *
 * Context: Process, sleeps; up to half a second when a CPU does not answer.
 * Return: as guestclock_tsc_measure().
 */
int guestclock_tsc_measure_pair(unsigned int ref_cpu, unsigned int cpu, u32 rounds,
				struct guestclock_tsc_row *row)
{
	struct measurement measurement = {
		.cpu = cpu,
		.rounds = rounds,
		.thorough = true,
	};
	int err;

	if (ref_cpu >= nr_cpu_ids || cpu >= nr_cpu_ids)
		return -ENODEV;

	err = mutex_lock_interruptible(&measure_mutex);
	if (err)
		return err;
	cpus_read_lock();
	if (stopped)
		err = -ESHUTDOWN;
	else if (!cpu_online(ref_cpu) || !cpu_online(cpu))
		err = -ENODEV;
	else
		err = measure(ref_cpu, &measurement);
	cpus_read_unlock();
	mutex_unlock(&measure_mutex);
	*row = measurement.row;

	return err;
}

/**
 * guestclock_tsc_measure_briefly() - measure a CPU for a sweep
 * @cpu: the CPU
 * @rounds: how many
 * @cycles: what that cost on both CPUs, cycles
 *
 * Context: Process, sleeps; up to a tenth of a second when it does not answer.
 * Return: as guestclock_tsc_measure().
 */
int guestclock_tsc_measure_briefly(unsigned int cpu, u32 rounds, u64 *cycles)
{
	struct measurement measurement = { .cpu = cpu, .rounds = rounds };
	struct guestclock_tsc_cost before, after;
	int err;

	mutex_lock(&measure_mutex);
	guestclock_tsc_cost(&before);
	err = stopped ? -ESHUTDOWN : measure_online_cpu(&measurement);
	guestclock_tsc_cost(&after);
	mutex_unlock(&measure_mutex);
	*cycles = after.cycles_ref - before.cycles_ref +
		  after.cycles_cpu - before.cycles_cpu;

	return err;
}

/**
 * guestclock_tsc_init() - prepare to measure
 * @settings: how TSCs are watched
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_init(const struct guestclock_tsc_settings *settings)
{
	int err;

	rtts = kcalloc(GUESTCLOCK_TSC_ROUNDS_MAX, sizeof(*rtts), GFP_KERNEL);
	if (!rtts)
		return -ENOMEM;
	err = guestclock_tsc_rows_init();
	if (err)
		goto err_rtts;
	err = guestclock_tsc_pingpong_init();
	if (err)
		goto err_rows;
	err = guestclock_tsc_sweep_init(settings);
	if (err)
		goto err_pingpong;

	stopped = false;
	guestclock_observer_set(&guestclock_tsc_observer,
				GUESTCLOCK_OBSERVER_STATE_ACTIVE,
				"cache-line ping-pong, in sweeps and on demand");

	return 0;

err_pingpong:
	guestclock_tsc_pingpong_exit();
err_rows:
	guestclock_tsc_rows_exit();
err_rtts:
	kfree(rtts);

	return err;
}

/**
 * guestclock_tsc_stop() - refuse measurements from now on
 *
 * When this returns none is running.
 *
 * Context: Process, sleeps for the rest of a measurement.
 */
void guestclock_tsc_stop(void)
{
	guestclock_tsc_sweep_stop();
	mutex_lock(&measure_mutex);
	stopped = true;
	mutex_unlock(&measure_mutex);
}

/**
 * guestclock_tsc_exit() - free what was prepared
 *
 * Context: Process, sleeps. Measurements were stopped and nobody reads rows.
 */
void guestclock_tsc_exit(void)
{
	guestclock_tsc_sweep_exit();
	guestclock_tsc_pingpong_exit();
	guestclock_tsc_rows_exit();
	kfree(rtts);
}
