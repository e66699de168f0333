// SPDX-License-Identifier: GPL-2.0-only
/* Which updates of pvclock pages have one cause. */
#include "page_group.h"

#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>

#include "arith.h"
#include "page_time.h"
#include "schema.h"

/*
 * Frequencies are whole kHz to the host, so a page may be off by 0.5 ppm at
 * 1 GHz; the re-base that makes up for it is no pause.
 */
#define RATE_PPM	1

/* Pages of one re-base agree to this much and one part in a hundred. */
#define AGREE_NS	1000000

/**
 * gc_page_group_is_whole() - Whether an update can be judged.
 * @event: an event of type pvclock_update
 *
 * Return: true when all it takes is there and sane.
 */
bool gc_page_group_is_whole(const struct gc_row *event)
{
	const struct gc_value *v = event->v;

	return v[GC_EVENT_SUBJECT_CPU].present && v[GC_EVENT_DISCONTINUITY].present &&
	       v[GC_EVENT_PAGE_OLD].present && v[GC_EVENT_PAGE_NEW].present &&
	       v[GC_EVENT_NOT_BEFORE_TSC].present && v[GC_EVENT_NOT_AFTER_TSC].present &&
	       v[GC_EVENT_REALTIME].present && v[GC_EVENT_TSC_BEFORE].present &&
	       gc_page_is_clock(v[GC_EVENT_PAGE_OLD].row) &&
	       gc_page_is_clock(v[GC_EVENT_PAGE_NEW].row);
}

/**
 * gc_page_group_size() - How far the clock jumped, at most, in either direction.
 * @group: the group
 *
 * Return: ns, not negative.
 */
int64_t gc_page_group_size(const struct gc_page_group *group)
{
	int64_t back = gc_magnitude(group->low_ns), forward = gc_magnitude(group->high_ns);

	return back > forward ? back : forward;
}

/*
 * The host writes a vCPU's page when that vCPU runs again, which may be polls
 * later than the first one; what the pages of one clock are based on is the same.
 */
static bool is_one_base(const struct gc_row *first, const struct gc_row *event)
{
	const struct gc_value *a = first->v[GC_EVENT_PAGE_NEW].row->v;
	const struct gc_value *b = event->v[GC_EVENT_PAGE_NEW].row->v;

	return a[GC_PAGE_TSC_TIMESTAMP].u == b[GC_PAGE_TSC_TIMESTAMP].u &&
	       a[GC_PAGE_SYSTEM_TIME].u == b[GC_PAGE_SYSTEM_TIME].u;
}

static bool do_polls_overlap(const struct gc_row *first, const struct gc_row *event)
{
	const struct gc_value *a = first->v, *b = event->v;

	return a[GC_EVENT_NOT_BEFORE_TSC].u <= b[GC_EVENT_NOT_AFTER_TSC].u &&
	       b[GC_EVENT_NOT_BEFORE_TSC].u <= a[GC_EVENT_NOT_AFTER_TSC].u;
}

static bool belongs(const struct gc_row *first, const struct gc_row *event)
{
	int64_t one = first->v[GC_EVENT_DISCONTINUITY].s;
	int64_t other = event->v[GC_EVENT_DISCONTINUITY].s;

	return (is_one_base(first, event) || do_polls_overlap(first, event)) &&
	       gc_magnitude(gc_subtract(one, other)) <= AGREE_NS + gc_magnitude(one) / 100;
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

static bool parameters_changed(const struct gc_row *old, const struct gc_row *new)
{
	uint64_t flags = old->v[GC_PAGE_FLAGS].u ^ new->v[GC_PAGE_FLAGS].u;

	return old->v[GC_PAGE_MUL].u != new->v[GC_PAGE_MUL].u ||
	       old->v[GC_PAGE_SHIFT].s != new->v[GC_PAGE_SHIFT].s ||
	       (flags & ~(uint64_t)GC_PAGE_GUEST_STOPPED);
}

/*
 * A host with a master clock computes pages from one moment of its own. When a
 * vCPU's TSC is written it only says what that TSC was at the same moment
 * (kvm_guest_time_update() in arch/x86/kvm/x86.c).
 */
static bool tsc_was_written(const struct gc_row *old, const struct gc_row *new)
{
	return (old->v[GC_PAGE_FLAGS].u & new->v[GC_PAGE_FLAGS].u & GC_PAGE_TSC_STABLE) &&
	       old->v[GC_PAGE_SYSTEM_TIME].u == new->v[GC_PAGE_SYSTEM_TIME].u &&
	       old->v[GC_PAGE_TSC_TIMESTAMP].u != new->v[GC_PAGE_TSC_TIMESTAMP].u;
}

static void add(struct gc_page_group *group, const struct gc_row *event)
{
	const struct gc_row *old = event->v[GC_EVENT_PAGE_OLD].row;
	const struct gc_row *new = event->v[GC_EVENT_PAGE_NEW].row;
	int64_t discontinuity = event->v[GC_EVENT_DISCONTINUITY].s, window, age, rate;

	if (!group->cpus || discontinuity < group->low_ns)
		group->low_ns = discontinuity;
	if (!group->cpus || discontinuity > group->high_ns)
		group->high_ns = discontinuity;
	window = gc_page_cycles_to_ns(new, (int64_t)(event->v[GC_EVENT_NOT_AFTER_TSC].u -
						     event->v[GC_EVENT_NOT_BEFORE_TSC].u));
	if (window > group->window_ns)
		group->window_ns = window;
	age = gc_page_cycles_to_ns(new, (int64_t)(new->v[GC_PAGE_TSC_TIMESTAMP].u -
						  old->v[GC_PAGE_TSC_TIMESTAMP].u));
	rate = gc_magnitude(age) / 1000000 * RATE_PPM;
	if (rate > group->rate_ns)
		group->rate_ns = rate;
	group->stopped |= !!(new->v[GC_PAGE_FLAGS].u & GC_PAGE_GUEST_STOPPED);
	group->stable &= !!(old->v[GC_PAGE_FLAGS].u & new->v[GC_PAGE_FLAGS].u &
			    GC_PAGE_TSC_STABLE);
	group->parameters |= parameters_changed(old, new);
	group->tsc_written &= tsc_was_written(old, new);
	if (!group->cpus)
		group->tsc_moved_cycles = (int64_t)(new->v[GC_PAGE_TSC_TIMESTAMP].u -
						    old->v[GC_PAGE_TSC_TIMESTAMP].u);
	group->cpus++;
}

/**
 * gc_page_group_collect() - Take all updates that have one cause.
 * @group: where they are summed up
 * @timeline: the timeline, in which the updates are marked as taken
 * @at: index of the first update, which is whole
 * @incident: gets them as evidence
 *
 * They have one base, or the polls that found them overlap; their sizes agree, and
 * no CPU comes twice.
 */
void gc_page_group_collect(struct gc_page_group *group, struct gc_timeline *timeline,
			   size_t at, struct gc_row *incident)
{
	const struct gc_evidence *evidence = timeline->evidence;
	const struct gc_row *event;
	size_t i;

	memset(group, 0, sizeof(*group));
	group->first = evidence->events[at];
	group->online = gc_evidence_cpus(evidence, at);
	group->stable = true;
	group->tsc_written = true;
	for (i = at; i < evidence->event_count; i++) {
		event = evidence->events[i];
		if (evidence->lives[i] != evidence->lives[at])
			break;
		if (event->v[GC_EVENT_TYPE].u != GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE ||
		    timeline->taken[i] || !gc_page_group_is_whole(event))
			continue;
		/* Events come in the order of the polls that found them. */
		if (event->v[GC_EVENT_NOT_BEFORE_TSC].u >
		    group->first->v[GC_EVENT_NOT_AFTER_TSC].u &&
		    !is_one_base(group->first, event))
			break;
		if (!belongs(group->first, event) ||
		    is_cpu_listed(incident, event->v[GC_EVENT_SUBJECT_CPU].u))
			continue;
		timeline->taken[i] = true;
		add(group, event);
		gc_incident_add(incident, GC_INCIDENT_CPUS, event->v[GC_EVENT_SUBJECT_CPU].u);
		gc_incident_identify(incident, event);
	}
}
