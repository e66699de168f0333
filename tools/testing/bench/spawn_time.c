// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long programs run from start to end: spawn_time COUNT A B runs the
 * commands A and B, each one argument with words separated by blanks, in turn.
 * Their output is thrown away.
 *
 * Prints "A_NS B_NS" for each turn; the order within it changes every time.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define WORDS_MAX 16

struct command {
	char *word[WORDS_MAX + 1];
	int64_t elapsed_ns;
};

static void split(char *text, struct command *command)
{
	char *word, *rest = NULL;
	int i = 0;

	for (word = strtok_r(text, " ", &rest); word && i < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest))
		command->word[i++] = word;
}

static int run(struct command *command, const posix_spawn_file_actions_t *actions)
{
	int64_t begin = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	int err, status;
	pid_t pid;

	if (!command->word[0])
		return -1;
	err = posix_spawnp(&pid, command->word[0], actions, NULL, command->word, environ);
	if (err || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "spawn_time: %s did not end well\n", command->word[0]);
		return -1;
	}
	command->elapsed_ns = gc_clock_ns(CLOCK_MONOTONIC_RAW) - begin;
	return 0;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	struct command command[2] = { 0 };
	int i, count;

	count = argc == 4 ? atoi(argv[1]) : 0;
	if (count < 1) {
		fprintf(stderr, "usage: spawn_time COUNT A B\n");
		return 64;
	}
	split(argv[2], &command[0]);
	split(argv[3], &command[1]);
	if (posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0))
		return 1;
	/* The first turn fills caches and is not told. */
	for (i = -1; i < count; i++) {
		if (run(&command[i & 1], &actions) || run(&command[!(i & 1)], &actions))
			return 1;
		if (i >= 0)
			printf("%" PRId64 " %" PRId64 "\n", command[0].elapsed_ns,
			       command[1].elapsed_ns);
	}
	return 0;
}
