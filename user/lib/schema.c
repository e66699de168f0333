// SPDX-License-Identifier: GPL-2.0-only
/* Columns of the snapshots; schema_tsc.c and schema_event.c have those of TSCs and events. */
#include "schema.h"

#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdio.h>
#include <string.h>

#include "array.h"

#define A(suffix) .attr = GUESTCLOCK_A_##suffix
#define IN_PAGE .nest = GUESTCLOCK_A_PVCLOCK_PAGE

static const struct gc_field page[] = {
	[GC_PAGE_VERSION] = {
		"version", NULL, GC_KIND_NUMBER, A(PAGE_VERSION) },
	[GC_PAGE_TSC_TIMESTAMP] = {
		"tsc_timestamp", NULL, GC_KIND_COUNTER, A(PAGE_TSC_TIMESTAMP) },
	[GC_PAGE_SYSTEM_TIME] = {
		"system_time_ns", NULL, GC_KIND_COUNTER, A(PAGE_SYSTEM_TIME) },
	[GC_PAGE_MUL] = {
		"tsc_to_system_mul", NULL, GC_KIND_NUMBER, A(PAGE_TSC_TO_SYSTEM_MUL) },
	[GC_PAGE_SHIFT] = {
		"tsc_shift", NULL, GC_KIND_SIGNED, A(PAGE_TSC_SHIFT) },
	[GC_PAGE_FLAGS] = {
		"flags", NULL, GC_KIND_NUMBER, A(PAGE_FLAGS) },
};

static const int page_ignored[] = { GUESTCLOCK_A_PAGE_PAD, 0 };

const struct gc_schema gc_schema_page = {
	.name = "page",
	.field = page,
	.count = ARRAY_SIZE(page),
	.ignored = page_ignored,
	.sparse = true,
};

static void derive_flag_names(struct gc_row *row, struct gc_value *value)
{
	static const char *const name[] = {
		"TSC_STABLE", "GUEST_STOPPED", "COUNTS_FROM_ZERO",
	};
	size_t i, count = ARRAY_SIZE(name);
	uint64_t flags = row->v[GC_PVCLOCK_FLAGS].u;
	size_t len = 0;
	char text[96];

	if (!row->v[GC_PVCLOCK_FLAGS].present)
		return;
	for (i = 0; i < count; i++) {
		if (!(flags & (1u << i)))
			continue;
		len += snprintf(text + len, sizeof(text) - len, "%s%s", len ? "," : "", name[i]);
		flags &= ~(1ull << i);
	}
	if (flags)
		len += snprintf(text + len, sizeof(text) - len, "%s0x%" PRIx64, len ? "," : "",
				flags);
	gc_row_set_text(row, value - row->v, len ? text : "none", sizeof(text));
}

static const struct gc_field pvclock[] = {
	[GC_PVCLOCK_CPU] = {
		"cpu", "CPU", GC_KIND_NUMBER, A(PVCLOCK_CPU) },
	[GC_PVCLOCK_STATE] = {
		"state", "STATE", GC_KIND_WORD, A(PVCLOCK_STATE),
		.words = &gc_words_page_state },
	[GC_PVCLOCK_VERSION] = {
		"version", "VERSION", GC_KIND_NUMBER, A(PAGE_VERSION), IN_PAGE },
	[GC_PVCLOCK_TSC_TIMESTAMP] = {
		"tsc_timestamp", "TSC_TIMESTAMP", GC_KIND_COUNTER,
		A(PAGE_TSC_TIMESTAMP), IN_PAGE },
	[GC_PVCLOCK_SYSTEM_TIME] = {
		"system_time_ns", "SYSTEM_TIME(ns)", GC_KIND_COUNTER,
		A(PAGE_SYSTEM_TIME), IN_PAGE },
	[GC_PVCLOCK_MUL] = {
		"tsc_to_system_mul", "MUL", GC_KIND_NUMBER,
		A(PAGE_TSC_TO_SYSTEM_MUL), IN_PAGE },
	[GC_PVCLOCK_SHIFT] = {
		"tsc_shift", "SHIFT", GC_KIND_SIGNED, A(PAGE_TSC_SHIFT), IN_PAGE },
	[GC_PVCLOCK_FLAGS] = {
		"flags", NULL, GC_KIND_NUMBER, A(PAGE_FLAGS), IN_PAGE },
	[GC_PVCLOCK_FLAG_NAMES] = {
		"flag_names", "FLAGS", GC_KIND_TEXT, .derive = derive_flag_names },
	[GC_PVCLOCK_TSC_HZ] = {
		"tsc_hz", "TSC(Hz)", GC_KIND_NUMBER, A(PVCLOCK_TSC_HZ) },
	[GC_PVCLOCK_TSC] = {
		"tsc_cycles", NULL, GC_KIND_COUNTER, A(PVCLOCK_TSC) },
	[GC_PVCLOCK_KVMCLOCK] = {
		"kvmclock_ns", "KVMCLOCK(ns)", GC_KIND_COUNTER, A(PVCLOCK_KVMCLOCK) },
	[GC_PVCLOCK_AGE] = {
		"age_ns", "AGE(ns)", GC_KIND_SIGNED, A(PVCLOCK_AGE) },
	[GC_PVCLOCK_UPDATES] = {
		"updates", "UPDATES", GC_KIND_NUMBER, A(PVCLOCK_UPDATES) },
	[GC_PVCLOCK_LAST_DISCONTINUITY] = {
		"last_discontinuity_ns", "LAST_JUMP(ns)", GC_KIND_SIGNED,
		A(PVCLOCK_LAST_DISCONTINUITY) },
	[GC_PVCLOCK_TORN_READS] = {
		"torn_reads", NULL, GC_KIND_NUMBER, A(PVCLOCK_TORN_READS) },
};

static const int pvclock_ignored[] = { GUESTCLOCK_A_PVCLOCK_PAD, 0 };

const struct gc_schema gc_schema_pvclock = {
	.name = "pvclock",
	.field = pvclock,
	.count = ARRAY_SIZE(pvclock),
	.ignored = pvclock_ignored,
};

static const struct gc_field clocksource[] = {
	[GC_CLOCKSOURCE_NAME] = {
		"name", "NAME", GC_KIND_TEXT, A(CLOCKSOURCE_NAME) },
	[GC_CLOCKSOURCE_RATING] = {
		"rating", "RATING", GC_KIND_SIGNED, A(CLOCKSOURCE_RATING) },
	[GC_CLOCKSOURCE_FLAGS] = {
		"flags", "FLAGS", GC_KIND_NUMBER, A(CLOCKSOURCE_FLAGS) },
	[GC_CLOCKSOURCE_VDSO_CLOCK_MODE] = {
		"vdso_clock_mode", "VDSO_MODE", GC_KIND_SIGNED, A(CLOCKSOURCE_VDSO_CLOCK_MODE) },
	[GC_CLOCKSOURCE_SWITCHES] = {
		"switches", "SWITCHES", GC_KIND_NUMBER, A(CLOCKSOURCE_SWITCHES) },
	[GC_CLOCKSOURCE_STEPS] = {
		"steps", "STEPS", GC_KIND_NUMBER, A(CLOCKSOURCE_STEPS) },
	[GC_CLOCKSOURCE_OFFS_REAL] = {
		"offs_real_ns", "OFFS_REAL(ns)", GC_KIND_INSTANT, A(CLOCKSOURCE_OFFS_REAL) },
	[GC_CLOCKSOURCE_TSC_UNSTABLE] = {
		"tsc_unstable", "TSC_UNSTABLE", GC_KIND_NUMBER, A(CLOCKSOURCE_TSC_UNSTABLE) },
	[GC_CLOCKSOURCE_MARKS] = {
		"marks", "MARKS", GC_KIND_NUMBER, A(CLOCKSOURCE_MARKS) },
	[GC_CLOCKSOURCE_AVAILABLE] = { "available", "AVAILABLE", .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_RATINGS] = { "ratings", NULL, .kind = GC_KIND_LIST },
	[GC_CLOCKSOURCE_READING] = { "reading", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_READS] = { "reads", NULL, .kind = GC_KIND_NUMBER },
	[GC_CLOCKSOURCE_READ_CALLS] = { "reads_by_system_call", NULL, .kind = GC_KIND_NUMBER },
	[GC_CLOCKSOURCE_OPTIONS] = { "cmdline_clock_options", NULL, .kind = GC_KIND_LIST },
	[GC_CLOCKSOURCE_OPTION_EFFECTS] = {
		"cmdline_clock_effects", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_RECOMMENDED] = { "recommended", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_RECOMMENDED_REASON] = {
		"recommended_reason", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_ACTION] = { "recommended_action", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_WATCHDOG] = {
		"watchdog", NULL, .kind = GC_KIND_ROW, .schema = &gc_schema_watchdog },
	[GC_CLOCKSOURCE_READINGS] = { "clock_readings", NULL, .kind = GC_KIND_NUMBER },
	[GC_CLOCKSOURCE_CROSS_OUTCOME] = { "cross_outcome", NULL, .kind = GC_KIND_TEXT },
	[GC_CLOCKSOURCE_CROSS_VERDICT] = { "cross_verdict", NULL, .kind = GC_KIND_TEXT },
};

static const int clocksource_ignored[] = { GUESTCLOCK_A_CLOCKSOURCE_PAD, 0 };

const struct gc_schema gc_schema_clocksource = {
	.name = "clocksource",
	.field = clocksource,
	.count = ARRAY_SIZE(clocksource),
	.ignored = clocksource_ignored,
};

static const struct gc_field observer[] = {
	[GC_OBSERVER_NAME] = { "name", "OBSERVER", GC_KIND_TEXT, A(OBSERVER_NAME) },
	[GC_OBSERVER_STATE] = {
		"state", "STATE", GC_KIND_WORD, A(OBSERVER_STATE),
		.words = &gc_words_observer_state },
	[GC_OBSERVER_DETAIL] = { "detail", "DETAIL", GC_KIND_TEXT, A(OBSERVER_DETAIL) },
};

const struct gc_schema gc_schema_observer = {
	.name = "observer",
	.field = observer,
	.count = ARRAY_SIZE(observer),
};

static const struct gc_field status[] = {
	[GC_STATUS_MODULE_VERSION] = {
		"module_version", NULL, GC_KIND_TEXT, A(STATUS_MODULE_VERSION) },
	[GC_STATUS_LOAD_ID] = { "load_id", NULL, GC_KIND_ID, A(STATUS_LOAD_ID) },
	[GC_STATUS_RESTORE_EPOCH] = {
		"restore_epoch", NULL, GC_KIND_NUMBER, A(STATUS_RESTORE_EPOCH) },
	[GC_STATUS_TSC_KHZ] = { "tsc_khz", NULL, GC_KIND_NUMBER, A(STATUS_TSC_KHZ) },
	[GC_STATUS_LOG_TAIL] = { "log_tail", NULL, GC_KIND_COUNTER, A(STATUS_LOG_TAIL) },
	[GC_STATUS_LOG_HEAD] = { "log_head", NULL, GC_KIND_COUNTER, A(STATUS_LOG_HEAD) },
	[GC_STATUS_LOG_SIZE] = { "log_size", NULL, GC_KIND_NUMBER, A(STATUS_LOG_SIZE) },
	[GC_STATUS_LOST] = { "lost", NULL, GC_KIND_NUMBER, A(STATUS_LOST) },
	[GC_STATUS_POLLS] = { "polls", NULL, GC_KIND_NUMBER, A(STATUS_POLLS) },
	[GC_STATUS_POLL_INTERVAL] = {
		"poll_interval_ms", NULL, GC_KIND_NUMBER, A(STATUS_POLL_INTERVAL) },
};

static const int status_ignored[] = { GUESTCLOCK_A_STATUS_PAD, 0 };

const struct gc_schema gc_schema_status = {
	.name = "status",
	.field = status,
	.count = ARRAY_SIZE(status),
	.ignored = status_ignored,
};
