/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNIT_FAKE_MODULE_H
#define GUESTCLOCK_UNIT_FAKE_MODULE_H

#include <linux/guestclock.h>
#include <netlink/errno.h>
#include <string.h>

#include "follow.h"
#include "schema.h"

#define WAITING_MAX 256

/**
 * struct fake - A module with a log and one subscriber.
 * @here: it is loaded
 * @load_id: its load
 * @tail: oldest seq in the log
 * @head: seq of the next event
 * @waiting: seqs that wait in the socket; SEQ_* for other messages
 * @waiting_count: number of @waiting
 * @overrun: the socket was overrun since it was drained last
 * @dumps: dumps that were asked for
 * @got: what the sink got: one word per row
 * @resume: seq that the sink wants first, 0 for the head
 * @notices: notices the sink got
 */
struct fake {
	bool here;
	uint64_t load_id;
	uint64_t tail;
	uint64_t head;
	uint64_t waiting[WAITING_MAX];
	size_t waiting_count;
	bool overrun;
	unsigned int dumps;
	char got[4096];
	uint64_t resume;
	unsigned int notices;
};

#define SEQ_GONE	UINT64_MAX
#define SEQ_RETURNED	(UINT64_MAX - 1)

static struct gc_row *make_event(uint64_t seq)
{
	struct gc_row *row = gc_row_new(&gc_schema_event);

	gc_row_set_u(row, GC_EVENT_SEQ, seq);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP);
	return row;
}

static int fake_subscribe(void *arg)
{
	struct fake *fake = arg;

	return fake->here ? 0 : -NLE_OBJ_NOTFOUND;
}

static int fake_status(void *arg, struct gc_log_state *state)
{
	struct fake *fake = arg;

	if (!fake->here)
		return -NLE_OBJ_NOTFOUND;
	state->load_id = fake->load_id;
	state->tail = fake->tail;
	state->head = fake->head;
	return 0;
}

static int fake_dump(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	struct fake *fake = arg;
	uint64_t seq = since > fake->tail ? since : fake->tail;
	int err = 0;

	if (!fake->here)
		return -NLE_OBJ_NOTFOUND;
	fake->dumps++;
	for (; seq < fake->head && !err; seq++)
		err = fn(make_event(seq), fn_arg);
	return err;
}

static int fake_drain(void *arg, gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	struct fake *fake = arg;
	size_t taken = 0;
	uint64_t seq;
	int err = 0;

	drained->overrun = fake->overrun;
	fake->overrun = false;
	while (taken < fake->waiting_count && !err && !drained->gone && !drained->returned) {
		seq = fake->waiting[taken++];
		if (seq == SEQ_GONE)
			drained->gone = true;
		else if (seq == SEQ_RETURNED)
			drained->returned = true;
		else
			err = fn(make_event(seq), fn_arg);
	}
	fake->waiting_count -= taken;
	memmove(fake->waiting, fake->waiting + taken, fake->waiting_count * sizeof(seq));
	return err;
}

static const struct gc_follow_source fake_source = {
	.subscribe = fake_subscribe,
	.status = fake_status,
	.dump = fake_dump,
	.drain = fake_drain,
};

#endif /* GUESTCLOCK_UNIT_FAKE_MODULE_H */
