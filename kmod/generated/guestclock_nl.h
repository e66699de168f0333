/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/guestclock.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: make regen */

#ifndef _LINUX_GUESTCLOCK_GEN_H
#define _LINUX_GUESTCLOCK_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/guestclock.h>

int guestclock_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info);
int guestclock_nl_observer_get_dumpit(struct sk_buff *skb,
				      struct netlink_callback *cb);
int guestclock_nl_pvclock_get_dumpit(struct sk_buff *skb,
				     struct netlink_callback *cb);
int guestclock_nl_tsc_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int guestclock_nl_clocksource_get_doit(struct sk_buff *skb,
				       struct genl_info *info);
int guestclock_nl_tsc_measure_doit(struct sk_buff *skb, struct genl_info *info);
int guestclock_nl_event_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int guestclock_nl_tsc_info_get_doit(struct sk_buff *skb,
				    struct genl_info *info);
int guestclock_nl_tsc_sweep_get_doit(struct sk_buff *skb,
				     struct genl_info *info);
int guestclock_nl_tsc_sweep_set_doit(struct sk_buff *skb,
				     struct genl_info *info);
int guestclock_nl_tsc_pair_measure_doit(struct sk_buff *skb,
					struct genl_info *info);
int guestclock_nl_watchdog_get_doit(struct sk_buff *skb,
				    struct genl_info *info);
int guestclock_nl_clock_read_doit(struct sk_buff *skb, struct genl_info *info);
int guestclock_nl_clock_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);

enum {
	GUESTCLOCK_NLGRP_EVENTS,
};

extern struct genl_family guestclock_nl_family;

#endif /* _LINUX_GUESTCLOCK_GEN_H */
