// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family tells of the kernel's watchdog and of the clocks read
 * for the cross-check.
 */

#include "guestclock.h"

#include <linux/cpumask.h>

#include <net/genetlink.h>
#include <net/netlink.h>

#include "clocks.h"
#include "generated/guestclock_nl.h"
#include "netlink.h"
#include "tsc_verification.h"
#include "watchdog_notable.h"
#include "watchdog_stats.h"

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, GUESTCLOCK_A_WATCHDOG_PAD);
}

static int put_s64(struct sk_buff *skb, int attr, s64 value)
{
	return nla_put_s64(skb, attr, value, GUESTCLOCK_A_WATCHDOG_PAD);
}

static int fill_clocksources(struct sk_buff *skb,
			     const struct guestclock_watchdog_stats *stats)
{
	int err = 0;

	if (stats->clocksource[0])
		err = nla_put_string(skb, GUESTCLOCK_A_WATCHDOG_CLOCKSOURCE,
				     stats->clocksource);
	if (err || !stats->reference[0])
		return err;

	return nla_put_string(skb, GUESTCLOCK_A_WATCHDOG_REFERENCE, stats->reference) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_WATCHDOG_REFERENCE_FROM_TSC,
			   guestclock_derives_from_tsc(stats->reference));
}

static int fill_results(struct sk_buff *skb,
			const struct guestclock_watchdog_stats *stats)
{
	const u64 *results = stats->results;

	return put_u64(skb, GUESTCLOCK_A_WATCHDOG_PASSED,
		       results[GUESTCLOCK_WATCHDOG_RESULT_PASSED]) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_RESETS,
		       results[GUESTCLOCK_WATCHDOG_RESULT_RESET]) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_LONG_INTERVALS,
		       results[GUESTCLOCK_WATCHDOG_RESULT_LONG_INTERVAL]) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_SKIPPED,
		       results[GUESTCLOCK_WATCHDOG_RESULT_SKIPPED]) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_TIMED_OUT,
		       results[GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT]) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_FAILED,
		       results[GUESTCLOCK_WATCHDOG_RESULT_SKEWED] +
		       results[GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE] +
		       results[GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED]);
}

static int fill_counts(struct sk_buff *skb,
		       const struct guestclock_watchdog_stats *stats)
{
	return put_u64(skb, GUESTCLOCK_A_WATCHDOG_ROUNDS, stats->rounds) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_LATE, stats->late) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_CPU_TESTS, stats->cpu_tests) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_RETRIES, stats->retries) ?:
	       put_u64(skb, GUESTCLOCK_A_WATCHDOG_OVERLAPPED, stats->overlapped);
}

/* What a clock has never done has no extreme. */
static int fill_extremes(struct sk_buff *skb,
			 const struct guestclock_watchdog_stats *stats)
{
	int err = 0;

	if (stats->rounds)
		err = put_u64(skb, GUESTCLOCK_A_WATCHDOG_LAST_ROUND,
			      stats->last_boottime_ns) ?:
		      put_s64(skb, GUESTCLOCK_A_WATCHDOG_MAX_LATENESS,
			      stats->max_lateness_ns);
	if (!err && stats->next_boottime_ns)
		err = put_u64(skb, GUESTCLOCK_A_WATCHDOG_NEXT_ROUND,
			      stats->next_boottime_ns);
	if (!err && stats->results[GUESTCLOCK_WATCHDOG_RESULT_PASSED])
		err = put_u64(skb, GUESTCLOCK_A_WATCHDOG_MAX_WINDOW,
			      stats->max_window_ns) ?:
		      put_s64(skb, GUESTCLOCK_A_WATCHDOG_MIN_DIFFERENCE,
			      stats->min_difference_ns) ?:
		      put_s64(skb, GUESTCLOCK_A_WATCHDOG_MAX_DIFFERENCE,
			      stats->max_difference_ns);
	if (!err && stats->cpu_tests)
		err = put_u64(skb, GUESTCLOCK_A_WATCHDOG_MAX_CPU_TEST,
			      stats->max_cpu_test_ns);

	return err;
}

static int fill_watchdog(struct sk_buff *skb)
{
	struct guestclock_verification verification;
	struct guestclock_watchdog_stats stats;

	guestclock_tsc_verification(&verification);
	guestclock_watchdog_stats(&stats);

	return nla_put_u32(skb, GUESTCLOCK_A_WATCHDOG_VERIFICATION,
			   verification.state) ?:
	       nla_put_string(skb, GUESTCLOCK_A_WATCHDOG_BECAUSE,
			      verification.because) ?:
	       fill_clocksources(skb, &stats) ?:
	       fill_results(skb, &stats) ?: fill_counts(skb, &stats) ?:
	       fill_extremes(skb, &stats) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_WATCHDOG_LATE_THRESHOLD,
			   guestclock_notable_late_ms()) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_WATCHDOG_ALL_ROUNDS,
			   guestclock_notable_all());
}

static int put_clock_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, GUESTCLOCK_A_CLOCK_PAD);
}

static int fill_bracket(struct sk_buff *skb, const struct guestclock_clock_row *row)
{
	return put_clock_u64(skb, GUESTCLOCK_A_CLOCK_TSC_BEFORE, row->tsc_before) ?:
	       put_clock_u64(skb, GUESTCLOCK_A_CLOCK_VALUE, row->value) ?:
	       put_clock_u64(skb, GUESTCLOCK_A_CLOCK_TSC_AFTER, row->tsc_after) ?:
	       put_clock_u64(skb, GUESTCLOCK_A_CLOCK_MASK, row->mask) ?:
	       put_clock_u64(skb, GUESTCLOCK_A_CLOCK_HZ, row->hz) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_CLOCK_ATTEMPTS, row->attempts) ?:
	       put_clock_u64(skb, GUESTCLOCK_A_CLOCK_SLOWEST, row->slowest);
}

static int fill_clock(struct sk_buff *skb, const struct guestclock_clock_row *row)
{
	int err;

	err = nla_put_string(skb, GUESTCLOCK_A_CLOCK_NAME, row->name) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_CLOCK_MOMENT, row->moment) ?:
	      put_clock_u64(skb, GUESTCLOCK_A_CLOCK_READING, row->reading) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_CLOCK_STATE, row->state) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_CLOCK_CPU, row->cpu) ?:
	      put_clock_u64(skb, GUESTCLOCK_A_CLOCK_BOOTTIME, row->boottime_ns);
	if (!err && row->detail)
		err = nla_put_string(skb, GUESTCLOCK_A_CLOCK_DETAIL, row->detail);
	if (!err && row->state == GUESTCLOCK_CLOCK_STATE_OK)
		err = fill_bracket(skb, row);

	return err;
}

/**
 * guestclock_nl_watchdog_get_doit() - GUESTCLOCK_CMD_WATCHDOG_GET
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_watchdog_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return guestclock_netlink_reply(info, GUESTCLOCK_CMD_WATCHDOG_GET, fill_watchdog);
}

/**
 * guestclock_nl_clock_get_dumpit() - GUESTCLOCK_CMD_CLOCK_GET
 * @skb: the message to fill
 * @cb: the dump; args[0] is the next row
 *
 * Context: Process, may sleep.
 * Return: the message's length, 0 when the dump is over, or a negative errno.
 */
int guestclock_nl_clock_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct guestclock_clock_row row;
	void *header;
	int err;

	err = guestclock_netlink_refuse_attributes(cb->nlh, cb->extack);
	if (err)
		return err;

	for (; guestclock_clocks_row(cb->args[0], &row); cb->args[0]++) {
		/* A moment that has not come yet. */
		if (!row.name)
			continue;
		header = guestclock_netlink_dump_header(skb, cb, GUESTCLOCK_CMD_CLOCK_GET);
		if (!header || !guestclock_netlink_dump_end(skb, header, fill_clock(skb, &row)))
			break;
	}

	return skb->len;
}

/**
 * guestclock_nl_clock_read_doit() - GUESTCLOCK_CMD_CLOCK_READ
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, sleeps for the reading.
 * Return: 0 or a negative errno of guestclock_clocks_read().
 */
int guestclock_nl_clock_read_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *cpu = info->attrs[GUESTCLOCK_A_CLOCK_CPU];
	int err = -ENODEV;

	if (!cpu)
		err = guestclock_clocks_read(GUESTCLOCK_REFERENCE_CPU);
	else if (nla_get_u32(cpu) < nr_cpu_ids)
		err = guestclock_clocks_read(nla_get_u32(cpu));
	if (err == -ESHUTDOWN)
		NL_SET_ERR_MSG(info->extack, "the module is being unloaded");
	else if (err == -ETIMEDOUT)
		NL_SET_ERR_MSG(info->extack,
			       "the CPU had no time for this within a second");
	else if (err == -ENODEV && cpu)
		NL_SET_ERR_MSG_ATTR(info->extack, cpu,
				    "no such CPU, or it is offline");

	return err;
}
