// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC's operations of the netlink family but for the dump of its rows: what
 * is known of the TSC as a whole, the sweeps, and measurements.
 */

#include "guestclock.h"

#include <net/genetlink.h>

#include "generated/guestclock_nl.h"

int guestclock_nl_tsc_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int guestclock_nl_tsc_sweep_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int guestclock_nl_tsc_sweep_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}

int guestclock_nl_tsc_pair_measure_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}
