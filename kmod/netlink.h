/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_H
#define GUESTCLOCK_NETLINK_H

#include <linux/types.h>

struct guestclock_event;

int guestclock_netlink_init(void);
void guestclock_netlink_exit(void);
bool guestclock_netlink_has_listeners(void);
void guestclock_netlink_notify(const struct guestclock_event *event,
			       u64 load_id, u64 tail);

#endif /* GUESTCLOCK_NETLINK_H */
