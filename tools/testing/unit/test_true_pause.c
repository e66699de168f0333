// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report on a recorded pause of a real guest against the host's own account of it,
 * which is beside the recording: for how long kvm-clock stood still between the VMM's
 * reading and its setting of it.
 */

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/arith.h"
#include "report/timeline.h"
#include "schema.h"
#include "tap.h"

/* The row of the one pause in the timeline, NULL where there is another number. */
static const struct gc_row *only_pause(const struct gc_timeline *timeline)
{
	const struct gc_row *found = NULL;
	size_t i, count = 0;

	for (i = 0; i < timeline->count; i++) {
		const struct gc_row *incident = timeline->entries[i].incident;

		if (!strcmp(gc_row_text(incident, GC_INCIDENT_CLASS), "vm-pause")) {
			found = incident;
			count++;
		}
	}
	return count == 1 ? found : NULL;
}

static int64_t difference(const struct gc_row *pause, unsigned int column, int64_t truth)
{
	int64_t value = pause ? pause->v[column].s : 0;
	int64_t result = gc_magnitude(gc_subtract(value, truth));

	printf("# %ld, the host %ld: %ld ns apart\n", value, truth, result);
	return result;
}

int main(void)
{
	json_t *host = json_load_file(FIXTURES "/true_pause.host.json", 0, NULL);
	int64_t truth = json_integer_value(json_object_get(host, "kvmclock_stopped_ns"));
	int64_t bound = json_integer_value(json_object_get(host, "kvmclock_stopped_bound_ns"));
	const char *clock = json_string_value(json_object_get(host, "kvmclock_ns"));
	const struct gc_row *pause;
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	struct tap tap = { 0 };
	char why[256];
	int64_t rate;

	if (!clock || !truth ||
	    gc_evidence_read(&evidence, FIXTURES "/true_pause.jsonl", why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, false))
		return 1;
	pause = only_pause(&timeline);
	/* A page's rate is right to one part in a million of the time since it was written. */
	rate = strtoll(clock, NULL, 10) / 1000000;

	tap_case(&tap, pause, "the report on a recorded pause has one vm-pause");
	tap_case(&tap, pause && difference(pause, GC_INCIDENT_DURATION, truth) <=
		 gc_add(pause->v[GC_INCIDENT_BOUND].s, bound),
		 "its duration is the host's to its own bound");
	tap_case(&tap, difference(pause, GC_INCIDENT_DISCONTINUITY, -truth) <= bound + rate,
		 "its discontinuity is what kvm-clock lost between the host's two calls");

	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	json_decref(host);
	return tap_end(&tap);
}
