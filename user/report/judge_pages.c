// SPDX-License-Identifier: GPL-2.0-only
/* Updates of pvclock pages: what the host did to kvm-clock. */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "event_line.h"
#include "page_time.h"
#include "schema.h"
#include "timeline.h"

/*
 * Frequencies are whole kHz to the host, so a page may be off by 0.5 ppm at
 * 1 GHz; the re-base that makes up for it is no pause.
 */
#define RATE_PPM		1

/* Below this a clock that went back is more likely re-based than stopped. */
#define PAUSE_MIN_NS		1000000

/* Pages of one re-base agree to this much and one part in a hundred. */
#define AGREE_NS		1000000

/* Below this no discontinuity was reported, only changed parameters. */
#define NOTHING_NS		1000

/**
 * struct group - Updates of several vCPUs' pages by one cause.
 * @first: the event that was found first
 * @cpus: vCPUs whose pages changed
 * @online: vCPUs there were, 0 where unknown
 * @low_ns: least discontinuity
 * @high_ns: greatest discontinuity
 * @window_ns: longest time between a look that saw the old page and one that
 *   saw the new, by the TSC, which no pause stops
 * @rate_ns: what the age of the old pages may have added to the discontinuity
 * @stopped: a page had GUEST_STOPPED set
 * @stable: all pages had TSC_STABLE set, before and after
 * @parameters: multiplier, shift or flags changed
 */
struct group {
	const struct gc_row *first;
	unsigned int cpus;
	unsigned int online;
	int64_t low_ns;
	int64_t high_ns;
	int64_t window_ns;
	int64_t rate_ns;
	bool stopped;
	bool stable;
	bool parameters;
};

static int64_t size_of(const struct group *group)
{
	int64_t size = -group->low_ns > group->high_ns ? -group->low_ns : group->high_ns;

	return size > 0 ? size : 0;
}

static bool is_whole(const struct gc_row *event)
{
	const struct gc_value *v = event->v;

	return v[GC_EVENT_SUBJECT_CPU].present && v[GC_EVENT_DISCONTINUITY].present &&
	       v[GC_EVENT_DISCONTINUITY].s > INT64_MIN &&
	       v[GC_EVENT_PAGE_OLD].present && v[GC_EVENT_PAGE_NEW].present &&
	       v[GC_EVENT_NOT_BEFORE_TSC].present && v[GC_EVENT_NOT_AFTER_TSC].present &&
	       gc_page_is_clock(v[GC_EVENT_PAGE_OLD].row) &&
	       gc_page_is_clock(v[GC_EVENT_PAGE_NEW].row);
}

static bool belongs(const struct gc_row *first, const struct gc_row *event)
{
	const struct gc_value *a = first->v, *b = event->v;
	int64_t one = a[GC_EVENT_DISCONTINUITY].s, other = b[GC_EVENT_DISCONTINUITY].s;
	int64_t apart;

	if (__builtin_sub_overflow(one, other, &apart))
		return false;
	return a[GC_EVENT_NOT_BEFORE_TSC].u <= b[GC_EVENT_NOT_AFTER_TSC].u &&
	       b[GC_EVENT_NOT_BEFORE_TSC].u <= a[GC_EVENT_NOT_AFTER_TSC].u &&
	       llabs(apart) <= AGREE_NS + llabs(one) / 100;
}

static bool is_cpu_listed(const struct gc_row *incident, uint64_t cpu)
{
	const char *at = gc_row_text(incident, GC_INCIDENT_CPUS);
	char *end;

	while (*at) {
		if (strtoull(at, &end, 10) == cpu)
			return true;
		at = *end ? end + 1 : end;
	}
	return false;
}

static void add_event(struct group *group, const struct gc_row *event)
{
	const struct gc_row *old = event->v[GC_EVENT_PAGE_OLD].row;
	const struct gc_row *new = event->v[GC_EVENT_PAGE_NEW].row;
	int64_t discontinuity = event->v[GC_EVENT_DISCONTINUITY].s;
	int64_t window, rate;

	if (!group->cpus || discontinuity < group->low_ns)
		group->low_ns = discontinuity;
	if (!group->cpus || discontinuity > group->high_ns)
		group->high_ns = discontinuity;
	window = gc_page_cycles_to_ns(new, (int64_t)(event->v[GC_EVENT_NOT_AFTER_TSC].u -
						     event->v[GC_EVENT_NOT_BEFORE_TSC].u));
	if (window > group->window_ns)
		group->window_ns = window;
	rate = gc_page_cycles_to_ns(new, (int64_t)(new->v[GC_PAGE_TSC_TIMESTAMP].u -
						   old->v[GC_PAGE_TSC_TIMESTAMP].u));
	rate = llabs(rate) / 1000000 * RATE_PPM;
	if (rate > group->rate_ns)
		group->rate_ns = rate;
	group->stopped |= new->v[GC_PAGE_FLAGS].u & GC_PAGE_GUEST_STOPPED;
	group->stable &= old->v[GC_PAGE_FLAGS].u & new->v[GC_PAGE_FLAGS].u & GC_PAGE_TSC_STABLE;
	group->parameters |= old->v[GC_PAGE_MUL].u != new->v[GC_PAGE_MUL].u ||
			     old->v[GC_PAGE_SHIFT].s != new->v[GC_PAGE_SHIFT].s ||
			     ((old->v[GC_PAGE_FLAGS].u ^ new->v[GC_PAGE_FLAGS].u) &
			      ~(uint64_t)GC_PAGE_GUEST_STOPPED);
	group->cpus++;
}

static void add_to_incident(struct gc_row *incident, const struct gc_row *event)
{
	gc_incident_add(incident, GC_INCIDENT_CPUS, event->v[GC_EVENT_SUBJECT_CPU].u);
	gc_incident_identify(incident, event);
}

/* Take all updates that the first one has in common its time and its size with. */
static void collect(struct gc_timeline *timeline, size_t at, struct group *group,
		    struct gc_row *incident)
{
	const struct gc_evidence *evidence = timeline->evidence;
	const struct gc_row *event;
	size_t i;

	for (i = at; i < evidence->event_count; i++) {
		event = evidence->events[i];
		if (!gc_evidence_same_load(group->first, event))
			break;
		if (event->v[GC_EVENT_TYPE].u != GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE ||
		    timeline->taken[i] || !is_whole(event))
			continue;
		/* Events come in the order of the polls that found them. */
		if (event->v[GC_EVENT_NOT_BEFORE_TSC].u > group->first->v[GC_EVENT_NOT_AFTER_TSC].u)
			break;
		if (!belongs(group->first, event) ||
		    is_cpu_listed(incident, event->v[GC_EVENT_SUBJECT_CPU].u))
			continue;
		timeline->taken[i] = true;
		add_event(group, event);
		add_to_incident(incident, event);
	}
}

static void set_verdict(struct gc_row *incident, const char *class, const char *confidence,
			const char *reason)
{
	gc_incident_print(incident, GC_INCIDENT_CLASS, "%s", class);
	gc_incident_print(incident, GC_INCIDENT_CONFIDENCE, "%s", confidence);
	gc_incident_print(incident, GC_INCIDENT_CONFIDENCE_REASON, "%s", reason);
}

/*
 * The wall clock of the guest when the host re-based the pages: that of the
 * capture, less what the new page makes of the cycles in between.
 */
static int64_t rebase_realtime(const struct gc_row *event)
{
	const struct gc_row *page = event->v[GC_EVENT_PAGE_NEW].row;
	int64_t cycles = (int64_t)(event->v[GC_EVENT_TSC_BEFORE].u -
				   page->v[GC_PAGE_TSC_TIMESTAMP].u);

	return event->v[GC_EVENT_REALTIME].s - gc_page_cycles_to_ns(page, cycles);
}

static void describe_pause(struct gc_row *incident, const struct group *group,
			   const char *clocksource)
{
	int64_t size = size_of(group), begin = rebase_realtime(group->first), bound;
	char text[GC_TIME_SIZE], text_bound[GC_TIME_SIZE];

	/* The pause lies within the window, and cannot be shorter than the jump. */
	bound = group->window_ns - size;
	bound += group->rate_ns + (group->high_ns - group->low_ns) + 1000;
	gc_row_set_s(incident, GC_INCIDENT_DURATION, size);
	gc_row_set_s(incident, GC_INCIDENT_BOUND, bound);
	gc_row_set_s(incident, GC_INCIDENT_BEGIN_BOUND, bound);
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the hypervisor stopped the machine for %s +- %s: kvm-clock stood still while the TSC went on",
			  gc_duration_format(size, text, sizeof(text)),
			  gc_duration_format(bound, text_bound, sizeof(text_bound)));
	if (!clocksource) {
		gc_row_set_s(incident, GC_INCIDENT_BEGIN_BOUND, bound + size);
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "unknown, because the recording does not tell the clocksource");
	} else if (!strcmp(clocksource, "tsc")) {
		begin -= size;
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "under tsc the wall clock is right, and kvm-clock is %s behind it",
				  text);
	} else {
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "under %s the wall clock is %s behind until somebody sets it",
				  clocksource, text);
	}
	gc_row_set_s(incident, GC_INCIDENT_BEGIN, begin);
}

static void describe_rebase(struct gc_row *incident, const struct group *group)
{
	char low[GC_TIME_SIZE], high[GC_TIME_SIZE], window[GC_TIME_SIZE];

	gc_row_set_s(incident, GC_INCIDENT_BEGIN, rebase_realtime(group->first));
	gc_row_set_s(incident, GC_INCIDENT_BEGIN_BOUND, group->window_ns);
	gc_duration_format(group->low_ns, low, sizeof(low));
	gc_duration_format(group->high_ns, high, sizeof(high));
	gc_duration_format(group->window_ns, window, sizeof(window));
	if (size_of(group) < NOTHING_NS)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "kvm-clock did not jump");
	else if (strcmp(low, high))
		gc_incident_print(incident, GC_INCIDENT_TEXT, "kvm-clock jumped by %s to %s",
				  low, high);
	else
		gc_incident_print(incident, GC_INCIDENT_TEXT, "kvm-clock jumped by %s", low);
	if (group->parameters)
		gc_incident_print(incident, GC_INCIDENT_TEXT,
				  ", its multiplier, shift or flags changed");
	gc_incident_print(incident, GC_INCIDENT_TEXT, "; seen within %s", window);
}

static void judge(struct gc_row *incident, const struct group *group, const char *clocksource)
{
	int64_t size = size_of(group);
	bool all = !group->online || group->cpus >= group->online;

	if (all && group->high_ns < 0 && size <= group->window_ns + group->rate_ns &&
	    (group->stopped || (size >= PAUSE_MIN_NS && size > group->rate_ns))) {
		if (group->stopped)
			set_verdict(incident, "vm-pause", "high",
				    "every page went back together, and the host said that it had stopped the guest");
		else if (group->online && size > 10 * group->rate_ns)
			set_verdict(incident, "vm-pause", "high",
				    "the page of every vCPU went back together, by less than the TSC advanced");
		else
			set_verdict(incident, "vm-pause", "medium",
				    group->online ?
				    "the old pages were so old that their rate explains a part of it" :
				    "the recording does not tell whether there were other vCPUs");
		describe_pause(incident, group, clocksource);
		return;
	}
	if (!all && group->stable)
		set_verdict(incident, "undetermined", "low",
			    "only some vCPUs' pages changed although the host keeps one clock for all; a TSC that was written looks so, too");
	else if (size < NOTHING_NS && group->parameters)
		set_verdict(incident, "kvmclock-rebase", "high", "only parameters changed");
	else if (group->low_ns >= 0 || size < PAUSE_MIN_NS || size <= group->rate_ns)
		set_verdict(incident, "kvmclock-rebase", "medium",
			    group->low_ns >= 0 ?
			    "a clock that goes forward was not stopped; migration does this, among others" :
			    "so small that the host corrected its clock rather than stopped the guest");
	else
		set_verdict(incident, "undetermined", "low",
			    size > group->window_ns ?
			    "kvm-clock went back by more than the TSC advanced" :
			    "not every vCPU's page went back, or not alike");
	describe_rebase(incident, group);
}

static void note_cpus(struct gc_row *incident, const struct group *group)
{
	const char *cpus = gc_row_text(incident, GC_INCIDENT_CPUS);

	gc_incident_print(incident, GC_INCIDENT_TEXT, "; vCPU%s %s", group->cpus > 1 ? "s" : "",
			  cpus);
	if (group->online)
		gc_incident_print(incident, GC_INCIDENT_TEXT, " of %u", group->online);
}

/**
 * gc_judge_pages() - Judge an update of a page, with those of other vCPUs.
 * @timeline: the timeline
 * @at: index of the event
 *
 * Return: the entry, or NULL without memory.
 */
struct gc_row *gc_judge_pages(struct gc_timeline *timeline, size_t at)
{
	const struct gc_evidence *evidence = timeline->evidence;
	struct group group = { .first = evidence->events[at], .stable = true };
	struct gc_row *incident;

	if (!is_whole(group.first))
		return gc_judge_unknown(timeline, at);
	incident = gc_row_new(&gc_schema_incident);
	if (!incident)
		return NULL;
	group.online = gc_evidence_cpus(evidence, at);
	collect(timeline, at, &group, incident);
	judge(incident, &group, evidence->clocksources[at]);
	note_cpus(incident, &group);
	gc_row_set_s(incident, GC_INCIDENT_DISCONTINUITY,
		     size_of(&group) == -group.low_ns ? group.low_ns : group.high_ns);
	if (evidence->clocksources[at])
		gc_incident_print(incident, GC_INCIDENT_CLOCKSOURCE, "%s",
				  evidence->clocksources[at]);
	return incident;
}
