/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_UNIT_FAKE_MODULE_H
#define GUESTCLOCK_UNIT_FAKE_MODULE_H

#include <linux/guestclock.h>
#include <netlink/errno.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "schema.h"

#define WAITING_MAX 256

/**
 * struct fake_message - What waits in the socket.
 * @seq: of an event, or SEQ_*
 * @load_id: its load
 * @epoch: its restore epoch
 */
struct fake_message {
	uint64_t seq;
	uint64_t load_id;
	uint64_t epoch;
};

#define SEQ_NEWS	UINT64_MAX
#define SEQ_OVERRUN	(UINT64_MAX - 1)

/**
 * struct fake - A module with a log and one subscriber.
 * @here: it is loaded
 * @load_id: its load
 * @tells_load: events carry load and epoch, as those of a first version did not
 * @epoch: restore epoch of new events
 * @epoch_from: events of the log before this seq are of the epoch before
 * @tail: oldest seq in the log
 * @head: seq of the next event
 * @waiting: messages in the socket
 * @waiting_count: number of @waiting
 * @overrun: the socket was overrun since it was drained last
 * @dumps: dumps that were asked for
 * @before_dump: called before a dump begins, or NULL
 * @in_dump: called before an event is dumped, to make trouble; or NULL
 * @fail_dumps: so many dumps fail after their first event
 * @fail_statuses: for so many answers the kernel finds no memory
 * @got: what the sink got: one word per row
 * @got_load: load of the last row
 * @resume: seq that the sink wants first, 0 for the head
 * @resumes: how often it was asked
 * @notices: notices the sink got
 */
struct fake {
	bool here;
	uint64_t load_id;
	bool tells_load;
	uint64_t epoch;
	uint64_t epoch_from;
	uint64_t tail;
	uint64_t head;
	struct fake_message waiting[WAITING_MAX];
	size_t waiting_count;
	bool overrun;
	unsigned int dumps;
	void (*before_dump)(struct fake *fake);
	void (*in_dump)(struct fake *fake, uint64_t seq);
	unsigned int fail_dumps;
	unsigned int fail_statuses;
	char got[4096];
	uint64_t got_load;
	uint64_t resume;
	unsigned int resumes;
	unsigned int notices;
};

static inline struct gc_row *make_event(const struct fake *fake, struct fake_message message)
{
	struct gc_row *row = gc_row_new(&gc_schema_event);

	gc_row_set_u(row, GC_EVENT_SEQ, message.seq);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP);
	if (fake->tells_load) {
		gc_row_set_u(row, GC_EVENT_LOAD_ID, message.load_id);
		gc_row_set_u(row, GC_EVENT_RESTORE_EPOCH, message.epoch);
	}
	return row;
}

/* A message into the socket, of the load and epoch that the module has now. */
static inline void send(struct fake *fake, uint64_t seq)
{
	if (fake->waiting_count == WAITING_MAX)
		abort();
	fake->waiting[fake->waiting_count++] = (struct fake_message) {
		.seq = seq, .load_id = fake->load_id, .epoch = fake->epoch,
	};
}

/* Commit events; @delivered of them reach the socket, the rest find no room. */
static inline void commit(struct fake *fake, unsigned int count, unsigned int delivered)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (i < delivered)
			send(fake, fake->head);
		fake->head++;
	}
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
	if (fake->fail_statuses) {
		fake->fail_statuses--;
		return -NLE_NOMEM;
	}
	state->load_id = fake->load_id;
	state->restore_epoch = fake->epoch;
	state->tail = fake->tail;
	state->head = fake->head;
	return 0;
}

/* A cursor, as the module's: it ends at the head it began with. */
static int fake_dump(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	struct fake *fake = arg;
	uint64_t seq = since, end, load_id;
	struct fake_message message;
	int err = 0;

	if (fake->before_dump)
		fake->before_dump(fake);
	if (!fake->here)
		return -NLE_OBJ_NOTFOUND;
	end = fake->head;
	load_id = fake->load_id;
	fake->dumps++;
	while (!err) {
		if (fake->in_dump)
			fake->in_dump(fake, seq);
		if (!fake->here || fake->load_id != load_id)
			return -NLE_OBJ_NOTFOUND;
		if (seq < fake->tail)
			seq = fake->tail;
		if (seq >= end)
			break;
		message = (struct fake_message) {
			.seq = seq,
			.load_id = fake->load_id,
			.epoch = fake->epoch - (seq < fake->epoch_from),
		};
		err = fn(make_event(fake, message), fn_arg);
		seq++;
		if (!err && fake->fail_dumps) {
			fake->fail_dumps--;
			return -NLE_NOMEM;
		}
	}
	return err;
}

static int fake_drain(void *arg, gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	struct fake *fake = arg;
	size_t taken = 0;
	uint64_t seq;
	int err = 0;

	if (fake->overrun)
		drained->overrun = true;
	fake->overrun = false;
	while (taken < fake->waiting_count && !err && !drained->news) {
		seq = fake->waiting[taken++].seq;
		if (seq == SEQ_NEWS)
			drained->news = true;
		else if (seq == SEQ_OVERRUN)
			drained->overrun = true;
		else
			err = fn(make_event(fake, fake->waiting[taken - 1]), fn_arg);
	}
	fake->waiting_count -= taken;
	memmove(fake->waiting, fake->waiting + taken,
		fake->waiting_count * sizeof(fake->waiting[0]));
	return err;
}

static const struct gc_follow_source fake_source = {
	.subscribe = fake_subscribe,
	.status = fake_status,
	.dump = fake_dump,
	.drain = fake_drain,
};

/* Words: "5 " for an event, "lost:5+3:socket " for three declared lost from 5 on. */
static int fake_sink_event(void *arg, struct gc_row *event)
{
	static const char *const reasons[] = { "?", "staging", "log", "socket", "gone" };
	const struct gc_value *v = event->v;
	struct fake *fake = arg;
	char word[64];

	if (v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_LOST)
		snprintf(word, sizeof(word), "lost:%lu+%lu:%s ", v[GC_EVENT_SEQ].u,
			 v[GC_EVENT_LOST_COUNT].u, reasons[v[GC_EVENT_LOST_REASON].u]);
	else
		snprintf(word, sizeof(word), "%lu ", v[GC_EVENT_SEQ].u);
	if (v[GC_EVENT_LOAD_ID].u != fake->got_load && fake->got_load)
		strncat(fake->got, "| ", sizeof(fake->got) - strlen(fake->got) - 1);
	fake->got_load = v[GC_EVENT_LOAD_ID].u;
	strncat(fake->got, word, sizeof(fake->got) - strlen(fake->got) - 1);
	gc_row_free(event);
	return 0;
}

static uint64_t fake_sink_resume(void *arg, const struct gc_log_state *state)
{
	struct fake *fake = arg;

	fake->resumes++;
	return fake->resume ? fake->resume : state->head;
}

static void fake_sink_notice(void *arg, const char *text)
{
	struct fake *fake = arg;

	printf("# notice: %s\n", text);
	fake->notices++;
}

static const struct gc_follow_sink fake_sink = {
	.resume = fake_sink_resume,
	.event = fake_sink_event,
	.notice = fake_sink_notice,
};

/* A following of a module with a log of @head - 1 events, whose sink has none. */
static inline void fake_start(struct fake *fake, struct gc_follow *follow, uint64_t tail,
			      uint64_t head, uint64_t resume)
{
	memset(fake, 0, sizeof(*fake));
	fake->here = true;
	fake->tells_load = true;
	fake->load_id = 1;
	fake->tail = tail;
	fake->head = head;
	fake->resume = resume;
	gc_follow_init(follow, &fake_source, fake, &fake_sink, fake);
}

/* What the sink got since the last look; "| " stands before another load. */
static inline bool got(struct fake *fake, const char *expected)
{
	bool same = !strcmp(fake->got, expected);

	if (!same)
		printf("# want %s\n# and  %s\n", expected, fake->got);
	fake->got[0] = '\0';
	return same;
}

#endif /* GUESTCLOCK_UNIT_FAKE_MODULE_H */
