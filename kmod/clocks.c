// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cross-check: all clocks, each in a bracket of TSC readings of its own.
 *
 * Some are read by leaving the guest, so nothing is read periodically: once when
 * the module is loaded, when somebody asks, and at an incident and a second later.
 * Preemption is off during a reading, interrupts stay on: a bracket that one
 * widens is replaced by the next attempt's.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/workqueue.h>

#include "clock.h"
#include "clocks.h"

/* Incidents come in swarms, and the readings of the first are those that count. */
#define INCIDENTS_APART_NS	(10 * NSEC_PER_SEC)
#define SECOND_LOOK		HZ

static struct guestclock_clock *const clocks[] = {
	&guestclock_clock_tsc,
	&guestclock_clock_kvmclock,
	&guestclock_clock_hpet,
	&guestclock_clock_acpi_pm,
	&guestclock_clock_host,
};

#define CLOCKS	ARRAY_SIZE(clocks)
#define ROWS	((__GUESTCLOCK_CLOCK_MOMENT_MAX - 1) * CLOCKS)

/* What each clock lacks, NULL where it could be opened. */
static const char *missing[CLOCKS];
static struct guestclock_clock_row rows[ROWS];
static DEFINE_SPINLOCK(rows_lock);
static DEFINE_MUTEX(read_mutex);
static bool stopped;
static u64 readings;
static u64 last_incident_ns;

/**
 * struct reading - passed to the CPU that reads, and back
 * @moment: why
 * @rows: the result
 */
struct reading {
	enum guestclock_clock_moment moment;
	struct guestclock_clock_row rows[CLOCKS];
};

static void keep_if_narrower(struct guestclock_clock_row *row,
			     const struct guestclock_bracket *bracket)
{
	u64 width = bracket->tsc_after - bracket->tsc_before;

	row->slowest = max(row->slowest, width);
	if (row->attempts++ && width >= row->tsc_after - row->tsc_before)
		return;
	row->tsc_before = bracket->tsc_before;
	row->value = bracket->value;
	row->tsc_after = bracket->tsc_after;
}

static void read_clock(const struct guestclock_clock *clock,
		       struct guestclock_clock_row *row)
{
	struct guestclock_bracket bracket;
	u32 attempt;

	row->mask = clock->mask;
	row->hz = clock->hz;
	for (attempt = 0; attempt < clock->attempts; attempt++) {
		preempt_disable();
		row->detail = clock->read(&bracket);
		preempt_enable();
		if (row->detail) {
			row->state = GUESTCLOCK_CLOCK_STATE_FAILED;
			return;
		}
		keep_if_narrower(row, &bracket);
	}
	row->state = GUESTCLOCK_CLOCK_STATE_OK;
}

/* In a kernel thread bound to its CPU. Returns 0 always. */
static int read_from_here(void *data)
{
	struct reading *reading = data;
	u64 now = ktime_get_boottime_ns();
	unsigned int i;

	for (i = 0; i < CLOCKS; i++) {
		reading->rows[i] = (struct guestclock_clock_row) {
			.name = clocks[i]->name,
			.moment = reading->moment,
			.reading = readings,
			.state = GUESTCLOCK_CLOCK_STATE_ABSENT,
			.detail = missing[i],
			.cpu = raw_smp_processor_id(),
			.boottime_ns = now,
		};
		if (!missing[i])
			read_clock(clocks[i], &reading->rows[i]);
	}

	return 0;
}

static int read_locked(int cpu, enum guestclock_clock_moment moment)
{
	struct reading reading = { .moment = moment };
	int err = -ENODEV;

	if (stopped)
		return -ESHUTDOWN;

	readings++;
	cpus_read_lock();
	if (cpu == GUESTCLOCK_FIRST_CPU)
		cpu = cpumask_first(cpu_online_mask);
	if (cpu_online(cpu))
		err = smp_call_on_cpu(cpu, read_from_here, &reading, false);
	cpus_read_unlock();
	if (err)
		return err;

	spin_lock(&rows_lock);
	memcpy(&rows[(moment - 1) * CLOCKS], reading.rows, sizeof(reading.rows));
	spin_unlock(&rows_lock);

	return 0;
}

static void second_look(struct work_struct *work)
{
	mutex_lock(&read_mutex);
	read_locked(GUESTCLOCK_FIRST_CPU, GUESTCLOCK_CLOCK_MOMENT_AFTER_INCIDENT);
	mutex_unlock(&read_mutex);
}

static DECLARE_DELAYED_WORK(second_look_work, second_look);

static void first_look(struct work_struct *work)
{
	u64 now = ktime_get_boottime_ns();

	if (last_incident_ns && now - last_incident_ns < INCIDENTS_APART_NS)
		return;
	last_incident_ns = now;

	mutex_lock(&read_mutex);
	read_locked(GUESTCLOCK_FIRST_CPU, GUESTCLOCK_CLOCK_MOMENT_INCIDENT);
	mutex_unlock(&read_mutex);
	schedule_delayed_work(&second_look_work, SECOND_LOOK);
}

static DECLARE_WORK(first_look_work, first_look);

static void wake_first_look(struct irq_work *work)
{
	schedule_work(&first_look_work);
}

static struct irq_work incident_wakeup = IRQ_WORK_INIT(wake_first_look);

/**
 * guestclock_clocks_incident() - have the clocks read soon, and again later
 *
 * Context: Any but a real NMI.
 */
void guestclock_clocks_incident(void)
{
	irq_work_queue(&incident_wakeup);
}

/**
 * guestclock_clocks_read() - read the clocks now
 * @cpu: the CPU to read on, or GUESTCLOCK_FIRST_CPU
 *
 * Context: Process, sleeps; leaves the guest for as long as the VMM takes.
 * Return: 0, -ENODEV when the CPU is not online, -ESHUTDOWN when the module is
 * being unloaded, -EINTR after a signal, or -ENOMEM.
 */
int guestclock_clocks_read(int cpu)
{
	int err;

	if (cpu != GUESTCLOCK_FIRST_CPU && (cpu < 0 || cpu >= nr_cpu_ids))
		return -ENODEV;

	err = mutex_lock_interruptible(&read_mutex);
	if (err)
		return err;
	err = read_locked(cpu, GUESTCLOCK_CLOCK_MOMENT_REQUEST);
	mutex_unlock(&read_mutex);

	return err;
}

/**
 * guestclock_clocks_row() - one reading of a clock after the other
 * @index: from 0; readings that were not taken yet have state 0
 * @row: filled
 *
 * Context: Process.
 * Return: false past the last.
 */
bool guestclock_clocks_row(unsigned int index, struct guestclock_clock_row *row)
{
	if (index >= ROWS)
		return false;

	spin_lock(&rows_lock);
	*row = rows[index];
	spin_unlock(&rows_lock);

	return true;
}

/**
 * guestclock_clocks_init() - find the clocks and read them once
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_clocks_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < CLOCKS; i++)
		missing[i] = clocks[i]->open(clocks[i]);

	mutex_lock(&read_mutex);
	err = read_locked(GUESTCLOCK_FIRST_CPU, GUESTCLOCK_CLOCK_MOMENT_LOAD);
	mutex_unlock(&read_mutex);
	if (err)
		guestclock_clocks_exit();

	return err;
}

/**
 * guestclock_clocks_stop() - read no more
 *
 * When this returns nobody does. Those who report incidents are disarmed.
 *
 * Context: Process, sleeps for the rest of a reading.
 */
void guestclock_clocks_stop(void)
{
	mutex_lock(&read_mutex);
	stopped = true;
	mutex_unlock(&read_mutex);
	irq_work_sync(&incident_wakeup);
	cancel_work_sync(&first_look_work);
	cancel_delayed_work_sync(&second_look_work);
}

/**
 * guestclock_clocks_exit() - let go of the clocks
 *
 * Context: Process, may sleep. Nobody reads any more.
 */
void guestclock_clocks_exit(void)
{
	unsigned int i;

	for (i = 0; i < CLOCKS; i++) {
		if (!missing[i] && clocks[i]->close)
			clocks[i]->close();
	}
}
