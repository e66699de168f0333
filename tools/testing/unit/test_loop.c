// SPDX-License-Identifier: GPL-2.0-only
/* Signals end a loop in order, and at once where it stands still. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_module.h"
#include "loop.h"
#include "tap.h"

/**
 * struct looping - A program that follows events until a signal.
 * @ready: gets a byte when the loop has begun
 * @stalled: where it writes into a pipe that nobody reads
 */
struct looping {
	int ready;
	bool stalled;
};

#define ENDED_IN_ORDER 42

static void write_until_stalled(void)
{
	static const char block[65536];
	int ends[2];

	if (pipe(ends))
		abort();
	while (write(ends[1], block, sizeof(block)) > 0)
		;
}

static int settled(void *arg, bool last)
{
	struct looping *looping = arg;

	if (last)
		_exit(ENDED_IN_ORDER);
	if (looping->ready >= 0 && write(looping->ready, "", 1) == 1)
		looping->ready = -1;
	if (looping->stalled)
		write_until_stalled();
	return 0;
}

static void follow(struct looping *looping)
{
	int stop_fd = gc_loop_prepare();
	struct gc_follow follow;
	struct gc_loop loop = {
		.follow = &follow,
		.fd = -1,
		.extra_fd = -1,
		.settled = settled,
		.arg = looping,
	};
	struct fake fake;

	fake_start(&fake, &follow, 1, 1, 1);
	gc_loop_run(&loop, stop_fd);
	_exit(1);
}

static pid_t start(bool stalled, void (*hangup)(int))
{
	struct looping looping = { .stalled = stalled };
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		abort();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		looping.ready = ready[1];
		/* As for a program that a shell runs in the background. */
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, hangup);
		follow(&looping);
	}
	if (read(ready[0], &byte, 1) != 1)
		abort();
	close(ready[0]);
	close(ready[1]);
	usleep(100000);
	return pid;
}

/* Return: its status as of waitpid(), or -1 when it still runs after three seconds. */
static int end_of(pid_t pid)
{
	int status, tries;

	for (tries = 0; tries < 300; tries++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		usleep(10000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

static bool ends_in_order(int number)
{
	pid_t pid = start(false, SIG_DFL);
	int status;

	kill(pid, number);
	status = end_of(pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == ENDED_IN_ORDER;
}

/* Two signals to a program that stands still; the second after the first was seen. */
static bool second_kills(int first, int second)
{
	pid_t pid = start(true, SIG_DFL);
	int status;

	kill(pid, first);
	usleep(100000);
	if (waitpid(pid, &status, WNOHANG))
		return false;
	kill(pid, second);
	status = end_of(pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == second;
}

int main(void)
{
	struct tap tap = { 0 };
	int status;
	pid_t pid;

	tap_case(&tap, ends_in_order(SIGINT) && ends_in_order(SIGTERM) && ends_in_order(SIGHUP),
		 "SIGINT, SIGTERM and SIGHUP end it in order");
	tap_case(&tap, second_kills(SIGINT, SIGINT) && second_kills(SIGTERM, SIGINT) &&
		 second_kills(SIGHUP, SIGTERM),
		 "where it stands still the second SIGINT or SIGTERM kills");

	pid = start(true, SIG_DFL);
	kill(pid, SIGHUP);
	usleep(100000);
	kill(pid, SIGHUP);
	usleep(100000);
	tap_case(&tap, !waitpid(pid, &status, WNOHANG),
		 "a second SIGHUP does not: who hangs up may send several");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);

	pid = start(false, SIG_IGN);
	kill(pid, SIGHUP);
	usleep(100000);
	tap_case(&tap, !waitpid(pid, &status, WNOHANG), "nohup has it ignored");
	kill(pid, SIGTERM);
	status = end_of(pid);
	tap_case(&tap, WIFEXITED(status) && WEXITSTATUS(status) == ENDED_IN_ORDER,
		 "and the others not");

	return tap_end(&tap);
}
