// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots as netlink attributes. What could not be had has no attribute.
 */

#include "guestclock.h"

#include <net/netlink.h>

#include <asm/tsc.h>

#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "log.h"
#include "netlink_event.h"
#include "netlink_fill.h"
#include "observer.h"
#include "poll.h"
#include "pvclock.h"

/**
 * guestclock_fill_status() - the module and its event log as attributes
 * @skb: the message
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_status(struct sk_buff *skb)
{
	struct guestclock_log_state log;

	guestclock_log_state(&log);

	return nla_put_string(skb, GUESTCLOCK_A_STATUS_MODULE_VERSION,
			      GUESTCLOCK_VERSION) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_STATUS_LOAD_ID, log.load_id,
				 GUESTCLOCK_A_STATUS_PAD) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_STATUS_RESTORE_EPOCH,
			   log.restore_epoch) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_STATUS_TSC_KHZ, tsc_khz) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_STATUS_LOG_TAIL, log.tail,
				 GUESTCLOCK_A_STATUS_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_STATUS_LOG_HEAD, log.head,
				 GUESTCLOCK_A_STATUS_PAD) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_STATUS_LOG_SIZE, log.size) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_STATUS_LOST, log.lost,
				 GUESTCLOCK_A_STATUS_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_STATUS_POLLS,
				 guestclock_poll_count(),
				 GUESTCLOCK_A_STATUS_PAD) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_STATUS_POLL_INTERVAL,
			   guestclock_poll_interval_ms());
}

/**
 * guestclock_fill_clocksource() - the timekeeper's clocksource as attributes
 * @skb: the message
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_clocksource(struct sk_buff *skb)
{
	struct guestclock_clocksource_state state;
	const struct guestclock_clocksource_info *info;

	guestclock_clocksource_state(&state);
	info = &state.current_clocksource;

	return nla_put_string(skb, GUESTCLOCK_A_CLOCKSOURCE_NAME, info->name) ?:
	       nla_put_s32(skb, GUESTCLOCK_A_CLOCKSOURCE_RATING, info->rating) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_CLOCKSOURCE_FLAGS,
				 info->flags, GUESTCLOCK_A_CLOCKSOURCE_PAD) ?:
	       nla_put_s32(skb, GUESTCLOCK_A_CLOCKSOURCE_VDSO_CLOCK_MODE,
			   info->vdso_clock_mode) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_CLOCKSOURCE_SWITCHES,
				 state.switches, GUESTCLOCK_A_CLOCKSOURCE_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_CLOCKSOURCE_STEPS,
				 state.steps, GUESTCLOCK_A_CLOCKSOURCE_PAD) ?:
	       nla_put_s64(skb, GUESTCLOCK_A_CLOCKSOURCE_OFFS_REAL,
			   state.offs_real_ns, GUESTCLOCK_A_CLOCKSOURCE_PAD) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_CLOCKSOURCE_TSC_UNSTABLE,
			   check_tsc_unstable()) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_CLOCKSOURCE_MARKS,
				 guestclock_watchdog_marks(),
				 GUESTCLOCK_A_CLOCKSOURCE_PAD);
}

static int fill_pvclock_page(struct sk_buff *skb,
			     const struct guestclock_pvclock_row *row)
{
	return guestclock_netlink_put_page(skb, GUESTCLOCK_A_PVCLOCK_PAGE,
					   &row->page) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_PVCLOCK_TSC, row->tsc,
				 GUESTCLOCK_A_PVCLOCK_PAD);
}

static int fill_pvclock_clock(struct sk_buff *skb,
			      const struct guestclock_pvclock_row *row)
{
	return nla_put_u64_64bit(skb, GUESTCLOCK_A_PVCLOCK_TSC_HZ,
				 guestclock_page_tsc_hz(&row->page),
				 GUESTCLOCK_A_PVCLOCK_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_PVCLOCK_KVMCLOCK,
				 row->kvmclock_ns, GUESTCLOCK_A_PVCLOCK_PAD) ?:
	       nla_put_s64(skb, GUESTCLOCK_A_PVCLOCK_AGE,
			   row->kvmclock_ns - row->page.system_time,
			   GUESTCLOCK_A_PVCLOCK_PAD) ?:
	       nla_put_s64(skb, GUESTCLOCK_A_PVCLOCK_LAST_DISCONTINUITY,
			   row->last_discontinuity_ns, GUESTCLOCK_A_PVCLOCK_PAD);
}

/**
 * guestclock_fill_pvclock() - a CPU's pvclock row as attributes
 * @skb: the message
 * @cpu: the CPU
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_pvclock(struct sk_buff *skb, unsigned int cpu)
{
	struct guestclock_pvclock_row row;
	int err;

	guestclock_pvclock_row(cpu, &row);
	err = nla_put_u32(skb, GUESTCLOCK_A_PVCLOCK_CPU, cpu) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_PVCLOCK_STATE, row.state) ?:
	      nla_put_u64_64bit(skb, GUESTCLOCK_A_PVCLOCK_UPDATES, row.updates,
				GUESTCLOCK_A_PVCLOCK_PAD) ?:
	      nla_put_u64_64bit(skb, GUESTCLOCK_A_PVCLOCK_TORN_READS,
				row.torn_reads, GUESTCLOCK_A_PVCLOCK_PAD);
	if (!err && (row.state == GUESTCLOCK_PAGE_STATE_OK ||
		     row.state == GUESTCLOCK_PAGE_STATE_INVALID))
		err = fill_pvclock_page(skb, &row);
	if (!err && row.state == GUESTCLOCK_PAGE_STATE_OK)
		err = fill_pvclock_clock(skb, &row);

	return err;
}

/**
 * guestclock_fill_observer() - an observer as attributes
 * @skb: the message
 * @observer: the observer
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_observer(struct sk_buff *skb,
			     const struct guestclock_observer *observer)
{
	return nla_put_string(skb, GUESTCLOCK_A_OBSERVER_NAME, observer->name) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_OBSERVER_STATE, observer->state) ?:
	       nla_put_string(skb, GUESTCLOCK_A_OBSERVER_DETAIL,
			      observer->detail);
}
