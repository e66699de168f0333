// SPDX-License-Identifier: GPL-2.0-only
/* Why the module cannot be talked to, and what to do about it. */
#include "failure.h"

#include <errno.h>
#include <netlink/errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "link.h"
#include "say.h"
#include "smallfile.h"

static bool in_other_namespace(const char *proc)
{
	char path[256], mine[64], init[64];
	ssize_t len;

	snprintf(path, sizeof(path), "%s/self/ns/net", proc);
	len = readlink(path, mine, sizeof(mine) - 1);
	if (len < 0)
		return false;
	mine[len] = '\0';
	snprintf(path, sizeof(path), "%s/1/ns/net", proc);
	len = readlink(path, init, sizeof(init) - 1);
	if (len < 0)
		return false;
	init[len] = '\0';
	return strcmp(mine, init);
}

/* Whether the module has come, or come back, since it was not found. */
static bool is_visible(void)
{
	struct gc_link link;

	if (gc_link_open(&link))
		return false;
	gc_link_close(&link);
	return true;
}

/*
 * Whether the module is loaded and neither coming nor going, which it then says.
 * A built-in module has no initstate, and is live.
 */
static bool is_live(const char *sys)
{
	char path[256], state[16];

	snprintf(path, sizeof(path), "%s/module/guestclock/initstate", sys);
	if (gc_smallfile_read(path, state, sizeof(state)) || !strcmp(state, "live"))
		return true;
	gc_say("module not loaded: it is just %s; try again in a moment", state);
	return false;
}

/**
 * gc_failure_absent() - Tell why the netlink family was not found.
 * @proc: mount point of procfs
 * @sys: mount point of sysfs
 *
 * The family lives in the initial network namespace only. A process that may
 * not look at PID 1's namespace, or has its own PID namespace, is left with
 * the module's directory in sysfs, which every namespace shows.
 *
 * Return: GC_EXIT_NAMESPACE when the module is there but out of sight, else
 * GC_EXIT_ABSENT.
 */
enum gc_exit gc_failure_absent(const char *proc, const char *sys)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/module/guestclock", sys);
	if (access(path, F_OK)) {
		gc_say(in_other_namespace(proc) ?
		       "module not loaded; load it and run this in the initial network namespace" :
		       "module not loaded; try 'modprobe guestclock'");
		return GC_EXIT_ABSENT;
	}
	if (!is_live(sys))
		return GC_EXIT_ABSENT;
	if (is_visible()) {
		gc_say("module not loaded a moment ago, and back now; try again");
		return GC_EXIT_ABSENT;
	}
	/* It may have gone only now. */
	if (access(path, F_OK)) {
		gc_say("module not loaded any more");
		return GC_EXIT_ABSENT;
	}
	if (!is_live(sys))
		return GC_EXIT_ABSENT;
	gc_say("module loaded, but not visible in this network namespace;"
	       " run this in the initial one, e.g. 'nsenter -t 1 -n guestclock'");
	return GC_EXIT_NAMESPACE;
}

/**
 * gc_failure_say() - Tell about a failed exchange with the module.
 * @err: negative error of libnl, or of the link
 * @doing: what was tried, in a few words
 *
 * Return: the exit code for it.
 */
enum gc_exit gc_failure_say(int err, const char *doing)
{
	const char *said = gc_link_kernel_message();

	switch (-err) {
	case NLE_OBJ_NOTFOUND:
		return gc_failure_absent("/proc", "/sys");
	case NLE_PERM:
	case NLE_NOACCESS:
		gc_say("%s: no privilege: needs CAP_NET_ADMIN; run it as root, e.g. with sudo",
		       doing);
		return GC_EXIT_PRIVILEGE;
	case NLE_OPNOTSUPP:
		gc_say("%s: not supported by the loaded module%s%s", doing,
		       *said ? ": " : "; is it older than this program?", said);
		return GC_EXIT_ABSENT;
	case NLE_NODEV:
		gc_say("%s: %s; see /sys/devices/system/cpu/online", doing,
		       *said ? said : "no such CPU, or it is offline");
		return GC_EXIT_ABSENT;
	default:
		gc_say("%s: %s%s%s%s", doing, nl_geterror(err), *said ? " (" : "", said,
		       *said ? ")" : "");
		return GC_EXIT_ERROR;
	}
}
