// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own lines, which come in beside the events and may end before them. */

#include <fcntl.h>
#include <netlink/errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel_lines.h"
#include "loop.h"
#include "recording.h"
#include "tap.h"

/* A loop that turns without end is not to hang the test. */
#define ROUNDS_MAX 100

/**
 * struct turns - What a loop was made to do.
 * @rounds: how often it settled
 * @stop_at: round in which it is told to end
 * @extras: how often the other descriptor was looked at
 * @result: what that gives
 */
struct turns {
	int rounds;
	int stop_at;
	int extras;
	int result;
};

static int subscribe(void *arg)
{
	(void)arg;
	return 0;
}

static int status(void *arg, struct gc_log_state *state)
{
	(void)arg;
	*state = (struct gc_log_state) { .load_id = 1, .tail = 1, .head = 1 };
	return 0;
}

/* There are no events, neither in the log nor in the socket. */
static int dump(void *arg, uint64_t since, gc_row_fn fn, void *fn_arg)
{
	(void)arg;
	(void)since;
	(void)fn;
	(void)fn_arg;
	return 0;
}

static int drain(void *arg, gc_row_fn fn, void *fn_arg, struct gc_drained *drained)
{
	(void)arg;
	(void)fn;
	(void)fn_arg;
	(void)drained;
	return 0;
}

static const struct gc_follow_source source = { subscribe, status, dump, drain };

static uint64_t resume(void *arg, const struct gc_log_state *state)
{
	(void)arg;
	return state->tail;
}

static const struct gc_follow_sink sink = { .resume = resume };

static int settled(void *arg, bool last)
{
	struct turns *turns = arg;

	(void)last;
	turns->rounds++;
	if (turns->rounds == turns->stop_at)
		kill(getpid(), SIGTERM);
	return turns->rounds > ROUNDS_MAX ? -NLE_FAILURE : 0;
}

static int extra(void *arg)
{
	struct turns *turns = arg;

	turns->extras++;
	return turns->result;
}

/* Return: what the loop returned, with the other descriptor readable all the time. */
static int run(struct turns *turns)
{
	int err, always[2], never[2], stop_fd = gc_loop_prepare();
	struct gc_follow follow;
	struct gc_loop loop = {
		.follow = &follow,
		.extra = extra,
		.settled = settled,
		.arg = turns,
	};

	if (pipe(always) || pipe(never) || write(always[1], "!", 1) != 1)
		return -NLE_FAILURE;
	loop.fd = never[0];
	loop.extra_fd = always[0];
	gc_follow_init(&follow, &source, NULL, &sink, NULL);
	err = gc_loop_run(&loop, stop_fd);
	gc_follow_free(&follow);
	close(always[0]);
	close(always[1]);
	close(never[0]);
	close(never[1]);
	close(stop_fd);
	return err;
}

static void test_loop(struct tap *tap)
{
	struct turns turns = { .stop_at = 5 };

	tap_case(tap, !run(&turns) && turns.extras == 5,
		 "the other descriptor is looked at in each round and at the end");
	turns = (struct turns) { .stop_at = 1, .result = 1 };
	tap_case(tap, !run(&turns) && turns.extras == 1,
		 "but not any more when nothing can come from there");
	turns = (struct turns) { .result = -NLE_NOMEM };
	tap_case(tap, run(&turns) == -NLE_NOMEM && turns.extras == 1, "its error ends the loop");
}

static int count_line(const struct gc_item *item, void *arg)
{
	int *lines = arg;

	*lines += item->kind == GC_ITEM_KMSG;
	return 0;
}

static int stored_lines(const char *path)
{
	char why[512];
	int lines = 0;

	return gc_recording_read(path, count_line, &lines, why, sizeof(why)) ? -1 : lines;
}

static bool send_line(int fd, const char *record)
{
	return write(fd, record, strlen(record)) == (ssize_t)strlen(record);
}

static void test_lines(struct tap *tap, const char *path)
{
	static const struct gc_identity identity = { "m", "b" };
	struct gc_kernel_lines lines = { .fd = -1 };
	struct gc_store store;
	int ends[2];

	/* Records come one by one, as from /dev/kmsg. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) ||
	    gc_store_open(&store, path)) {
		tap_case(tap, false, "there is a store");
		return;
	}
	lines.fd = ends[0];
	tap_case(tap, send_line(ends[1], "6,1,5,-;tsc: one\n") &&
		 send_line(ends[1], "6,2,6,-;usb: other\n") && send_line(ends[1], "junk") &&
		 send_line(ends[1], "4,3,7,-;clocksource: two\n SUBSYSTEM=x\n") &&
		 !gc_kernel_lines_store(&lines, &store, &identity) && lines.live &&
		 !gc_store_commit(&store) && stored_lines(path) == 2,
		 "lines about clocks are stored, others are not");
	tap_case(tap, send_line(ends[1], "6,1,5,-;tsc: one\n") &&
		 !gc_kernel_lines_store(&lines, &store, &identity) && !gc_store_commit(&store) &&
		 stored_lines(path) == 2, "each once");
	gc_kernel_lines_close(&lines);
	close(ends[1]);
	lines.fd = open("/", O_RDONLY);
	tap_case(tap, !gc_kernel_lines_store(&lines, &store, &identity) && lines.fd == -1,
		 "where they cannot be read any more the recording goes on without");
	gc_store_close(&store);
}

int main(void)
{
	struct tap tap = { 0 };
	char path[64];

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	test_loop(&tap);
	test_lines(&tap, path);
	unlink(path);

	return tap_end(&tap);
}
