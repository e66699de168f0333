// SPDX-License-Identifier: GPL-2.0-only
/* Follow events until a signal. */
#include "loop.h"

#include <errno.h>
#include <netlink/errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
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

/* Tells of the first signal; after the loop it may be closed. */
static int signal_fd;

/*
 * The loop may be far from here, in a write that nobody reads: the next SIGINT or
 * SIGTERM kills. SIGHUP does not, for shells and systemd send it after another one.
 */
static void take_signal(int number)
{
	int saved = errno;

	(void)number;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	eventfd_write(signal_fd, 1);
	errno = saved;
}

/**
 * gc_loop_prepare() - Keep SIGINT, SIGTERM and SIGHUP for the loop, from here on.
 *
 * A second SIGINT or SIGTERM ends the program at once.
 *
 * Return: a descriptor that is readable once one came, or -1 with errno.
 */
int gc_loop_prepare(void)
{
	struct sigaction action = { .sa_handler = take_signal, .sa_flags = SA_RESTART }, old;

	signal_fd = eventfd(0, EFD_CLOEXEC);
	if (signal_fd < 0)
		return -1;
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGTERM);
	sigaddset(&action.sa_mask, SIGHUP);
	/* Shells have programs in the background ignore it, which is no reason to. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* Where it is ignored that is nohup's doing. */
	if (!sigaction(SIGHUP, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	/* Whoever started the program may have had them blocked. */
	sigprocmask(SIG_UNBLOCK, &action.sa_mask, NULL);
	return signal_fd;
}

static int run_extra(struct gc_loop *loop)
{
	int ret;

	if (loop->extra_fd < 0)
		return 0;
	ret = loop->extra(loop->arg);
	if (ret <= 0)
		return ret;
	loop->extra_fd = -1;
	return 0;
}

static int finish(struct gc_loop *loop)
{
	int err;

	err = gc_follow_turn(loop->follow);
	if (!err)
		err = gc_follow_check(loop->follow);
	if (!err)
		err = run_extra(loop);
	if (!err)
		err = loop->settled(loop->arg, true);
	return err;
}

/**
 * gc_loop_run() - Start to follow, and go on until a signal or an error.
 * @loop: what to do
 * @stop_fd: from gc_loop_prepare()
 *
 * Return: 0 after a signal and a last round, or a negative error.
 */
int gc_loop_run(struct gc_loop *loop, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = loop->fd, .events = POLLIN },
		{ .events = POLLIN },
	};
	int64_t now, next_check = gc_loop_now_ms() + CHECK_INTERVAL_MS;
	int err;

	err = gc_follow_start(loop->follow);
	if (!err)
		err = loop->settled(loop->arg, false);
	if (!err)
		err = run_extra(loop);
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
		fds[2].fd = loop->extra_fd;
		if (poll(fds, 3, (int)(next_check - now)) < 0) {
			err = errno == EINTR ? 0 : -nl_syserr2nlerr(errno);
			continue;
		}
		if (fds[0].revents)
			return finish(loop);
		if (fds[1].revents)
			err = gc_follow_turn(loop->follow);
		if (!err && fds[2].revents)
			err = run_extra(loop);
	}
	return err;
}
