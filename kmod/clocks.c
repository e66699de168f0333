// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cross-check: when all clocks are read, and what was read last.
 *
 * Some are read by leaving the guest, so nothing is read periodically: once when
 * the module is loaded, when somebody asks, and at an incident and a second later.
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/workqueue.h>

#include "clock_reading.h"
#include "clocks.h"
#include "tsc.h"

/*
 * Rounds that went wrong come in swarms, and the readings of the first are those
 * that count. A mark comes once in the life of a clocksource.
 */
#define INCIDENTS_APART_NS	(10 * NSEC_PER_SEC)
#define SECOND_LOOK		HZ

#define ROWS	((__GUESTCLOCK_CLOCK_MOMENT_MAX - 1) * GUESTCLOCK_CLOCKS)

static struct guestclock_clock_row rows[ROWS];
static DEFINE_SPINLOCK(rows_lock);
static DEFINE_MUTEX(read_mutex);
static bool stopped;
static bool marked;
static u64 readings;
static u64 last_incident_ns;

static struct guestclock_clock_row *rows_of(enum guestclock_clock_moment moment)
{
	return &rows[(moment - 1) * GUESTCLOCK_CLOCKS];
}

static void keep(enum guestclock_clock_moment moment,
		 const struct guestclock_clock_row *read)
{
	size_t size = GUESTCLOCK_CLOCKS * sizeof(*read);

	spin_lock(&rows_lock);
	memcpy(rows_of(moment), read, size);
	/* What came after the incident before does not belong to this one. */
	if (moment == GUESTCLOCK_CLOCK_MOMENT_INCIDENT)
		memset(rows_of(GUESTCLOCK_CLOCK_MOMENT_AFTER_INCIDENT), 0, size);
	spin_unlock(&rows_lock);
}

static int read_locked(int cpu, enum guestclock_clock_moment moment)
{
	struct guestclock_clock_row read[GUESTCLOCK_CLOCKS];
	int err = -ENODEV;

	if (stopped)
		return -ESHUTDOWN;

	cpus_read_lock();
	if (cpu == GUESTCLOCK_REFERENCE_CPU)
		cpu = guestclock_tsc_reference_cpu();
	if (cpu_online(cpu))
		err = guestclock_clock_reading(cpu, moment, ++readings, read);
	cpus_read_unlock();
	if (!err)
		keep(moment, read);

	return err;
}

static void second_look(struct work_struct *work)
{
	mutex_lock(&read_mutex);
	read_locked(GUESTCLOCK_REFERENCE_CPU, GUESTCLOCK_CLOCK_MOMENT_AFTER_INCIDENT);
	mutex_unlock(&read_mutex);
}

static DECLARE_DELAYED_WORK(second_look_work, second_look);

static void first_look(struct work_struct *work)
{
	u64 now = ktime_get_boottime_ns();

	if (!xchg(&marked, false) && last_incident_ns &&
	    now - last_incident_ns < INCIDENTS_APART_NS)
		return;
	last_incident_ns = now;

	mutex_lock(&read_mutex);
	read_locked(GUESTCLOCK_REFERENCE_CPU, GUESTCLOCK_CLOCK_MOMENT_INCIDENT);
	mutex_unlock(&read_mutex);
	cancel_delayed_work(&second_look_work);
	schedule_delayed_work(&second_look_work, SECOND_LOOK);
}

static DECLARE_WORK(first_look_work, first_look);

static void wake_first_look(struct irq_work *work)
{
	schedule_work(&first_look_work);
}

static struct irq_work incident_wakeup = IRQ_WORK_INIT(wake_first_look);

/**
 * guestclock_clocks_incident() - have the clocks read soon, and again a second later
 * @is_mark: a clocksource was marked; other incidents count once in ten seconds
 *
 * Context: Any but a real NMI.
 */
void guestclock_clocks_incident(bool is_mark)
{
	if (is_mark)
		WRITE_ONCE(marked, true);
	irq_work_queue(&incident_wakeup);
}

/**
 * guestclock_clocks_read() - read the clocks now
 * @cpu: the CPU to read on, or GUESTCLOCK_REFERENCE_CPU
 *
 * Context: Process, sleeps, for a second at most where nobody else reads.
 * Return: 0, -ENODEV when the CPU is not online, -ETIMEDOUT when it has no time for
 * this, -ESHUTDOWN when the module is being unloaded, -EINTR after a signal, or
 * -ENOMEM.
 */
int guestclock_clocks_read(int cpu)
{
	int err;

	if (cpu != GUESTCLOCK_REFERENCE_CPU && (cpu < 0 || cpu >= nr_cpu_ids))
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
 * A reading that fails is not there; the clocks can still be read later.
 *
 * Context: Process, may sleep.
 */
void guestclock_clocks_init(void)
{
	guestclock_clock_reading_init();
	mutex_lock(&read_mutex);
	read_locked(GUESTCLOCK_REFERENCE_CPU, GUESTCLOCK_CLOCK_MOMENT_LOAD);
	mutex_unlock(&read_mutex);
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
 * Context: Process, sleeps. Nobody reads any more.
 */
void guestclock_clocks_exit(void)
{
	guestclock_clock_reading_exit();
}
