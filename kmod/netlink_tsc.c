// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TSC's operations of the netlink family but for the dump of its rows: what
 * is known of the TSC as a whole, the sweeps, and measurements.
 */

#include "guestclock.h"

#include <net/genetlink.h>

#include "generated/guestclock_nl.h"
#include "netlink.h"
#include "netlink_fill_tsc.h"
#include "tsc.h"
#include "tsc_sweep.h"

static u32 u32_or_0(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static void explain(struct genl_info *info, const struct nlattr *cpu, int err)
{
	if (err == -ESHUTDOWN)
		NL_SET_ERR_MSG(info->extack, "the module is being unloaded");
	else if (err == -ENODEV && cpu)
		NL_SET_ERR_MSG_ATTR(info->extack, cpu,
				    "no such CPU, or it is offline");
}

/**
 * guestclock_nl_tsc_measure_doit() - GUESTCLOCK_CMD_TSC_MEASURE
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, sleeps for the measurement.
 * Return: 0 or a negative errno of guestclock_tsc_measure().
 */
int guestclock_nl_tsc_measure_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 rounds = u32_or_0(info->attrs[GUESTCLOCK_A_TSC_ROUNDS_WANTED]);
	struct nlattr *cpu = info->attrs[GUESTCLOCK_A_TSC_CPU];
	int err = -ENODEV;

	if (!cpu)
		err = guestclock_tsc_measure(GUESTCLOCK_ALL_CPUS, rounds);
	else if (nla_get_u32(cpu) < nr_cpu_ids)
		err = guestclock_tsc_measure(nla_get_u32(cpu), rounds);
	explain(info, cpu, err);

	return err;
}

static int reply_pair(struct genl_info *info, unsigned int cpu,
		      const struct guestclock_tsc_row *row)
{
	struct sk_buff *skb;
	void *header;
	int err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			     &guestclock_nl_family, 0,
			     GUESTCLOCK_CMD_TSC_PAIR_MEASURE);
	err = header ? guestclock_fill_tsc_pair(skb, cpu, row) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);

	return genlmsg_reply(skb, info);
}

/**
 * guestclock_nl_tsc_pair_measure_doit() - GUESTCLOCK_CMD_TSC_PAIR_MEASURE
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, sleeps for the measurement.
 * Return: 0 or a negative errno of guestclock_tsc_measure_pair().
 */
int guestclock_nl_tsc_pair_measure_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 rounds = u32_or_0(info->attrs[GUESTCLOCK_A_TSC_ROUNDS_WANTED]);
	struct nlattr *ref_cpu = info->attrs[GUESTCLOCK_A_TSC_REF_CPU];
	struct nlattr *cpu = info->attrs[GUESTCLOCK_A_TSC_CPU];
	struct guestclock_tsc_row row;
	int err;

	if (!cpu || !ref_cpu) {
		NL_SET_ERR_MSG(info->extack, "a pair has a cpu and a ref-cpu");
		return -EINVAL;
	}
	if (nla_get_u32(cpu) == nla_get_u32(ref_cpu)) {
		NL_SET_ERR_MSG_ATTR(info->extack, ref_cpu,
				    "a pair is two different CPUs");
		return -EINVAL;
	}

	err = guestclock_tsc_measure_pair(nla_get_u32(ref_cpu), nla_get_u32(cpu),
					  rounds, &row);
	if (err) {
		explain(info, cpu, err);
		return err;
	}

	return reply_pair(info, nla_get_u32(cpu), &row);
}

/**
 * guestclock_nl_tsc_info_get_doit() - GUESTCLOCK_CMD_TSC_INFO_GET
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_tsc_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return guestclock_netlink_reply(info, GUESTCLOCK_CMD_TSC_INFO_GET,
					guestclock_fill_tsc_info);
}

/**
 * guestclock_nl_tsc_sweep_get_doit() - GUESTCLOCK_CMD_TSC_SWEEP_GET
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_tsc_sweep_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return guestclock_netlink_reply(info, GUESTCLOCK_CMD_TSC_SWEEP_GET,
					guestclock_fill_tsc_sweep);
}

static void take_settings(struct guestclock_tsc_settings *settings,
			  struct nlattr *const *attrs)
{
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_PERIOD])
		settings->period_ms = nla_get_u32(attrs[GUESTCLOCK_A_TSC_SWEEP_PERIOD]);
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_ROUNDS])
		settings->rounds = nla_get_u32(attrs[GUESTCLOCK_A_TSC_SWEEP_ROUNDS]);
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_ISOLATED])
		settings->isolated =
			nla_get_u32(attrs[GUESTCLOCK_A_TSC_SWEEP_ISOLATED]);
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD])
		settings->offset_threshold_ns =
			nla_get_u64(attrs[GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD]);
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS])
		settings->offset_hysteresis_ns =
			nla_get_u64(attrs[GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS]);
	if (attrs[GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD])
		settings->adjust_threshold =
			nla_get_u64(attrs[GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD]);
}

/**
 * guestclock_nl_tsc_sweep_set_doit() - GUESTCLOCK_CMD_TSC_SWEEP_SET
 * @skb: the request
 * @info: its parsed form
 *
 * The family's commands run one at a time, so nobody else changes settings in
 * between.
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_tsc_sweep_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct guestclock_tsc_settings settings;

	guestclock_tsc_sweep_settings(&settings);
	take_settings(&settings, info->attrs);
	if (settings.period_ms > GUESTCLOCK_TSC_PERIOD_MAX_MS) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[GUESTCLOCK_A_TSC_SWEEP_PERIOD],
				    "the period is more than a day");
		return -ERANGE;
	}
	/* The policy has seen to every other number. */
	if (guestclock_tsc_sweep_error(&settings)) {
		NL_SET_ERR_MSG(info->extack, "the hysteresis is more than the threshold");
		return -EINVAL;
	}

	return guestclock_tsc_sweep_set(&settings);
}
