// SPDX-License-Identifier: GPL-2.0-only
/* Keep a CPU from going idle until killed: spin CPU */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	cpu_set_t set;

	if (argc != 2) {
		fprintf(stderr, "usage: spin CPU\n");
		return 64;
	}

	CPU_ZERO(&set);
	CPU_SET(atoi(argv[1]), &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("spin: sched_setaffinity");
		return 1;
	}

	for (;;)
		;
}
