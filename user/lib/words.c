// SPDX-License-Identifier: GPL-2.0-only
/* Words for the enums of the ABI, in both directions. */
#include "words.h"

#include <errno.h>
#include <linux/guestclock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

#define UNKNOWN_PREFIX "unknown_"

static const char *const event_type[] = {
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

const struct gc_words gc_words_event_type = { event_type, ARRAY_SIZE(event_type) };

static const char *const source[] = {
	[GC_SOURCE_CLIENT] = "client",
	[GUESTCLOCK_SOURCE_POLL] = "poll",
	[GUESTCLOCK_SOURCE_GTOD_NOTIFIER] = "gtod_notifier",
	[GUESTCLOCK_SOURCE_KPROBE] = "kprobe",
	[GUESTCLOCK_SOURCE_CHECK_TSC_UNSTABLE] = "check_tsc_unstable",
	[GUESTCLOCK_SOURCE_MEASUREMENT] = "measurement",
	[GUESTCLOCK_SOURCE_EVENT_LOG] = "event_log",
};

const struct gc_words gc_words_source = { source, ARRAY_SIZE(source) };

static const char *const page_state[] = {
	[GUESTCLOCK_PAGE_STATE_OK] = "ok",
	[GUESTCLOCK_PAGE_STATE_TORN] = "torn",
	[GUESTCLOCK_PAGE_STATE_INVALID] = "invalid",
	[GUESTCLOCK_PAGE_STATE_ABSENT] = "absent",
	[GUESTCLOCK_PAGE_STATE_ALIAS] = "alias",
};

const struct gc_words gc_words_page_state = { page_state, ARRAY_SIZE(page_state) };

static const char *const tsc_state[] = {
	[GUESTCLOCK_TSC_STATE_OK] = "ok",
	[GUESTCLOCK_TSC_STATE_REFERENCE] = "reference",
	[GUESTCLOCK_TSC_STATE_NOT_MEASURED] = "not_measured",
	[GUESTCLOCK_TSC_STATE_NO_ANSWER] = "no_answer",
	[GUESTCLOCK_TSC_STATE_INCONSISTENT] = "inconsistent",
};

const struct gc_words gc_words_tsc_state = { tsc_state, ARRAY_SIZE(tsc_state) };

static const char *const observer_state[] = {
	[GUESTCLOCK_OBSERVER_STATE_ACTIVE] = "active",
	[GUESTCLOCK_OBSERVER_STATE_DEGRADED] = "degraded",
	[GUESTCLOCK_OBSERVER_STATE_ABSENT] = "absent",
};

const struct gc_words gc_words_observer_state = { observer_state, ARRAY_SIZE(observer_state) };

static const char *const lost_reason[] = {
	[GUESTCLOCK_LOST_REASON_STAGING_OVERFLOW] = "staging_overflow",
	[GUESTCLOCK_LOST_REASON_LOG_OVERWRITTEN] = "log_overwritten",
	[GUESTCLOCK_LOST_REASON_SOCKET] = "socket",
	[GUESTCLOCK_LOST_REASON_MODULE_GONE] = "module_gone",
};

const struct gc_words gc_words_lost_reason = { lost_reason, ARRAY_SIZE(lost_reason) };

/**
 * gc_words_name() - The word for a value.
 * @words: the enum
 * @value: the value
 * @buf: room for the word of a value that this client does not know
 * @size: size of @buf
 *
 * Return: the word, or @buf with "unknown_" and the number.
 */
const char *gc_words_name(const struct gc_words *words, uint32_t value,
			  char *buf, size_t size)
{
	if (value < words->count && words->word[value])
		return words->word[value];
	snprintf(buf, size, UNKNOWN_PREFIX "%u", value);
	return buf;
}

/**
 * gc_words_value() - The value of a word, the reverse of gc_words_name().
 * @words: the enum
 * @word: the word
 * @value: where the value goes
 *
 * Return: 0, or -EINVAL when it is no word of this enum.
 */
int gc_words_value(const struct gc_words *words, const char *word, uint32_t *value)
{
	unsigned long number;
	char *end;
	size_t i;

	for (i = 0; i < words->count; i++) {
		if (words->word[i] && !strcmp(words->word[i], word)) {
			*value = i;
			return 0;
		}
	}
	if (strncmp(word, UNKNOWN_PREFIX, strlen(UNKNOWN_PREFIX)))
		return -EINVAL;
	word += strlen(UNKNOWN_PREFIX);
	errno = 0;
	number = strtoul(word, &end, 10);
	if (errno || *end || end == word || number > UINT32_MAX)
		return -EINVAL;
	*value = number;
	return 0;
}
