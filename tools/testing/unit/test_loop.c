// SPDX-License-Identifier: GPL-2.0-only
/* Signals end a loop in order, and at once where it stands still. */

#include <signal.h>
#include <stdio.h>
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

/* What /proc/PID/status says in the line that begins with @key. */
static void read_status(pid_t pid, const char *key, char *value, size_t size)
{
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = tap_open(path, "re");
	*value = '\0';
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, key, strlen(key)))
			snprintf(value, size, "%s", line + strlen(key));
	}
	fclose(file);
}

static bool is_in_state(pid_t pid, char state)
{
	char value[64];

	read_status(pid, "State:\t", value, sizeof(value));
	return *value == state;
}

static bool is_asleep(pid_t pid, int number)
{
	(void)number;
	return is_in_state(pid, 'S');
}

static bool has_ended(pid_t pid, int number)
{
	(void)number;
	return is_in_state(pid, 'Z');
}

static bool is_in_mask(pid_t pid, const char *key, int number)
{
	char value[64];

	read_status(pid, key, value, sizeof(value));
	return strtoull(value, NULL, 16) >> (number - 1) & 1;
}

static bool ignores(pid_t pid, int number)
{
	return is_in_mask(pid, "SigIgn:\t", number);
}

/* Its first signal, of whatever kind, puts SIGINT back. */
static bool had_signal(pid_t pid, int number)
{
	return !is_in_mask(pid, "SigCgt:\t", SIGINT) && !is_in_mask(pid, "SigPnd:\t", number) &&
	       !is_in_mask(pid, "ShdPnd:\t", number);
}

/* Return: whether it came to that, or false where it hangs. */
static bool until(pid_t pid, bool (*holds)(pid_t pid, int number), int number)
{
	int tries;

	for (tries = 0; tries < 20000; tries++) {
		if (holds(pid, number))
			return true;
		usleep(1000);
	}
	return false;
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
	until(pid, is_asleep, 0);
	return pid;
}

/* Return: its status as of waitpid(), or -1 when it had to be killed. */
static int end_of(pid_t pid)
{
	int status;

	if (until(pid, has_ended, 0) && waitpid(pid, &status, 0) == pid)
		return status;
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
	if (!until(pid, had_signal, first) || !until(pid, is_asleep, 0))
		return false;
	kill(pid, second);
	status = end_of(pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == second;
}

/* A signal that kills decides the status as it is sent, whatever is sent after it. */
static int end_by_kill(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
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
	until(pid, had_signal, SIGHUP);
	kill(pid, SIGHUP);
	tap_case(&tap, end_by_kill(pid) == SIGKILL,
		 "where it stands still a second SIGHUP does not kill: who hangs up may send several");

	pid = start(false, SIG_IGN);
	tap_case(&tap, ignores(pid, SIGHUP) && !ignores(pid, SIGTERM),
		 "where nohup has SIGHUP ignored it stays so");
	kill(pid, SIGHUP);
	kill(pid, SIGTERM);
	status = end_of(pid);
	tap_case(&tap, WIFEXITED(status) && WEXITSTATUS(status) == ENDED_IN_ORDER,
		 "where nohup has SIGHUP ignored SIGTERM ends it in order");

	return tap_end(&tap);
}
