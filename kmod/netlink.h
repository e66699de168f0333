/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_H
#define GUESTCLOCK_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct guestclock_event;
struct netlink_callback;
struct netlink_ext_ack;
struct nlmsghdr;
struct sk_buff;

int guestclock_netlink_init(void);
void guestclock_netlink_exit(void);
bool guestclock_netlink_has_listeners(void);
void guestclock_netlink_notify(const struct guestclock_event *event,
			       u64 load_id, u64 tail);
int guestclock_netlink_reply(struct genl_info *info, u8 cmd,
			     int (*fill)(struct sk_buff *skb));
void *guestclock_netlink_dump_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
bool guestclock_netlink_dump_end(struct sk_buff *skb, void *header, int err);
int guestclock_netlink_refuse_attributes(const struct nlmsghdr *nlh,
					 struct netlink_ext_ack *extack);

#endif /* GUESTCLOCK_NETLINK_H */
