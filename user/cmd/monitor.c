// SPDX-License-Identifier: GPL-2.0-only
/* guestclock monitor: print events as they come. */
#include <errno.h>
#include <getopt.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>
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
 * @writer: prints events
 * @since: seq to begin with, 0 to begin with the next event
 * @begun: the first load has been begun; later ones are wanted whole
 * @lost: events declared lost so far
 */
struct monitor {
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
	return monitor->since && monitor->since < state->head ? monitor->since : state->head;
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
	int err, signal_fd;

	err = gc_stream_open(&stream, GC_LOOP_BUFFER_SIZE);
	if (err)
		return gc_failure_say(err, "monitor");
	signal_fd = gc_loop_prepare();
	if (signal_fd < 0) {
		gc_say("monitor: cannot wait for signals: %s", strerror(errno));
		gc_stream_close(&stream);
		return GC_EXIT_ERROR;
	}
	gc_follow_init(&follow, &gc_stream_source, &stream, &sink, monitor);
	loop.fd = gc_stream_fd(&stream);
	err = gc_loop_run(&loop, signal_fd);
	gc_follow_free(&follow);
	gc_stream_close(&stream);
	close(signal_fd);
	if (ferror(stdout)) {
		gc_say("monitor: cannot write the output");
		return GC_EXIT_ERROR;
	}
	if (err)
		return gc_failure_say(err, "monitor");
	return monitor->lost ? GC_EXIT_LOST : GC_EXIT_OK;
}

static int parse_seq(const char *text, uint64_t *seq)
{
	char *end;

	errno = 0;
	*seq = strtoull(text, &end, 10);
	return errno || *end || *text < '0' || *text > '9' ? -EINVAL : 0;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "since", required_argument, NULL, 's' },
		{ "history", no_argument, NULL, 'H' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct monitor monitor = { .since = 0 };
	enum gc_format format = GC_FORMAT_TEXT;
	int option, ret;

	while ((option = getopt_long(argc, argv, ":o:h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			if (parse_seq(optarg, &monitor.since))
				return gc_cmd_bad_usage(&gc_cmd_monitor, "no seq '%s'", optarg);
			if (!monitor.since)
				monitor.since = 1;
			break;
		case 'H':
			monitor.since = 1;
			break;
		case 'o':
			if (gc_format_parse(optarg, &format))
				return gc_cmd_bad_usage(&gc_cmd_monitor, "no output format '%s'",
							optarg);
			break;
		case 'h':
			return gc_cmd_usage(&gc_cmd_monitor, stdout);
		default:
			return gc_cmd_bad_usage(&gc_cmd_monitor, "bad option '%s'",
						argv[optind - 1]);
		}
	}
	if (optind < argc)
		return gc_cmd_bad_usage(&gc_cmd_monitor, "unexpected argument '%s'",
					argv[optind]);

	gc_writer_begin(&monitor.writer, format, &gc_schema_event, stdout);
	monitor.writer.line = gc_event_line;
	ret = follow(&monitor);
	if (gc_writer_end(&monitor.writer) && ret == GC_EXIT_OK)
		ret = GC_EXIT_ERROR;
	return ret;
}

const struct gc_cmd gc_cmd_monitor = {
	.name = "monitor",
	.synopsis = "[--since SEQ | --history] [-o text|json|csv]",
	.summary = "Print events as they come, or first those that the log still has.",
	.run = run,
};
