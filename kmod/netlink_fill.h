/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_FILL_H
#define GUESTCLOCK_NETLINK_FILL_H

struct guestclock_observer;
struct sk_buff;

int guestclock_fill_status(struct sk_buff *skb);
int guestclock_fill_clocksource(struct sk_buff *skb);
int guestclock_fill_pvclock(struct sk_buff *skb, unsigned int cpu);
int guestclock_fill_observer(struct sk_buff *skb,
			     const struct guestclock_observer *observer);

#endif /* GUESTCLOCK_NETLINK_FILL_H */
