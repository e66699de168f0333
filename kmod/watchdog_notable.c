// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which checks of the kernel's watchdog are events. Two a second and for ever
 * would bury everything else: the first with a clocksource and a reference is one,
 * then each whose result is not that of the check before, each mark, and rounds
 * that are late. All are counted.
 */

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "event.h"
#include "watchdog_notable.h"

/* Clocksources that one round looks at; there is hardly ever a second. */
#define POSITIONS	4

/* Rounds of a busy guest are late again and again, and the first says it. */
#define LATE_AGAIN_NS	(10 * NSEC_PER_SEC)

/**
 * struct known_check - what is known of the checks at one position in the round
 * @result: of the newest check, 0 when there was none
 * @clocksource: what the newest that named it looked at
 * @reference: what it was compared with
 */
struct known_check {
	enum guestclock_watchdog_result result;
	char clocksource[GUESTCLOCK_NAME_LEN];
	char reference[GUESTCLOCK_NAME_LEN];
};

static struct known_check known[POSITIONS];
static u64 late_told_ns;
static s64 late_told_by_ns;
static u32 late_threshold_ms;
static bool all_told;

/* Remembers the check; returns whether it is another than before. */
static bool differs(const struct guestclock_round_evidence *evidence,
		    struct known_check *than)
{
	bool differs = evidence->result != than->result ||
		       strcmp(evidence->reference, than->reference);

	than->result = evidence->result;
	strscpy(than->reference, evidence->reference, sizeof(than->reference));
	/* A reset does not say which clocksource it is of. */
	if (!evidence->clocksource[0])
		return differs;
	differs |= !!strcmp(evidence->clocksource, than->clocksource);
	strscpy(than->clocksource, evidence->clocksource, sizeof(than->clocksource));

	return differs;
}

static bool is_trouble(enum guestclock_watchdog_result result)
{
	return result != GUESTCLOCK_WATCHDOG_RESULT_PASSED &&
	       result != GUESTCLOCK_WATCHDOG_RESULT_RESET;
}

static bool marks(enum guestclock_watchdog_result result)
{
	return result == GUESTCLOCK_WATCHDOG_RESULT_SKEWED ||
	       result == GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE ||
	       result == GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED;
}

static bool worth_telling_late(s64 lateness_ns, u64 now)
{
	if (late_told_ns && now - late_told_ns < LATE_AGAIN_NS &&
	    lateness_ns / 2 < late_told_by_ns)
		return false;
	late_told_ns = now;
	late_told_by_ns = lateness_ns;

	return true;
}

/**
 * guestclock_timer_slack_ns() - how late a timer of the wheel is by design
 * @timeout_ns: what it was set to, ns
 *
 * The wheel's levels are an eighth of the time-out coarse at most (LVL_GRAN() of
 * kernel/time/timer.c). For the half second between two rounds that is part of the
 * lateness that is told of; after a pause of five minutes it is some 16 s.
 *
 * Context: Any.
 * Return: ns, 0 for time-outs up to two seconds.
 */
s64 guestclock_timer_slack_ns(s64 timeout_ns)
{
	return timeout_ns > 2 * (s64)NSEC_PER_SEC ? timeout_ns / 8 : 0;
}

/**
 * guestclock_notable_late() - whether a round is late
 * @late_ns: by its timer or the TSC, beyond what is by design, ns
 *
 * Context: Any.
 * Return: whether it is.
 */
bool guestclock_notable_late(s64 late_ns)
{
	return late_ns > (s64)late_threshold_ms * NSEC_PER_MSEC;
}

/**
 * guestclock_notable() - whether a check is an event
 * @evidence: the check
 * @late_ns: how late its round is, as for guestclock_notable_late(), ns
 * @position: checks before it in the same round
 * @now_ns: CLOCK_BOOTTIME, ns
 * @begins_trouble: set to whether an incident begins with it
 *
 * Context: Within a round, which there is one of at a time.
 * Return: whether it is.
 */
bool guestclock_notable(const struct guestclock_round_evidence *evidence,
			s64 late_ns, unsigned int position, u64 now_ns,
			bool *begins_trouble)
{
	bool differing = differs(evidence, &known[min(position, POSITIONS - 1U)]);
	bool late = guestclock_notable_late(late_ns) &&
		    worth_telling_late(late_ns, now_ns);

	*begins_trouble = marks(evidence->result) ||
			  (differing && is_trouble(evidence->result));

	return differing || late || marks(evidence->result) || all_told;
}

/**
 * guestclock_notable_init() - forget what was known
 * @late_ms: a round later than this is late, ms
 * @all: every check is an event
 *
 * Context: Process, before the probes are armed.
 */
void guestclock_notable_init(u32 late_ms, bool all)
{
	memset(known, 0, sizeof(known));
	late_told_ns = 0;
	late_threshold_ms = late_ms;
	all_told = all;
}

/**
 * guestclock_notable_late_ms() - what a late round is
 *
 * Context: Any.
 * Return: ms.
 */
u32 guestclock_notable_late_ms(void)
{
	return late_threshold_ms;
}

/**
 * guestclock_notable_all() - whether every check is an event
 *
 * Context: Any.
 * Return: whether it is.
 */
bool guestclock_notable_all(void)
{
	return all_told;
}
