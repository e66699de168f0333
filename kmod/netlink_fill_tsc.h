/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NETLINK_FILL_TSC_H
#define GUESTCLOCK_NETLINK_FILL_TSC_H

struct guestclock_tsc_row;
struct sk_buff;

int guestclock_fill_tsc(struct sk_buff *skb, unsigned int cpu);
int guestclock_fill_tsc_pair(struct sk_buff *skb, unsigned int cpu,
			     const struct guestclock_tsc_row *row);
int guestclock_fill_tsc_info(struct sk_buff *skb);
int guestclock_fill_tsc_sweep(struct sk_buff *skb);

#endif /* GUESTCLOCK_NETLINK_FILL_TSC_H */
