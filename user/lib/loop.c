// SPDX-License-Identifier: GPL-2.0-only
/* Follow events until a signal. */
#include "loop.h"

#include <errno.h>
#include <netlink/errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"

/* Between two comparisons with the log's head. */
#define CHECK_INTERVAL_MS 2000

/**
 * gc_loop_now_ms() - A clock for intervals.
 *
 * Return: CLOCK_MONOTONIC in ms.
 */
int64_t gc_loop_now_ms(void)
{
	return gc_clock_ns(CLOCK_MONOTONIC) / 1000000;
}

/**
 * gc_loop_prepare() - Keep SIGINT and SIGTERM for the loop, from here on.
 *
 * Return: the descriptor they arrive on, or -1 with errno.
 */
int gc_loop_prepare(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* From here on a second signal ends the program at once. */
static void release_signals(int signal_fd)
{
	struct signalfd_siginfo info;
	sigset_t set;

	while (read(signal_fd, &info, sizeof(info)) > 0)
		;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int finish(struct gc_loop *loop)
{
	int err;

	err = gc_follow_turn(loop->follow);
	if (!err)
		err = gc_follow_check(loop->follow);
	if (!err && loop->extra_fd >= 0)
		err = loop->extra(loop->arg);
	if (!err)
		err = loop->settled(loop->arg, true);
	return err;
}

/**
 * gc_loop_run() - Start to follow, and go on until SIGINT, SIGTERM or an error.
 * @loop: what to do
 * @signal_fd: from gc_loop_prepare()
 *
 * Return: 0 after a signal and a last round, or a negative error.
 */
int gc_loop_run(struct gc_loop *loop, int signal_fd)
{
	struct pollfd fds[] = {
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = loop->fd, .events = POLLIN },
		{ .fd = loop->extra_fd, .events = POLLIN },
	};
	int64_t now, next_check = gc_loop_now_ms() + CHECK_INTERVAL_MS;
	int err;

	err = gc_follow_start(loop->follow);
	if (!err)
		err = loop->settled(loop->arg, false);
	if (!err && loop->extra_fd >= 0)
		err = loop->extra(loop->arg);
	while (!err) {
		err = loop->settled(loop->arg, false);
		if (err)
			break;
		now = gc_loop_now_ms();
		if (now >= next_check) {
			next_check = now + CHECK_INTERVAL_MS;
			err = gc_follow_check(loop->follow);
			continue;
		}
		if (poll(fds, 3, (int)(next_check - now)) < 0) {
			err = errno == EINTR ? 0 : -nl_syserr2nlerr(errno);
			continue;
		}
		if (fds[0].revents) {
			release_signals(signal_fd);
			return finish(loop);
		}
		if (fds[1].revents)
			err = gc_follow_turn(loop->follow);
		if (!err && fds[2].revents)
			err = loop->extra(loop->arg);
	}
	return err;
}
