// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/guestclock.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: make regen */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "guestclock_nl.h"

#include <uapi/linux/guestclock.h>

/* GUESTCLOCK_CMD_TSC_MEASURE - do */
static const struct nla_policy guestclock_tsc_measure_nl_policy[GUESTCLOCK_A_TSC_ROUNDS_WANTED + 1] = {
	[GUESTCLOCK_A_TSC_CPU] = { .type = NLA_U32, },
	[GUESTCLOCK_A_TSC_ROUNDS_WANTED] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
};

/* GUESTCLOCK_CMD_EVENT_GET - dump */
static const struct nla_policy guestclock_event_get_nl_policy[GUESTCLOCK_A_EVENT_SINCE_SEQ + 1] = {
	[GUESTCLOCK_A_EVENT_SINCE_SEQ] = { .type = NLA_U64, },
};

/* GUESTCLOCK_CMD_TSC_SWEEP_SET - do */
static const struct nla_policy guestclock_tsc_sweep_set_nl_policy[GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD + 1] = {
	[GUESTCLOCK_A_TSC_SWEEP_PERIOD] = { .type = NLA_U32, },
	[GUESTCLOCK_A_TSC_SWEEP_ROUNDS] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
	[GUESTCLOCK_A_TSC_SWEEP_ISOLATED] = NLA_POLICY_MAX(NLA_U32, 1),
	[GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD] = { .type = NLA_U64, },
	[GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS] = { .type = NLA_U64, },
	[GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD] = { .type = NLA_U64, },
};

/* GUESTCLOCK_CMD_TSC_PAIR_MEASURE - do */
static const struct nla_policy guestclock_tsc_pair_measure_nl_policy[GUESTCLOCK_A_TSC_ROUNDS_WANTED + 1] = {
	[GUESTCLOCK_A_TSC_CPU] = { .type = NLA_U32, },
	[GUESTCLOCK_A_TSC_REF_CPU] = { .type = NLA_U32, },
	[GUESTCLOCK_A_TSC_ROUNDS_WANTED] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
};

/* GUESTCLOCK_CMD_CLOCK_READ - do */
static const struct nla_policy guestclock_clock_read_nl_policy[GUESTCLOCK_A_CLOCK_CPU + 1] = {
	[GUESTCLOCK_A_CLOCK_CPU] = { .type = NLA_U32, },
};

/* Ops table for guestclock */
static const struct genl_split_ops guestclock_nl_ops[] = {
	{
		.cmd	= GUESTCLOCK_CMD_STATUS_GET,
		.doit	= guestclock_nl_status_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= GUESTCLOCK_CMD_OBSERVER_GET,
		.dumpit	= guestclock_nl_observer_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= GUESTCLOCK_CMD_PVCLOCK_GET,
		.dumpit	= guestclock_nl_pvclock_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= GUESTCLOCK_CMD_TSC_GET,
		.dumpit	= guestclock_nl_tsc_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= GUESTCLOCK_CMD_CLOCKSOURCE_GET,
		.doit	= guestclock_nl_clocksource_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= GUESTCLOCK_CMD_TSC_MEASURE,
		.doit		= guestclock_nl_tsc_measure_doit,
		.policy		= guestclock_tsc_measure_nl_policy,
		.maxattr	= GUESTCLOCK_A_TSC_ROUNDS_WANTED,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= GUESTCLOCK_CMD_EVENT_GET,
		.dumpit		= guestclock_nl_event_get_dumpit,
		.policy		= guestclock_event_get_nl_policy,
		.maxattr	= GUESTCLOCK_A_EVENT_SINCE_SEQ,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= GUESTCLOCK_CMD_TSC_INFO_GET,
		.doit	= guestclock_nl_tsc_info_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= GUESTCLOCK_CMD_TSC_SWEEP_GET,
		.doit	= guestclock_nl_tsc_sweep_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= GUESTCLOCK_CMD_TSC_SWEEP_SET,
		.doit		= guestclock_nl_tsc_sweep_set_doit,
		.policy		= guestclock_tsc_sweep_set_nl_policy,
		.maxattr	= GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= GUESTCLOCK_CMD_TSC_PAIR_MEASURE,
		.doit		= guestclock_nl_tsc_pair_measure_doit,
		.policy		= guestclock_tsc_pair_measure_nl_policy,
		.maxattr	= GUESTCLOCK_A_TSC_ROUNDS_WANTED,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= GUESTCLOCK_CMD_WATCHDOG_GET,
		.doit	= guestclock_nl_watchdog_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= GUESTCLOCK_CMD_CLOCK_READ,
		.doit		= guestclock_nl_clock_read_doit,
		.policy		= guestclock_clock_read_nl_policy,
		.maxattr	= GUESTCLOCK_A_CLOCK_CPU,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= GUESTCLOCK_CMD_CLOCK_GET,
		.dumpit	= guestclock_nl_clock_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group guestclock_nl_mcgrps[] = {
	[GUESTCLOCK_NLGRP_EVENTS] = { "events", GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family guestclock_nl_family __ro_after_init = {
	.name		= GUESTCLOCK_FAMILY_NAME,
	.version	= GUESTCLOCK_FAMILY_VERSION,
	.netnsok	= false,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= guestclock_nl_ops,
	.n_split_ops	= ARRAY_SIZE(guestclock_nl_ops),
	.mcgrps		= guestclock_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(guestclock_nl_mcgrps),
};
