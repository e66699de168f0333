/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_FOLLOW_H
#define GUESTCLOCK_FOLLOW_H

#include "identity.h"
#include "row.h"

/**
 * struct gc_log_state - Where the module's event log stands.
 * @load_id: the load of the module
 * @restore_epoch: how often it was told that the machine was restored
 * @tail: oldest seq in the log; @head where it is empty
 * @head: seq that the next event will get
 */
struct gc_log_state {
	uint64_t load_id;
	uint64_t restore_epoch;
	uint64_t tail;
	uint64_t head;
};

/**
 * struct gc_drained - What came out of the subscription beside events.
 * @overrun: the kernel dropped messages for want of room in the socket
 * @news: the module went away or came back, after the events drained so far
 */
struct gc_drained {
	bool overrun;
	bool news;
};

/**
 * struct gc_follow_source - Where events come from. All return 0 or a negative
 *   error of libnl, -NLE_OBJ_NOTFOUND when the module is not there.
 * @subscribe: find the module and join its events, before anything is dumped
 * @status: ask where the log stands
 * @dump: hand every event from a seq on to a function that owns it
 * @drain: hand every waiting event to a function that owns it, until that
 *   returns an error; ends early, with the rest still waiting, at news of the
 *   module; sets flags of what it finds, and clears none
 */
struct gc_follow_source {
	int (*subscribe)(void *source);
	int (*status)(void *source, struct gc_log_state *state);
	int (*dump)(void *source, uint64_t since, gc_row_fn fn, void *arg);
	int (*drain)(void *source, gc_row_fn fn, void *arg, struct gc_drained *drained);
};

/**
 * struct gc_follow_sink - Where events go.
 * @resume: asked once per load: which of its seqs is wanted first
 * @event: takes an event and owns it; each once and in order, gaps declared by
 *   rows of type lost; returns 0 or a negative error, which ends the following
 * @notice: takes a line for people
 */
struct gc_follow_sink {
	uint64_t (*resume)(void *sink, const struct gc_log_state *state);
	int (*event)(void *sink, struct gc_row *event);
	void (*notice)(void *sink, const char *text);
};

/**
 * struct gc_follow - The loss protocol: every event once and in order, or
 *   declared lost.
 * @source: operations of the source
 * @source_arg: its argument
 * @sink: operations of the sink
 * @sink_arg: its argument
 * @identity: goes into every event
 * @attached: whether the load below is there and subscribed to
 * @begun: whether there is a load below at all
 * @load_id: the load that is followed
 * @epoch: its restore epoch, as of the last event
 * @next: the seq expected next
 * @known_head: highest head heard of
 * @held: drained events that are not delivered yet
 * @held_at: the first of them
 * @held_count: the end of them
 * @held_room: allocated entries of @held
 * @drained: what else came with them
 */
struct gc_follow {
	const struct gc_follow_source *source;
	void *source_arg;
	const struct gc_follow_sink *sink;
	void *sink_arg;
	struct gc_identity identity;
	bool attached;
	bool begun;
	uint64_t load_id;
	uint64_t epoch;
	uint64_t next;
	uint64_t known_head;
	struct gc_row **held;
	size_t held_at;
	size_t held_count;
	size_t held_room;
	struct gc_drained drained;
};

void gc_follow_init(struct gc_follow *follow, const struct gc_follow_source *source,
		    void *source_arg, const struct gc_follow_sink *sink, void *sink_arg);
void gc_follow_free(struct gc_follow *follow);
int gc_follow_start(struct gc_follow *follow);
int gc_follow_turn(struct gc_follow *follow);
int gc_follow_check(struct gc_follow *follow);

#endif /* GUESTCLOCK_FOLLOW_H */
