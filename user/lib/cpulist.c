// SPDX-License-Identifier: GPL-2.0-only
/* Lists of CPUs, as sysfs has them. */
#include "cpulist.h"

#include <stdio.h>
#include <stdlib.h>

#include "smallfile.h"

/* Reads a number where there is one, and moves on. */
static bool take_number(const char **text, unsigned long *number)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*number = strtoul(*text, &end, 10);
	*text = end;
	return true;
}

/**
 * gc_cpulist_has() - Whether a CPU is in a list.
 * @list: such as "0-3,5"; what is not a list, as older kernels' "(null)", has none
 * @cpu: the CPU
 *
 * Return: whether it is.
 */
bool gc_cpulist_has(const char *list, unsigned int cpu)
{
	unsigned long first, last;

	while (take_number(&list, &first)) {
		last = first;
		if (*list == '-') {
			list++;
			if (!take_number(&list, &last))
				return false;
		}
		if (cpu >= first && cpu <= last)
			return true;
		if (*list != ',')
			return false;
		list++;
	}
	return false;
}

/**
 * gc_isolated_read() - Read which CPUs the kernel was told to leave alone.
 * @lists: filled, empty where this kernel knows no such thing
 * @sys: mount point of sysfs
 */
void gc_isolated_read(struct gc_isolated *lists, const char *sys)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/devices/system/cpu/isolated", sys);
	gc_smallfile_read(path, lists->isolated, sizeof(lists->isolated));
	snprintf(path, sizeof(path), "%s/devices/system/cpu/nohz_full", sys);
	gc_smallfile_read(path, lists->nohz_full, sizeof(lists->nohz_full));
}

/**
 * gc_isolated_has() - Whether a CPU is to be left alone.
 * @lists: as read
 * @cpu: the CPU
 *
 * Return: whether it is isolated or nohz_full.
 */
bool gc_isolated_has(const struct gc_isolated *lists, unsigned int cpu)
{
	return gc_cpulist_has(lists->isolated, cpu) || gc_cpulist_has(lists->nohz_full, cpu);
}
