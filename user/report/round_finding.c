// SPDX-License-Identifier: GPL-2.0-only
/* Whose fault it was when the kernel's watchdog found, or did not find, a fault. */
#include "round_finding.h"

#include <linux/guestclock.h>
#include <string.h>

#include "arith.h"
#include "schema.h"
#include "watchdog_round.h"

/* Timers of half a second are some tens of ms late by design. */
#define LATE_NS		100000000LL

/* Longer ones are so by up to this share: the kernel's timer wheel is coarse. */
#define LONG_TIMER_NS	2000000000LL
#define LATE_SHARE	8

/* A page that was written in the same round is seen by a poll before or after it. */
#define NEAR_NS		5000000000LL

/* By how much two accounts of one jump may differ: the polls, the rates. */
#define SAME_NS		1000000LL
#define SAME_SHARE	100

/* Events that a mark and its round may have between them. */
#define BETWEEN		8

static void set(struct gc_round_finding *finding, const char *class, const char *confidence,
		const char *reason)
{
	finding->class = class;
	finding->confidence = confidence;
	finding->reason = reason;
}

/* How late the timer of a round is by design. */
static int64_t slack_ns(const struct gc_row *event)
{
	const struct gc_value *elapsed = &event->v[GC_EVENT_WD_ELAPSED];
	int64_t due;

	if (!elapsed->present)
		return LATE_NS;
	due = gc_subtract(elapsed->s, event->v[GC_EVENT_WD_LATENESS].s);
	return due > LONG_TIMER_NS ? gc_add(LATE_NS, due / LATE_SHARE) : LATE_NS;
}

/**
 * gc_round_is_late() - Whether a round ran much later than its timer was set to.
 * @event: a watchdog_round
 *
 * Return: true when it did.
 */
bool gc_round_is_late(const struct gc_row *event)
{
	const struct gc_value *lateness = &event->v[GC_EVENT_WD_LATENESS];

	return lateness->present && lateness->s >= slack_ns(event);
}

/* The reading of one that derives from the TSC does not leave the guest. */
static bool is_read_at_once(const struct gc_row *event)
{
	const char *reference = gc_row_text(event, GC_EVENT_WD_REFERENCE);

	return !strcmp(reference, "kvm-clock") || !strcmp(reference, "tsc");
}

/**
 * gc_round_has_failed() - Whether the kernel marks a clocksource after a round.
 * @event: a watchdog_round
 *
 * Return: true when it does.
 */
bool gc_round_has_failed(const struct gc_row *event)
{
	switch (event->v[GC_EVENT_WD_RESULT].u) {
	case GUESTCLOCK_WATCHDOG_RESULT_SKEWED:
	case GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE:
	case GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED:
		return true;
	default:
		return false;
	}
}

static bool is_near(const struct gc_evidence *evidence, size_t at, size_t other)
{
	const struct gc_value *here = &evidence->events[at]->v[GC_EVENT_BOOTTIME];
	const struct gc_value *there = &evidence->events[other]->v[GC_EVENT_BOOTTIME];

	return evidence->lives[at] == evidence->lives[other] && here->present &&
	       there->present && gc_magnitude(gc_subtract(here->s, there->s)) < NEAR_NS;
}

/* Whether a page moved by what the watched clock went further than the reference. */
static bool explains(const struct gc_row *event, int64_t difference)
{
	const struct gc_value *v = event->v;
	int64_t size = gc_magnitude(difference), slack, rest;

	if (v[GC_EVENT_TYPE].u != GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE ||
	    !v[GC_EVENT_DISCONTINUITY].present)
		return false;
	rest = gc_magnitude(gc_add(v[GC_EVENT_DISCONTINUITY].s, difference));
	/* Not so much that a small difference would be explained by no jump at all. */
	slack = size / 4 < SAME_NS ? size / 4 : SAME_NS;
	return rest <= gc_add(slack, size / SAME_SHARE);
}

static const struct gc_row *find_page(const struct gc_evidence *evidence, size_t at,
				      int64_t difference)
{
	size_t i;

	for (i = at; i-- > 0 && is_near(evidence, at, i);) {
		if (explains(evidence->events[i], difference))
			return evidence->events[i];
	}
	for (i = at + 1; i < evidence->event_count && is_near(evidence, at, i); i++) {
		if (explains(evidence->events[i], difference))
			return evidence->events[i];
	}
	return NULL;
}

/* The host moves a page along with a TSC that is written, at the same system_time. */
static bool is_written_tsc(const struct gc_row *update)
{
	const struct gc_value *old = &update->v[GC_EVENT_PAGE_OLD];
	const struct gc_value *new = &update->v[GC_EVENT_PAGE_NEW];

	return old->present && new->present &&
	       old->row->v[GC_PAGE_SYSTEM_TIME].u == new->row->v[GC_PAGE_SYSTEM_TIME].u &&
	       old->row->v[GC_PAGE_TSC_TIMESTAMP].u != new->row->v[GC_PAGE_TSC_TIMESTAMP].u;
}

/* They are apart, and their own cycles do not tell why. */
static void find_apart(const struct gc_evidence *evidence, size_t at,
		       struct gc_round_finding *finding)
{
	const struct gc_row *event = evidence->events[at], *page = NULL;
	const struct gc_value *difference = &event->v[GC_EVENT_WD_DIFFERENCE];

	if (difference->present && !strcmp(gc_row_text(event, GC_EVENT_CLOCKSOURCE), "tsc") &&
	    !strcmp(gc_row_text(event, GC_EVENT_WD_REFERENCE), "kvm-clock"))
		page = find_page(evidence, at, difference->s);
	finding->witness = page;
	if (!page)
		set(finding, "undetermined", "low",
		    "the two clocks are apart, and nothing recorded tells which of them went wrong");
	else if (is_written_tsc(page))
		set(finding, "tsc-skew", "high",
		    "the host moved kvm-clock's page along by as much, as it does when a TSC is written");
	else
		set(finding, "reference-fault", "high",
		    "the host re-based kvm-clock, which is the reference, by as much: as after a pause, in which the TSC goes on");
}

static void find_compared(const struct gc_evidence *evidence, size_t at,
			  struct gc_round_finding *finding)
{
	const struct gc_row *event = evidence->events[at];
	const struct gc_value *v = event->v;
	bool is_skewed = v[GC_EVENT_WD_RESULT].u == GUESTCLOCK_WATCHDOG_RESULT_SKEWED;
	bool is_late = gc_round_is_late(event);
	struct gc_round_verdict verdict;
	struct gc_round round = {
		.reference = gc_row_text(event, GC_EVENT_WD_REFERENCE),
		.wd_last = v[GC_EVENT_WD_LAST].u,
		.wd_now = v[GC_EVENT_WD_NOW].u,
		.wd_mask = v[GC_EVENT_WD_MASK].u,
		.wd_ns = v[GC_EVENT_WD_INTERVAL].u,
		.cs_ns = v[GC_EVENT_CS_INTERVAL].u,
	};

	if (!v[GC_EVENT_WD_LAST].present || !v[GC_EVENT_WD_NOW].present ||
	    !v[GC_EVENT_WD_MASK].present || !v[GC_EVENT_WD_INTERVAL].present ||
	    !v[GC_EVENT_CS_INTERVAL].present) {
		set(finding, "undetermined", "low", "the event does not have both readings");
		return;
	}
	gc_round_judge(&round, &verdict);
	finding->wraps = verdict.wraps;
	switch (verdict.cause) {
	case GC_ROUND_WRAPPED:
		set(finding, "reference-fault", "high",
		    "with the range of the reference added, it went as far as the clock it judges: it wrapped unnoticed");
		break;
	case GC_ROUND_HALF_RANGE:
		set(finding, "reference-fault", "high",
		    "the reference went on by more than half its range, which the kernel takes for a step back");
		break;
	case GC_ROUND_ALL_ONES:
		set(finding, "reference-fault", "high",
		    "the reference was read as all ones, as a device that does not answer is");
		break;
	case GC_ROUND_STOOD_STILL:
		set(finding, "reference-fault", "high",
		    "the reference showed the very same cycles as the round before");
		break;
	case GC_ROUND_AGREES:
		/* The kernel's limit is less than what is allowed here. */
		if (is_skewed && !is_late)
			find_apart(evidence, at, finding);
		else
			set(finding, "watchdog-late", is_late && !is_skewed ? "high" : "medium",
			    "the clocks agree to within 0.5 ms and 488 ppm");
		break;
	default:
		find_apart(evidence, at, finding);
		break;
	}
}

/* The reference could not be read in time. */
static void find_slow(const struct gc_row *event, struct gc_round_finding *finding,
		      const char *reason)
{
	if (is_read_at_once(event))
		set(finding, "undetermined", "low",
		    "a reference that derives from the TSC takes that long to read only when the vCPU is preempted in it; nothing says that a clock is wrong");
	else
		set(finding, "reference-fault", "medium", reason);
}

/**
 * gc_round_find() - Judge a round of the kernel's watchdog.
 * @evidence: the recording
 * @at: index of the round
 * @finding: filled
 */
void gc_round_find(const struct gc_evidence *evidence, size_t at,
		   struct gc_round_finding *finding)
{
	const struct gc_row *event = evidence->events[at];
	bool late = gc_round_is_late(event);

	memset(finding, 0, sizeof(*finding));
	switch (event->v[GC_EVENT_WD_RESULT].u) {
	case GUESTCLOCK_WATCHDOG_RESULT_PASSED:
		set(finding, late ? "watchdog-late" : GC_CLASS_ROUND, "high",
		    "the kernel compared both clocks and let them be");
		break;
	case GUESTCLOCK_WATCHDOG_RESULT_RESET:
		set(finding, late ? "watchdog-late" : GC_CLASS_ROUND, late ? "medium" : "high",
		    "nothing was compared in this round");
		break;
	case GUESTCLOCK_WATCHDOG_RESULT_SKIPPED:
	case GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT:
		find_slow(event, finding,
			  "the kernel gave up on its own reading of the reference, which was too slow");
		break;
	case GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE:
		find_slow(event, finding,
			  "the reading took too long, as it does when a vCPU is preempted in it; nothing says that the clock is wrong");
		break;
	case GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED:
		set(finding, "tsc-skew", "medium",
		    "the kernel saw it go backwards from one CPU to another");
		break;
	case GUESTCLOCK_WATCHDOG_RESULT_LONG_INTERVAL:
	case GUESTCLOCK_WATCHDOG_RESULT_SKEWED:
		find_compared(evidence, at, finding);
		break;
	default:
		set(finding, "undetermined", "low",
		    "this program does not know the result of the round");
		break;
	}
}

/**
 * gc_round_before_mark() - The round that made the kernel mark a clocksource.
 * @evidence: the recording
 * @mark: index of the mark
 * @at: set to the index of the round
 *
 * The round is reported before or after the mark, whichever CPU is quicker.
 *
 * Return: the round, or NULL when there is none.
 */
const struct gc_row *gc_round_before_mark(const struct gc_evidence *evidence, size_t mark,
					  size_t *at)
{
	const char *name = gc_row_text(evidence->events[mark], GC_EVENT_CLOCKSOURCE);
	size_t from = mark > BETWEEN ? mark - BETWEEN : 0, i;
	const struct gc_row *event;

	for (i = from; i < evidence->event_count && i <= mark + BETWEEN; i++) {
		event = evidence->events[i];
		if (event->v[GC_EVENT_TYPE].u != GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND ||
		    !is_near(evidence, mark, i) || !gc_round_has_failed(event) ||
		    strcmp(gc_row_text(event, GC_EVENT_CLOCKSOURCE), name))
			continue;
		*at = i;
		return event;
	}
	return NULL;
}
