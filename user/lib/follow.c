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

#include "follow_deliver.h"
#include "schema.h"

/* Requests that fail one after the other, without an event, before it is an error. */
#define TRIES 3

/**
 * struct merge - A dump on its way to the sink, merged with what is held.
 * @follow: the following
 * @reason: why seqs that neither has are lost
 * @err: what the sink said
 */
struct merge {
	struct gc_follow *follow;
	uint32_t reason;
	int err;
};

static int drain(struct gc_follow *follow, bool *more)
{
	int err = follow->source->drain(follow->source_arg, gc_follow_hold, follow,
					&follow->drained);

	*more = err == -NLE_BUSY || follow->drained.news;
	return err == -NLE_BUSY ? 0 : err;
}

/* News are kept for later: they may be old, with events of this load behind them. */
static int drain_past_news(struct gc_follow *follow)
{
	bool more, news = false;
	int err = 0;

	do {
		news |= follow->drained.news;
		follow->drained.news = false;
		err = drain(follow, &more);
	} while (!err && follow->drained.news);
	follow->drained.news |= news;
	return err;
}

/*
 * The log dropped events before they were dumped. Each was sent to the group
 * before that, so it may have come in since the socket was drained.
 */
static int drain_late(struct merge *merge, uint64_t seq)
{
	struct gc_follow *follow = merge->follow;
	int err;

	if (follow->next >= seq)
		return 0;
	err = drain_past_news(follow);
	return err ? err : gc_follow_deliver_held(follow, seq, merge->reason);
}

static int merge_event(struct merge *merge, struct gc_row *event)
{
	uint64_t seq = event->v[GC_EVENT_SEQ].u;
	int err;

	/* Reloaded in the midst of a dump: the rest is not of this load. */
	if (!gc_follow_is_of_load(merge->follow, event))
		err = -NLE_OBJ_NOTFOUND;
	else if (!event->v[GC_EVENT_SEQ].present)
		err = -NLE_MISSING_ATTR;
	else
		err = gc_follow_deliver_held(merge->follow, seq, merge->reason);
	if (!err)
		err = drain_late(merge, seq);
	if (!err)
		return gc_follow_deliver(merge->follow, event, merge->reason);
	gc_row_free(event);
	return err;
}

static int merge_dumped(struct gc_row *event, void *arg)
{
	struct merge *merge = arg;

	merge->err = merge_event(merge, event);
	return merge->err;
}

/* Dump until everything before the head is delivered, or not in the log. */
static int dump(struct merge *merge, struct gc_log_state *state)
{
	struct gc_follow *follow = merge->follow;
	int err, failures = 0;
	uint64_t before;

	do {
		before = follow->next;
		err = follow->source->status(follow->source_arg, state);
		if (!err && state->load_id != follow->load_id)
			err = -NLE_OBJ_NOTFOUND;
		if (!err && follow->known_head < state->head)
			follow->known_head = state->head;
		/* From here on the head tells what was dropped. */
		if (!err)
			follow->drained.overrun = false;
		if (!err)
			err = follow->source->dump(follow->source_arg, before, merge_dumped,
						   merge);
		if (merge->err || err == -NLE_OBJ_NOTFOUND)
			return err;
		failures = err && follow->next == before ? failures + 1 : 0;
		if (failures == TRIES)
			return err;
	} while (err || (follow->next > before && follow->next < state->head));
	return 0;
}

/*
 * Deliver from the seq expected next up to the head. What is lost on the way is
 * neither in the log nor in the socket.
 */
static int refill(struct gc_follow *follow, uint32_t reason)
{
	struct merge merge = { .follow = follow, .reason = reason };
	struct gc_log_state state;
	int err;

	err = dump(&merge, &state);
	/* What came after the head was asked for can still be had from the log. */
	if (!err)
		err = gc_follow_deliver_held(follow, state.head, reason);
	if (!err)
		err = drain_late(&merge, state.head);
	return err ? err : gc_follow_declare_lost(follow, state.head, reason);
}

static int detach(struct gc_follow *follow)
{
	if (!follow->attached)
		return 0;
	follow->attached = false;
	follow->sink->notice(follow->sink_arg, "module went away; waiting for it to return");
	return gc_follow_declare_lost(follow, follow->known_head,
				      GUESTCLOCK_LOST_REASON_MODULE_GONE);
}

/* Events of a load that was gone before it could be asked anything. */
static int deliver_strangers(struct gc_follow *follow)
{
	const struct gc_value *v;
	struct gc_log_state state;
	int err = 0;

	while (!err && follow->held_at < follow->held_count) {
		v = follow->held[follow->held_at]->v;
		state = (struct gc_log_state) {
			.load_id = v[GC_EVENT_LOAD_ID].u,
			.restore_epoch = v[GC_EVENT_RESTORE_EPOCH].u,
			.tail = v[GC_EVENT_SEQ].u,
			.head = v[GC_EVENT_SEQ].u,
		};
		err = detach(follow);
		if (!err)
			err = gc_follow_begin_load(follow, &state);
		if (!err)
			err = gc_follow_deliver_held(follow, UINT64_MAX,
						     GUESTCLOCK_LOST_REASON_MODULE_GONE);
		follow->drained.news = true;
	}
	return err;
}

/* Deliver what is held, and what is missing in between by a dump. */
static int settle(struct gc_follow *follow)
{
	bool gone;
	int err = 0;

	while (!err && follow->attached &&
	       (follow->drained.overrun || !gc_follow_held_is_whole(follow)))
		err = refill(follow, GUESTCLOCK_LOST_REASON_SOCKET);
	gone = err == -NLE_OBJ_NOTFOUND;
	if (!err || gone)
		err = gc_follow_deliver_held(follow, UINT64_MAX,
					     GUESTCLOCK_LOST_REASON_MODULE_GONE);
	if (err)
		return err;
	/* How many were dropped cannot be known any more: one at least. */
	if (gone && follow->drained.overrun && follow->known_head <= follow->next)
		follow->known_head = follow->next + 1;
	follow->drained.news |= gone;
	return deliver_strangers(follow);
}

/* What the kernel has no memory for now it may have in a moment. */
static int ask_state(struct gc_follow *follow, struct gc_log_state *state)
{
	int err, tries = 0;

	do {
		err = follow->source->status(follow->source_arg, state);
	} while (err == -NLE_NOMEM && ++tries < TRIES);
	return err;
}

static int attach(struct gc_follow *follow)
{
	struct gc_log_state state;
	int err;

	err = follow->source->subscribe(follow->source_arg);
	if (!err)
		err = ask_state(follow, &state);
	if (!err)
		err = gc_follow_begin_load(follow, &state);
	if (err)
		return err;
	follow->attached = true;
	err = refill(follow, GUESTCLOCK_LOST_REASON_LOG_OVERWRITTEN);
	return err ? err : settle(follow);
}

static int drain_and_settle(struct gc_follow *follow, bool *more)
{
	int err;

	memset(&follow->drained, 0, sizeof(follow->drained));
	err = drain(follow, more);
	return err ? err : settle(follow);
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
	gc_follow_forget_held(follow);
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

/**
 * gc_follow_turn() - Deliver what waits in the subscription, or a good part of it.
 * @follow: the following
 *
 * Return: 0, or a negative error.
 */
int gc_follow_turn(struct gc_follow *follow)
{
	bool more;
	int err;

	err = drain_and_settle(follow, &more);
	return !err && follow->drained.news ? gc_follow_check(follow) : err;
}

static int catch_up(struct gc_follow *follow, const struct gc_log_state *state)
{
	bool more;
	int err;

	if (follow->known_head < state->head)
		follow->known_head = state->head;
	err = drain_and_settle(follow, &more);
	if (err || follow->drained.news)
		return err ? err : gc_follow_check(follow);
	gc_follow_note_epoch(follow, state->restore_epoch);
	if (follow->next < state->head)
		err = refill(follow, GUESTCLOCK_LOST_REASON_SOCKET);
	if (!err)
		err = settle(follow);
	return err == -NLE_OBJ_NOTFOUND ? gc_follow_check(follow) : err;
}

/* Nothing comes any more after what waits; and it is of the load that is gone. */
static int leave_load(struct gc_follow *follow)
{
	bool more;
	int err;

	do {
		err = drain_and_settle(follow, &more);
	} while (!err && more);
	return err ? err : detach(follow);
}

static int change_load(struct gc_follow *follow)
{
	int err;

	err = leave_load(follow);
	if (!err)
		err = attach(follow);
	if (err == -NLE_OBJ_NOTFOUND)
		return leave_load(follow);
	if (!err)
		follow->sink->notice(follow->sink_arg, "module is back");
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

	err = ask_state(follow, &state);
	if (err && err != -NLE_OBJ_NOTFOUND)
		return err;
	if (err || !follow->attached || state.load_id != follow->load_id)
		return change_load(follow);
	if (state.head == follow->next && state.restore_epoch == follow->epoch)
		return 0;
	if (state.head < follow->next)
		err = gc_follow_begin_load(follow, &state);
	return err ? err : catch_up(follow, &state);
}
