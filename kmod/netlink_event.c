// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as netlink attributes.
 */

#include <linux/kernel.h>

#include <net/netlink.h>

#include "event.h"
#include "netlink_event.h"

/* "function+0x123/0x456" is not wanted, only the function. */
#define CALLER_LEN	128

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, GUESTCLOCK_A_EVENT_PAD);
}

static int put_s64(struct sk_buff *skb, int attr, s64 value)
{
	return nla_put_s64(skb, attr, value, GUESTCLOCK_A_EVENT_PAD);
}

/**
 * guestclock_netlink_put_page() - a pvclock page as a nest
 * @skb: the message
 * @attr: the nest's attribute
 * @page: the page
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_netlink_put_page(struct sk_buff *skb, int attr,
				const struct guestclock_page *page)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GUESTCLOCK_A_PAGE_VERSION, page->version) ||
	    nla_put_u64_64bit(skb, GUESTCLOCK_A_PAGE_TSC_TIMESTAMP,
			      page->tsc_timestamp, GUESTCLOCK_A_PAGE_PAD) ||
	    nla_put_u64_64bit(skb, GUESTCLOCK_A_PAGE_SYSTEM_TIME,
			      page->system_time, GUESTCLOCK_A_PAGE_PAD) ||
	    nla_put_u32(skb, GUESTCLOCK_A_PAGE_TSC_TO_SYSTEM_MUL,
			page->tsc_to_system_mul) ||
	    nla_put_s32(skb, GUESTCLOCK_A_PAGE_TSC_SHIFT, page->tsc_shift) ||
	    nla_put_u32(skb, GUESTCLOCK_A_PAGE_FLAGS, page->flags)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);

	return 0;
}

static int put_pvclock(struct sk_buff *skb,
		       const struct guestclock_pvclock_evidence *evidence)
{
	return guestclock_netlink_put_page(skb, GUESTCLOCK_A_EVENT_PAGE_OLD,
					   &evidence->page_old) ?:
	       guestclock_netlink_put_page(skb, GUESTCLOCK_A_EVENT_PAGE_NEW,
					   &evidence->page_new) ?:
	       put_s64(skb, GUESTCLOCK_A_EVENT_DISCONTINUITY,
		       evidence->discontinuity_ns);
}

static int put_clocksource(struct sk_buff *skb,
			   const struct guestclock_clocksource_info *info)
{
	return nla_put_string(skb, GUESTCLOCK_A_EVENT_CLOCKSOURCE, info->name) ?:
	       nla_put_s32(skb, GUESTCLOCK_A_EVENT_RATING, info->rating) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_CLOCKSOURCE_FLAGS, info->flags) ?:
	       nla_put_s32(skb, GUESTCLOCK_A_EVENT_VDSO_CLOCK_MODE,
			   info->vdso_clock_mode);
}

static int put_switch(struct sk_buff *skb,
		      const struct guestclock_switch_evidence *evidence)
{
	return put_clocksource(skb, &evidence->to) ?:
	       nla_put_string(skb, GUESTCLOCK_A_EVENT_CLOCKSOURCE_OLD,
			      evidence->from);
}

static int put_step(struct sk_buff *skb,
		    const struct guestclock_step_evidence *evidence)
{
	return put_s64(skb, GUESTCLOCK_A_EVENT_OFFS_REAL_BEFORE,
		       evidence->offs_real_before_ns) ?:
	       put_s64(skb, GUESTCLOCK_A_EVENT_OFFS_REAL_AFTER,
		       evidence->offs_real_after_ns);
}

static int put_unstable(struct sk_buff *skb,
			const struct guestclock_unstable_evidence *evidence)
{
	const struct guestclock_clocksource_info *info = &evidence->clocksource;
	char caller[CALLER_LEN];
	int err;

	/* Only a probe that was given the clocksource knows more than its name. */
	if (evidence->caller)
		err = put_clocksource(skb, info);
	else
		err = nla_put_string(skb, GUESTCLOCK_A_EVENT_CLOCKSOURCE,
				     info->name);
	if (!err && evidence->reason[0])
		err = nla_put_string(skb, GUESTCLOCK_A_EVENT_REASON,
				     evidence->reason);
	if (!err && evidence->caller) {
		snprintf(caller, sizeof(caller), "%ps",
			 (void *)evidence->caller);
		err = nla_put_string(skb, GUESTCLOCK_A_EVENT_CALLER, caller);
	}

	return err;
}

static int put_round_intervals(struct sk_buff *skb,
			       const struct guestclock_round_evidence *evidence)
{
	return put_u64(skb, GUESTCLOCK_A_EVENT_WD_INTERVAL,
		       evidence->wd_interval_ns) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_CS_INTERVAL,
		       evidence->cs_interval_ns) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_WD_LAST, evidence->wd_last) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_WD_NOW, evidence->wd_now) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_WD_MASK, evidence->wd_mask) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_CS_LAST, evidence->cs_last) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_CS_NOW, evidence->cs_now) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_CS_MASK, evidence->cs_mask);
}

static int put_round(struct sk_buff *skb,
		     const struct guestclock_round_evidence *evidence)
{
	int err;

	err = nla_put_u32(skb, GUESTCLOCK_A_EVENT_WD_RESULT, evidence->result) ?:
	      nla_put_string(skb, GUESTCLOCK_A_EVENT_WD_REFERENCE,
			     evidence->reference) ?:
	      put_s64(skb, GUESTCLOCK_A_EVENT_WD_LATENESS, evidence->lateness_ns) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_EVENT_WD_ATTEMPTS, evidence->attempts) ?:
	      put_u64(skb, GUESTCLOCK_A_EVENT_WD_WINDOW, evidence->window_ns);
	if (!err && evidence->clocksource[0])
		err = nla_put_string(skb, GUESTCLOCK_A_EVENT_CLOCKSOURCE,
				     evidence->clocksource);
	if (!err && evidence->elapsed_cycles)
		err = put_u64(skb, GUESTCLOCK_A_EVENT_WD_ELAPSED,
			      evidence->elapsed_ns) ?:
		      put_u64(skb, GUESTCLOCK_A_EVENT_WD_ELAPSED_CYCLES,
			      evidence->elapsed_cycles);
	if (!err && evidence->next_due_ns)
		err = put_u64(skb, GUESTCLOCK_A_EVENT_WD_NEXT_DUE,
			      evidence->next_due_ns);
	if (!err && evidence->readback_ns)
		err = put_u64(skb, GUESTCLOCK_A_EVENT_WD_READBACK,
			      evidence->readback_ns);
	if (!err && evidence->cpu_test_ns)
		err = put_u64(skb, GUESTCLOCK_A_EVENT_WD_CPU_TEST,
			      evidence->cpu_test_ns);
	if (err || !evidence->compared)
		return err;

	return put_round_intervals(skb, evidence);
}

static int put_tsc(struct sk_buff *skb,
		   const struct guestclock_tsc_evidence *evidence)
{
	int err;

	err = nla_put_u32(skb, GUESTCLOCK_A_EVENT_REF_CPU, evidence->ref_cpu) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_EVENT_TSC_STATE, evidence->state) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_EVENT_TSC_BEYOND, evidence->beyond);
	if (!err && evidence->fault)
		err = nla_put_u32(skb, GUESTCLOCK_A_EVENT_TSC_FAULT, evidence->fault);
	if (err || evidence->state != GUESTCLOCK_TSC_STATE_OK)
		return err;

	return put_s64(skb, GUESTCLOCK_A_EVENT_OFFSET_CYCLES,
		       evidence->offset_cycles) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_BOUND_CYCLES,
		       evidence->bound_cycles);
}

static int put_adjust(struct sk_buff *skb,
		      const struct guestclock_adjust_evidence *evidence)
{
	return put_s64(skb, GUESTCLOCK_A_EVENT_ADJUST_OLD, evidence->before) ?:
	       put_s64(skb, GUESTCLOCK_A_EVENT_ADJUST_NEW, evidence->now);
}

static int put_lost(struct sk_buff *skb,
		    const struct guestclock_lost_evidence *evidence)
{
	return put_u64(skb, GUESTCLOCK_A_EVENT_LOST_COUNT, evidence->count) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_EVENT_LOST_REASON,
			   evidence->reason);
}

static int put_evidence(struct sk_buff *skb,
			const struct guestclock_event *event)
{
	switch (event->type) {
	case GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE:
		return put_pvclock(skb, &event->pvclock);
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH:
		return put_switch(skb, &event->clocksource_switch);
	case GUESTCLOCK_EVENT_TYPE_CLOCK_STEP:
		return put_step(skb, &event->step);
	case GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE:
		return put_unstable(skb, &event->unstable);
	case GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND:
		return put_round(skb, &event->round);
	case GUESTCLOCK_EVENT_TYPE_TSC_OFFSET:
		return put_tsc(skb, &event->tsc);
	case GUESTCLOCK_EVENT_TYPE_TSC_ADJUST:
		return put_adjust(skb, &event->adjust);
	case GUESTCLOCK_EVENT_TYPE_LOST:
		return put_lost(skb, &event->lost);
	default:
		return 0;
	}
}

static int put_identity(struct sk_buff *skb,
			const struct guestclock_event *event, u64 load_id)
{
	return put_u64(skb, GUESTCLOCK_A_EVENT_SEQ, event->seq) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_LOAD_ID, load_id) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_EVENT_RESTORE_EPOCH,
			   event->restore_epoch);
}

static int put_capture(struct sk_buff *skb, const struct guestclock_event *event)
{
	int err;

	err = nla_put_u32(skb, GUESTCLOCK_A_EVENT_TYPE, event->type) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_EVENT_SOURCE, event->source) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_EVENT_CAPTURE_CPU,
			  event->capture_cpu) ?:
	      put_u64(skb, GUESTCLOCK_A_EVENT_TSC_BEFORE, event->tsc_before) ?:
	      put_u64(skb, GUESTCLOCK_A_EVENT_TSC_AFTER, event->tsc_after) ?:
	      put_u64(skb, GUESTCLOCK_A_EVENT_MONOTONIC_RAW,
		      event->monotonic_raw_ns) ?:
	      put_u64(skb, GUESTCLOCK_A_EVENT_BOOTTIME, event->boottime_ns) ?:
	      put_s64(skb, GUESTCLOCK_A_EVENT_REALTIME, event->realtime_ns);
	if (!err && event->subject_cpu != GUESTCLOCK_WHOLE_GUEST)
		err = nla_put_u32(skb, GUESTCLOCK_A_EVENT_SUBJECT_CPU,
				  event->subject_cpu);
	if (!err && event->not_after_tsc)
		err = put_u64(skb, GUESTCLOCK_A_EVENT_NOT_BEFORE_TSC,
			      event->not_before_tsc) ?:
		      put_u64(skb, GUESTCLOCK_A_EVENT_NOT_AFTER_TSC,
			      event->not_after_tsc);

	return err;
}

/**
 * guestclock_netlink_put_event() - an event as attributes of a message
 * @skb: the message
 * @event: the event
 * @load_id: the load of the module that it belongs to
 * @tail: oldest seq in the log
 * @head: where a reader who has all up to here goes on
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_netlink_put_event(struct sk_buff *skb,
				 const struct guestclock_event *event,
				 u64 load_id, u64 tail, u64 head)
{
	return put_identity(skb, event, load_id) ?: put_capture(skb, event) ?:
	       put_evidence(skb, event) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_LOG_TAIL, tail) ?:
	       put_u64(skb, GUESTCLOCK_A_EVENT_LOG_HEAD, head);
}
