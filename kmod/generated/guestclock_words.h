/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for the numbers of the ABI, from the netlink spec. */
/* To regenerate run: make regen */

#ifndef _GUESTCLOCK_WORDS_H
#define _GUESTCLOCK_WORDS_H

#ifdef __KERNEL__
#include <linux/stddef.h>
#else
#include <stddef.h>
#endif

static inline const char *guestclock_event_type_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "pvclock_update";
	case 2:
		return "clocksource_switch";
	case 3:
		return "clock_step";
	case 4:
		return "clocksource_unstable";
	case 5:
		return "watchdog_round";
	case 6:
		return "tsc_offset";
	case 7:
		return "tsc_adjust";
	case 8:
		return "time_gap";
	case 9:
		return "steal";
	case 10:
		return "host_offset";
	case 11:
		return "lost";
	default:
		return NULL;
	}
}

#define print_guestclock_event_type(value) \
	__print_symbolic(value, \
		{ 1, "pvclock_update" }, \
		{ 2, "clocksource_switch" }, \
		{ 3, "clock_step" }, \
		{ 4, "clocksource_unstable" }, \
		{ 5, "watchdog_round" }, \
		{ 6, "tsc_offset" }, \
		{ 7, "tsc_adjust" }, \
		{ 8, "time_gap" }, \
		{ 9, "steal" }, \
		{ 10, "host_offset" }, \
		{ 11, "lost" })

static inline const char *guestclock_source_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "poll";
	case 2:
		return "gtod_notifier";
	case 3:
		return "kprobe";
	case 4:
		return "check_tsc_unstable";
	case 5:
		return "measurement";
	case 6:
		return "event_log";
	case 7:
		return "test_injection";
	default:
		return NULL;
	}
}

static inline const char *guestclock_page_state_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "ok";
	case 2:
		return "torn";
	case 3:
		return "invalid";
	case 4:
		return "absent";
	case 5:
		return "alias";
	default:
		return NULL;
	}
}

static inline const char *guestclock_tsc_state_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "ok";
	case 2:
		return "reference";
	case 3:
		return "not_measured";
	case 4:
		return "no_answer";
	case 5:
		return "inconsistent";
	case 6:
		return "left_alone";
	default:
		return NULL;
	}
}

static inline const char *guestclock_observer_state_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "active";
	case 2:
		return "degraded";
	case 3:
		return "absent";
	default:
		return NULL;
	}
}

static inline const char *guestclock_lost_reason_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "staging_overflow";
	case 2:
		return "log_overwritten";
	case 3:
		return "socket";
	case 4:
		return "module_gone";
	default:
		return NULL;
	}
}

static inline const char *guestclock_tsc_fault_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "jump";
	case 2:
		return "rate";
	default:
		return NULL;
	}
}

static inline const char *guestclock_adjust_state_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "ok";
	case 2:
		return "absent";
	case 3:
		return "not_read";
	default:
		return NULL;
	}
}

static inline const char *guestclock_tsc_verification_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "verified";
	case 2:
		return "trusted";
	case 3:
		return "given_up";
	case 4:
		return "unknown";
	case 5:
		return "paused";
	case 6:
		return "no_watchdog";
	case 7:
		return "no_tsc";
	default:
		return NULL;
	}
}

static inline const char *guestclock_watchdog_result_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "passed";
	case 2:
		return "reset";
	case 3:
		return "long_interval";
	case 4:
		return "skipped";
	case 5:
		return "timed_out";
	case 6:
		return "skewed";
	case 7:
		return "unreadable";
	case 8:
		return "cpu_skewed";
	default:
		return NULL;
	}
}

static inline const char *guestclock_clock_state_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "ok";
	case 2:
		return "absent";
	case 3:
		return "failed";
	default:
		return NULL;
	}
}

static inline const char *guestclock_clock_moment_word(unsigned int value)
{
	switch (value) {
	case 1:
		return "load";
	case 2:
		return "incident";
	case 3:
		return "after_incident";
	case 4:
		return "request";
	default:
		return NULL;
	}
}

#endif /* _GUESTCLOCK_WORDS_H */
