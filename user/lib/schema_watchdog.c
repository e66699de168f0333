// SPDX-License-Identifier: GPL-2.0-only
/* Columns of the kernel's watchdog, and of readings of clocks. */
#include "schema.h"

#include <linux/guestclock.h>

#include "array.h"

#define A(suffix) .attr = GUESTCLOCK_A_##suffix

static const struct gc_field watchdog[] = {
	[GC_WATCHDOG_VERIFICATION] = {
		"tsc_verification", NULL, GC_KIND_WORD, A(WATCHDOG_VERIFICATION),
		.words = &gc_words_tsc_verification },
	[GC_WATCHDOG_BECAUSE] = {
		"tsc_verification_because", NULL, GC_KIND_TEXT, A(WATCHDOG_BECAUSE) },
	[GC_WATCHDOG_CLOCKSOURCE] = {
		"clocksource", NULL, GC_KIND_TEXT, A(WATCHDOG_CLOCKSOURCE) },
	[GC_WATCHDOG_REFERENCE] = {
		"reference", NULL, GC_KIND_TEXT, A(WATCHDOG_REFERENCE) },
	[GC_WATCHDOG_REFERENCE_FROM_TSC] = {
		"reference_from_tsc", NULL, GC_KIND_NUMBER, A(WATCHDOG_REFERENCE_FROM_TSC) },
	[GC_WATCHDOG_ROUNDS] = { "rounds", NULL, GC_KIND_NUMBER, A(WATCHDOG_ROUNDS) },
	[GC_WATCHDOG_LATE] = { "late", NULL, GC_KIND_NUMBER, A(WATCHDOG_LATE) },
	[GC_WATCHDOG_PASSED] = { "passed", NULL, GC_KIND_NUMBER, A(WATCHDOG_PASSED) },
	[GC_WATCHDOG_RESETS] = { "resets", NULL, GC_KIND_NUMBER, A(WATCHDOG_RESETS) },
	[GC_WATCHDOG_LONG_INTERVALS] = {
		"long_intervals", NULL, GC_KIND_NUMBER, A(WATCHDOG_LONG_INTERVALS) },
	[GC_WATCHDOG_SKIPPED] = { "skipped", NULL, GC_KIND_NUMBER, A(WATCHDOG_SKIPPED) },
	[GC_WATCHDOG_TIMED_OUT] = { "timed_out", NULL, GC_KIND_NUMBER, A(WATCHDOG_TIMED_OUT) },
	[GC_WATCHDOG_FAILED] = { "failed", NULL, GC_KIND_NUMBER, A(WATCHDOG_FAILED) },
	[GC_WATCHDOG_CPU_TESTS] = { "cpu_tests", NULL, GC_KIND_NUMBER, A(WATCHDOG_CPU_TESTS) },
	[GC_WATCHDOG_RETRIES] = { "retries", NULL, GC_KIND_NUMBER, A(WATCHDOG_RETRIES) },
	[GC_WATCHDOG_OVERLAPPED] = {
		"overlapped", NULL, GC_KIND_NUMBER, A(WATCHDOG_OVERLAPPED) },
	[GC_WATCHDOG_LAST_ROUND] = {
		"last_round_boottime_ns", NULL, GC_KIND_COUNTER, A(WATCHDOG_LAST_ROUND) },
	[GC_WATCHDOG_NEXT_ROUND] = {
		"next_round_boottime_ns", NULL, GC_KIND_COUNTER, A(WATCHDOG_NEXT_ROUND) },
	[GC_WATCHDOG_MAX_LATENESS] = {
		"max_lateness_ns", NULL, GC_KIND_SIGNED, A(WATCHDOG_MAX_LATENESS) },
	[GC_WATCHDOG_MAX_WINDOW] = {
		"max_window_ns", NULL, GC_KIND_NUMBER, A(WATCHDOG_MAX_WINDOW) },
	[GC_WATCHDOG_MIN_DIFFERENCE] = {
		"min_difference_ns", NULL, GC_KIND_SIGNED, A(WATCHDOG_MIN_DIFFERENCE) },
	[GC_WATCHDOG_MAX_DIFFERENCE] = {
		"max_difference_ns", NULL, GC_KIND_SIGNED, A(WATCHDOG_MAX_DIFFERENCE) },
	[GC_WATCHDOG_MAX_CPU_TEST] = {
		"max_cpu_test_ns", NULL, GC_KIND_NUMBER, A(WATCHDOG_MAX_CPU_TEST) },
	[GC_WATCHDOG_LATE_THRESHOLD] = {
		"late_threshold_ms", NULL, GC_KIND_NUMBER, A(WATCHDOG_LATE_THRESHOLD) },
	[GC_WATCHDOG_ALL_ROUNDS] = {
		"all_rounds", NULL, GC_KIND_NUMBER, A(WATCHDOG_ALL_ROUNDS) },
};

static const int watchdog_ignored[] = { GUESTCLOCK_A_WATCHDOG_PAD, 0 };

const struct gc_schema gc_schema_watchdog = {
	.name = "watchdog",
	.field = watchdog,
	.count = ARRAY_SIZE(watchdog),
	.ignored = watchdog_ignored,
};

static const struct gc_field clock_reading[] = {
	[GC_CLOCK_NAME] = { "clock", "CLOCK", GC_KIND_TEXT, A(CLOCK_NAME) },
	[GC_CLOCK_MOMENT] = {
		"moment", "MOMENT", GC_KIND_WORD, A(CLOCK_MOMENT),
		.words = &gc_words_clock_moment },
	[GC_CLOCK_READING] = { "reading", "READING", GC_KIND_NUMBER, A(CLOCK_READING) },
	[GC_CLOCK_STATE] = {
		"state", "STATE", GC_KIND_WORD, A(CLOCK_STATE), .words = &gc_words_clock_state },
	[GC_CLOCK_DETAIL] = { "detail", "DETAIL", GC_KIND_TEXT, A(CLOCK_DETAIL) },
	[GC_CLOCK_CPU] = { "cpu", "CPU", GC_KIND_NUMBER, A(CLOCK_CPU) },
	[GC_CLOCK_TSC_BEFORE] = {
		"tsc_before_cycles", NULL, GC_KIND_COUNTER, A(CLOCK_TSC_BEFORE) },
	[GC_CLOCK_VALUE] = { "value_cycles", NULL, GC_KIND_COUNTER, A(CLOCK_VALUE) },
	[GC_CLOCK_TSC_AFTER] = {
		"tsc_after_cycles", NULL, GC_KIND_COUNTER, A(CLOCK_TSC_AFTER) },
	[GC_CLOCK_MASK] = { "mask_cycles", NULL, GC_KIND_COUNTER, A(CLOCK_MASK) },
	[GC_CLOCK_HZ] = { "frequency_hz", NULL, GC_KIND_NUMBER, A(CLOCK_HZ) },
	[GC_CLOCK_ATTEMPTS] = { "attempts", NULL, GC_KIND_NUMBER, A(CLOCK_ATTEMPTS) },
	[GC_CLOCK_SLOWEST] = { "slowest_cycles", NULL, GC_KIND_NUMBER, A(CLOCK_SLOWEST) },
	[GC_CLOCK_BOOTTIME] = { "boottime_ns", NULL, GC_KIND_COUNTER, A(CLOCK_BOOTTIME) },
};

static const int clock_ignored[] = { GUESTCLOCK_A_CLOCK_PAD, 0 };

const struct gc_schema gc_schema_clock = {
	.name = "clock",
	.field = clock_reading,
	.count = ARRAY_SIZE(clock_reading),
	.ignored = clock_ignored,
};

static const struct gc_field cross[] = {
	[GC_CROSS_ROW_CLOCK] = { "clock", "CLOCK", .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_OTHER] = { "other", "AGAINST", .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_STATE] = { "state", "STATE", .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_INTERVALS] = { "intervals", "INTERVALS", .kind = GC_KIND_NUMBER },
	[GC_CROSS_ROW_DURATION] = { "duration_ns", NULL, .kind = GC_KIND_NUMBER },
	[GC_CROSS_ROW_RATE] = { "rate_ppb", "RATE(ppb)", .kind = GC_KIND_SIGNED },
	[GC_CROSS_ROW_RATE_BOUND] = { "rate_bound_ppb", "BOUND(ppb)", .kind = GC_KIND_NUMBER },
	[GC_CROSS_ROW_JUMP] = { "jump_ns", "JUMP(ns)", .kind = GC_KIND_SIGNED },
	[GC_CROSS_ROW_JUMP_BOUND] = { "jump_bound_ns", "BOUND(ns)", .kind = GC_KIND_NUMBER },
	[GC_CROSS_ROW_JUMP_AFTER] = {
		"jump_after_boottime_ns", NULL, .kind = GC_KIND_COUNTER },
	[GC_CROSS_ROW_JUMP_BEFORE] = {
		"jump_before_boottime_ns", NULL, .kind = GC_KIND_COUNTER },
	[GC_CROSS_ROW_OUTCOME] = { "outcome", NULL, .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_ODD] = { "odd", NULL, .kind = GC_KIND_LIST },
	[GC_CROSS_ROW_CONFIDENCE] = { "confidence", NULL, .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_VERDICT] = { "verdict", NULL, .kind = GC_KIND_TEXT },
	[GC_CROSS_ROW_NOTES] = { "notes", NULL, .kind = GC_KIND_TEXT },
};

const struct gc_schema gc_schema_cross = {
	.name = "cross-check",
	.field = cross,
	.count = ARRAY_SIZE(cross),
};
