/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_EVENT_H
#define GUESTCLOCK_NETLINK_EVENT_H

#include <linux/types.h>

struct guestclock_event;
struct guestclock_page;
struct sk_buff;

int guestclock_netlink_put_page(struct sk_buff *skb, int attr,
				const struct guestclock_page *page);
int guestclock_netlink_put_event(struct sk_buff *skb,
				 const struct guestclock_event *event,
				 u64 load_id, u64 tail, u64 head);

#endif /* GUESTCLOCK_NETLINK_EVENT_H */
