/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_EXIT_H
#define GUESTCLOCK_EXIT_H

/**
 * enum gc_exit - Exit codes of every program, as listed in guestclock(1).
 * @GC_EXIT_OK: All went well.
 * @GC_EXIT_ERROR: A runtime error, named on stderr.
 * @GC_EXIT_CONDITION: The condition that was asked for was found.
 * @GC_EXIT_ABSENT: The module is not loaded, or the machine lacks what was
 *   asked for.
 * @GC_EXIT_LOST: Events were lost and are declared as such.
 * @GC_EXIT_NAMESPACE: The module is loaded but out of sight in this network
 *   namespace.
 * @GC_EXIT_PRIVILEGE: The kernel refused for want of a capability.
 * @GC_EXIT_USAGE: The command line makes no sense.
 */
enum gc_exit {
	GC_EXIT_OK = 0,
	GC_EXIT_ERROR = 1,
	GC_EXIT_CONDITION = 2,
	GC_EXIT_ABSENT = 3,
	GC_EXIT_LOST = 4,
	GC_EXIT_NAMESPACE = 5,
	GC_EXIT_PRIVILEGE = 6,
	GC_EXIT_USAGE = 64,
};

#endif /* GUESTCLOCK_EXIT_H */
