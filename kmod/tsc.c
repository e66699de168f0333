// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC observer: the signed offset of every CPU's TSC against a reference
 * CPU's, with its bound, measured on demand.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "event.h"
#include "log.h"
#include "observer.h"
#include "tsc.h"
#include "tsc_pingpong.h"

struct guestclock_observer guestclock_tsc_observer = { .name = "tsc" };

/**
 * struct tsc_cpu - what is kept of one CPU
 * @row: the last measurement
 * @beyond: it was beyond the threshold, so that coming back is an event too
 */
struct tsc_cpu {
	struct guestclock_tsc_row row;
	bool beyond;
};

static struct tsc_cpu *cpus;
static DEFINE_SPINLOCK(rows_lock);
static DEFINE_MUTEX(measure_mutex);
static bool stopped;
static u64 offset_threshold_ns;

/**
 * struct measurement - passed to the reference CPU and back
 * @cpu: the CPU to measure
 * @row: the result
 */
struct measurement {
	unsigned int cpu;
	struct guestclock_tsc_row row;
};

static u64 cycles_to_ns(u64 cycles)
{
	/* cycles / (khz * 1000 / s) = cycles * 10^6 ns / khz */
	return tsc_khz ? mul_u64_u32_div(cycles, NSEC_PER_MSEC, tsc_khz) : 0;
}

static void fill_offset(struct guestclock_tsc_row *row,
			const struct guestclock_tsc_estimate *estimate)
{
	u64 magnitude;

	row->offset_cycles = guestclock_tsc_estimate_offset(estimate);
	row->bound_cycles = guestclock_tsc_estimate_bound(estimate);
	magnitude = abs(row->offset_cycles);
	row->offset_ns = cycles_to_ns(magnitude);
	if (row->offset_cycles < 0)
		row->offset_ns = -row->offset_ns;
	/* Both divisions round down; the bound answers for that. */
	row->bound_ns = tsc_khz ? cycles_to_ns(row->bound_cycles) + 2 : 0;
}

/* On the reference CPU, in a kernel thread bound to it. Returns 0 always. */
static int measure_from_here(void *data)
{
	struct measurement *measurement = data;
	struct guestclock_tsc_row *row = &measurement->row;
	struct guestclock_tsc_estimate estimate;

	row->ref_cpu = raw_smp_processor_id();
	if (measurement->cpu == row->ref_cpu) {
		row->state = GUESTCLOCK_TSC_STATE_REFERENCE;
		row->tsc = rdtsc_ordered();
		return 0;
	}

	guestclock_tsc_pingpong(measurement->cpu, &estimate);
	row->tsc = rdtsc_ordered();
	row->rounds = estimate.rounds;
	if (!estimate.rounds) {
		row->state = GUESTCLOCK_TSC_STATE_NO_ANSWER;
		return 0;
	}
	row->rtt_min = estimate.rtt_min;
	row->rtt_max = estimate.rtt_max;
	if (!guestclock_tsc_estimate_consistent(&estimate)) {
		row->state = GUESTCLOCK_TSC_STATE_INCONSISTENT;
		return 0;
	}
	row->state = GUESTCLOCK_TSC_STATE_OK;
	fill_offset(row, &estimate);

	return 0;
}

/*
 * Whether the offset is beyond the threshold now; as @before where the row cannot
 * tell: with a bound that reaches over the threshold, without an answer, or where
 * the CPU is the reference itself.
 */
static bool beyond(const struct guestclock_tsc_row *row, bool before)
{
	u64 magnitude = abs(row->offset_ns);

	if (row->state == GUESTCLOCK_TSC_STATE_INCONSISTENT)
		return true;
	if (row->state != GUESTCLOCK_TSC_STATE_OK)
		return before;
	if (magnitude > row->bound_ns &&
	    magnitude - row->bound_ns > offset_threshold_ns)
		return true;
	if (magnitude <= offset_threshold_ns &&
	    row->bound_ns <= offset_threshold_ns - magnitude)
		return false;

	return before;
}

static void report(unsigned int cpu, const struct guestclock_tsc_row *row)
{
	struct guestclock_event event;

	guestclock_event_init(&event, GUESTCLOCK_EVENT_TYPE_TSC_OFFSET,
			      GUESTCLOCK_SOURCE_MEASUREMENT, cpu);
	event.tsc.state = row->state;
	event.tsc.ref_cpu = row->ref_cpu;
	event.tsc.offset_cycles = row->offset_cycles;
	event.tsc.bound_cycles = row->bound_cycles;
	guestclock_log_report(&event);
}

static int measure_cpu(unsigned int ref_cpu, unsigned int cpu)
{
	struct measurement measurement = { .cpu = cpu };
	bool is_beyond, crossed;
	int err;

	err = smp_call_on_cpu(ref_cpu, measure_from_here, &measurement, false);
	if (err)
		return err;

	spin_lock(&rows_lock);
	is_beyond = beyond(&measurement.row, cpus[cpu].beyond);
	crossed = is_beyond != cpus[cpu].beyond;
	cpus[cpu].beyond = is_beyond;
	cpus[cpu].row = measurement.row;
	spin_unlock(&rows_lock);

	if (crossed)
		report(cpu, &measurement.row);

	return 0;
}

/* Measures a CPU against the first one that is online. */
static int measure_online_cpu(unsigned int cpu)
{
	int err = -ENODEV;

	cpus_read_lock();
	if (cpu_online(cpu))
		err = measure_cpu(cpumask_first(cpu_online_mask), cpu);
	cpus_read_unlock();

	return err;
}

/*
 * A CPU that does not answer takes half a second: between two of them hotplug
 * has its turn, and whoever asked may go. CPUs that left meanwhile are no error.
 */
static int measure_all_cpus(void)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu) {
		if (signal_pending(current))
			return -EINTR;
		err = measure_online_cpu(cpu);
		if (err && err != -ENODEV)
			return err;
		cond_resched();
	}

	return 0;
}

/**
 * guestclock_tsc_measure() - measure TSC offsets now
 * @only_cpu: the CPU, or GUESTCLOCK_ALL_CPUS
 *
 * Context: Process, sleeps; milliseconds per CPU, up to half a second for one
 * that does not answer.
 * Return: 0, -ENODEV when the CPU is not online, -ESHUTDOWN when the module
 * is being unloaded, -EINTR after a signal, or -ENOMEM.
 */
int guestclock_tsc_measure(int only_cpu)
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
		err = measure_all_cpus();
	else
		err = measure_online_cpu(only_cpu);
	mutex_unlock(&measure_mutex);

	return err;
}

/**
 * guestclock_tsc_forget() - drop what is known of a CPU that goes offline
 * @cpu: the CPU; its TSC may be another when it comes back
 *
 * Context: Process.
 */
void guestclock_tsc_forget(unsigned int cpu)
{
	spin_lock(&rows_lock);
	cpus[cpu] = (struct tsc_cpu) {
		.row.state = GUESTCLOCK_TSC_STATE_NOT_MEASURED,
	};
	spin_unlock(&rows_lock);
}

/**
 * guestclock_tsc_row() - copy a CPU's row
 * @cpu: the CPU
 * @row: where it goes
 *
 * Context: Process.
 */
void guestclock_tsc_row(unsigned int cpu, struct guestclock_tsc_row *row)
{
	spin_lock(&rows_lock);
	*row = cpus[cpu].row;
	spin_unlock(&rows_lock);
}

/**
 * guestclock_tsc_init() - prepare to measure
 * @threshold_ns: an offset beyond this and its bound is an event, ns
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_init(u64 threshold_ns)
{
	unsigned int cpu;
	int err;

	cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL);
	if (!cpus)
		return -ENOMEM;
	err = guestclock_tsc_pingpong_init();
	if (err) {
		kfree(cpus);
		return err;
	}

	for_each_possible_cpu(cpu)
		guestclock_tsc_forget(cpu);
	offset_threshold_ns = threshold_ns;
	stopped = false;
	guestclock_observer_set(&guestclock_tsc_observer,
				GUESTCLOCK_OBSERVER_STATE_ACTIVE,
				"cache-line ping-pong, measured on demand");

	return 0;
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
	mutex_lock(&measure_mutex);
	stopped = true;
	mutex_unlock(&measure_mutex);
}

/**
 * guestclock_tsc_exit() - free the rows
 *
 * Context: Process, sleeps. Measurements were stopped and nobody reads rows.
 */
void guestclock_tsc_exit(void)
{
	guestclock_tsc_pingpong_exit();
	kfree(cpus);
}
