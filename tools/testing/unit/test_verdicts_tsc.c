// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts on TSCs that take several events: moved, apart, back in step. */

#include <string.h>
#include <unistd.h>

#include "array.h"
#include "report/timeline.h"
#include "schema.h"
#include "tap.h"

#define EVENTS_MAX 6

static char path[64];

/**
 * struct expected - An entry that should be there.
 * @class: its class
 * @text: part of its text
 * @evidence: its evidence
 */
struct expected {
	const char *class;
	const char *text;
	const char *evidence;
};

static bool is_as_expected(const struct gc_row *entry, const struct expected *expected)
{
	bool good = !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), expected->class) &&
		    strstr(gc_row_text(entry, GC_INCIDENT_TEXT), expected->text) &&
		    !strcmp(gc_row_text(entry, GC_INCIDENT_EVIDENCE), expected->evidence);

	if (!good)
		printf("# %s: %s (%s)\n", gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_TEXT),
		       gc_row_text(entry, GC_INCIDENT_EVIDENCE));
	return good;
}

/* Events are 100 ms apart; where they are not, they tell their boottime themselves. */
static void write_events(const char *const *events)
{
	FILE *to = tap_open(path, "w");
	int i;

	for (i = 0; i < EVENTS_MAX && events[i]; i++)
		fprintf(to, "{\"seq\":\"%d\",\"realtime_ns\":\"1000000000\",\"ref_cpu\":0,"
			"\"machine_id\":\"m\",\"boot_id\":\"b\",\"load_id\":\"0x1\",%s%d00000000\","
			"%s}\n", i + 1, "\"boottime_ns\":\"", i + 1, events[i]);
	fclose(to);
}

static bool are_judged(const char *const *events, const struct expected *expected,
		       size_t count)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	char why[512] = "";
	bool good;
	size_t i;

	write_events(events);
	good = !gc_evidence_read(&evidence, path, why, sizeof(why)) &&
	       !gc_timeline_build(&timeline, &evidence, false);
	if (!good) {
		printf("# %s\n", why);
		gc_evidence_free(&evidence);
		return false;
	}
	good = timeline.count == count;
	for (i = 0; i < timeline.count; i++)
		good &= i < count && is_as_expected(timeline.entries[i].incident, &expected[i]);
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return good;
}

#define ADJUST(cpu, old, new) \
	"\"type\":\"tsc_adjust\",\"subject_cpu\":" #cpu ",\"adjust_old_cycles\":\"" #old \
	"\",\"adjust_new_cycles\":\"" #new "\""
#define OFFSET(cpu, offset, bound) \
	"\"type\":\"tsc_offset\",\"tsc_state\":\"ok\",\"subject_cpu\":" #cpu \
	",\"offset_cycles\":" #offset ",\"bound_cycles\":" #bound
#define BEYOND(beyond) ",\"tsc_beyond\":" #beyond
#define MARK "\"type\":\"clocksource_unstable\",\"clocksource\":\"tsc\""

static void test_moved(struct tap *tap)
{
	static const char *const together[EVENTS_MAX] = {
		ADJUST(1, 0, 1000000), OFFSET(1, 1000040, 100),
		ADJUST(1, 1000000, 0), OFFSET(1, 40, 100),
	};
	static const struct expected incidents[] = {
		{ "tsc-skew", "1000040 +- 100 cycles ahead of that of CPU 0;"
		  " IA32_TSC_ADJUST of CPU 1 went from 0 to 1000000 cycles", "1 2" },
		{ "tsc-skew", "it is in step again; IA32_TSC_ADJUST of CPU 1 went from 1000000 to"
		  " 0 cycles: it was put back", "3 4" },
	};
	static const char *const alone[EVENTS_MAX] = { ADJUST(1, 0, -50) };
	static const struct expected small = {
		"undetermined", "went from 0 to -50 cycles", "1"
	};
	static const char *const other_cpu[EVENTS_MAX] = {
		ADJUST(1, 0, 1000000), OFFSET(2, 5000, 100),
	};
	static const struct expected apart[] = {
		{ "undetermined", "IA32_TSC_ADJUST of CPU 1", "1" },
		{ "tsc-skew", "TSC of CPU 2", "2" },
	};
	static const char *const incomplete[EVENTS_MAX] = {
		"\"type\":\"tsc_adjust\",\"subject_cpu\":1,\"adjust_old_cycles\":\"5\"",
	};
	static const struct expected unknown = { "undetermined", "tsc_adjust", "1" };

	tap_case(tap, are_judged(together, incidents, ARRAY_SIZE(incidents)),
		 "an adjustment goes with the offset that it made, and so does its end");
	tap_case(tap, are_judged(alone, &small, 1), "one that made no offset stands alone");
	tap_case(tap, are_judged(other_cpu, apart, ARRAY_SIZE(apart)),
		 "one goes with no other CPU's offset");
	tap_case(tap, are_judged(incomplete, &unknown, 1), "one that is not told is not judged");
}

static void test_back(struct tap *tap)
{
	static const char *const events[EVENTS_MAX] = {
		OFFSET(1, 5000, 100), OFFSET(2, 4000, 100), OFFSET(1, 1500, 100), MARK,
	};
	static const struct expected within[] = {
		{ "tsc-skew", "CPU 1 is 5000", "1" },
		{ "tsc-skew", "CPU 2 is 4000", "2" },
		{ "tsc-skew", "CPU 1 is 1500 +- 100 cycles ahead of that of CPU 0: it is in step"
		  " again", "3" },
		{ "undetermined", "marked tsc unstable", "4" },
	};
	static const char *const skewed[EVENTS_MAX] = { OFFSET(1, 5000, 100), MARK };
	static const struct expected mark[] = {
		{ "tsc-skew", "CPU 1 is 5000", "1" },
		{ "tsc-skew", "marked tsc unstable", "2 1" },
	};
	static const char *const again[EVENTS_MAX] = {
		OFFSET(1, 5000, 100) BEYOND(1), OFFSET(1, 4800, 100) BEYOND(1), MARK,
	};
	static const struct expected still[] = {
		{ "tsc-skew", "CPU 1 is 5000", "1" },
		{ "tsc-skew", "CPU 1 is 4800", "2" },
		{ "tsc-skew", "marked tsc unstable", "3 2" },
	};
	static const char *const raised[EVENTS_MAX] = {
		OFFSET(1, 5000, 100) BEYOND(1), OFFSET(1, 5100, 100) BEYOND(0), MARK,
	};
	static const struct expected no_more[] = {
		{ "tsc-skew", "CPU 1 is 5000", "1" },
		{ "tsc-skew", "ahead of that of CPU 0: it is in step again", "2" },
		{ "undetermined", "marked tsc unstable", "3" },
	};

	tap_case(tap, are_judged(events, within, ARRAY_SIZE(within)),
		 "an offset that came back under the threshold explains no mark");
	tap_case(tap, are_judged(skewed, mark, ARRAY_SIZE(mark)), "one that did not does");
	tap_case(tap, are_judged(again, still, ARRAY_SIZE(still)),
		 "a smaller one that the module still holds for beyond is");
	tap_case(tap, are_judged(raised, no_more, ARRAY_SIZE(no_more)),
		 "a larger one that it does not is back");
}

static void test_faults(struct tap *tap)
{
	static const char *const events[EVENTS_MAX] = {
		"\"type\":\"tsc_offset\",\"tsc_state\":\"inconsistent\",\"tsc_fault\":\"jump\","
		"\"subject_cpu\":1",
		"\"type\":\"tsc_offset\",\"tsc_state\":\"inconsistent\",\"tsc_fault\":\"rate\","
		"\"subject_cpu\":2",
		"\"type\":\"tsc_offset\",\"tsc_state\":\"inconsistent\",\"tsc_fault\":\"fault_9\","
		"\"subject_cpu\":3",
	};
	static const struct expected incidents[] = {
		{ "tsc-skew", "CPU 1 jumped while", "1" },
		{ "tsc-skew", "CPU 2 ran at another rate, or jumped again and again, while", "2" },
		{ "tsc-skew", "CPU 3 jumped or ran at another rate while", "3" },
	};

	tap_case(tap, are_judged(events, incidents, ARRAY_SIZE(incidents)),
		 "what explains a measurement without any one offset is told");
}

int main(void)
{
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	test_moved(&tap);
	test_back(&tap);
	test_faults(&tap);
	unlink(path);

	return tap_end(&tap);
}
