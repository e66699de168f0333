// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words for the ABI's numbers, for the tables that people read.
 */

#include <linux/kernel.h>

#include "names.h"

static const char *const event_type_names[] = {
	[GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE] = "pvclock_update",
	[GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH] = "clocksource_switch",
	[GUESTCLOCK_EVENT_TYPE_CLOCK_STEP] = "clock_step",
	[GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE] = "clocksource_unstable",
	[GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND] = "watchdog_round",
	[GUESTCLOCK_EVENT_TYPE_TSC_OFFSET] = "tsc_offset",
	[GUESTCLOCK_EVENT_TYPE_TSC_ADJUST] = "tsc_adjust",
	[GUESTCLOCK_EVENT_TYPE_TIME_GAP] = "time_gap",
	[GUESTCLOCK_EVENT_TYPE_STEAL] = "steal",
	[GUESTCLOCK_EVENT_TYPE_HOST_OFFSET] = "host_offset",
	[GUESTCLOCK_EVENT_TYPE_LOST] = "lost",
};

static const char *const source_names[] = {
	[GUESTCLOCK_SOURCE_POLL] = "poll",
	[GUESTCLOCK_SOURCE_GTOD_NOTIFIER] = "gtod_notifier",
	[GUESTCLOCK_SOURCE_KPROBE] = "kprobe",
	[GUESTCLOCK_SOURCE_CHECK_TSC_UNSTABLE] = "check_tsc_unstable",
	[GUESTCLOCK_SOURCE_MEASUREMENT] = "measurement",
	[GUESTCLOCK_SOURCE_EVENT_LOG] = "event_log",
};

static const char *const page_state_names[] = {
	[GUESTCLOCK_PAGE_STATE_OK] = "ok",
	[GUESTCLOCK_PAGE_STATE_TORN] = "torn",
	[GUESTCLOCK_PAGE_STATE_INVALID] = "invalid",
	[GUESTCLOCK_PAGE_STATE_ABSENT] = "absent",
	[GUESTCLOCK_PAGE_STATE_ALIAS] = "alias",
};

static const char *const tsc_state_names[] = {
	[GUESTCLOCK_TSC_STATE_OK] = "ok",
	[GUESTCLOCK_TSC_STATE_REFERENCE] = "reference",
	[GUESTCLOCK_TSC_STATE_NOT_MEASURED] = "not_measured",
	[GUESTCLOCK_TSC_STATE_NO_ANSWER] = "no_answer",
	[GUESTCLOCK_TSC_STATE_INCONSISTENT] = "inconsistent",
};

static const char *const lost_reason_names[] = {
	[GUESTCLOCK_LOST_REASON_STAGING_OVERFLOW] = "staging_overflow",
	[GUESTCLOCK_LOST_REASON_LOG_OVERWRITTEN] = "log_overwritten",
	[GUESTCLOCK_LOST_REASON_SOCKET] = "socket",
	[GUESTCLOCK_LOST_REASON_MODULE_GONE] = "module_gone",
};

static const char *name_of(const char *const *names, unsigned int count,
			   unsigned int value)
{
	return value < count && names[value] ? names[value] : "?";
}

/**
 * guestclock_event_type_name() - the word for an event type
 * @type: the type
 *
 * Context: Any.
 * Return: the word, "?" when there is none.
 */
const char *guestclock_event_type_name(enum guestclock_event_type type)
{
	return name_of(event_type_names, ARRAY_SIZE(event_type_names), type);
}

/**
 * guestclock_source_name() - the word for an event's source
 * @source: the source
 *
 * Context: Any.
 * Return: the word, "?" when there is none.
 */
const char *guestclock_source_name(enum guestclock_source source)
{
	return name_of(source_names, ARRAY_SIZE(source_names), source);
}

/**
 * guestclock_page_state_name() - the word for the state of a pvclock row
 * @state: the state
 *
 * Context: Any.
 * Return: the word, "?" when there is none.
 */
const char *guestclock_page_state_name(enum guestclock_page_state state)
{
	return name_of(page_state_names, ARRAY_SIZE(page_state_names), state);
}

/**
 * guestclock_tsc_state_name() - the word for the state of a TSC row
 * @state: the state
 *
 * Context: Any.
 * Return: the word, "?" when there is none.
 */
const char *guestclock_tsc_state_name(enum guestclock_tsc_state state)
{
	return name_of(tsc_state_names, ARRAY_SIZE(tsc_state_names), state);
}

/**
 * guestclock_lost_reason_name() - the word for where events were lost
 * @reason: the reason
 *
 * Context: Any.
 * Return: the word, "?" when there is none.
 */
const char *guestclock_lost_reason_name(enum guestclock_lost_reason reason)
{
	return name_of(lost_reason_names, ARRAY_SIZE(lost_reason_names), reason);
}
