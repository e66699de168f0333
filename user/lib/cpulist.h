/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CPULIST_H
#define GUESTCLOCK_CPULIST_H

#include <stdbool.h>

/* A file of sysfs has a page at most. */
#define GC_CPULIST_SIZE 4096

/**
 * struct gc_isolated - CPUs that are to be left alone, as lists of the kernel's.
 * @isolated: by isolcpus=
 * @nohz_full: by nohz_full=
 */
struct gc_isolated {
	char isolated[GC_CPULIST_SIZE];
	char nohz_full[GC_CPULIST_SIZE];
};

bool gc_cpulist_has(const char *list, unsigned int cpu);
void gc_isolated_read(struct gc_isolated *lists, const char *sys);
bool gc_isolated_has(const struct gc_isolated *lists, unsigned int cpu);

#endif /* GUESTCLOCK_CPULIST_H */
