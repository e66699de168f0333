// SPDX-License-Identifier: GPL-2.0-only
/* Why the module cannot be talked to: every cause has its exit code. */

#include <netlink/errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "tap.h"

static char root[64];

static void make_directory(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (mkdir(path, 0755))
		abort();
}

static void put_state(const char *state)
{
	char path[160];
	FILE *to;

	snprintf(path, sizeof(path), "%s/module/guestclock/initstate", root);
	to = tap_open(path, "w");
	if (!to || fputs(state, to) < 0)
		abort();
	fclose(to);
}

int main(void)
{
	struct tap tap = { 0 };
	char command[128];

	snprintf(root, sizeof(root), "/tmp/guestclock-unit.XXXXXX");
	if (!mkdtemp(root))
		return 1;
	make_directory("module");
	tap_case(&tap, gc_failure_absent("/proc", root) == GC_EXIT_ABSENT,
		 "no such module: 3");
	make_directory("module/guestclock");
	tap_case(&tap, gc_failure_absent("/proc", root) == GC_EXIT_NAMESPACE,
		 "a built-in module whose family is out of sight: 5");
	put_state("live\n");
	tap_case(&tap, gc_failure_absent("/proc", root) == GC_EXIT_NAMESPACE,
		 "a loaded module whose family is out of sight: 5");
	put_state("going\n");
	tap_case(&tap, gc_failure_absent("/proc", root) == GC_EXIT_ABSENT,
		 "a module that is just being unloaded: 3");
	tap_case(&tap, gc_failure_say(-NLE_PERM, "test") == GC_EXIT_PRIVILEGE,
		 "refused by the kernel: 6");
	tap_case(&tap, gc_failure_say(-NLE_OPNOTSUPP, "test") == GC_EXIT_ABSENT,
		 "not supported: 3");
	tap_case(&tap, gc_failure_say(-NLE_NODEV, "test") == GC_EXIT_ABSENT,
		 "no such CPU: 3");
	tap_case(&tap, gc_failure_say(-NLE_NOMEM, "test") == GC_EXIT_ERROR, "anything else: 1");

	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command) || tap_end(&tap);
}
