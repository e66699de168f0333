// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether reading a clock takes a system call: a child reads it, and is watched for
 * that call. What the clocksource is called, or the vDSO claims, is not asked.
 */
#include "clock_read.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READS	32

static void read_clock(clockid_t clock)
{
	struct timespec now;
	unsigned int i;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP))
		_exit(1);
	/* One that has to be seen, or the watching is no good. */
	syscall(SYS_clock_gettime, clock, &now);
	for (i = 0; i < READS; i++)
		clock_gettime(clock, &now);
	_exit(0);
}

/* Until it stops or ends; @child is 0 when it has ended. */
static int wait_for(pid_t *child, int *status)
{
	pid_t got;

	do {
		got = waitpid(*child, status, __WALL);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	if (!WIFSTOPPED(*status))
		*child = 0;
	return 0;
}

static bool is_read(pid_t child)
{
	struct __ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	return ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0 &&
	       info.op == PTRACE_SYSCALL_INFO_ENTRY &&
	       info.entry.nr == SYS_clock_gettime;
}

/* From its SIGSTOP to its end. A stop for anything but a call is handed on to it. */
static int watch(pid_t *child, unsigned int *calls)
{
	const int in_call = SIGTRAP | 0x80;
	int status, err, signal = 0;

	err = wait_for(child, &status);
	if (err)
		return err;
	if (!*child)
		return -EPERM;
	if (ptrace(PTRACE_SETOPTIONS, *child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		return -errno;
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, *child, NULL, signal))
			return -errno;
		err = wait_for(child, &status);
		if (err)
			return err;
		if (!*child)
			return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ECHILD;
		signal = WSTOPSIG(status) == in_call ? 0 : WSTOPSIG(status);
		if (!signal && is_read(*child))
			(*calls)++;
	}
}

/**
 * gc_clock_read_watch() - Read a clock some times and count the system calls of that.
 * @clock: the clock
 * @read: filled, with no reads on failure
 *
 * Return: 0, or a negative errno, such as -EPERM where nothing may be traced.
 */
int gc_clock_read_watch(clockid_t clock, struct gc_clock_read *read)
{
	unsigned int calls = 0;
	pid_t child;
	int err;

	memset(read, 0, sizeof(*read));
	child = fork();
	if (child < 0)
		return -errno;
	if (!child)
		read_clock(clock);
	err = watch(&child, &calls);
	if (child) {
		kill(child, SIGKILL);
		while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	if (!err && !calls)
		err = -EOPNOTSUPP;
	if (err)
		return err;
	read->reads = READS;
	read->calls = calls - 1;
	return 0;
}
