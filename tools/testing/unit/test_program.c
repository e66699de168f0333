// SPDX-License-Identifier: GPL-2.0-only
/* All of the output is written, or the program says why not and fails. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"
#include "tap.h"

#define OUTPUT_SIZE	1000000

static char path[64];

static void look_up(int number)
{
	(void)number;
}

/* Signals that cut calls short, as being stopped and continued does. */
static void be_interrupted(void)
{
	const struct itimerval often = { .it_interval.tv_usec = 500, .it_value.tv_usec = 500 };
	const struct sigaction action = { .sa_handler = look_up };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* The last write of all is the one that is cut short. */
static void limit_file(void)
{
	const struct rlimit limit = { OUTPUT_SIZE - 100, OUTPUT_SIZE - 100 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
}

/**
 * struct end - How a program ended.
 * @status: as of waitpid()
 * @written: bytes that came out of it
 * @said: what it said on stderr
 */
struct end {
	int status;
	size_t written;
	char said[256];
};

static void print_much(int to, int said, void (*prepare)(void))
{
	size_t i;

	if (to < 0 || said < 0)
		abort();
	dup2(to, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	gc_program_begin("test", false);
	prepare();
	for (i = 0; i < OUTPUT_SIZE / 100; i++)
		printf("%099zu\n", i);
	_exit(gc_program_end(0));
}

/* A reader that is slow, and goes away after @wanted bytes. */
static size_t read_slowly(int from, size_t wanted)
{
	size_t done = 0;
	char buf[4096];
	ssize_t len;

	while (done < wanted && (len = read(from, buf, sizeof(buf))) > 0) {
		done += len;
		usleep(1000);
	}
	return done;
}

static struct end run(int to, int from, size_t wanted, void (*prepare)(void))
{
	struct end end = { 0 };
	int said[2];
	pid_t pid;

	if (pipe(said))
		abort();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(from);
		print_much(to, said[1], prepare);
	}
	close(to);
	close(said[1]);
	end.written = from < 0 ? 0 : read_slowly(from, wanted);
	close(from);
	waitpid(pid, &end.status, 0);
	if (read(said[0], end.said, sizeof(end.said) - 1) < 0)
		abort();
	close(said[0]);
	end.said[strcspn(end.said, "\n")] = '\0';
	printf("# %zu bytes, status 0x%x, %s\n", end.written, end.status, end.said);
	return end;
}

static struct end run_into_pipe(size_t wanted, void (*prepare)(void))
{
	int ends[2];

	if (pipe(ends))
		abort();
	return run(ends[1], ends[0], wanted, prepare);
}

static void do_nothing(void)
{
}

int main(void)
{
	struct tap tap = { 0 };
	struct end end;

	end = run_into_pipe(SIZE_MAX, be_interrupted);
	tap_case(&tap, !end.status && end.written == OUTPUT_SIZE && !end.said[0],
		 "what a signal cuts short is written to its end");
	end = run_into_pipe(1, do_nothing);
	tap_case(&tap, !end.status && !end.said[0],
		 "a reader that goes away is no failure, and kills nothing");

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	end = run(open(path, O_WRONLY), -1, 0, limit_file);
	tap_case(&tap, WIFEXITED(end.status) && WEXITSTATUS(end.status) == 1 &&
		 strstr(end.said, strerror(EFBIG)),
		 "output that finds room for a part of it fails with the cause");
	end = run(open("/dev/full", O_WRONLY), -1, 0, do_nothing);
	tap_case(&tap, WIFEXITED(end.status) && WEXITSTATUS(end.status) == 1 &&
		 strstr(end.said, strerror(ENOSPC)), "so does output that finds none");
	unlink(path);

	return tap_end(&tap);
}
