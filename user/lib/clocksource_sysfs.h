/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CLOCKSOURCE_SYSFS_H
#define GUESTCLOCK_CLOCKSOURCE_SYSFS_H

#include <stddef.h>

int gc_clocksource_current(char *buf, size_t size);
int gc_clocksource_available(char *buf, size_t size);

#endif /* GUESTCLOCK_CLOCKSOURCE_SYSFS_H */
