// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the VMM did to the guest's clocks, by what is preloaded into it: for how long
 * they stood still, and for how long the guest did not run.
 */
#include "agent.h"

#include <stdlib.h>
#include <string.h>

/* How long the VMM may take to enter a vCPU after it has said so, in ns. */
#define ENTRY_TIMEOUT_NS INT64_C(10000000000)

static int64_t ns_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? strtoll(text, NULL, 10) : 0;
}

static struct clock_call call_of(json_t *detail)
{
	return (struct clock_call) {
		.before = {
			.realtime_ns = ns_of(detail, "before_realtime_ns"),
			.raw_ns = ns_of(detail, "before_monotonic_raw_ns"),
		},
		.after = {
			.realtime_ns = ns_of(detail, "after_realtime_ns"),
			.raw_ns = ns_of(detail, "after_monotonic_raw_ns"),
		},
		.clock_ns = ns_of(detail, "clock_ns"),
		.carried = ns_of(detail, "realtime_ns"),
	};
}

static void note_tsc(struct vmm *vmm, bool set, json_t *detail)
{
	const char *value = json_string_value(json_object_get(detail, "tsc_cycles"));

	if (!vmm->tsc_set)
		vmm->tsc_set = json_array();
	if (!vmm->departure.tsc_got)
		vmm->departure.tsc_got = json_object();
	if (set)
		json_array_append(vmm->tsc_set, detail);
	else if (value)
		json_object_set(vmm->departure.tsc_got, value, detail);
}

static void note(struct vmm *vmm, const char *name, json_t *detail)
{
	if (!strcmp(name, "KVM_GET_CLOCK")) {
		vmm->departure.clock_got = call_of(detail);
		vmm->departure.left_raw_ns = ns_of(detail, "left_monotonic_raw_ns");
	} else if (!strcmp(name, "KVM_SET_CLOCK")) {
		vmm->clock_set = call_of(detail);
	} else if (!strcmp(name, "KVM_RUN")) {
		vmm->entered_raw_ns = ns_of(detail, "before_monotonic_raw_ns");
	} else {
		note_tsc(vmm, !strcmp(name, "KVM_SET_MSRS"), detail);
	}
}

/**
 * clock_line() - take one line of what is preloaded into the VMM
 * @agent: the agent
 * @vmm: the VMM
 * @line: JSON text, one call
 */
void clock_line(struct agent *agent, struct vmm *vmm, const char *line)
{
	json_t *detail = json_loads(line, 0, NULL);
	const char *name = json_string_value(json_object_get(detail, "call"));

	if (name) {
		note(vmm, name, detail);
		log_record(agent, "kvm-clock", detail);
	}
	json_decref(detail);
}

/**
 * keep_departure() - remember it for longer than the VMM does
 * @to: gets a copy
 * @from: of a VMM
 */
void keep_departure(struct departure *to, const struct departure *from)
{
	json_decref(to->tsc_got);
	*to = *from;
	to->tsc_got = json_copy(from->tsc_got);
}

/* put_between() - something between two lengths, as the middle and a bound */
static void put_between(json_t *answer, const char *key, const char *bound_key, int64_t low,
			int64_t high)
{
	json_object_set_new(answer, key, json_integer(low + (high - low) / 2));
	json_object_set_new(answer, bound_key, json_integer((high - low + 1) / 2));
}

/* put_stopped() - a clock stood still from a moment in one call to a moment in another */
static void put_stopped(json_t *answer, const char *key, const char *bound_key,
			const struct clock_call *got, const struct clock_call *set)
{
	put_between(answer, key, bound_key, set->before.raw_ns - got->after.raw_ns,
		    set->after.raw_ns - got->before.raw_ns);
}

/*
 * put_carried() - KVM added what had passed by the host's wall clock: what is lost is what
 * that clock ran slower than the raw one
 */
static void put_carried(json_t *answer, const struct clock_call *got,
			const struct clock_call *set)
{
	int64_t lost = set->before.raw_ns - got->before.raw_ns -
		       (set->before.realtime_ns - got->before.realtime_ns);
	int64_t width = got->after.realtime_ns - got->before.realtime_ns +
			set->after.realtime_ns - set->before.realtime_ns;

	put_between(answer, "kvmclock_stopped_ns", "kvmclock_stopped_bound_ns", lost - width,
		    lost + width);
}

/*
 * put_tsc() - the guest's TSC went on from what was read of a vCPU when that was written,
 * which KVM takes as the word for all vCPUs
 */
static void put_tsc(json_t *answer, const struct departure *from, const struct vmm *vmm,
		    struct stamp since)
{
	struct clock_call got, set;
	json_t *entry, *origin;
	const char *value;
	size_t i;

	json_array_foreach(vmm->tsc_set, i, entry) {
		value = json_string_value(json_object_get(entry, "tsc_cycles"));
		origin = value ? json_object_get(from->tsc_got, value) : NULL;
		set = call_of(entry);
		if (!origin || set.before.raw_ns < since.raw_ns)
			continue;
		got = call_of(origin);
		put_stopped(answer, "tsc_stopped_ns", "tsc_stopped_bound_ns", &got, &set);
		return;
	}
}

/*
 * await_entry() - until a vCPU has been entered after @since, with kvm-clock set; the VMM
 * may answer before. False when it has not.
 */
static bool await_entry(struct agent *agent, struct stamp since)
{
	const struct vmm *vmm = agent->vmm;
	int64_t deadline = stamp_now().raw_ns + ENTRY_TIMEOUT_NS;

	while (vmm->clock_set.before.raw_ns < since.raw_ns ||
	       vmm->entered_raw_ns < vmm->clock_set.after.raw_ns) {
		if (stamp_now().raw_ns > deadline || pump(agent, 100))
			return false;
	}
	return true;
}

/**
 * put_clock_truth() - add to an answer what the host's clocks said of the guest's
 * @agent: the agent, whose VMM runs the guest
 * @answer: gets it, where KVM runs the guest
 * @from: how the guest's clocks stood
 * @since: when the action began that made it run again
 */
void put_clock_truth(struct agent *agent, json_t *answer, const struct departure *from,
		     struct stamp since)
{
	const struct clock_call *got = &from->clock_got, *set = &agent->vmm->clock_set;

	if (!got->before.raw_ns || !await_entry(agent, since))
		return;
	if (set->carried)
		put_carried(answer, got, set);
	else
		put_stopped(answer, "kvmclock_stopped_ns", "kvmclock_stopped_bound_ns", got, set);
	json_object_set_new(answer, "away_ns",
			    json_integer(agent->vmm->entered_raw_ns - from->left_raw_ns));
	put_ns(answer, "kvmclock_ns", set->clock_ns);
	put_ns(answer, "kvmclock_got_realtime_ns", got->before.realtime_ns);
	put_ns(answer, "kvmclock_set_realtime_ns", set->after.realtime_ns);
	put_tsc(answer, from, agent->vmm, since);
}
