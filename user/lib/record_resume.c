// SPDX-License-Identifier: GPL-2.0-only
/* Where a recording goes on, and whether it is the same life of the machine. */
#include "record_resume.h"

#include <netlink/errno.h>

#include "follow_deliver.h"
#include "schema.h"

/**
 * struct probe - The last stored event, looked up in the module's log.
 * @store: where it is stored
 * @follow: the following, which knows whose events these are
 * @seq: its seq
 * @same: the log says the same of it
 */
struct probe {
	struct gc_store *store;
	const struct gc_follow *follow;
	uint64_t seq;
	bool same;
};

static int compare(struct gc_row *event, void *arg)
{
	struct probe *probe = arg;

	if (event->v[GC_EVENT_SEQ].u == probe->seq &&
	    !gc_follow_identify(probe->follow, event) &&
	    gc_store_has(probe->store, event, &probe->same))
		probe->same = false;
	gc_row_free(event);
	/* One is enough. */
	return -NLE_EXIST;
}

/**
 * gc_record_resume() - Find out where to go on with a load of the module.
 * @store: the recording
 * @follow: the following
 * @state: the load, and where its log stands
 * @seq: where the seq goes that is wanted first
 *
 * That is the one after the last stored. But a machine that was put back to a
 * snapshot, while the recording was not, has other events under seqs that are
 * stored, and may have passed the last of them since: then all that the log has
 * is wanted, to be stored where it differs.
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_record_resume(struct gc_store *store, const struct gc_follow *follow,
		     const struct gc_log_state *state, uint64_t *seq)
{
	struct probe probe = { .store = store, .follow = follow };
	struct gc_stored_last last;
	int err;

	err = gc_store_last(store, &follow->identity, state->load_id, &last);
	if (err)
		return err;
	*seq = 1 + (last.event > last.lost ? last.event : last.lost);
	if (!last.event || last.event < state->tail || last.event >= state->head)
		return 0;
	probe.seq = last.event;
	follow->source->dump(follow->source_arg, probe.seq, compare, &probe);
	if (probe.same)
		return 0;
	follow->sink->notice(follow->sink_arg,
			     "the module's log says something else than the recording: this"
			     " machine was put back to a snapshot; all that the log has is read"
			     " again");
	*seq = state->tail;
	return 0;
}
