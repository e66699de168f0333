// SPDX-License-Identifier: GPL-2.0-only
/* Marks that are judged by the readings of all clocks in a recording. */

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "report/timeline.h"
#include "tap.h"

#define SECOND	1000000000LL

/**
 * struct story - When clocks were read, and what happened to them.
 * @jump_ns: by clock, how far each jumps before the mark
 * @mark_s: when the mark is, in s of boot time; the clocks are read at 10, 99 and 100 s
 * @jump_before: index of the reading before which they jump
 * @load_id: of the readings; the mark is of load 7
 */
struct story {
	int64_t jump_ns[4];
	int mark_s;
	unsigned int jump_before;
	unsigned int load_id;
};

static const char *const names[] = { "tsc", "kvm-clock", "hpet", "host" };
static const int64_t hz[] = { 2000000000, 1000000000, 100000000, 1000000000 };
static char path[64];

static void put_reading(FILE *to, const struct story *story, unsigned int at, unsigned int clock)
{
	static const int when[] = { 10, 99, 100 };
	int64_t ns = when[at] * SECOND, tsc = ns;

	if (at >= story->jump_before) {
		tsc += story->jump_ns[0];
		ns += story->jump_ns[clock];
	}
	fprintf(to, "%s{\"clock\":\"%s\",\"reading\":%u,\"state\":\"ok\",\"cpu\":0,"
		"\"tsc_before_cycles\":\"%ld\",\"tsc_after_cycles\":\"%ld\","
		"\"value_cycles\":\"%ld\",\"mask_cycles\":\"18446744073709551615\","
		"\"frequency_hz\":%ld,\"boottime_ns\":\"%lld\"}", clock ? "," : "", names[clock],
		at + 1, tsc * 2, tsc * 2 + (clock == 2 ? 10000 : 0),
		ns / 1000 * (hz[clock] / 1000000), hz[clock], when[at] * SECOND);
}

static void write_recording(const struct story *story)
{
	FILE *to = tap_open(path, "w");
	unsigned int at, clock;

	for (at = 0; at < 3; at++) {
		fprintf(to, "{\"record\":\"context\",\"boottime_ns\":\"%lld\",\"load_id\":"
			"\"0x%016x\",\"machine_id\":\"m\",\"boot_id\":\"b\",\"clock_readings\":[",
			(100 + at) * SECOND, story->load_id);
		for (clock = 0; clock < 4; clock++)
			put_reading(to, story, at, clock);
		fputs("]}\n", to);
	}
	fprintf(to, "{\"seq\":\"1\",\"type\":\"clocksource_unstable\",\"clocksource\":\"tsc\","
		"\"boottime_ns\":\"%lld\",\"realtime_ns\":\"5\",\"load_id\":\"0x%016x\","
		"\"machine_id\":\"m\",\"boot_id\":\"b\"}\n", story->mark_s * SECOND, 7);
	fclose(to);
}

static bool is_judged(const struct story *story, const char *class, const char *confidence,
		      const char *text)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	const struct gc_row *entry;
	char why[512] = "";
	bool good = false;

	write_recording(story);
	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, false) || timeline.count != 1) {
		printf("# %s\n", why);
		return false;
	}
	entry = timeline.entries[0].incident;
	good = !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), class) &&
	       !strcmp(gc_row_text(entry, GC_INCIDENT_CONFIDENCE), confidence) &&
	       strstr(gc_row_text(entry, GC_INCIDENT_TEXT), text);
	if (!good)
		printf("# %s, %s: %s\n", gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_CONFIDENCE),
		       gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return good;
}

int main(void)
{
	struct story tsc = { { SECOND / 2 }, 99, 1, 7 };
	struct story pause = { { 3 * SECOND, 0, 0, 3 * SECOND }, 99, 1, 7 };
	struct story hpet = { { 0, 0, SECOND / 2 }, 99, 1, 7 };
	struct story host = { { 0, 0, 0, SECOND / 2 }, 99, 1, 7 };
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	tap_case(&tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "a TSC that is the odd one was marked rightly");
	tap_case(&tap, is_judged(&pause, "reference-fault", "medium", "a guest that the"),
		 "one that went on in a pause was not");
	tap_case(&tap, is_judged(&hpet, "reference-fault", "medium", "the odd one out is hpet"),
		 "nor one that was judged by an HPET that jumped");
	tap_case(&tap, is_judged(&host, "undetermined", "low", "the odd one out is host"),
		 "a host whose clock was set has nothing to do with it");
	tsc.jump_ns[0] = 0;
	tap_case(&tap, is_judged(&tsc, "undetermined", "low", "marked tsc unstable"),
		 "clocks that agree tell nothing");
	tsc.jump_ns[0] = SECOND / 2;
	tsc.load_id = 8;
	tap_case(&tap, is_judged(&tsc, "undetermined", "low", "marked tsc unstable"),
		 "nor do readings of another load");
	tsc.load_id = 7;
	tsc.mark_s = 150;
	tap_case(&tap, is_judged(&tsc, "undetermined", "low", "marked tsc unstable"),
		 "nor those of long before");
	tsc.mark_s = 20;
	tap_case(&tap, is_judged(&tsc, "undetermined", "low", "marked tsc unstable"),
		 "or after");
	unlink(path);

	return tap_end(&tap);
}
