// SPDX-License-Identifier: GPL-2.0-only
/* Columns of an event. */
#include "schema.h"

#include <linux/guestclock.h>

#include "array.h"

#define A(suffix) .attr = GUESTCLOCK_A_EVENT_##suffix

static void derive_difference(struct gc_row *row, struct gc_value *value, size_t from,
			      size_t to)
{
	int64_t difference;

	if (!row->v[from].present || !row->v[to].present)
		return;
	if (!__builtin_sub_overflow(row->v[to].s, row->v[from].s, &difference))
		gc_row_set_s(row, value - row->v, difference);
}

static void derive_step(struct gc_row *row, struct gc_value *value)
{
	derive_difference(row, value, GC_EVENT_OFFS_REAL_BEFORE, GC_EVENT_OFFS_REAL_AFTER);
}

static void derive_adjust_change(struct gc_row *row, struct gc_value *value)
{
	derive_difference(row, value, GC_EVENT_ADJUST_OLD, GC_EVENT_ADJUST_NEW);
}

/* The kernel often gives no reason for a mark, and absence is easily misread. */
static void derive_reason(struct gc_row *row, struct gc_value *value)
{
	if (row->v[GC_EVENT_TYPE].present &&
	    row->v[GC_EVENT_TYPE].u == GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE)
		gc_row_set_text(row, value - row->v, "unknown", sizeof("unknown"));
}

/* By how much the watched clock went further than the reference. */
static void derive_wd_difference(struct gc_row *row, struct gc_value *value)
{
	const struct gc_value *reference = &row->v[GC_EVENT_WD_INTERVAL];
	const struct gc_value *watched = &row->v[GC_EVENT_CS_INTERVAL];
	int64_t difference;

	if (!reference->present || !watched->present)
		return;
	if (!__builtin_sub_overflow(watched->u, reference->u, &difference))
		gc_row_set_s(row, value - row->v, difference);
}

static const struct gc_field event[] = {
	[GC_EVENT_SEQ] = { "seq", NULL, GC_KIND_COUNTER, A(SEQ) },
	[GC_EVENT_TYPE] = {
		"type", NULL, GC_KIND_WORD, A(TYPE), .words = &gc_words_event_type },
	[GC_EVENT_SOURCE] = {
		"source", NULL, GC_KIND_WORD, A(SOURCE), .words = &gc_words_source },
	[GC_EVENT_CAPTURE_CPU] = { "capture_cpu", NULL, GC_KIND_NUMBER, A(CAPTURE_CPU) },
	[GC_EVENT_SUBJECT_CPU] = { "subject_cpu", NULL, GC_KIND_NUMBER, A(SUBJECT_CPU) },
	[GC_EVENT_TSC_BEFORE] = {
		"tsc_before_cycles", NULL, GC_KIND_COUNTER, A(TSC_BEFORE) },
	[GC_EVENT_TSC_AFTER] = { "tsc_after_cycles", NULL, GC_KIND_COUNTER, A(TSC_AFTER) },
	[GC_EVENT_MONOTONIC_RAW] = {
		"monotonic_raw_ns", NULL, GC_KIND_COUNTER, A(MONOTONIC_RAW) },
	[GC_EVENT_BOOTTIME] = { "boottime_ns", NULL, GC_KIND_COUNTER, A(BOOTTIME) },
	[GC_EVENT_REALTIME] = { "realtime_ns", NULL, GC_KIND_INSTANT, A(REALTIME) },
	[GC_EVENT_NOT_BEFORE_TSC] = {
		"not_before_tsc_cycles", NULL, GC_KIND_COUNTER, A(NOT_BEFORE_TSC) },
	[GC_EVENT_NOT_AFTER_TSC] = {
		"not_after_tsc_cycles", NULL, GC_KIND_COUNTER, A(NOT_AFTER_TSC) },
	[GC_EVENT_PAGE_OLD] = {
		"page_old", NULL, GC_KIND_ROW, A(PAGE_OLD), .schema = &gc_schema_page },
	[GC_EVENT_PAGE_NEW] = {
		"page_new", NULL, GC_KIND_ROW, A(PAGE_NEW), .schema = &gc_schema_page },
	[GC_EVENT_DISCONTINUITY] = {
		"discontinuity_ns", NULL, GC_KIND_SIGNED, A(DISCONTINUITY) },
	[GC_EVENT_CLOCKSOURCE] = { "clocksource", NULL, GC_KIND_TEXT, A(CLOCKSOURCE) },
	[GC_EVENT_CLOCKSOURCE_OLD] = {
		"clocksource_old", NULL, GC_KIND_TEXT, A(CLOCKSOURCE_OLD) },
	[GC_EVENT_RATING] = { "rating", NULL, GC_KIND_SIGNED, A(RATING) },
	[GC_EVENT_CLOCKSOURCE_FLAGS] = {
		"clocksource_flags", NULL, GC_KIND_NUMBER, A(CLOCKSOURCE_FLAGS) },
	[GC_EVENT_VDSO_CLOCK_MODE] = {
		"vdso_clock_mode", NULL, GC_KIND_SIGNED, A(VDSO_CLOCK_MODE) },
	[GC_EVENT_OFFS_REAL_BEFORE] = {
		"offs_real_before_ns", NULL, GC_KIND_INSTANT, A(OFFS_REAL_BEFORE) },
	[GC_EVENT_OFFS_REAL_AFTER] = {
		"offs_real_after_ns", NULL, GC_KIND_INSTANT, A(OFFS_REAL_AFTER) },
	[GC_EVENT_STEP] = { "step_ns", NULL, GC_KIND_SIGNED, .derive = derive_step },
	[GC_EVENT_REASON] = {
		"reason", NULL, GC_KIND_TEXT, A(REASON), .derive = derive_reason },
	[GC_EVENT_CALLER] = { "caller", NULL, GC_KIND_TEXT, A(CALLER) },
	[GC_EVENT_WD_RESULT] = {
		"wd_result", NULL, GC_KIND_WORD, A(WD_RESULT),
		.words = &gc_words_watchdog_result },
	[GC_EVENT_WD_REFERENCE] = { "wd_reference", NULL, GC_KIND_TEXT, A(WD_REFERENCE) },
	[GC_EVENT_WD_LATENESS] = { "wd_lateness_ns", NULL, GC_KIND_SIGNED, A(WD_LATENESS) },
	[GC_EVENT_WD_ELAPSED] = { "wd_elapsed_ns", NULL, GC_KIND_COUNTER, A(WD_ELAPSED) },
	[GC_EVENT_WD_ELAPSED_CYCLES] = {
		"wd_elapsed_cycles", NULL, GC_KIND_COUNTER, A(WD_ELAPSED_CYCLES) },
	[GC_EVENT_WD_NEXT_DUE] = { "wd_next_due_ns", NULL, GC_KIND_COUNTER, A(WD_NEXT_DUE) },
	[GC_EVENT_WD_ATTEMPTS] = { "wd_attempts", NULL, GC_KIND_NUMBER, A(WD_ATTEMPTS) },
	[GC_EVENT_WD_WINDOW] = { "wd_window_ns", NULL, GC_KIND_COUNTER, A(WD_WINDOW) },
	[GC_EVENT_WD_READBACK] = { "wd_readback_ns", NULL, GC_KIND_COUNTER, A(WD_READBACK) },
	[GC_EVENT_WD_INTERVAL] = { "wd_interval_ns", NULL, GC_KIND_COUNTER, A(WD_INTERVAL) },
	[GC_EVENT_CS_INTERVAL] = { "cs_interval_ns", NULL, GC_KIND_COUNTER, A(CS_INTERVAL) },
	[GC_EVENT_WD_DIFFERENCE] = {
		"wd_difference_ns", NULL, GC_KIND_SIGNED, .derive = derive_wd_difference },
	[GC_EVENT_WD_LAST] = { "wd_last_cycles", NULL, GC_KIND_COUNTER, A(WD_LAST) },
	[GC_EVENT_WD_NOW] = { "wd_now_cycles", NULL, GC_KIND_COUNTER, A(WD_NOW) },
	[GC_EVENT_WD_MASK] = { "wd_mask_cycles", NULL, GC_KIND_COUNTER, A(WD_MASK) },
	[GC_EVENT_CS_LAST] = { "cs_last_cycles", NULL, GC_KIND_COUNTER, A(CS_LAST) },
	[GC_EVENT_CS_NOW] = { "cs_now_cycles", NULL, GC_KIND_COUNTER, A(CS_NOW) },
	[GC_EVENT_CS_MASK] = { "cs_mask_cycles", NULL, GC_KIND_COUNTER, A(CS_MASK) },
	[GC_EVENT_WD_CPU_TEST] = { "wd_cpu_test_ns", NULL, GC_KIND_COUNTER, A(WD_CPU_TEST) },
	[GC_EVENT_REF_CPU] = { "ref_cpu", NULL, GC_KIND_NUMBER, A(REF_CPU) },
	[GC_EVENT_TSC_STATE] = {
		"tsc_state", NULL, GC_KIND_WORD, A(TSC_STATE), .words = &gc_words_tsc_state },
	[GC_EVENT_OFFSET_CYCLES] = {
		"offset_cycles", NULL, GC_KIND_SIGNED, A(OFFSET_CYCLES) },
	[GC_EVENT_BOUND_CYCLES] = { "bound_cycles", NULL, GC_KIND_NUMBER, A(BOUND_CYCLES) },
	[GC_EVENT_TSC_FAULT] = {
		"tsc_fault", NULL, GC_KIND_WORD, A(TSC_FAULT), .words = &gc_words_tsc_fault },
	[GC_EVENT_ADJUST_OLD] = { "adjust_old_cycles", NULL, GC_KIND_INSTANT, A(ADJUST_OLD) },
	[GC_EVENT_ADJUST_NEW] = { "adjust_new_cycles", NULL, GC_KIND_INSTANT, A(ADJUST_NEW) },
	[GC_EVENT_ADJUST_CHANGE] = {
		"adjust_change_cycles", NULL, GC_KIND_INSTANT, .derive = derive_adjust_change },
	[GC_EVENT_TSC_BEYOND] = {
		"tsc_beyond", NULL, GC_KIND_NUMBER, A(TSC_BEYOND) },
	[GC_EVENT_LOST_COUNT] = { "lost_count", NULL, GC_KIND_NUMBER, A(LOST_COUNT) },
	[GC_EVENT_LOST_REASON] = {
		"lost_reason", NULL, GC_KIND_WORD, A(LOST_REASON),
		.words = &gc_words_lost_reason },
	[GC_EVENT_MACHINE_ID] = { "machine_id", NULL, .kind = GC_KIND_TEXT },
	[GC_EVENT_BOOT_ID] = { "boot_id", NULL, .kind = GC_KIND_TEXT },
	[GC_EVENT_LOAD_ID] = { "load_id", NULL, GC_KIND_ID, A(LOAD_ID) },
	[GC_EVENT_RESTORE_EPOCH] = {
		"restore_epoch", NULL, GC_KIND_NUMBER, A(RESTORE_EPOCH) },
};

/* About the message, not about the event: a dump and a notification differ. */
static const int event_ignored[] = {
	GUESTCLOCK_A_EVENT_LOG_TAIL, GUESTCLOCK_A_EVENT_LOG_HEAD,
	GUESTCLOCK_A_EVENT_SINCE_SEQ, GUESTCLOCK_A_EVENT_PAD, 0,
};

const struct gc_schema gc_schema_event = {
	.name = "event",
	.field = event,
	.count = ARRAY_SIZE(event),
	.ignored = event_ignored,
	.sparse = true,
};
