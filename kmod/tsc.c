// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC observer: the signed offset of every CPU's TSC against a reference
 * CPU's, with its bound, measured in sweeps and on demand.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

#include "observer.h"
#include "tsc.h"
#include "tsc_measurement.h"
#include "tsc_sweep.h"

struct guestclock_observer guestclock_tsc_observer = { .name = "tsc" };

static DEFINE_MUTEX(measure_mutex);
static bool stopped;

/* Both CPUs have to stay online. */
static int measure(unsigned int ref_cpu, unsigned int cpu, u32 rounds, bool thorough,
		   struct guestclock_tsc_row *row)
{
	struct guestclock_tsc_settings settings;

	if (!rounds) {
		guestclock_tsc_sweep_settings(&settings);
		rounds = settings.rounds;
	}

	return guestclock_tsc_measurement(ref_cpu, cpu, rounds, thorough, row);
}

/**
 * guestclock_tsc_reference_cpu() - the CPU that the others are measured against
 *
 * Context: CPU hotplug is locked.
 * Return: the first online CPU that nobody wanted to be left alone, else the first.
 */
unsigned int guestclock_tsc_reference_cpu(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (!guestclock_tsc_sweep_leaves_alone(cpu))
			return cpu;
	}

	return cpumask_first(cpu_online_mask);
}

/* Measures a CPU against the reference. */
static int measure_online_cpu(unsigned int cpu, u32 rounds, bool thorough)
{
	struct guestclock_tsc_row row;
	int err = -ENODEV;

	cpus_read_lock();
	if (cpu_online(cpu))
		err = measure(guestclock_tsc_reference_cpu(), cpu, rounds, thorough, &row);
	if (!err)
		guestclock_tsc_row_update(cpu, &row);
	cpus_read_unlock();

	return err;
}

/*
 * A CPU that does not answer takes half a second: between two of them hotplug
 * has its turn, and whoever asked may go. CPUs that left meanwhile are no error.
 * Only whoever names a CPU that is to be left alone disturbs it.
 */
static int measure_all_cpus(u32 rounds)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (guestclock_tsc_sweep_leaves_alone(cpu))
			continue;
		err = measure_online_cpu(cpu, rounds, true);
		if (err && err != -ENODEV)
			return err;
		cond_resched();
	}

	return 0;
}

/**
 * guestclock_tsc_measure() - measure TSC offsets now
 * @only_cpu: the CPU, or GUESTCLOCK_ALL_CPUS for all that are not left alone
 * @rounds: how many, at most GUESTCLOCK_TSC_ROUNDS_MAX; 0 for as many as a sweep
 *
 * Context: Process, sleeps; milliseconds per CPU, up to a second for one that does
 * not answer.
 * Return: 0, -ENODEV when the CPU is not online, -ESHUTDOWN when the module
 * is being unloaded, -EINTR after a fatal signal, or -ENOMEM.
 */
int guestclock_tsc_measure(int only_cpu, u32 rounds)
{
	int err;

	if (only_cpu != GUESTCLOCK_ALL_CPUS &&
	    (only_cpu < 0 || only_cpu >= nr_cpu_ids))
		return -ENODEV;

	err = mutex_lock_killable(&measure_mutex);
	if (err)
		return err;
	if (stopped)
		err = -ESHUTDOWN;
	else if (only_cpu == GUESTCLOCK_ALL_CPUS)
		err = measure_all_cpus(rounds);
	else
		err = measure_online_cpu(only_cpu, rounds, true);
	mutex_unlock(&measure_mutex);

	return err;
}

/**
 * guestclock_tsc_measure_pair() - measure any two CPUs now
 * @ref_cpu: the CPU measured against
 * @cpu: the CPU measured, another one
 * @rounds: how many, at most GUESTCLOCK_TSC_ROUNDS_MAX; 0 for as many as a sweep
 * @row: filled where there is no error, and known to nobody else
 *
 * Context: Process, sleeps; up to a second when a CPU does not answer.
 * Return: as guestclock_tsc_measure().
 */
int guestclock_tsc_measure_pair(unsigned int ref_cpu, unsigned int cpu, u32 rounds,
				struct guestclock_tsc_row *row)
{
	int err;

	if (ref_cpu >= nr_cpu_ids || cpu >= nr_cpu_ids)
		return -ENODEV;

	err = mutex_lock_killable(&measure_mutex);
	if (err)
		return err;
	cpus_read_lock();
	if (stopped)
		err = -ESHUTDOWN;
	else if (!cpu_online(ref_cpu) || !cpu_online(cpu))
		err = -ENODEV;
	else
		err = measure(ref_cpu, cpu, rounds, true, row);
	cpus_read_unlock();
	mutex_unlock(&measure_mutex);

	return err;
}

/**
 * guestclock_tsc_measure_briefly() - measure a CPU for a sweep
 * @cpu: the CPU
 * @rounds: how many
 *
 * Context: Process, sleeps; up to a third of a second when it does not answer.
 * Return: as guestclock_tsc_measure().
 */
int guestclock_tsc_measure_briefly(unsigned int cpu, u32 rounds)
{
	int err;

	mutex_lock(&measure_mutex);
	err = stopped ? -ESHUTDOWN : measure_online_cpu(cpu, rounds, false);
	mutex_unlock(&measure_mutex);

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

	err = guestclock_tsc_rows_init();
	if (err)
		return err;
	err = guestclock_tsc_measurement_init();
	if (err)
		goto err_rows;
	err = guestclock_tsc_sweep_init(settings);
	if (err)
		goto err_measurement;

	stopped = false;
	guestclock_observer_set(&guestclock_tsc_observer,
				GUESTCLOCK_OBSERVER_STATE_ACTIVE,
				"cache-line ping-pong, in sweeps and on demand");

	return 0;

err_measurement:
	guestclock_tsc_measurement_exit();
err_rows:
	guestclock_tsc_rows_exit();

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
	guestclock_tsc_measurement_exit();
	guestclock_tsc_rows_exit();
}
