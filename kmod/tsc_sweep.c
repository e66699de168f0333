// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sweeps: one CPU after the other is measured, spread over the period, for ever.
 *
 * What a measurement costs cannot be known before: on a host that shares its CPUs
 * out it may be a thousand times what it is elsewhere. So the next one has to wait
 * for a thousand times what the last one cost, and then sweeps never take more
 * than a thousandth of one CPU, if longer than the period.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched/isolation.h>
#include <linux/time64.h>
#include <linux/workqueue.h>

#include "tsc.h"
#include "tsc_burst.h"
#include "tsc_cost.h"
#include "tsc_sweep.h"

/* The inverse of the part of one CPU that sweeps may take. */
#define COST_FACTOR	1000

/* After loading. */
#define FIRST_DELAY_MS	1000

/* Guards everything below; taken with measure_mutex held, and by itself. */
static DEFINE_MUTEX(lock);
static struct guestclock_tsc_settings current_settings;
static struct guestclock_tsc_sweeps sweeps;
static bool running;
/* The next CPU is the first one of a sweep. */
static bool anew;

/* An ordered one of its own: measuring takes long, and others must not wait. */
static struct workqueue_struct *wq;
static struct delayed_work sweep_work;

/* Only the work touches these. */
static unsigned int next_cpu;
static u64 began_ns;
static u64 paid_cycles;

static bool left_alone(unsigned int cpu, bool isolated)
{
	return !isolated && (!housekeeping_cpu(cpu, HK_TYPE_DOMAIN) ||
			     !housekeeping_cpu(cpu, HK_TYPE_TICK));
}

/**
 * guestclock_tsc_sweep_leaves_alone() - whether sweeps pass a CPU over
 * @cpu: the CPU
 *
 * Context: Process, may sleep.
 * Return: true for isolated and nohz_full CPUs, unless settings say otherwise.
 */
bool guestclock_tsc_sweep_leaves_alone(unsigned int cpu)
{
	struct guestclock_tsc_settings settings;

	guestclock_tsc_sweep_settings(&settings);

	return left_alone(cpu, settings.isolated);
}

/* The next CPU to sweep from @cpu on, or nr_cpu_ids. */
static unsigned int find_cpu(unsigned int cpu, bool isolated)
{
	while (cpu < nr_cpu_ids && (!cpu_online(cpu) || left_alone(cpu, isolated)))
		cpu++;

	return cpu;
}

/* How many CPUs a sweep has, at least 1; counts those left alone. */
static unsigned int count_cpus(bool isolated, u32 *alone)
{
	unsigned int count = 0;
	unsigned int cpu;

	*alone = 0;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		if (left_alone(cpu, isolated))
			++*alone;
		else
			count++;
	}
	cpus_read_unlock();

	return max(count, 1U);
}

static void complete_sweep(void)
{
	u64 now_ns = ktime_get_boottime_ns();

	mutex_lock(&lock);
	if (began_ns) {
		sweeps.sweeps++;
		sweeps.last_ns = now_ns - began_ns;
	}
	mutex_unlock(&lock);
	began_ns = 0;
}

/*
 * What sweeps have cost, us, since this was asked before. A CPU that the host kept
 * from running counts for itself when its measurement is long over.
 */
static u64 unpaid_us(void)
{
	struct guestclock_tsc_cost cost;
	u64 cycles;

	guestclock_tsc_cost(&cost);
	cycles = cost.cycles_brief - paid_cycles;
	paid_cycles = cost.cycles_brief;

	return guestclock_tsc_us_of_cycles(cycles);
}

/* How long that has to be waited for, ms. */
static u64 payment_ms(u64 cost_us)
{
	return DIV_ROUND_UP_ULL(cost_us * COST_FACTOR, USEC_PER_MSEC);
}

static unsigned long delay_of(u64 cost_us, u32 period_ms, unsigned int count)
{
	u64 ms = max_t(u64, period_ms / count, payment_ms(cost_us));

	return max(msecs_to_jiffies(min_t(u64, ms, GUESTCLOCK_TSC_PERIOD_MAX_MS)), 1UL);
}

static void measure_next(const struct guestclock_tsc_settings *settings)
{
	unsigned int cpu = find_cpu(next_cpu, settings->isolated);

	if (cpu < nr_cpu_ids) {
		if (!began_ns)
			began_ns = ktime_get_boottime_ns();
		/* A CPU that left meanwhile is no loss. */
		guestclock_tsc_measure_briefly(cpu, settings->rounds);
		next_cpu = cpu + 1;
	}
	if (find_cpu(next_cpu, settings->isolated) >= nr_cpu_ids) {
		complete_sweep();
		next_cpu = 0;
	}
}

static void sweep(struct work_struct *work)
{
	struct guestclock_tsc_settings settings;
	unsigned int count;
	u64 cost_us;
	u32 alone;

	mutex_lock(&lock);
	settings = current_settings;
	if (anew) {
		anew = false;
		began_ns = 0;
		next_cpu = 0;
	}
	mutex_unlock(&lock);
	if (!settings.period_ms)
		return;

	count = count_cpus(settings.isolated, &alone);
	cost_us = unpaid_us();
	if (payment_ms(cost_us) <= settings.period_ms / count) {
		measure_next(&settings);
		cost_us += unpaid_us();
	}

	mutex_lock(&lock);
	sweeps.left_alone = alone;
	if (running && current_settings.period_ms)
		queue_delayed_work(wq, &sweep_work,
				   delay_of(cost_us, current_settings.period_ms, count));
	mutex_unlock(&lock);
}

/**
 * guestclock_tsc_sweep_settings() - how TSCs are watched
 * @settings: filled
 *
 * Context: Process, may sleep.
 */
void guestclock_tsc_sweep_settings(struct guestclock_tsc_settings *settings)
{
	mutex_lock(&lock);
	*settings = current_settings;
	mutex_unlock(&lock);
}

/**
 * guestclock_tsc_sweep_error() - what is wrong with settings
 * @settings: the settings
 *
 * Context: Any.
 * Return: a sentence, or NULL when nothing is.
 */
const char *guestclock_tsc_sweep_error(const struct guestclock_tsc_settings *settings)
{
	if (settings->period_ms > GUESTCLOCK_TSC_PERIOD_MAX_MS)
		return "the period of sweeps is more than a day";
	if (!settings->rounds || settings->rounds > GUESTCLOCK_TSC_ROUNDS_MAX)
		return "the rounds are not from 1 to 4096";
	if (settings->offset_hysteresis_ns > settings->offset_threshold_ns)
		return "the hysteresis is more than the threshold";

	return NULL;
}

/**
 * guestclock_tsc_sweep_set() - watch TSCs in another way from now on
 * @settings: without an error
 *
 * A sweep begins at once.
 *
 * Context: Process, may sleep.
 * Return: 0, or -ESHUTDOWN when the module is being unloaded.
 */
int guestclock_tsc_sweep_set(const struct guestclock_tsc_settings *settings)
{
	int err = 0;

	mutex_lock(&lock);
	if (running) {
		current_settings = *settings;
		anew = true;
		mod_delayed_work(wq, &sweep_work, 0);
	} else {
		err = -ESHUTDOWN;
	}
	mutex_unlock(&lock);

	return err;
}

/**
 * guestclock_tsc_sweep_state() - how far sweeps have come
 * @state: filled
 *
 * Context: Process, may sleep.
 */
void guestclock_tsc_sweep_state(struct guestclock_tsc_sweeps *state)
{
	mutex_lock(&lock);
	*state = sweeps;
	mutex_unlock(&lock);
}

/**
 * guestclock_tsc_sweep_init() - prepare sweeps
 * @settings: without an error
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_sweep_init(const struct guestclock_tsc_settings *settings)
{
	wq = alloc_ordered_workqueue("guestclock_tsc", 0);
	if (!wq)
		return -ENOMEM;
	INIT_DELAYED_WORK(&sweep_work, sweep);
	current_settings = *settings;

	return 0;
}

/**
 * guestclock_tsc_sweep_start() - sweep from now on
 *
 * Context: Process, may sleep.
 */
void guestclock_tsc_sweep_start(void)
{
	mutex_lock(&lock);
	running = true;
	queue_delayed_work(wq, &sweep_work, msecs_to_jiffies(FIRST_DELAY_MS));
	mutex_unlock(&lock);
}

/**
 * guestclock_tsc_sweep_stop() - end sweeping
 *
 * When this returns no sweep is running.
 *
 * Context: Process, sleeps for the rest of a measurement.
 */
void guestclock_tsc_sweep_stop(void)
{
	mutex_lock(&lock);
	running = false;
	mutex_unlock(&lock);
	cancel_delayed_work_sync(&sweep_work);
}

/**
 * guestclock_tsc_sweep_exit() - free what was prepared
 *
 * Context: Process, sleeps. Sweeps were stopped.
 */
void guestclock_tsc_sweep_exit(void)
{
	destroy_workqueue(wq);
}
