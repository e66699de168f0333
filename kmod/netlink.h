/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_H
#define GUESTCLOCK_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct guestclock_event;
struct sk_buff;

int guestclock_netlink_init(void);
void guestclock_netlink_exit(void);
bool guestclock_netlink_has_listeners(void);
void guestclock_netlink_notify(const struct guestclock_event *event,
			       u64 load_id, u64 tail);
int guestclock_netlink_reply(struct genl_info *info, u8 cmd,
			     int (*fill)(struct sk_buff *skb));

#endif /* GUESTCLOCK_NETLINK_H */
