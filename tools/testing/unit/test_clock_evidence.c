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
 * @mark_s: when the mark is, in s of boot time; the clocks are read at 10, 30, 99 and
 *   100 s
 * @jump_before: index of the reading before which they jump
 * @load_id: of the readings; the mark is of load 7
 * @paused_ns: how long the guest was paused between the first two
 * @old: how many more readings there are at 10 s
 * @no_host: the host's clock is not there
 * @marked: the clocksource that is marked, NULL for the TSC
 * @round: what else the watchdog's round of the mark was like, NULL for no round
 */
struct story {
	int64_t jump_ns[4];
	int mark_s;
	unsigned int jump_before;
	unsigned int load_id;
	int64_t paused_ns;
	unsigned int old;
	bool no_host;
	const char *marked;
	const char *round;
};

#define ROUND(reference, cs_ns, late_ns) \
	"\"wd_reference\":\"" reference "\",\"wd_last_cycles\":\"87000000000\"," \
	"\"wd_now_cycles\":\"87504000000\",\"wd_mask_cycles\":\"18446744073709551615\"," \
	"\"wd_interval_ns\":\"504000000\",\"cs_interval_ns\":\"" cs_ns "\"," \
	"\"wd_lateness_ns\":" late_ns

static const char *const names[] = { "tsc", "kvm-clock", "hpet", "host" };
static const int64_t hz[] = { 2000000000, 1000000000, 100000000, 1000000000 };
static const int when[] = { 10, 30, 99, 100 };
static char path[64];

static void put_reading(FILE *to, const struct story *story, unsigned int number,
			unsigned int at, unsigned int clock)
{
	int64_t ns = when[at] * SECOND, tsc = ns;

	if (at >= story->jump_before) {
		tsc += story->jump_ns[0];
		ns += story->jump_ns[clock];
	}
	if (at) {
		tsc += story->paused_ns;
		ns += clock == 0 || clock == 3 ? story->paused_ns : 0;
	}
	fprintf(to, "%s{\"clock\":\"%s\",\"reading\":%u,\"state\":\"ok\",\"cpu\":0,"
		"\"tsc_before_cycles\":\"%ld\",\"tsc_after_cycles\":\"%ld\","
		"\"value_cycles\":\"%ld\",\"mask_cycles\":\"18446744073709551615\","
		"\"frequency_hz\":%ld,\"boottime_ns\":\"%lld\"}", clock ? "," : "", names[clock],
		number, tsc * 2, tsc * 2 + (clock == 2 ? 10000 : 0),
		ns / 1000 * (hz[clock] / 1000000), hz[clock], when[at] * SECOND);
}

static void put_context(FILE *to, const struct story *story, unsigned int number,
			unsigned int at)
{
	unsigned int clock;

	fprintf(to, "{\"record\":\"context\",\"boottime_ns\":\"%lld\",\"load_id\":"
		"\"0x%016x\",\"machine_id\":\"m\",\"boot_id\":\"b\",\"clock_readings\":[",
		when[at] * SECOND, story->load_id);
	for (clock = 0; clock < (story->no_host ? 3 : 4); clock++)
		put_reading(to, story, number, at, clock);
	fputs("]}\n", to);
}

static void put_event(FILE *to, const struct story *story, unsigned int seq, const char *type,
		      const char *more)
{
	fprintf(to, "{\"seq\":\"%u\",\"type\":\"%s\",\"clocksource\":\"%s\",%s%s"
		"\"boottime_ns\":\"%lld\",\"realtime_ns\":\"5\",\"load_id\":\"0x%016x\","
		"\"machine_id\":\"m\",\"boot_id\":\"b\"}\n", seq, type,
		story->marked ? story->marked : "tsc", more, *more ? "," : "",
		story->mark_s * SECOND, 7);
}

static void write_recording(const struct story *story)
{
	FILE *to = tap_open(path, "w");
	unsigned int i;

	for (i = 0; i < story->old; i++)
		put_context(to, story, 1 + i, 0);
	for (i = 0; i < 4; i++)
		put_context(to, story, 1 + story->old + i, i);
	put_event(to, story, 1, "clocksource_unstable", "");
	if (story->round)
		put_event(to, story, 2, "watchdog_round", story->round);
	fclose(to);
}

/* The entry of the mark. */
static const struct gc_row *entry_of(const struct gc_timeline *timeline)
{
	const struct gc_row *entry;
	size_t i;

	for (i = 0; i < timeline->count; i++) {
		entry = timeline->entries[i].incident;
		if (strstr(gc_row_text(entry, GC_INCIDENT_TEXT), "the kernel marked"))
			return entry;
	}
	return NULL;
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
	    gc_timeline_build(&timeline, &evidence, false)) {
		printf("# %s\n", why);
		return false;
	}
	entry = entry_of(&timeline);
	good = entry && !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), class) &&
	       !strcmp(gc_row_text(entry, GC_INCIDENT_CONFIDENCE), confidence) &&
	       strstr(gc_row_text(entry, GC_INCIDENT_TEXT), text);
	if (!good && entry)
		printf("# %s, %s: %s\n", gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_CONFIDENCE),
		       gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return good;
}

/* What is recorded of the round, and what the clocks say. */
static void test_rounds(struct tap *tap)
{
	struct story hpet = { .jump_ns = { 0, 0, SECOND / 2 }, .mark_s = 99, .jump_before = 2,
			      .load_id = 7 };
	struct story tsc = { .jump_ns = { 700000 }, .mark_s = 99, .jump_before = 2,
			     .load_id = 7 };

	hpet.round = "\"wd_result\":\"skewed\"," ROUND("kvm-clock", "3504000000", "4000000");
	tap_case(tap, is_judged(&hpet, "undetermined", "low", "the odd one out is hpet"),
		 "an HPET that jumped, but was not the reference, explains nothing");
	hpet.round = "\"wd_result\":\"skewed\"," ROUND("hpet", "3504000000", "4000000");
	tap_case(tap, is_judged(&hpet, "reference-fault", "medium", "the odd one out is hpet"),
		 "one that was does");
	tsc.round = "\"wd_result\":\"skewed\"," ROUND("kvm-clock", "504700000", "4000000");
	tap_case(tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "a TSC that jumped by little more than the kernel's limit");
	tsc.round = "\"wd_result\":\"skewed\"," ROUND("kvm-clock", "504700000", "200000000");
	tap_case(tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "even in a late round");
	tsc.jump_ns[0] = 0;
	tap_case(tap, is_judged(&tsc, "watchdog-late", "medium", "marked tsc unstable"),
		 "which is all there is to it where clocks agree");
	tsc.jump_ns[0] = 700000;
	tsc.no_host = true;
	tap_case(tap, is_judged(&tsc, "undetermined", "low", "a guest that the"),
		 "or nothing, where they do not");
}

int main(void)
{
	struct story tsc = { .jump_ns = { SECOND / 2 }, .mark_s = 99, .jump_before = 2,
			     .load_id = 7 };
	struct story pause = { .jump_ns = { 3 * SECOND, 0, 0, 3 * SECOND }, .mark_s = 99,
			       .jump_before = 2, .load_id = 7 };
	struct story hpet = { .jump_ns = { 0, 0, SECOND / 2 }, .mark_s = 99, .jump_before = 2,
			      .load_id = 7 };
	struct story host = { .jump_ns = { 0, 0, 0, SECOND / 2 }, .mark_s = 99,
			      .jump_before = 2, .load_id = 7 };
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	tap_case(&tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "a TSC that is the odd one was marked rightly");
	tap_case(&tap, is_judged(&pause, "reference-fault", "medium", "a guest that the"),
		 "one that went on in a pause was not");
	pause.jump_ns[3] = 0;
	pause.no_host = true;
	tap_case(&tap, is_judged(&pause, "undetermined", "low", "a guest that the"),
		 "which nobody knows without the host's clock");
	tap_case(&tap, is_judged(&hpet, "reference-fault", "medium", "the odd one out is hpet"),
		 "nor one that was judged by an HPET that jumped");
	hpet.marked = "hpet";
	tap_case(&tap, is_judged(&hpet, "undetermined", "low", "the odd one out is hpet"),
		 "an HPET that was marked, and jumped, is no skew of the TSC");
	tap_case(&tap, is_judged(&host, "undetermined", "low", "the odd one out is host"),
		 "a host whose clock was set has nothing to do with it");
	tsc.paused_ns = 7 * SECOND;
	tap_case(&tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "a pause of long ago does not hide it");
	tsc.paused_ns = 0;
	tsc.old = 600;
	tap_case(&tap, is_judged(&tsc, "tsc-skew", "high", "the odd one out is tsc"),
		 "nor do more readings than can be compared");
	tsc.old = 0;
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
	test_rounds(&tap);
	unlink(path);

	return tap_end(&tap);
}
