// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts that take one event: offsets, switches, steps, what was lost, the unknown. */

#include <string.h>
#include <unistd.h>

#include "report/timeline.h"
#include "schema.h"
#include "tap.h"

static char path[64];

/* Whether the verdict on an event with @fields has this class, and text in it. */
static bool is_judged(const char *fields, const char *class, const char *text)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	const struct gc_row *entry;
	FILE *to = tap_open(path, "w");
	char why[512] = "";
	bool good;

	fprintf(to, "{\"seq\":\"7\",\"realtime_ns\":\"1000000000\",\"subject_cpu\":1,\"ref_cpu\":0,"
		"\"machine_id\":\"m\",\"boot_id\":\"b\",%s}\n", fields);
	fclose(to);
	good = !gc_evidence_read(&evidence, path, why, sizeof(why)) &&
	       !gc_timeline_build(&timeline, &evidence, false);
	if (!good) {
		printf("# %s\n", why);
		gc_evidence_free(&evidence);
		return false;
	}
	entry = timeline.entries[0].incident;
	good = timeline.count == 1 && !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), class) &&
	       strstr(gc_row_text(entry, GC_INCIDENT_TEXT), text);
	if (!good)
		printf("# %s: %s\n", gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return good;
}

static void test_offsets(struct tap *tap)
{
	tap_case(tap, is_judged("\"type\":\"tsc_offset\",\"tsc_state\":\"ok\","
				"\"offset_cycles\":-5000,\"bound_cycles\":100", "tsc-skew",
				"CPU 1 is 5000 +- 100 cycles behind that of CPU 0"),
		 "an offset, with its direction");
	tap_case(tap, is_judged("\"type\":\"tsc_offset\",\"tsc_state\":\"ok\","
				"\"offset_cycles\":100,\"bound_cycles\":100", "tsc-skew",
				"100 +- 100 cycles ahead of that of CPU 0: it is in step again"),
		 "an offset within its bound is none any more");
	tap_case(tap, is_judged("\"type\":\"tsc_offset\",\"tsc_state\":\"inconsistent\"",
				"tsc-skew", "CPU 1 jumped or ran at another rate while it was"
				" measured against CPU 0"),
		 "rounds that no offset explains");
	tap_case(tap, is_judged("\"type\":\"tsc_offset\",\"tsc_state\":\"ok\"", "undetermined",
				"tsc_offset"), "an offset that is not there");
	tap_case(tap, is_judged("\"type\":\"tsc_offset\","
				"\"offset_cycles\":-9223372036854775808,\"bound_cycles\":0",
				"tsc-skew", "9223372036854775807 +- 0 cycles behind"),
		 "the greatest offset there is");
}

static void test_others(struct tap *tap)
{
	tap_case(tap, is_judged("\"type\":\"clocksource_switch\",\"clocksource\":\"hpet\","
				"\"clocksource_old\":\"tsc\",\"vdso_clock_mode\":0",
				"clocksource-switch", "the timekeeper went from tsc to hpet"),
		 "a switch of the clocksource");
	tap_case(tap, is_judged("\"type\":\"clock_step\",\"offs_real_before_ns\":\"2000000000\","
				"\"offs_real_after_ns\":\"1000000000\"", "clock-step",
				"the wall clock was set back by 1.000 s"), "a step of the clock");
	tap_case(tap, is_judged("\"type\":\"lost\",\"lost_count\":3,\"lost_reason\":\"socket\"",
				"lost", "3 events were lost on the way to the recorder"),
		 "events that are lost, and where");
	tap_case(tap, is_judged("\"type\":\"lost\",\"lost_count\":3,\"lost_reason\":\"reason_77\"",
				"lost", "for a reason that this program does not know"),
		 "where nobody knows");
	tap_case(tap, is_judged("\"type\":\"type_4000000000\"", "undetermined", "type_4000000000"),
		 "a type of a newer module");
}

int main(void)
{
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	test_offsets(&tap);
	test_others(&tap);
	unlink(path);

	return tap_end(&tap);
}
