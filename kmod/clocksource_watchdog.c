// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clocksource watchdog observer: clocksources that the kernel marks as
 * unstable, each mark once, with the kernel's reason where it gives one.
 *
 * The kernel tells nobody about a mark, so two of its functions are probed.
 * Where that cannot be done, check_tsc_unstable() shows that the TSC was
 * marked, though not why, and the kernel's log has the words.
 */

#include "guestclock.h"

#include <linux/atomic.h>
#include <linux/clocksource.h>
#include <linux/string.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "event.h"
#include "log.h"
#include "observer.h"
#include "staging.h"
#include "unstable_probe.h"

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

static void stage_mark(const struct guestclock_unstable_evidence *evidence)
{
	struct guestclock_event event;

	guestclock_event_init(&event,
			      GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_UNSTABLE,
			      GUESTCLOCK_SOURCE_KPROBE, GUESTCLOCK_WHOLE_GUEST);
	event.unstable = *evidence;
	atomic64_inc(&marks);
	guestclock_stage(&event);
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
}

/**
 * guestclock_watchdog_source_at() - one source of marks after the other
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
	if (index != GUESTCLOCK_UNSTABLE_PROBES)
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

static void describe(int err)
{
	struct guestclock_observer *observer = &guestclock_watchdog_observer;

	if (!err)
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ACTIVE,
					"marks seen by kprobes");
	else
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_DEGRADED,
					"%s kprobes (%s): marks of the TSC by check_tsc_unstable(), reasons perhaps only in the kernel's log",
					guestclock_unstable_probe_armed() ?
					"not all" : "no",
					err == -ECANCELED ? "use_kprobes=0" :
					err == -EOPNOTSUPP ? "not in this kernel" :
					"refused");
}

/**
 * guestclock_watchdog_init() - arm the sources of marks
 * @use_kprobes: false leaves the probes alone
 *
 * Context: Process, may sleep.
 * Return: 0, as the fallback needs nothing.
 */
int guestclock_watchdog_init(bool use_kprobes)
{
	last_poll_tsc = rdtsc_ordered();
	/* A mark from before is a fact about the TSC, but no event of ours. */
	if (check_tsc_unstable())
		atomic_set(&tsc_mark_seen, 1);
	describe(guestclock_unstable_probe_init(use_kprobes));

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
	guestclock_unstable_probe_exit();
}
