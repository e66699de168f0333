// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clocksource watchdog observer: clocksources that the kernel marks as
 * unstable, each mark once, with the kernel's reason where it gives one, and
 * the rounds of its watchdog that lead to that.
 *
 * The kernel tells nobody about a mark or a round, so some of its functions are
 * probed. Where that cannot be done, check_tsc_unstable() shows that the TSC was
 * marked, though not why, and the kernel's log has the words.
 */

#include "guestclock.h"

#include <linux/atomic.h>
#include <linux/clocksource.h>
#include <linux/string.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "clocks.h"
#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "event.h"
#include "log.h"
#include "observer.h"
#include "staging.h"
#include "unstable_probe.h"
#include "watchdog_notable.h"
#include "watchdog_probe.h"
#include "watchdog_round.h"

struct guestclock_observer guestclock_watchdog_observer = {
	.name = "clocksource_watchdog",
};

/*
 * The TSC is marked once in the life of a kernel, but up to three sources see
 * it; the first to set this reports it.
 */
static atomic_t tsc_mark_seen = ATOMIC_INIT(0);
static atomic64_t marks = ATOMIC64_INIT(0);
static atomic64_t polls_that_found = ATOMIC64_INIT(0);
static u64 last_poll_tsc;
static bool sees_rounds;

static void stage_mark(const struct guestclock_unstable_evidence *evidence)
{
	struct guestclock_event event;

	guestclock_event_init(&event,
			      GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE,
			      GUESTCLOCK_SOURCE_KPROBE, GUESTCLOCK_WHOLE_GUEST);
	event.unstable = *evidence;
	atomic64_inc(&marks);
	guestclock_stage(&event);
	guestclock_clocks_incident(true);
}

static bool is_tsc(const struct clocksource *cs)
{
	return !strcmp(cs->name, "tsc") || !strcmp(cs->name, "tsc-early");
}

/**
 * guestclock_watchdog_saw_reason() - mark_tsc_unstable() was called
 * @reason: its argument
 *
 * Context: The probed function's, any but a real NMI.
 */
void guestclock_watchdog_saw_reason(const char *reason)
{
	struct guestclock_unstable_evidence evidence = {
		.clocksource.name = "tsc",
	};

	if (atomic_cmpxchg(&tsc_mark_seen, 0, 1))
		return;

	strscpy(evidence.reason, reason, sizeof(evidence.reason));
	stage_mark(&evidence);
}

/**
 * guestclock_watchdog_saw_unstable() - __clocksource_unstable() was called
 * @cs: its argument
 * @caller: return address of the call
 *
 * For the TSC it follows mark_tsc_unstable(), unless the watchdog calls it:
 * then the kernel's words are those of tsc_cs_mark_unstable().
 *
 * Context: The watchdog's lock is held, which is a spinlock.
 */
void guestclock_watchdog_saw_unstable(const struct clocksource *cs,
				      unsigned long caller)
{
	struct guestclock_unstable_evidence evidence = { .caller = caller };

	guestclock_clocksource_copy(&evidence.clocksource, cs);
	guestclock_round_saw_mark(&evidence, cs);
	if (is_tsc(cs)) {
		if (atomic_cmpxchg(&tsc_mark_seen, 0, 1))
			return;
		strscpy(evidence.reason, "clocksource watchdog",
			sizeof(evidence.reason));
	}
	stage_mark(&evidence);
}

/**
 * guestclock_watchdog_poll() - ask the kernel whether the TSC was marked
 *
 * Finds what no probe saw.
 *
 * Context: Process, may sleep; one caller at a time.
 */
void guestclock_watchdog_poll(void)
{
	u64 not_before = last_poll_tsc;
	struct guestclock_event event;

	last_poll_tsc = rdtsc_ordered();
	if (!check_tsc_unstable() || atomic_cmpxchg(&tsc_mark_seen, 0, 1))
		return;

	guestclock_event_init(&event,
			      GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE,
			      GUESTCLOCK_SOURCE_CHECK_TSC_UNSTABLE,
			      GUESTCLOCK_WHOLE_GUEST);
	event.not_before_tsc = not_before;
	event.not_after_tsc = rdtsc_ordered();
	strscpy(event.unstable.clocksource.name, "tsc",
		sizeof(event.unstable.clocksource.name));
	atomic64_inc(&marks);
	atomic64_inc(&polls_that_found);
	guestclock_log_report(&event);
	guestclock_clocks_incident(true);
}

/**
 * guestclock_watchdog_source_at() - one source of marks and rounds after the other
 * @index: from 0
 * @source: filled
 *
 * Context: Process.
 * Return: false past the last.
 */
bool guestclock_watchdog_source_at(unsigned int index,
				   struct guestclock_watchdog_source *source)
{
	if (guestclock_unstable_probe_at(index, source))
		return true;
	index -= GUESTCLOCK_UNSTABLE_PROBES;
	if (guestclock_watchdog_probe_at(index, source))
		return true;
	if (index != GUESTCLOCK_WATCHDOG_PROBES)
		return false;

	source->name = "check_tsc_unstable";
	source->err = 0;
	source->hits = atomic64_read(&polls_that_found);

	return true;
}

/**
 * guestclock_watchdog_marks() - marks seen since the module was loaded
 *
 * Context: Any.
 * Return: the count.
 */
u64 guestclock_watchdog_marks(void)
{
	return atomic64_read(&marks);
}

/**
 * guestclock_watchdog_sees_rounds() - whether rounds would be seen
 *
 * Context: Any.
 * Return: whether the probes of rounds are armed.
 */
bool guestclock_watchdog_sees_rounds(void)
{
	return sees_rounds;
}

static const char *why_no_probe(int err)
{
	switch (err) {
	case -ECANCELED:
		return "use_kprobes=0";
	case -EOPNOTSUPP:
		return "not in this kernel";
	default:
		return "refused";
	}
}

static void describe(int mark_err, int round_err)
{
	struct guestclock_observer *observer = &guestclock_watchdog_observer;

	if (mark_err)
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_DEGRADED,
					"%s kprobes (%s): marks of the TSC by check_tsc_unstable(), reasons perhaps only in the kernel's log%s",
					guestclock_unstable_probe_armed() ?
					"not all" : "no", why_no_probe(mark_err),
					round_err ? ", rounds unseen" : "");
	else if (round_err)
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_DEGRADED,
					"marks seen by kprobes, rounds unseen (%s)",
					why_no_probe(round_err));
	else
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ACTIVE,
					"marks and rounds seen by kprobes");
}

/**
 * guestclock_watchdog_init() - arm the sources of marks and rounds
 * @use_kprobes: false leaves the probes alone
 * @late_ms: a round later than this is an event, ms
 * @all_rounds: every round is one
 *
 * Context: Process, may sleep.
 * Return: 0, as the fallback needs nothing.
 */
int guestclock_watchdog_init(bool use_kprobes, u32 late_ms, bool all_rounds)
{
	int mark_err, round_err;

	last_poll_tsc = rdtsc_ordered();
	/* A mark from before is a fact about the TSC, but no event of ours. */
	if (check_tsc_unstable())
		atomic_set(&tsc_mark_seen, 1);
	guestclock_notable_init(late_ms, all_rounds);
	mark_err = guestclock_unstable_probe_init(use_kprobes);
	round_err = guestclock_watchdog_probe_init(use_kprobes);
	sees_rounds = !round_err;
	describe(mark_err, round_err);

	return 0;
}

/**
 * guestclock_watchdog_exit() - disarm the probes
 *
 * When this returns no handler runs any more.
 *
 * Context: Process, may sleep.
 */
void guestclock_watchdog_exit(void)
{
	guestclock_watchdog_probe_exit();
	guestclock_unstable_probe_exit();
}
