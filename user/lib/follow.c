// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loss protocol. Subscribe, dump what is missing on another socket, follow;
 * on a gap or an overrun drain the socket, dump again and merge. An overrun is
 * told once per congestion and may follow the last message for long, so the
 * log's head is compared every few seconds too. What cannot be had any more
 * becomes a row of type lost.
 */
#include "follow.h"

#include <linux/guestclock.h>
#include <netlink/errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "schema.h"

/* Events held at once, so that a flood cannot keep them from being delivered. */
#define HELD_MAX 16384

/**
 * struct merge - A dump on its way to the sink, merged with what is held.
 * @follow: the following
 * @at: held events before this one are delivered
 * @reason: why seqs that neither has are lost
 */
struct merge {
	struct gc_follow *follow;
	size_t at;
	uint32_t reason;
};

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int set_identity(const struct gc_follow *follow, struct gc_row *event)
{
	const struct gc_identity *identity = &follow->identity;
	int err;

	err = gc_row_set_text(event, GC_EVENT_MACHINE_ID, identity->machine_id,
			      sizeof(identity->machine_id));
	if (!err)
		err = gc_row_set_text(event, GC_EVENT_BOOT_ID, identity->boot_id,
				      sizeof(identity->boot_id));
	gc_row_set_u(event, GC_EVENT_LOAD_ID, follow->load_id);
	gc_row_set_u(event, GC_EVENT_RESTORE_EPOCH, identity->restore_epoch);
	return err ? -NLE_NOMEM : 0;
}

static int hand_over(struct gc_follow *follow, struct gc_row *event)
{
	if (set_identity(follow, event)) {
		gc_row_free(event);
		return -NLE_NOMEM;
	}
	return follow->sink->event(follow->sink_arg, event);
}

static int declare_lost(struct gc_follow *follow, uint64_t end, uint32_t reason)
{
	struct gc_row *row;

	if (follow->next >= end)
		return 0;
	row = gc_row_new(&gc_schema_event);
	if (!row)
		return -NLE_NOMEM;
	gc_row_set_u(row, GC_EVENT_SEQ, follow->next);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_LOST);
	gc_row_set_u(row, GC_EVENT_SOURCE, GC_SOURCE_CLIENT);
	gc_row_set_u(row, GC_EVENT_MONOTONIC_RAW, read_clock(CLOCK_MONOTONIC_RAW));
	gc_row_set_u(row, GC_EVENT_BOOTTIME, read_clock(CLOCK_BOOTTIME));
	gc_row_set_s(row, GC_EVENT_REALTIME, read_clock(CLOCK_REALTIME));
	gc_row_set_u(row, GC_EVENT_LOST_COUNT, end - follow->next);
	gc_row_set_u(row, GC_EVENT_LOST_REASON, reason);
	follow->next = end;
	return hand_over(follow, row);
}

/* Deliver an event, what is missing before it declared lost. */
static int deliver(struct gc_follow *follow, struct gc_row *event, uint32_t reason)
{
	uint64_t seq = event->v[GC_EVENT_SEQ].u;
	int err;

	if (seq < follow->next) {
		gc_row_free(event);
		return 0;
	}
	err = declare_lost(follow, seq, reason);
	if (err) {
		gc_row_free(event);
		return err;
	}
	follow->next = seq + 1;
	if (follow->known_head < follow->next)
		follow->known_head = follow->next;
	return hand_over(follow, event);
}

static int hold(struct gc_row *event, void *arg)
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
	return follow->held_count < HELD_MAX ? 0 : -NLE_BUSY;
}

/* Deliver held events from *at on that lie before seq, and move *at past them. */
static int deliver_held(struct gc_follow *follow, size_t *at, uint64_t seq, uint32_t reason)
{
	struct gc_row *event;
	int err;

	while (*at < follow->held_count) {
		event = follow->held[*at];
		if (event->v[GC_EVENT_SEQ].u >= seq)
			break;
		follow->held[(*at)++] = NULL;
		err = deliver(follow, event, reason);
		if (err)
			return err;
	}
	return 0;
}

static void forget_held(struct gc_follow *follow)
{
	size_t i;

	for (i = 0; i < follow->held_count; i++)
		gc_row_free(follow->held[i]);
	follow->held_count = 0;
}

static int merge_dumped(struct gc_row *event, void *arg)
{
	struct merge *merge = arg;
	int err;

	if (!event->v[GC_EVENT_SEQ].present) {
		gc_row_free(event);
		return -NLE_MISSING_ATTR;
	}
	err = deliver_held(merge->follow, &merge->at, event->v[GC_EVENT_SEQ].u, merge->reason);
	if (err) {
		gc_row_free(event);
		return err;
	}
	return deliver(merge->follow, event, merge->reason);
}

/*
 * Dump from the seq expected next on. Every event before the head that status
 * told is then in the dump, or held, or overwritten.
 */
static int refill(struct gc_follow *follow, uint32_t reason)
{
	struct merge merge = { .follow = follow, .reason = reason };
	struct gc_log_state state;
	int err, err_held;

	err = follow->source->status(follow->source_arg, &state);
	if (!err && state.load_id != follow->load_id)
		err = -NLE_OBJ_NOTFOUND;
	if (!err)
		err = follow->source->dump(follow->source_arg, follow->next, merge_dumped, &merge);
	if (err == -NLE_OBJ_NOTFOUND)
		merge.reason = GUESTCLOCK_LOST_REASON_MODULE_GONE;
	else if (err)
		goto out;
	err_held = deliver_held(follow, &merge.at, UINT64_MAX, merge.reason);
	if (!err)
		err = err_held ? err_held : declare_lost(follow, state.head, reason);
out:
	forget_held(follow);
	return err;
}

static int attach(struct gc_follow *follow)
{
	struct gc_log_state state;
	int err;

	err = follow->source->subscribe(follow->source_arg);
	if (!err)
		err = follow->source->status(follow->source_arg, &state);
	if (err)
		return err;
	follow->attached = true;
	follow->load_id = state.load_id;
	follow->known_head = state.head;
	follow->next = follow->sink->resume(follow->sink_arg, &state);
	if (follow->next > state.head) {
		follow->sink->notice(follow->sink_arg,
				     "the module's log is behind what is known of it; was this machine restored from a snapshot?");
		follow->next = state.tail;
	}
	return refill(follow, GUESTCLOCK_LOST_REASON_LOG_OVERWRITTEN);
}

static int detach(struct gc_follow *follow)
{
	int err;

	if (!follow->attached)
		return 0;
	follow->attached = false;
	err = declare_lost(follow, follow->known_head, GUESTCLOCK_LOST_REASON_MODULE_GONE);
	follow->sink->notice(follow->sink_arg, "module went away; waiting for it to return");
	return err;
}

static int reattach(struct gc_follow *follow)
{
	struct gc_log_state state;
	int err;

	/* The news of a return may come late, after a check has seen it. */
	if (follow->attached && !follow->source->status(follow->source_arg, &state) &&
	    state.load_id == follow->load_id)
		return 0;
	err = attach(follow);
	if (err == -NLE_OBJ_NOTFOUND)
		return detach(follow);
	if (!err)
		follow->sink->notice(follow->sink_arg, "module is back");
	return err;
}

/**
 * gc_follow_init() - Set up a following.
 * @follow: the following, for gc_follow_free()
 * @source: where events come from
 * @source_arg: its argument
 * @sink: where events go
 * @sink_arg: its argument
 */
void gc_follow_init(struct gc_follow *follow, const struct gc_follow_source *source,
		    void *source_arg, const struct gc_follow_sink *sink, void *sink_arg)
{
	memset(follow, 0, sizeof(*follow));
	follow->source = source;
	follow->source_arg = source_arg;
	follow->sink = sink;
	follow->sink_arg = sink_arg;
	gc_identity_read(&follow->identity);
}

/**
 * gc_follow_free() - Free what a following holds.
 * @follow: the following
 */
void gc_follow_free(struct gc_follow *follow)
{
	forget_held(follow);
	free(follow->held);
	follow->held = NULL;
	follow->held_room = 0;
}

/**
 * gc_follow_start() - Subscribe and deliver what the log has.
 * @follow: the following
 *
 * Return: 0, or a negative error; -NLE_OBJ_NOTFOUND without the module.
 */
int gc_follow_start(struct gc_follow *follow)
{
	return attach(follow);
}

static bool held_is_contiguous(const struct gc_follow *follow)
{
	uint64_t seq, next = follow->next;
	size_t i;

	for (i = 0; i < follow->held_count; i++) {
		seq = follow->held[i]->v[GC_EVENT_SEQ].u;
		if (seq < next)
			continue;
		if (seq != next)
			return false;
		next++;
	}
	return true;
}

static int settle_held(struct gc_follow *follow, bool overrun)
{
	size_t at = 0;
	int err;

	if (overrun || !held_is_contiguous(follow)) {
		err = refill(follow, GUESTCLOCK_LOST_REASON_SOCKET);
		if (err != -NLE_OBJ_NOTFOUND)
			return err;
		/* How many were dropped cannot be known any more: one at least. */
		if (overrun && follow->known_head <= follow->next)
			follow->known_head = follow->next + 1;
		return detach(follow);
	}
	err = deliver_held(follow, &at, UINT64_MAX, GUESTCLOCK_LOST_REASON_SOCKET);
	forget_held(follow);
	return err;
}

/**
 * gc_follow_turn() - Deliver what waits in the subscription.
 * @follow: the following
 *
 * Return: 0, or a negative error.
 */
int gc_follow_turn(struct gc_follow *follow)
{
	struct gc_drained drained;
	bool again;
	int err;

	do {
		memset(&drained, 0, sizeof(drained));
		err = follow->source->drain(follow->source_arg, hold, follow, &drained);
		again = err == -NLE_BUSY || drained.gone || drained.returned;
		if (err && err != -NLE_BUSY)
			return err;
		err = settle_held(follow, drained.overrun);
		if (!err && drained.gone)
			err = detach(follow);
		if (!err && drained.returned)
			err = reattach(follow);
	} while (!err && again);
	return err;
}

/**
 * gc_follow_check() - Compare with the log's head, and look for the module.
 * @follow: the following
 *
 * To be called every few seconds and at the end: a subscription cannot tell
 * that its last messages were dropped, nor a lost notice of a reload.
 *
 * Return: 0, or a negative error.
 */
int gc_follow_check(struct gc_follow *follow)
{
	struct gc_log_state state;
	int err;

	if (!follow->attached) {
		err = reattach(follow);
		return err == -NLE_OBJ_NOTFOUND ? 0 : err;
	}
	err = follow->source->status(follow->source_arg, &state);
	if (err == -NLE_OBJ_NOTFOUND)
		return detach(follow);
	if (err)
		return err;
	if (state.load_id != follow->load_id) {
		err = detach(follow);
		return err ? err : reattach(follow);
	}
	if (state.head < follow->next)
		return attach(follow);
	follow->known_head = state.head;
	if (state.head == follow->next)
		return 0;
	err = gc_follow_turn(follow);
	if (err || !follow->attached || follow->next >= state.head)
		return err;
	err = refill(follow, GUESTCLOCK_LOST_REASON_SOCKET);
	return err == -NLE_OBJ_NOTFOUND ? detach(follow) : err;
}
