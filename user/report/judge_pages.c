// SPDX-License-Identifier: GPL-2.0-only
/* Updates of pvclock pages: what the host did to kvm-clock. */
#include <inttypes.h>
#include <string.h>

#include "arith.h"
#include "event_line.h"
#include "page_group.h"
#include "page_time.h"
#include "schema.h"

/* Below this a clock that went back is more likely re-based than stopped. */
#define PAUSE_MIN_NS	1000000

/* Below this it did not jump, only its parameters changed. */
#define NOTHING_NS	1000

static bool is_everywhere(const struct gc_page_group *group)
{
	return !group->online || group->cpus >= group->online;
}

/* The TSC went on, so the clock cannot have stood still for longer than it did. */
static bool tsc_written(const struct gc_page_group *group)
{
	return group->tsc_written;
}

static bool stood_still(const struct gc_page_group *group)
{
	return is_everywhere(group) && group->high_ns < 0 &&
	       gc_page_group_size(group) <= gc_add(group->window_ns, group->rate_ns);
}

static bool stopped_by_host(const struct gc_page_group *group)
{
	return stood_still(group) && group->stopped;
}

static bool stopped_maybe(const struct gc_page_group *group)
{
	return stood_still(group) && gc_page_group_size(group) >= PAUSE_MIN_NS &&
	       gc_page_group_size(group) > group->rate_ns;
}

static bool stopped_blurred(const struct gc_page_group *group)
{
	return stopped_maybe(group) && gc_page_group_size(group) / 10 <= group->rate_ns;
}

static bool stopped_cpus_unknown(const struct gc_page_group *group)
{
	return stopped_maybe(group) && !group->online;
}

static bool partly_of_one_clock(const struct gc_page_group *group)
{
	return !is_everywhere(group) && group->stable;
}

static bool only_parameters(const struct gc_page_group *group)
{
	return gc_page_group_size(group) < NOTHING_NS && group->parameters;
}

static bool went_forward(const struct gc_page_group *group)
{
	return group->low_ns > 0;
}

static bool is_small(const struct gc_page_group *group)
{
	return gc_page_group_size(group) < PAUSE_MIN_NS ||
	       gc_page_group_size(group) <= group->rate_ns;
}

static bool outran_tsc(const struct gc_page_group *group)
{
	return gc_page_group_size(group) > group->window_ns;
}

static bool always(const struct gc_page_group *group)
{
	(void)group;
	return true;
}

/**
 * struct verdict - A verdict on a group; the first one that holds counts.
 * @holds: whether it holds
 * @pause: the guest was stopped
 * @class: the verdict
 * @confidence: how sure it is
 * @reason: why
 */
struct verdict {
	bool (*holds)(const struct gc_page_group *group);
	bool pause;
	const char *class;
	const char *confidence;
	const char *reason;
};

static const struct verdict verdicts[] = {
	{ tsc_written, false, "tsc-skew", "high",
	  "the host re-based the page on another TSC at the same system_time;"
	  " it does so when the TSC or IA32_TSC_ADJUST is written" },
	{ stopped_by_host, true, "vm-pause", "high",
	  "every page went back together, and the host said that it had stopped the guest" },
	{ stopped_blurred, true, "vm-pause", "medium",
	  "the old pages were so old that their rate explains a part of it" },
	{ stopped_cpus_unknown, true, "vm-pause", "medium",
	  "the recording does not tell whether there were other vCPUs" },
	{ stopped_maybe, true, "vm-pause", "high",
	  "the page of every vCPU went back together, by less than the TSC advanced" },
	{ partly_of_one_clock, false, "undetermined", "low",
	  "only some vCPUs' pages changed although the host keeps one clock for all" },
	{ only_parameters, false, "kvmclock-rebase", "high", "only parameters changed" },
	{ went_forward, false, "kvmclock-rebase", "medium",
	  "a clock that goes forward was not stopped; migration does this, among others" },
	{ is_small, false, "kvmclock-rebase", "medium",
	  "so small that the host corrected its clock rather than stopped the guest" },
	{ outran_tsc, false, "undetermined", "low",
	  "kvm-clock went back by more than the TSC advanced" },
	{ always, false, "undetermined", "low",
	  "not every vCPU's page went back, or not alike" },
};

/*
 * The wall clock of the guest when the host re-based the pages: that of the
 * capture, less what the new page makes of the cycles in between.
 */
static int64_t rebase_realtime(const struct gc_row *event)
{
	const struct gc_row *page = event->v[GC_EVENT_PAGE_NEW].row;
	int64_t cycles = (int64_t)(event->v[GC_EVENT_TSC_BEFORE].u -
				   page->v[GC_PAGE_TSC_TIMESTAMP].u);

	return gc_subtract(event->v[GC_EVENT_REALTIME].s, gc_page_cycles_to_ns(page, cycles));
}

/* The pause lies within the window, and is about as long as the jump. */
static int64_t pause_bound(const struct gc_page_group *group)
{
	int64_t bound = gc_magnitude(gc_subtract(group->window_ns, gc_page_group_size(group)));

	bound = gc_add(bound, gc_subtract(group->high_ns, group->low_ns));
	return gc_add(bound, group->rate_ns + NOTHING_NS);
}

static void describe_pause(struct gc_row *incident, const struct gc_page_group *group,
			   const char *clocksource)
{
	int64_t begin = rebase_realtime(group->first), size = gc_page_group_size(group);
	char text[GC_TIME_SIZE], text_bound[GC_TIME_SIZE];
	int64_t bound = pause_bound(group), begin_bound = bound;

	gc_duration_format(size, text, sizeof(text));
	gc_incident_print(incident, GC_INCIDENT_TEXT,
			  "the hypervisor stopped the machine for %s +- %s:"
			  " kvm-clock stood still while the TSC went on", text,
			  gc_duration_format(bound, text_bound, sizeof(text_bound)));
	if (!clocksource) {
		begin_bound = gc_add(bound, size);
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "unknown: the recording does not tell the clocksource");
	} else if (!strcmp(clocksource, "tsc")) {
		begin = gc_subtract(begin, size);
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "under tsc the wall clock is right, and kvm-clock is %s behind",
				  text);
	} else {
		gc_incident_print(incident, GC_INCIDENT_EFFECT,
				  "under %s the wall clock is %s behind until somebody sets it",
				  clocksource, text);
	}
	gc_row_set_s(incident, GC_INCIDENT_BEGIN, begin);
	gc_row_set_s(incident, GC_INCIDENT_BEGIN_BOUND, begin_bound);
	gc_row_set_s(incident, GC_INCIDENT_DURATION, size);
	gc_row_set_s(incident, GC_INCIDENT_BOUND, bound);
}

static void describe_jump(struct gc_row *incident, const struct gc_page_group *group)
{
	char low[GC_TIME_SIZE], high[GC_TIME_SIZE], window[GC_TIME_SIZE];

	/* A page that only follows a written TSC is based on the same moment as before. */
	gc_row_set_s(incident, GC_INCIDENT_BEGIN, group->tsc_written ?
		     group->first->v[GC_EVENT_REALTIME].s : rebase_realtime(group->first));
	gc_row_set_s(incident, GC_INCIDENT_BEGIN_BOUND, group->window_ns);
	gc_duration_format(group->low_ns, low, sizeof(low));
	gc_duration_format(group->high_ns, high, sizeof(high));
	gc_duration_format(group->window_ns, window, sizeof(window));
	if (group->tsc_written)
		gc_incident_print(incident, GC_INCIDENT_TEXT, "the TSC jumped by %+" PRId64
				  " cycles, and the page followed it", group->tsc_moved_cycles);
	else if (gc_page_group_size(group) < NOTHING_NS)
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

static void judge(struct gc_row *incident, const struct gc_page_group *group,
		  const char *clocksource)
{
	const struct verdict *verdict = verdicts;

	while (!verdict->holds(group))
		verdict++;
	gc_incident_verdict(incident, verdict->class, verdict->confidence, verdict->reason);
	if (verdict->pause)
		describe_pause(incident, group, clocksource);
	else
		describe_jump(incident, group);
	gc_incident_print(incident, GC_INCIDENT_TEXT, "; vCPU%s %s", group->cpus > 1 ? "s" : "",
			  gc_row_text(incident, GC_INCIDENT_CPUS));
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
	struct gc_page_group group;
	struct gc_row *incident;

	if (!gc_page_group_is_whole(evidence->events[at]))
		return gc_judge_unknown(timeline, at);
	incident = gc_row_new(&gc_schema_incident);
	if (!incident)
		return NULL;
	gc_page_group_collect(&group, timeline, at, incident);
	judge(incident, &group, evidence->clocksources[at]);
	gc_row_set_s(incident, GC_INCIDENT_DISCONTINUITY,
		     gc_magnitude(group.low_ns) > gc_magnitude(group.high_ns) ?
		     group.low_ns : group.high_ns);
	if (evidence->clocksources[at])
		gc_incident_print(incident, GC_INCIDENT_CLOCKSOURCE, "%s",
				  evidence->clocksources[at]);
	return incident;
}
