// SPDX-License-Identifier: GPL-2.0-only
/* guestclock record: put every event into a database. */
#include <errno.h>
#include <inttypes.h>
#include <linux/guestclock.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "cmd.h"
#include "context.h"
#include "context_clocks.h"
#include "failure.h"
#include "kernel_lines.h"
#include "loop.h"
#include "record_resume.h"
#include "say.h"
#include "schema.h"
#include "store.h"
#include "stream.h"

#define CONTEXT_INTERVAL_MS 60000
#define AFTER_INCIDENT_MS 2000

/* Events of one transaction at most, so that a long dump is stored in parts. */
#define TRANSACTION_MAX 1000

/**
 * struct recorder - State of a recording.
 * @store: the database
 * @stream: the module's events
 * @follow: follows them
 * @lines: the kernel's own lines
 * @verbose: print a line after each commit
 * @on_tty: show a running count
 * @store_failed: the database said no, which is told in the end
 * @events: events stored in this run
 * @fresh: of the pending events, those that were not stored before
 * @lost: events declared lost in this run, but for those before it
 * @begin: where the log stood when this run began, until another load came
 * @has_load: there was a load
 * @conflicts: events stored beside others of the same identity
 * @pending: events since the last commit
 * @durable_seq: all of the load up to this one is stored or declared lost
 * @begin_ms: when the run began
 * @context_ms: when the next context row is due
 * @clock_reading: the newest reading of clocks that a context row has
 * @checkpoint_due: a context row was added since the last checkpoint
 */
struct recorder {
	struct gc_store store;
	struct gc_stream stream;
	struct gc_follow follow;
	struct gc_kernel_lines lines;
	bool verbose;
	bool on_tty;
	bool store_failed;
	uint64_t events;
	unsigned int fresh;
	uint64_t lost;
	struct gc_log_state begin;
	bool has_load;
	uint64_t conflicts;
	unsigned int pending;
	uint64_t durable_seq;
	int64_t begin_ms;
	int64_t context_ms;
	uint64_t clock_reading;
	bool checkpoint_due;
};

static void clear_count(const struct recorder *recorder)
{
	if (recorder->on_tty)
		fputs("\r\033[K", stderr);
}

static void show_count(const struct recorder *recorder)
{
	if (recorder->on_tty)
		fprintf(stderr, "\r%" PRIu64 " events, %" PRIu64 " lost, %" PRId64 " s",
			recorder->events, recorder->lost,
			(gc_loop_now_ms() - recorder->begin_ms) / 1000);
}

static int store_failed(struct recorder *recorder)
{
	recorder->store_failed = true;
	return -NLE_FAILURE;
}

/* At the end, because only then it is known how far the module has come. */
static void say_store_failed(struct recorder *recorder)
{
	const struct gc_follow *follow = &recorder->follow;
	uint64_t head = follow->known_head, kept = 0, missing = 0;
	struct gc_row *status;

	if (!gc_link_status(&recorder->stream.link, &status)) {
		if (status->v[GC_STATUS_LOAD_ID].u == follow->load_id)
			head = status->v[GC_STATUS_LOG_HEAD].u;
		kept = status->v[GC_STATUS_LOG_SIZE].u;
		gc_row_free(status);
	}
	if (head > recorder->durable_seq)
		missing = head - recorder->durable_seq - 1;
	gc_say("record: %s; everything up to seq=%" PRIu64 " is stored, the %" PRIu64
	       " events after it are not: the module's log keeps the newest %" PRIu64
	       ", from where the next run takes them", recorder->store.why,
	       recorder->durable_seq, missing, kept);
}

static int commit(struct recorder *recorder)
{
	bool tell = recorder->verbose && recorder->pending;

	if (gc_store_commit(&recorder->store))
		return store_failed(recorder);
	recorder->events += recorder->fresh;
	recorder->fresh = 0;
	recorder->pending = 0;
	/* Before the first load there is nothing. */
	if (recorder->follow.next)
		recorder->durable_seq = recorder->follow.next - 1;
	if (tell) {
		printf("stored seq=%" PRIu64 "\n", recorder->durable_seq);
		fflush(stdout);
	}
	return 0;
}

static int take_context(struct recorder *recorder, const char *occasion)
{
	struct gc_row *status = NULL;
	json_t *context;
	int err;

	if (gc_link_status(&recorder->stream.link, &status))
		status = NULL;
	context = gc_context_take(occasion, &recorder->follow.identity, status);
	/* Without an answer there is nobody to ask more of. */
	if (context && status)
		gc_context_add_clocks(context, &recorder->stream.link,
				      &recorder->clock_reading);
	gc_row_free(status);
	if (!context)
		return -NLE_NOMEM;
	err = gc_store_context(&recorder->store, &recorder->follow.identity, context);
	json_decref(context);
	recorder->context_ms = gc_loop_now_ms() + CONTEXT_INTERVAL_MS;
	recorder->checkpoint_due = true;
	return err ? store_failed(recorder) : 0;
}

/* What the log had dropped before is declared as any other loss, but not counted. */
static void begin_log(struct recorder *recorder, const struct gc_log_state *state, uint64_t seq)
{
	recorder->begin = *state;
	if (seq < state->tail)
		gc_say("note: seq %" PRIu64 " to %" PRIu64 " were dropped from the module's log"
		       " before this run, and are declared in the recording", seq,
		       state->tail - 1);
}

static uint64_t resume(void *arg, const struct gc_log_state *state)
{
	struct recorder *recorder = arg;
	uint64_t seq = 1;

	/* What is left of the load before, while its seqs still count. */
	commit(recorder);
	if (gc_record_resume(&recorder->store, &recorder->follow, state, &seq))
		store_failed(recorder);
	recorder->durable_seq = seq - 1;
	recorder->begin = (struct gc_log_state) { 0 };
	if (!recorder->has_load)
		begin_log(recorder, state, seq);
	recorder->has_load = true;
	return seq;
}

static bool is_of_client(const struct gc_row *event)
{
	return event->v[GC_EVENT_SOURCE].present &&
	       event->v[GC_EVENT_SOURCE].u == GC_SOURCE_CLIENT;
}

/* Of what a row declares lost, what was lost in this run. */
static uint64_t count_lost(const struct recorder *recorder, const struct gc_row *lost)
{
	uint64_t seq = lost->v[GC_EVENT_SEQ].u, count = lost->v[GC_EVENT_LOST_COUNT].u;
	const struct gc_log_state *begin = &recorder->begin;

	if (is_of_client(lost))
		return seq + count <= begin->tail ? 0 : seq + count - MAX(seq, begin->tail);
	return seq < begin->head ? 0 : count;
}

static void hasten_context(struct recorder *recorder)
{
	int64_t soon = gc_loop_now_ms() + AFTER_INCIDENT_MS;

	if (recorder->context_ms > soon)
		recorder->context_ms = soon;
}

static int take_event(void *arg, struct gc_row *event)
{
	struct recorder *recorder = arg;
	enum gc_stored stored = GC_STORED_NEW;
	int err;

	if (recorder->store_failed) {
		gc_row_free(event);
		return -NLE_FAILURE;
	}
	if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_LOST)
		recorder->lost += count_lost(recorder, event);
	if (is_of_client(event)) {
		err = gc_store_lost(&recorder->store, event);
	} else {
		err = gc_store_event(&recorder->store, event, &stored);
		recorder->fresh += !err && stored != GC_STORED_KNOWN;
		recorder->conflicts += !err && stored == GC_STORED_CONFLICT;
		recorder->pending++;
	}
	/* The module reads all clocks then, and once more a second later. */
	if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE)
		hasten_context(recorder);
	gc_row_free(event);
	if (err)
		return store_failed(recorder);
	return recorder->pending >= TRANSACTION_MAX ? commit(recorder) : 0;
}

static void take_notice(void *arg, const char *text)
{
	struct recorder *recorder = arg;

	clear_count(recorder);
	gc_say("%s", text);
	/* The next load is another module, perhaps with other parameters. */
	recorder->context_ms = 0;
	recorder->clock_reading = 0;
}

static const struct gc_follow_sink sink = {
	.resume = resume,
	.event = take_event,
	.notice = take_notice,
};

static int take_lines(void *arg)
{
	struct recorder *recorder = arg;

	if (gc_kernel_lines_store(&recorder->lines, &recorder->store,
				  &recorder->follow.identity))
		return store_failed(recorder);
	return recorder->lines.fd < 0;
}

static int settled(void *arg, bool last)
{
	struct recorder *recorder = arg;
	int err = 0;

	if (last)
		err = take_context(recorder, "end");
	else if (gc_loop_now_ms() >= recorder->context_ms)
		err = take_context(recorder, "periodic");
	if (!err)
		err = commit(recorder);
	if (!err && recorder->checkpoint_due)
		gc_store_checkpoint(&recorder->store);
	recorder->checkpoint_due = false;
	if (!err)
		show_count(recorder);
	return err;
}

static int follow(struct recorder *recorder)
{
	struct gc_loop loop = {
		.follow = &recorder->follow,
		.fd = gc_stream_fd(&recorder->stream),
		.extra_fd = recorder->lines.fd,
		.extra = take_lines,
		.settled = settled,
		.arg = recorder,
	};
	int err, stop_fd;

	stop_fd = gc_loop_prepare();
	if (stop_fd < 0) {
		gc_say("record: cannot wait for signals: %s", strerror(errno));
		return GC_EXIT_ERROR;
	}
	err = take_context(recorder, "start");
	if (!err)
		err = gc_loop_run(&loop, stop_fd);
	close(stop_fd);

	clear_count(recorder);
	if (recorder->conflicts)
		gc_say("record: %" PRIu64 " events say something else than those stored before"
		       " under the same identity: this is another continuation of one snapshot;"
		       " both are kept, and report tells where they part", recorder->conflicts);
	printf("%" PRIu64 " events, %" PRIu64 " lost, %.1f s\n", recorder->events,
	       recorder->lost, (double)(gc_loop_now_ms() - recorder->begin_ms) / 1000);
	if (recorder->store_failed) {
		say_store_failed(recorder);
		return GC_EXIT_ERROR;
	}
	if (err)
		return gc_failure_say(err, "record");
	return recorder->lost ? GC_EXIT_LOST : GC_EXIT_OK;
}

static int record_into(struct recorder *recorder, const char *path)
{
	int err, ret;

	/* The module first, so that no file is left behind where there is none. */
	err = gc_stream_open(&recorder->stream, GC_LOOP_BUFFER_SIZE);
	if (err)
		return gc_failure_say(err, "record");
	gc_follow_init(&recorder->follow, &gc_stream_source, &recorder->stream, &sink, recorder);
	err = gc_stream_source.subscribe(&recorder->stream);
	if (err) {
		ret = gc_failure_say(err, "record");
		goto out;
	}
	if (gc_store_open(&recorder->store, path)) {
		gc_say("record: %s", recorder->store.why);
		ret = GC_EXIT_ERROR;
		goto out;
	}
	gc_kernel_lines_open(&recorder->lines);
	ret = follow(recorder);
	gc_kernel_lines_close(&recorder->lines);
	gc_store_close(&recorder->store);
out:
	gc_follow_free(&recorder->follow);
	gc_stream_close(&recorder->stream);
	return ret;
}

static int take_option(int option, const char *value, void *arg)
{
	struct recorder *recorder = arg;

	(void)option;
	(void)value;
	recorder->verbose = true;
	return 0;
}

static int run(int argc, char **argv)
{
	struct recorder recorder = { .begin_ms = gc_loop_now_ms() };
	int ret;

	ret = gc_options_parse(&gc_cmd_record.usage, argc, argv, take_option, &recorder);
	if (ret >= 0)
		return ret;
	if (argc - optind != 1)
		return gc_options_bad(&gc_cmd_record.usage, "name one file to record into");

	recorder.on_tty = !recorder.verbose && isatty(STDERR_FILENO);
	return record_into(&recorder, argv[optind]);
}

static const struct option options[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

const struct gc_cmd gc_cmd_record = {
	.usage = {
		.name = "record",
		.synopsis = "[-v] FILE",
		.summary = "Put every event into the database FILE,"
			   " until SIGINT, SIGTERM or SIGHUP.",
		.shorts = ":vh",
		.longs = options,
	},
	.run = run,
};
