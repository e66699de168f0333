// SPDX-License-Identifier: GPL-2.0-only
/* Where a recording goes on, when the machine was put back to a snapshot, too. */

#include <stdlib.h>
#include <unistd.h>

#include "fake_module.h"
#include "record_resume.h"
#include "row_json.h"
#include "tap.h"

/**
 * struct recorder - A recording of a made-up module.
 * @fake: the module, first because the source gets it
 * @store: the recording
 * @follow: the following
 * @stored: new, known and conflicting events of this run
 */
struct recorder {
	struct fake fake;
	struct gc_store store;
	struct gc_follow follow;
	unsigned int stored[3];
};

/* What the machine lives through; in another life the same seq is another event. */
static int64_t life;

static int dump_life(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	struct fake *fake = arg;
	struct gc_row *row;
	int err = 0;

	for (since = since > fake->tail ? since : fake->tail; since < fake->head && !err; since++) {
		row = make_event(fake, (struct fake_message) {
			.seq = since, .load_id = fake->load_id,
			.epoch = since < fake->epoch_from ? 0 : fake->epoch,
		});
		gc_row_set_s(row, GC_EVENT_REALTIME, since <= 5 ? 0 : life);
		err = fn(row, fn_arg);
	}
	return err;
}

static uint64_t resume(void *arg, const struct gc_log_state *state)
{
	struct recorder *recorder = arg;
	uint64_t seq = 0;

	if (gc_record_resume(&recorder->store, &recorder->follow, state, &seq))
		printf("# %s\n", recorder->store.why);
	return seq;
}

static int take_event(void *arg, struct gc_row *event)
{
	struct recorder *recorder = arg;
	enum gc_stored stored;
	int err;

	if (event->v[GC_EVENT_SOURCE].present) {
		err = gc_store_lost(&recorder->store, event);
	} else {
		err = gc_store_event(&recorder->store, event, &stored);
		recorder->stored[stored] += !err;
	}
	gc_row_free(event);
	return err;
}

static void take_notice(void *arg, const char *text)
{
	struct recorder *recorder = arg;

	printf("# notice: %s\n", text);
	recorder->fake.notices++;
}

static const struct gc_follow_sink sink = {
	.resume = resume,
	.event = take_event,
	.notice = take_notice,
};

/* One run over a log of events from @tail to before @head. */
static bool run(const char *path, uint64_t tail, uint64_t head, const char *expected,
		unsigned int notices)
{
	struct gc_follow_source source = fake_source;
	struct recorder recorder = { .stored = { 0 } };
	char got[64];

	source.dump = dump_life;
	fake_start(&recorder.fake, &recorder.follow, tail, head, 0);
	gc_follow_init(&recorder.follow, &source, &recorder, &sink, &recorder);
	recorder.fake.epoch = life > 1;
	recorder.fake.epoch_from = 6;
	if (gc_store_open(&recorder.store, path)) {
		printf("# %s\n", recorder.store.why);
		return false;
	}
	gc_follow_start(&recorder.follow);
	gc_store_commit(&recorder.store);
	gc_store_close(&recorder.store);
	gc_follow_free(&recorder.follow);
	snprintf(got, sizeof(got), "%u new, %u known, %u other", recorder.stored[GC_STORED_NEW],
		 recorder.stored[GC_STORED_KNOWN], recorder.stored[GC_STORED_CONFLICT]);
	if (!strcmp(got, expected) && recorder.fake.notices == notices)
		return true;
	printf("# got %s, %u notices\n", got, recorder.fake.notices);
	return false;
}

/* Events of one identity, as programs of several versions would put them. */
static enum gc_stored store_line(struct gc_store *store, const char *rest, bool *has)
{
	static const char begin[] = "{\"seq\":\"1\",\"type\":\"clock_step\","
		"\"machine_id\":\"m\",\"boot_id\":\"b\",\"load_id\":\"0x7\","
		"\"restore_epoch\":0,";
	enum gc_stored stored = -1;
	struct gc_row *row;
	char line[256];
	json_t *json;

	snprintf(line, sizeof(line), "%s%s}", begin, rest);
	json = json_loads(line, 0, NULL);
	row = gc_row_from_json(&gc_schema_event, json);
	if (gc_store_has(store, row, has) || gc_store_event(store, row, &stored))
		printf("# %s\n", store->why);
	gc_row_free(row);
	json_decref(json);
	return stored;
}

static void test_versions(struct tap *tap, const char *path)
{
	struct gc_store store;
	bool has;

	if (gc_store_open(&store, path))
		abort();
	tap_case(tap, store_line(&store, "\"realtime_ns\":\"5\",\"attr_57\":\"01\"", &has) ==
		 GC_STORED_NEW && !has, "an event with something unknown");
	tap_case(tap, store_line(&store, "\"realtime_ns\":\"5\",\"rating\":1", &has) ==
		 GC_STORED_KNOWN && has,
		 "is the same to a newer program, which has a name for it");
	tap_case(tap, store_line(&store, "\"realtime_ns\":\"6\",\"rating\":1", &has) ==
		 GC_STORED_CONFLICT && !has, "but not where they contradict each other");
	tap_case(tap, store_line(&store, "\"realtime_ns\":\"6\",\"attr_58\":\"\"", &has) ==
		 GC_STORED_KNOWN && has, "nor is the other one new to an older program");
	gc_store_close(&store);
}

int main(void)
{
	struct tap tap = { 0 };
	char path[64];

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	tap_case(&tap, run(path, 1, 11, "10 new, 0 known, 0 other", 0), "a first run");
	tap_case(&tap, run(path, 1, 13, "2 new, 0 known, 0 other", 0),
		 "a second run takes what came since, and reads nothing twice");
	tap_case(&tap, run(path, 1, 13, "0 new, 0 known, 0 other", 0), "or nothing");

	/* Restored to seq 5, without a word of it. */
	life = 1;
	tap_case(&tap, run(path, 1, 9, "0 new, 5 known, 3 other", 1),
		 "a log that is behind: what differs is kept beside what is stored");
	tap_case(&tap, run(path, 1, 21, "8 new, 8 known, 4 other", 1),
		 "a log that has passed what is stored is found out by the last event");
	tap_case(&tap, run(path, 1, 23, "2 new, 0 known, 0 other", 0),
		 "and gone on with as any other");

	/* The same, and the module was told. */
	life = 2;
	tap_case(&tap, run(path, 1, 31, "25 new, 5 known, 0 other", 2),
		 "another epoch is another identity, and is told; seq goes on");

	/* The log has dropped all that could tell. */
	tap_case(&tap, run(path, 40, 42, "2 new, 0 known, 0 other", 0),
		 "what is in the log no more cannot be compared");
	unlink(path);

	/* The last that is stored is the oldest that the log has. */
	life = 0;
	tap_case(&tap, run(path, 1, 11, "10 new, 0 known, 0 other", 0),
		 "a first run into another file");
	life = 1;
	tap_case(&tap, run(path, 10, 15, "4 new, 0 known, 1 other", 1),
		 "a log that has passed what is stored is found out by its oldest event");
	unlink(path);
	test_versions(&tap, path);
	unlink(path);

	return tap_end(&tap);
}
