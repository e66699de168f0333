// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel itself says about its clocksources. */
#include "clocksource_sysfs.h"

#include "smallfile.h"

#define DIRECTORY "/sys/devices/system/clocksource/clocksource0/"

/**
 * gc_clocksource_current() - Name of the current clocksource.
 * @buf: where it goes, "" on failure
 * @size: size of @buf
 *
 * Return: 0, or a negative errno.
 */
int gc_clocksource_current(char *buf, size_t size)
{
	return gc_smallfile_read(DIRECTORY "current_clocksource", buf, size);
}

/**
 * gc_clocksource_available() - Names of the clocksources one can switch to.
 * @buf: where they go, separated by blanks, "" on failure
 * @size: size of @buf
 *
 * Return: 0, or a negative errno.
 */
int gc_clocksource_available(char *buf, size_t size)
{
	return gc_smallfile_read(DIRECTORY "available_clocksource", buf, size);
}
