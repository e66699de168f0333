// SPDX-License-Identifier: GPL-2.0-only
/* Events in order, once each, to the sink; what is missing is declared lost. */
#include "follow_deliver.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <netlink/errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "schema.h"

/* Events held at once, so that a flood cannot keep them from being delivered. */
#define HELD_MAX 16384

/**
 * gc_follow_identify() - Say whose event it is.
 * @follow: the following
 * @event: the event; what it says itself is left
 *
 * Return: 0, or -NLE_NOMEM.
 */
int gc_follow_identify(const struct gc_follow *follow, struct gc_row *event)
{
	const struct gc_identity *identity = &follow->identity;

	if (!event->v[GC_EVENT_LOAD_ID].present)
		gc_row_set_u(event, GC_EVENT_LOAD_ID, follow->load_id);
	if (!event->v[GC_EVENT_RESTORE_EPOCH].present)
		gc_row_set_u(event, GC_EVENT_RESTORE_EPOCH, follow->epoch);
	if (gc_row_set_text(event, GC_EVENT_MACHINE_ID, identity->machine_id,
			    sizeof(identity->machine_id)) ||
	    gc_row_set_text(event, GC_EVENT_BOOT_ID, identity->boot_id,
			    sizeof(identity->boot_id)))
		return -NLE_NOMEM;
	return 0;
}

static int hand_over(struct gc_follow *follow, struct gc_row *event)
{
	if (gc_follow_identify(follow, event)) {
		gc_row_free(event);
		return -NLE_NOMEM;
	}
	return follow->sink->event(follow->sink_arg, event);
}

/**
 * gc_follow_begin_load() - Go on with a load of the module.
 * @follow: the following
 * @state: the load, and where its log stands
 *
 * What is known to be missing of the load before is lost with it.
 *
 * Return: 0, or a negative error.
 */
int gc_follow_begin_load(struct gc_follow *follow, const struct gc_log_state *state)
{
	int err;

	if (!follow->begun || state->load_id != follow->load_id) {
		err = gc_follow_declare_lost(follow, follow->known_head,
					     GUESTCLOCK_LOST_REASON_MODULE_GONE);
		if (err)
			return err;
		follow->begun = true;
		follow->load_id = state->load_id;
		follow->epoch = state->restore_epoch;
		follow->next = follow->sink->resume(follow->sink_arg, state);
	}
	follow->known_head = state->head;
	if (follow->next > state->head) {
		follow->sink->notice(follow->sink_arg,
				     "the module's log is behind what is known of it:"
				     " this machine was put back to a snapshot;"
				     " all that the log has is read again");
		follow->next = state->tail;
	}
	return 0;
}

/**
 * gc_follow_note_epoch() - Tell when the module was told of a restore.
 * @follow: the following
 * @epoch: the restore epoch now
 */
void gc_follow_note_epoch(struct gc_follow *follow, uint64_t epoch)
{
	char text[160];

	if (epoch > follow->epoch) {
		snprintf(text, sizeof(text),
			 "this machine was restored or cloned: restore epoch %" PRIu64 " -> %"
			 PRIu64 " at seq %" PRIu64 "; seq goes on", follow->epoch, epoch,
			 follow->next);
		follow->sink->notice(follow->sink_arg, text);
	}
	follow->epoch = epoch;
}

/**
 * gc_follow_declare_lost() - Declare lost what is missing before a seq.
 * @follow: the following
 * @end: the seq, of the load that is followed
 * @reason: where it was lost
 *
 * Return: 0, or a negative error.
 */
int gc_follow_declare_lost(struct gc_follow *follow, uint64_t end, uint32_t reason)
{
	struct gc_row *row;

	if (!follow->begun || follow->next >= end)
		return 0;
	row = gc_row_new(&gc_schema_event);
	if (!row)
		return -NLE_NOMEM;
	gc_row_set_u(row, GC_EVENT_SEQ, follow->next);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_LOST);
	gc_row_set_u(row, GC_EVENT_SOURCE, GC_SOURCE_CLIENT);
	gc_row_set_u(row, GC_EVENT_MONOTONIC_RAW, gc_clock_ns(CLOCK_MONOTONIC_RAW));
	gc_row_set_u(row, GC_EVENT_BOOTTIME, gc_clock_ns(CLOCK_BOOTTIME));
	gc_row_set_s(row, GC_EVENT_REALTIME, gc_clock_ns(CLOCK_REALTIME));
	gc_row_set_u(row, GC_EVENT_LOST_COUNT, end - follow->next);
	gc_row_set_u(row, GC_EVENT_LOST_REASON, reason);
	follow->next = end;
	return hand_over(follow, row);
}

/**
 * gc_follow_is_of_load() - Whether an event is of the load that is followed.
 * @follow: the following
 * @event: the event
 *
 * Return: true when it is, or when it is of a module that does not tell.
 */
bool gc_follow_is_of_load(const struct gc_follow *follow, const struct gc_row *event)
{
	return !event->v[GC_EVENT_LOAD_ID].present ||
	       event->v[GC_EVENT_LOAD_ID].u == follow->load_id;
}

/**
 * gc_follow_deliver() - Deliver an event, what is missing before it declared lost.
 * @follow: the following
 * @event: the event, of the load that is followed; dropped when it was delivered
 *   before
 * @reason: why that is lost
 *
 * Return: 0, or a negative error.
 */
int gc_follow_deliver(struct gc_follow *follow, struct gc_row *event, uint32_t reason)
{
	uint64_t seq = event->v[GC_EVENT_SEQ].u;
	int err;

	if (seq < follow->next) {
		gc_row_free(event);
		return 0;
	}
	err = gc_follow_declare_lost(follow, seq, reason);
	if (err) {
		gc_row_free(event);
		return err;
	}
	if (event->v[GC_EVENT_RESTORE_EPOCH].present)
		gc_follow_note_epoch(follow, event->v[GC_EVENT_RESTORE_EPOCH].u);
	follow->next = seq + 1;
	if (follow->known_head < follow->next)
		follow->known_head = follow->next;
	return hand_over(follow, event);
}

/**
 * gc_follow_hold() - Keep an event of the subscription for delivery.
 * @event: the event, owned from here on
 * @arg: the following
 *
 * Return: 0, -NLE_BUSY when it was kept but there is no room for another one, or
 * another negative error.
 */
int gc_follow_hold(struct gc_row *event, void *arg)
{
	struct gc_follow *follow = arg;
	struct gc_row **held;
	size_t room;

	if (!event->v[GC_EVENT_SEQ].present) {
		gc_row_free(event);
		return -NLE_MISSING_ATTR;
	}
	if (follow->held_count == follow->held_room) {
		room = follow->held_room ? 2 * follow->held_room : 64;
		held = reallocarray(follow->held, room, sizeof(*held));
		if (!held) {
			gc_row_free(event);
			return -NLE_NOMEM;
		}
		follow->held = held;
		follow->held_room = room;
	}
	follow->held[follow->held_count++] = event;
	return follow->held_count - follow->held_at < HELD_MAX ? 0 : -NLE_BUSY;
}

/**
 * gc_follow_deliver_held() - Deliver held events before a seq.
 * @follow: the following
 * @seq: the seq
 * @reason: why what is missing in between is lost
 *
 * An event of another load ends it.
 *
 * Return: 0, or a negative error.
 */
int gc_follow_deliver_held(struct gc_follow *follow, uint64_t seq, uint32_t reason)
{
	struct gc_row *event;
	int err = 0;

	while (!err && follow->held_at < follow->held_count) {
		event = follow->held[follow->held_at];
		if (event->v[GC_EVENT_SEQ].u >= seq || !gc_follow_is_of_load(follow, event))
			return 0;
		follow->held_at++;
		err = gc_follow_deliver(follow, event, reason);
	}
	if (follow->held_at == follow->held_count)
		gc_follow_forget_held(follow);
	return err;
}

/**
 * gc_follow_held_is_whole() - Whether held events go on where the last ended.
 * @follow: the following
 *
 * Return: false when one is missing in between; those of other loads do not
 * count.
 */
bool gc_follow_held_is_whole(const struct gc_follow *follow)
{
	uint64_t seq, next = follow->next;
	size_t i;

	for (i = follow->held_at; i < follow->held_count; i++) {
		seq = follow->held[i]->v[GC_EVENT_SEQ].u;
		if (seq < next || !gc_follow_is_of_load(follow, follow->held[i]))
			continue;
		if (seq != next)
			return false;
		next++;
	}
	return true;
}

/**
 * gc_follow_forget_held() - Free held events that are not delivered.
 * @follow: the following
 */
void gc_follow_forget_held(struct gc_follow *follow)
{
	while (follow->held_at < follow->held_count)
		gc_row_free(follow->held[follow->held_at++]);
	follow->held_at = 0;
	follow->held_count = 0;
}
