// SPDX-License-Identifier: GPL-2.0-only
/* guestclock monitor: print events as they come. */
#include <errno.h>
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "event_line.h"
#include "failure.h"
#include "loop.h"
#include "say.h"
#include "schema.h"
#include "stream.h"

/**
 * struct monitor - State of a monitor.
 * @format: how events are printed
 * @writer: prints events
 * @since: seq to begin with, 0 to begin with the next event
 * @begun: the first load has been begun; later ones are wanted whole
 * @lost: events declared lost so far
 */
struct monitor {
	enum gc_format format;
	struct gc_writer writer;
	uint64_t since;
	bool begun;
	uint64_t lost;
};

static uint64_t resume(void *arg, const struct gc_log_state *state)
{
	struct monitor *monitor = arg;
	bool begun = monitor->begun;

	monitor->begun = true;
	if (begun)
		return 1;
	if (!monitor->since)
		return state->head;
	if (monitor->since <= state->head)
		return monitor->since;
	gc_say("monitor: there is no seq %" PRIu64 " yet, the next one is %" PRIu64 ": the module"
	       " was loaded again, or this machine put back to a snapshot; beginning with the"
	       " oldest that the log has", monitor->since, state->head);
	return state->tail;
}

static int take_event(void *arg, struct gc_row *event)
{
	struct monitor *monitor = arg;

	if (event->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_LOST)
		monitor->lost += event->v[GC_EVENT_LOST_COUNT].u;
	return gc_writer_row(&monitor->writer, event);
}

static void take_notice(void *arg, const char *text)
{
	(void)arg;
	gc_say("%s", text);
}

static const struct gc_follow_sink sink = {
	.resume = resume,
	.event = take_event,
	.notice = take_notice,
};

static int settled(void *arg, bool last)
{
	struct monitor *monitor = arg;
	FILE *to = monitor->writer.to;

	(void)last;
	return fflush(to) || ferror(to) ? -NLE_FAILURE : 0;
}

static int follow(struct monitor *monitor)
{
	struct gc_follow follow;
	struct gc_stream stream;
	struct gc_loop loop = {
		.follow = &follow,
		.extra_fd = -1,
		.settled = settled,
		.arg = monitor,
	};
	int err, stop_fd;

	err = gc_stream_open(&stream, GC_LOOP_BUFFER_SIZE);
	if (err)
		return gc_failure_say(err, "monitor");
	stop_fd = gc_loop_prepare();
	if (stop_fd < 0) {
		gc_say("monitor: cannot wait for signals: %s", strerror(errno));
		gc_stream_close(&stream);
		return GC_EXIT_ERROR;
	}
	gc_follow_init(&follow, &gc_stream_source, &stream, &sink, monitor);
	loop.fd = gc_stream_fd(&stream);
	err = gc_loop_run(&loop, stop_fd);
	gc_follow_free(&follow);
	gc_stream_close(&stream);
	close(stop_fd);
	/* Which is told in the end. */
	if (ferror(stdout))
		return GC_EXIT_OK;
	if (err)
		return gc_failure_say(err, "monitor");
	return monitor->lost ? GC_EXIT_LOST : GC_EXIT_OK;
}

static int parse_seq(const char *text, uint64_t *seq)
{
	char *end;

	errno = 0;
	*seq = strtoull(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9')
		return -EINVAL;
	if (!*seq)
		*seq = 1;
	return 0;
}

static const struct option options[] = {
	{ "since", required_argument, NULL, 's' },
	{ "history", no_argument, NULL, 'H' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static int take_option(int option, const char *value, void *arg)
{
	struct monitor *monitor = arg;

	if (option == 'o')
		return gc_format_parse(value, &monitor->format);
	monitor->since = 1;
	return option == 's' ? parse_seq(value, &monitor->since) : 0;
}

static int run(int argc, char **argv)
{
	struct monitor monitor = { .format = GC_FORMAT_TEXT };
	int ret;

	ret = gc_options_parse(&gc_cmd_monitor.usage, argc, argv, take_option, &monitor);
	if (ret >= 0)
		return ret;
	if (optind < argc)
		return gc_options_bad(&gc_cmd_monitor.usage, "unexpected argument '%s'",
				      argv[optind]);

	gc_writer_begin(&monitor.writer, monitor.format, &gc_schema_event, stdout);
	monitor.writer.line = gc_event_line;
	ret = follow(&monitor);
	gc_writer_end(&monitor.writer);
	return ret;
}

const struct gc_cmd gc_cmd_monitor = {
	.usage = {
		.name = "monitor",
		.synopsis = "[--since SEQ | --history] [-o text|json|csv]",
		.summary = "Print events as they come, or first those that the log still has.",
		.shorts = ":o:h",
		.longs = options,
	},
	.run = run,
};
