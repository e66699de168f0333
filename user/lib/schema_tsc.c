// SPDX-License-Identifier: GPL-2.0-only
/* Columns of what is known of TSCs: CPU by CPU, pair by pair, and of all of them. */
#include "schema.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdio.h>

#include "array.h"

#define A(suffix) .attr = GUESTCLOCK_A_TSC_##suffix

/* What the numbers of a table do not say by themselves. */
static void derive_note(struct gc_row *row, struct gc_value *value)
{
	const struct gc_value *v = row->v;
	char text[256], fault[GC_VALUE_SIZE];
	size_t len = 0;

	text[0] = '\0';
	if (v[GC_TSC_FAULT].present)
		len += snprintf(text + len, sizeof(text) - len, ", %s",
				gc_words_name(&gc_words_tsc_fault, v[GC_TSC_FAULT].u, fault,
					      sizeof(fault)));
	if (v[GC_TSC_ROUNDS].present && v[GC_TSC_ROUNDS_WANTED].present &&
	    v[GC_TSC_ROUNDS].u < v[GC_TSC_ROUNDS_WANTED].u)
		len += snprintf(text + len, sizeof(text) - len,
				", %" PRIu64 " of %" PRIu64 " rounds", v[GC_TSC_ROUNDS].u,
				v[GC_TSC_ROUNDS_WANTED].u);
	if (v[GC_TSC_BEYOND].present && v[GC_TSC_BEYOND].u)
		len += snprintf(text + len, sizeof(text) - len, ", beyond the threshold");
	if (v[GC_TSC_ADJUST_CHANGES].present && v[GC_TSC_ADJUST_CHANGES].u)
		len += snprintf(text + len, sizeof(text) - len, ", adjust changed");
	if (v[GC_TSC_ADJUST_STATE].present &&
	    v[GC_TSC_ADJUST_STATE].u == GUESTCLOCK_ADJUST_STATE_ABSENT)
		len += snprintf(text + len, sizeof(text) - len, ", no IA32_TSC_ADJUST");
	if (len)
		gc_row_set_text(row, value - row->v, text + 2, sizeof(text) - 2);
}

static const struct gc_field tsc[] = {
	[GC_TSC_CPU] = { "cpu", "CPU", GC_KIND_NUMBER, A(CPU) },
	[GC_TSC_REF_CPU] = { "ref_cpu", "REF", GC_KIND_NUMBER, A(REF_CPU) },
	[GC_TSC_STATE] = {
		"state", "STATE", GC_KIND_WORD, A(STATE), .words = &gc_words_tsc_state },
	[GC_TSC_OFFSET_CYCLES] = {
		"offset_cycles", "OFFSET(cycles)", GC_KIND_SIGNED, A(OFFSET_CYCLES) },
	[GC_TSC_BOUND_CYCLES] = {
		"bound_cycles", "BOUND(cycles)", GC_KIND_NUMBER, A(BOUND_CYCLES) },
	[GC_TSC_OFFSET_NS] = { "offset_ns", "OFFSET(ns)", GC_KIND_SIGNED, A(OFFSET_NS) },
	[GC_TSC_BOUND_NS] = { "bound_ns", "BOUND(ns)", GC_KIND_NUMBER, A(BOUND_NS) },
	[GC_TSC_ROUNDS] = { "rounds", NULL, GC_KIND_NUMBER, A(ROUNDS) },
	[GC_TSC_RTT_MIN] = { "rtt_min_cycles", NULL, GC_KIND_NUMBER, A(RTT_MIN) },
	[GC_TSC_RTT_MAX] = { "rtt_max_cycles", NULL, GC_KIND_NUMBER, A(RTT_MAX) },
	[GC_TSC_TSC] = { "tsc_cycles", NULL, GC_KIND_COUNTER, A(TSC) },
	[GC_TSC_ROUNDS_WANTED] = { "rounds_wanted", NULL, GC_KIND_NUMBER, A(ROUNDS_WANTED) },
	[GC_TSC_RTT_MEDIAN] = { "rtt_median_cycles", NULL, GC_KIND_NUMBER, A(RTT_MEDIAN) },
	[GC_TSC_RTT_P90] = { "rtt_p90_cycles", NULL, GC_KIND_NUMBER, A(RTT_P90) },
	[GC_TSC_FAULT] = {
		"fault", NULL, GC_KIND_WORD, A(FAULT), .words = &gc_words_tsc_fault },
	[GC_TSC_MEASUREMENTS] = { "measurements", NULL, GC_KIND_NUMBER, A(MEASUREMENTS) },
	[GC_TSC_ADJUST_STATE] = {
		"adjust_state", NULL, GC_KIND_WORD, A(ADJUST_STATE),
		.words = &gc_words_adjust_state },
	[GC_TSC_ADJUST] = { "adjust_cycles", "ADJUST(cycles)", GC_KIND_INSTANT, A(ADJUST) },
	[GC_TSC_ADJUST_CHANGES] = { "adjust_changes", NULL, GC_KIND_NUMBER, A(ADJUST_CHANGES) },
	[GC_TSC_DRIFT] = { "drift_ppb", "DRIFT(ppb)", GC_KIND_SIGNED, A(DRIFT_PPB) },
	[GC_TSC_DRIFT_BOUND] = {
		"drift_bound_ppb", "BOUND(ppb)", GC_KIND_NUMBER, A(DRIFT_BOUND_PPB) },
	[GC_TSC_DRIFT_BASELINE] = {
		"drift_baseline_ns", NULL, GC_KIND_COUNTER, A(DRIFT_BASELINE) },
	[GC_TSC_BEYOND] = { "beyond", NULL, GC_KIND_NUMBER, A(BEYOND) },
	[GC_TSC_NOTE] = { "note", "NOTE", GC_KIND_TEXT, .derive = derive_note },
};

static const int tsc_ignored[] = { GUESTCLOCK_A_TSC_PAD, 0 };

const struct gc_schema gc_schema_tsc = {
	.name = "tsc",
	.field = tsc,
	.count = ARRAY_SIZE(tsc),
	.ignored = tsc_ignored,
};

static const struct gc_field pair[] = {
	[GC_PAIR_CPU] = { "cpu", NULL, GC_KIND_NUMBER, A(CPU) },
	[GC_PAIR_REF_CPU] = { "ref_cpu", NULL, GC_KIND_NUMBER, A(REF_CPU) },
	[GC_PAIR_STATE] = {
		"state", NULL, GC_KIND_WORD, A(STATE), .words = &gc_words_tsc_state },
	[GC_PAIR_OFFSET_CYCLES] = { "offset_cycles", NULL, GC_KIND_SIGNED, A(OFFSET_CYCLES) },
	[GC_PAIR_BOUND_CYCLES] = { "bound_cycles", NULL, GC_KIND_NUMBER, A(BOUND_CYCLES) },
	[GC_PAIR_OFFSET_NS] = { "offset_ns", NULL, GC_KIND_SIGNED, A(OFFSET_NS) },
	[GC_PAIR_BOUND_NS] = { "bound_ns", NULL, GC_KIND_NUMBER, A(BOUND_NS) },
	[GC_PAIR_ROUNDS] = { "rounds", NULL, GC_KIND_NUMBER, A(ROUNDS) },
	[GC_PAIR_RTT_MIN] = { "rtt_min_cycles", NULL, GC_KIND_NUMBER, A(RTT_MIN) },
	[GC_PAIR_RTT_MAX] = { "rtt_max_cycles", NULL, GC_KIND_NUMBER, A(RTT_MAX) },
	[GC_PAIR_TSC] = { "tsc_cycles", NULL, GC_KIND_COUNTER, A(TSC) },
	[GC_PAIR_ROUNDS_WANTED] = { "rounds_wanted", NULL, GC_KIND_NUMBER, A(ROUNDS_WANTED) },
	[GC_PAIR_RTT_MEDIAN] = { "rtt_median_cycles", NULL, GC_KIND_NUMBER, A(RTT_MEDIAN) },
	[GC_PAIR_RTT_P90] = { "rtt_p90_cycles", NULL, GC_KIND_NUMBER, A(RTT_P90) },
	[GC_PAIR_FAULT] = {
		"fault", NULL, GC_KIND_WORD, A(FAULT), .words = &gc_words_tsc_fault },
	[GC_PAIR_TRIANGLES] = { "triangles", NULL, .kind = GC_KIND_NUMBER },
	[GC_PAIR_TRIANGLES_OPEN] = { "triangles_open", NULL, .kind = GC_KIND_NUMBER },
	[GC_PAIR_OPEN_BY] = { "open_by_cycles", NULL, .kind = GC_KIND_NUMBER },
};

const struct gc_schema gc_schema_pair = {
	.name = "pair",
	.field = pair,
	.count = ARRAY_SIZE(pair),
	.ignored = tsc_ignored,
};

#undef A
#define A(suffix) .attr = GUESTCLOCK_A_TSC_INFO_##suffix

static const struct gc_field info[] = {
	[GC_TSC_INFO_KHZ] = { "tsc_khz", NULL, GC_KIND_NUMBER, A(TSC_KHZ) },
	[GC_TSC_INFO_CONSTANT] = { "constant_tsc", NULL, GC_KIND_NUMBER, A(CONSTANT_TSC) },
	[GC_TSC_INFO_NONSTOP] = { "nonstop_tsc", NULL, GC_KIND_NUMBER, A(NONSTOP_TSC) },
	[GC_TSC_INFO_KNOWN_FREQ] = {
		"tsc_known_freq", NULL, GC_KIND_NUMBER, A(TSC_KNOWN_FREQ) },
	[GC_TSC_INFO_RELIABLE] = { "tsc_reliable", NULL, GC_KIND_NUMBER, A(TSC_RELIABLE) },
	[GC_TSC_INFO_ADJUST] = { "tsc_adjust", NULL, GC_KIND_NUMBER, A(TSC_ADJUST) },
	[GC_TSC_INFO_UNSTABLE] = { "tsc_unstable", NULL, GC_KIND_NUMBER, A(TSC_UNSTABLE) },
	[GC_TSC_INFO_VERIFICATION] = {
		"verification", NULL, GC_KIND_WORD, A(VERIFICATION),
		.words = &gc_words_tsc_verification },
	[GC_TSC_INFO_DETAIL] = {
		"verification_detail", NULL, GC_KIND_TEXT, A(VERIFICATION_DETAIL) },
	[GC_TSC_INFO_PVCLOCK_HZ] = { "pvclock_hz", NULL, GC_KIND_NUMBER, A(PVCLOCK_HZ) },
	[GC_TSC_INFO_RATE] = { "rate_ppb", NULL, GC_KIND_SIGNED, A(RATE_PPB) },
	[GC_TSC_INFO_RATE_BOUND] = { "rate_bound_ppb", NULL, GC_KIND_NUMBER, A(RATE_BOUND_PPB) },
	[GC_TSC_INFO_RATE_BASELINE] = {
		"rate_baseline_ns", NULL, GC_KIND_COUNTER, A(RATE_BASELINE) },
	[GC_TSC_INFO_RATE_RESTARTS] = { "rate_restarts", NULL, GC_KIND_NUMBER, A(RATE_RESTARTS) },
};

static const int info_ignored[] = { GUESTCLOCK_A_TSC_INFO_PAD, 0 };

const struct gc_schema gc_schema_tsc_info = {
	.name = "tsc --info",
	.field = info,
	.count = ARRAY_SIZE(info),
	.ignored = info_ignored,
};

#undef A
#define A(suffix) .attr = GUESTCLOCK_A_TSC_SWEEP_##suffix

static const struct gc_field sweep[] = {
	[GC_TSC_SWEEP_PERIOD] = { "period_ms", NULL, GC_KIND_NUMBER, A(PERIOD) },
	[GC_TSC_SWEEP_ROUNDS] = { "rounds", NULL, GC_KIND_NUMBER, A(ROUNDS) },
	[GC_TSC_SWEEP_ISOLATED] = { "isolated", NULL, GC_KIND_NUMBER, A(ISOLATED) },
	[GC_TSC_SWEEP_OFFSET_THRESHOLD] = {
		"offset_threshold_ns", NULL, GC_KIND_NUMBER, A(OFFSET_THRESHOLD) },
	[GC_TSC_SWEEP_OFFSET_HYSTERESIS] = {
		"offset_hysteresis_ns", NULL, GC_KIND_NUMBER, A(OFFSET_HYSTERESIS) },
	[GC_TSC_SWEEP_ADJUST_THRESHOLD] = {
		"adjust_threshold_cycles", NULL, GC_KIND_NUMBER, A(ADJUST_THRESHOLD) },
	[GC_TSC_SWEEP_SWEEPS] = { "sweeps", NULL, GC_KIND_NUMBER, A(SWEEPS) },
	[GC_TSC_SWEEP_LAST_SWEEP] = { "last_sweep_ns", NULL, GC_KIND_NUMBER, A(LAST_SWEEP) },
	[GC_TSC_SWEEP_LEFT_ALONE] = { "left_alone", NULL, GC_KIND_NUMBER, A(LEFT_ALONE) },
	[GC_TSC_SWEEP_MEASUREMENTS] = { "measurements", NULL, GC_KIND_NUMBER, A(MEASUREMENTS) },
	[GC_TSC_SWEEP_NO_ANSWERS] = { "no_answers", NULL, GC_KIND_NUMBER, A(NO_ANSWERS) },
	[GC_TSC_SWEEP_CYCLES_REF] = { "cycles_ref", NULL, GC_KIND_COUNTER, A(CYCLES_REF) },
	[GC_TSC_SWEEP_CYCLES_CPU] = { "cycles_cpu", NULL, GC_KIND_COUNTER, A(CYCLES_CPU) },
	[GC_TSC_SWEEP_IRQS_OFF_MAX] = {
		"irqs_off_max_cycles", NULL, GC_KIND_NUMBER, A(IRQS_OFF_MAX) },
};

static const int sweep_ignored[] = { GUESTCLOCK_A_TSC_SWEEP_PAD, 0 };

const struct gc_schema gc_schema_tsc_sweep = {
	.name = "tsc --sweeps",
	.field = sweep,
	.count = ARRAY_SIZE(sweep),
	.ignored = sweep_ignored,
};
