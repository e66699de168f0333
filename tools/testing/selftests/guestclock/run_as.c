// SPDX-License-Identifier: GPL-2.0-only
/* Run a command as another user and group, without any privilege: run_as ID CMD... */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned int id;

	if (argc < 3) {
		fprintf(stderr, "usage: run_as ID COMMAND...\n");
		return 64;
	}

	id = strtoul(argv[1], NULL, 10);
	if (setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id)) {
		perror("run_as: dropping privilege");
		return 125;
	}

	execvp(argv[2], argv + 2);
	perror("run_as: execvp");
	return 127;
}
