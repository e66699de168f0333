// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log: gives every event its seq, keeps the newest, and passes each
 * one on to whoever listens. Events get in here and nowhere else.
 */

#include "guestclock.h"

#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "event.h"
#include "event_trace.h"
#include "log.h"
#include "netlink.h"
#include "staging.h"

/**
 * struct event_log - the log
 * @lock: guards everything here, and makes seq and multicast one order
 * @load_id: random, names this life of seq
 * @restore_epoch: raised when the guest is told that it was restored
 * @slots: the newest events, at their seq modulo @size
 * @size: how many are kept, 0 is none
 * @head: the seq that the next event gets; the first gets 1
 * @lost: events lost in staging that were declared
 */
struct event_log {
	struct mutex lock;	/* see the table in guestclock.h */
	u64 load_id;
	u32 restore_epoch;
	struct guestclock_event *slots;
	u32 size;
	u64 head;
	u64 lost;
};

static struct event_log event_log = {
	.lock = __MUTEX_INITIALIZER(event_log.lock),
	.head = 1,
};

static u64 tail_locked(void)
{
	if (event_log.head > event_log.size)
		return event_log.head - event_log.size;

	return 1;
}

static void commit_locked(struct guestclock_event *event)
{
	event->seq = event_log.head++;
	event->restore_epoch = event_log.restore_epoch;
	if (event_log.size)
		event_log.slots[event->seq % event_log.size] = *event;

	trace_event(event);
	guestclock_netlink_notify(event, event_log.load_id, tail_locked());
}

static void declare_lost_locked(void)
{
	u64 dropped = guestclock_staging_dropped();
	struct guestclock_event event;

	if (dropped == event_log.lost)
		return;

	guestclock_event_init(&event, GUESTCLOCK_EVENT_TYPE_LOST,
			      GUESTCLOCK_SOURCE_EVENT_LOG,
			      GUESTCLOCK_WHOLE_GUEST);
	event.lost.count = dropped - event_log.lost;
	event.lost.reason = GUESTCLOCK_LOST_REASON_STAGING_OVERFLOW;
	event_log.lost = dropped;
	commit_locked(&event);
}

/*
 * Commits all that was staged when it began. Producers may be faster than this is,
 * and others want the log, too: what they stage meanwhile is for the next time.
 * Returns false when there may be more.
 */
static bool drain_locked(void)
{
	unsigned int left = guestclock_staging_capacity();
	struct guestclock_event event;

	while (left && guestclock_staging_pop(&event)) {
		commit_locked(&event);
		left--;
	}
	declare_lost_locked();

	return left;
}

static void commit_staged(struct work_struct *work)
{
	bool drained;

	mutex_lock(&event_log.lock);
	drained = drain_locked();
	mutex_unlock(&event_log.lock);
	if (!drained)
		queue_work(guestclock_wq, work);
}

static DECLARE_WORK(commit_work, commit_staged);

/**
 * guestclock_log_init() - begin an empty log
 * @size: events to keep, 0 for none
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_log_init(u32 size)
{
	event_log.load_id = get_random_u64();
	event_log.size = size;
	if (!size)
		return 0;

	/* Whoever asked for too much is told so, and needs no backtrace. */
	event_log.slots = __vcalloc(size, sizeof(*event_log.slots),
				    GFP_KERNEL | __GFP_NOWARN);
	if (!event_log.slots) {
		pr_err("no memory for a log of %u events: load with a smaller log_size\n",
		       size);
		return -ENOMEM;
	}

	return 0;
}

/**
 * guestclock_log_exit() - free the log
 *
 * Context: Process, may sleep. Nothing is staged and nobody reads any more.
 */
void guestclock_log_exit(void)
{
	cancel_work_sync(&commit_work);
	vfree(event_log.slots);
}

/**
 * guestclock_log_kick() - have the staged events committed soon
 *
 * Context: Hard interrupt.
 */
void guestclock_log_kick(void)
{
	queue_work(guestclock_wq, &commit_work);
}

/**
 * guestclock_log_drain() - commit what is staged
 *
 * Context: Process, may sleep.
 */
void guestclock_log_drain(void)
{
	mutex_lock(&event_log.lock);
	drain_locked();
	mutex_unlock(&event_log.lock);
}

/**
 * guestclock_log_report() - commit an event from process context
 * @event: the event; gets its seq
 *
 * What is staged goes first, as it was seen earlier.
 *
 * Context: Process, may sleep.
 */
void guestclock_log_report(struct guestclock_event *event)
{
	mutex_lock(&event_log.lock);
	drain_locked();
	commit_locked(event);
	mutex_unlock(&event_log.lock);
}

/**
 * guestclock_log_new_epoch() - the guest was restored or cloned
 *
 * What is staged goes first, though some of it may have been seen in the moment
 * between the restore and the kernel's word for it.
 *
 * Context: Process, may sleep.
 */
void guestclock_log_new_epoch(void)
{
	mutex_lock(&event_log.lock);
	drain_locked();
	event_log.restore_epoch++;
	mutex_unlock(&event_log.lock);
}

/**
 * guestclock_log_state() - how far the log has come
 * @state: filled
 *
 * Context: Process, may sleep.
 */
void guestclock_log_state(struct guestclock_log_state *state)
{
	mutex_lock(&event_log.lock);
	state->load_id = event_log.load_id;
	state->restore_epoch = event_log.restore_epoch;
	state->tail = tail_locked();
	state->head = event_log.head;
	state->size = event_log.size;
	state->lost = event_log.lost;
	mutex_unlock(&event_log.lock);
}

/**
 * guestclock_log_read() - copy one event out of the log
 * @seq: the event wanted; where it was overwritten, the oldest kept is taken
 * @event: where it goes, its own seq says which it is
 * @tail: the oldest seq kept at this moment
 *
 * Context: Process, may sleep.
 * Return: false when there is no event with this seq or a later one.
 */
bool guestclock_log_read(u64 seq, struct guestclock_event *event, u64 *tail)
{
	bool found = false;

	mutex_lock(&event_log.lock);
	*tail = tail_locked();
	seq = max(seq, *tail);
	if (seq < event_log.head) {
		*event = event_log.slots[seq % event_log.size];
		found = true;
	}
	mutex_unlock(&event_log.lock);

	return found;
}
