/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_HOTPLUG_H
#define GUESTCLOCK_HOTPLUG_H

int guestclock_hotplug_init(void);
void guestclock_hotplug_exit(void);

#endif /* GUESTCLOCK_HOTPLUG_H */
