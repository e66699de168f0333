// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a command as another user and group, without any privilege:
 *
 *	run_as [-a | -d] ID COMMAND...
 *
 * -a leaves it CAP_NET_ADMIN, and -d takes nothing but that: ID may be 0 then.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void or_die(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(125);
}

/* In the ambient set, so that it outlasts execve(). */
static void keep_net_admin(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	data[0].effective = 1 << CAP_NET_ADMIN;
	data[0].permitted = data[0].effective;
	data[0].inheritable = data[0].effective;
	or_die(syscall(SYS_capset, &header, data), "run_as: capset");
	or_die(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0),
	       "run_as: ambient capability");
}

int main(int argc, char **argv)
{
	int add = argc > 1 && !strcmp(argv[1], "-a");
	int drop = argc > 1 && !strcmp(argv[1], "-d");
	unsigned int id;

	argc -= add + drop;
	argv += add + drop;
	if (argc < 3) {
		fprintf(stderr, "usage: run_as [-a | -d] ID COMMAND...\n");
		return 64;
	}

	id = strtoul(argv[1], NULL, 10);
	if (add)
		or_die(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "run_as: keeping capabilities");
	if (drop)
		or_die(prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0), "run_as: dropping one");
	or_die(setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id),
	       "run_as: dropping privilege");
	if (add)
		keep_net_admin();

	execvp(argv[2], argv + 2);
	perror("run_as: execvp");
	return 127;
}
