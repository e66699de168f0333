// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots of the TSC as netlink attributes. What could not be had has no
 * attribute.
 */

#include "guestclock.h"

#include <net/netlink.h>

#include <asm/tsc.h>

#include "netlink_fill_tsc.h"
#include "tsc_cost.h"
#include "tsc_info.h"
#include "tsc_row.h"
#include "tsc_sweep.h"

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GUESTCLOCK_A_TSC_PAD);
}

static int put_s64(struct sk_buff *skb, int type, s64 value)
{
	return nla_put_s64(skb, type, value, GUESTCLOCK_A_TSC_PAD);
}

static int fill_offset(struct sk_buff *skb, const struct guestclock_tsc_row *row)
{
	int err;

	err = put_s64(skb, GUESTCLOCK_A_TSC_OFFSET_CYCLES, row->offset_cycles) ?:
	      put_u64(skb, GUESTCLOCK_A_TSC_BOUND_CYCLES, row->bound_cycles);
	if (err || !tsc_khz)
		return err;

	return put_s64(skb, GUESTCLOCK_A_TSC_OFFSET_NS, row->offset_ns) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_BOUND_NS, row->bound_ns);
}

static int fill_rounds(struct sk_buff *skb, const struct guestclock_tsc_row *row)
{
	return put_u64(skb, GUESTCLOCK_A_TSC_RTT_MIN, row->rtt_min) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_RTT_MEDIAN, row->rtt_median) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_RTT_P90, row->rtt_p90) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_RTT_MAX, row->rtt_max);
}

/**
 * guestclock_fill_tsc_pair() - a measurement of a CPU as attributes
 * @skb: the message
 * @cpu: the CPU
 * @row: the measurement
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_tsc_pair(struct sk_buff *skb, unsigned int cpu,
			     const struct guestclock_tsc_row *row)
{
	int err;

	err = nla_put_u32(skb, GUESTCLOCK_A_TSC_CPU, cpu) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_STATE, row->state);
	if (err || row->state == GUESTCLOCK_TSC_STATE_NOT_MEASURED ||
	    row->state == GUESTCLOCK_TSC_STATE_LEFT_ALONE)
		return err;

	err = nla_put_u32(skb, GUESTCLOCK_A_TSC_REF_CPU, row->ref_cpu) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_ROUNDS, row->rounds) ?:
	      put_u64(skb, GUESTCLOCK_A_TSC_TSC, row->tsc);
	if (!err && row->rounds_wanted)
		err = nla_put_u32(skb, GUESTCLOCK_A_TSC_ROUNDS_WANTED,
				  row->rounds_wanted);
	if (!err && row->rounds)
		err = fill_rounds(skb, row);
	if (!err && (row->state == GUESTCLOCK_TSC_STATE_OK ||
		     row->state == GUESTCLOCK_TSC_STATE_REFERENCE))
		err = fill_offset(skb, row);
	if (!err && row->state == GUESTCLOCK_TSC_STATE_INCONSISTENT)
		err = nla_put_u32(skb, GUESTCLOCK_A_TSC_FAULT, row->fault);

	return err;
}

static int fill_history(struct sk_buff *skb,
			const struct guestclock_tsc_adjust *adjust,
			const struct guestclock_tsc_history *history)
{
	int err;

	err = put_u64(skb, GUESTCLOCK_A_TSC_MEASUREMENTS, history->measurements) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_BEYOND, history->beyond) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_ADJUST_STATE, adjust->state);
	if (!err && adjust->state == GUESTCLOCK_ADJUST_STATE_OK)
		err = put_s64(skb, GUESTCLOCK_A_TSC_ADJUST, adjust->value) ?:
		      put_u64(skb, GUESTCLOCK_A_TSC_ADJUST_CHANGES,
			      history->adjust_changes);
	if (err || !history->baseline_ns)
		return err;

	return put_s64(skb, GUESTCLOCK_A_TSC_DRIFT_PPB, history->drift.ppb) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_DRIFT_BOUND_PPB,
		       history->drift.bound_ppb) ?:
	       put_u64(skb, GUESTCLOCK_A_TSC_DRIFT_BASELINE, history->baseline_ns);
}

/**
 * guestclock_fill_tsc() - a CPU's TSC row as attributes
 * @skb: the message
 * @cpu: the CPU
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_tsc(struct sk_buff *skb, unsigned int cpu)
{
	struct guestclock_tsc_history history;
	struct guestclock_tsc_row row;

	guestclock_tsc_row(cpu, &row, &history);

	return guestclock_fill_tsc_pair(skb, cpu, &row) ?:
	       fill_history(skb, &row.adjust, &history);
}

static int fill_rate(struct sk_buff *skb, const struct guestclock_tsc_info *info)
{
	return nla_put_s64(skb, GUESTCLOCK_A_TSC_INFO_RATE_PPB, info->rate.ppb,
			   GUESTCLOCK_A_TSC_INFO_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_TSC_INFO_RATE_BOUND_PPB,
				 info->rate.bound_ppb, GUESTCLOCK_A_TSC_INFO_PAD) ?:
	       nla_put_u64_64bit(skb, GUESTCLOCK_A_TSC_INFO_RATE_BASELINE,
				 info->baseline_ns, GUESTCLOCK_A_TSC_INFO_PAD);
}

/**
 * guestclock_fill_tsc_info() - the TSC of the whole guest as attributes
 * @skb: the message
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_tsc_info(struct sk_buff *skb)
{
	struct guestclock_tsc_info info;
	int err;

	guestclock_tsc_info(&info);
	err = nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_TSC_KHZ, tsc_khz) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_CONSTANT_TSC, info.constant_tsc) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_NONSTOP_TSC, info.nonstop_tsc) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_TSC_KNOWN_FREQ,
			  info.tsc_known_freq) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_TSC_RELIABLE, info.tsc_reliable) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_TSC_ADJUST, info.tsc_adjust) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_TSC_UNSTABLE, info.unstable) ?:
	      nla_put_u32(skb, GUESTCLOCK_A_TSC_INFO_VERIFICATION,
			  info.verification.state) ?:
	      nla_put_string(skb, GUESTCLOCK_A_TSC_INFO_VERIFICATION_DETAIL,
			     info.verification.because) ?:
	      nla_put_u64_64bit(skb, GUESTCLOCK_A_TSC_INFO_RATE_RESTARTS,
				info.restarts, GUESTCLOCK_A_TSC_INFO_PAD);
	if (!err && info.pvclock_hz)
		err = nla_put_u64_64bit(skb, GUESTCLOCK_A_TSC_INFO_PVCLOCK_HZ,
					info.pvclock_hz, GUESTCLOCK_A_TSC_INFO_PAD);
	if (!err && info.baseline_ns)
		err = fill_rate(skb, &info);

	return err;
}

static int put_sweep_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GUESTCLOCK_A_TSC_SWEEP_PAD);
}

static int fill_settings(struct sk_buff *skb)
{
	struct guestclock_tsc_settings settings;

	guestclock_tsc_sweep_settings(&settings);

	return nla_put_u32(skb, GUESTCLOCK_A_TSC_SWEEP_PERIOD, settings.period_ms) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_TSC_SWEEP_ROUNDS, settings.rounds) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_TSC_SWEEP_ISOLATED, settings.isolated) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_OFFSET_THRESHOLD,
			     settings.offset_threshold_ns) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_OFFSET_HYSTERESIS,
			     settings.offset_hysteresis_ns) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_ADJUST_THRESHOLD,
			     settings.adjust_threshold);
}

static int fill_cost(struct sk_buff *skb)
{
	struct guestclock_tsc_cost cost;

	guestclock_tsc_cost(&cost);

	return put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_MEASUREMENTS,
			     cost.measurements) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_NO_ANSWERS,
			     cost.no_answers) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_CYCLES_REF,
			     cost.cycles_ref) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_CYCLES_CPU,
			     cost.cycles_cpu) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_IRQS_OFF_MAX,
			     cost.irqs_off_max);
}

/**
 * guestclock_fill_tsc_sweep() - settings and cost of sweeps as attributes
 * @skb: the message
 *
 * Context: Process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int guestclock_fill_tsc_sweep(struct sk_buff *skb)
{
	struct guestclock_tsc_sweeps sweeps;

	guestclock_tsc_sweep_state(&sweeps);

	return fill_settings(skb) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_SWEEPS, sweeps.sweeps) ?:
	       put_sweep_u64(skb, GUESTCLOCK_A_TSC_SWEEP_LAST_SWEEP, sweeps.last_ns) ?:
	       nla_put_u32(skb, GUESTCLOCK_A_TSC_SWEEP_LEFT_ALONE, sweeps.left_alone) ?:
	       fill_cost(skb);
}
