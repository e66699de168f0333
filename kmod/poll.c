// SPDX-License-Identifier: GPL-2.0-only
/*
 * The poll: a few times a second, looks at what does not announce itself.
 */

#include "guestclock.h"

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "clocksource_watchdog.h"
#include "log.h"
#include "netlink.h"
#include "poll.h"
#include "pvclock.h"

/* Without a log and a listener the rows are all that a poll is for. */
#define IDLE_INTERVAL_MS	2000

static unsigned int poll_interval_ms;
static atomic64_t polls = ATOMIC64_INIT(0);
static struct delayed_work poll_work;

/**
 * guestclock_poll_interval_ms() - the time between two polls, as of now
 *
 * Context: Process, may sleep.
 * Return: ms.
 */
unsigned int guestclock_poll_interval_ms(void)
{
	struct guestclock_log_state log;

	guestclock_log_state(&log);
	if (!log.size && !guestclock_netlink_has_listeners())
		return max_t(unsigned int, poll_interval_ms, IDLE_INTERVAL_MS);

	return poll_interval_ms;
}

static void poll(struct work_struct *work)
{
	guestclock_pvclock_poll();
	guestclock_watchdog_poll();
	atomic64_inc(&polls);
	queue_delayed_work(guestclock_wq, &poll_work,
			   msecs_to_jiffies(guestclock_poll_interval_ms()));
}

/**
 * guestclock_poll_start() - poll from now on
 * @interval_ms: time between two polls, ms
 *
 * Context: Process.
 */
void guestclock_poll_start(unsigned int interval_ms)
{
	poll_interval_ms = interval_ms;
	INIT_DELAYED_WORK(&poll_work, poll);
	queue_delayed_work(guestclock_wq, &poll_work, 0);
}

/**
 * guestclock_poll_stop() - end polling
 *
 * When this returns no poll is running.
 *
 * Context: Process, sleeps for the rest of a poll.
 */
void guestclock_poll_stop(void)
{
	cancel_delayed_work_sync(&poll_work);
}

/**
 * guestclock_poll_count() - polls since the module was loaded
 *
 * Context: Any.
 * Return: the count.
 */
u64 guestclock_poll_count(void)
{
	return atomic64_read(&polls);
}
