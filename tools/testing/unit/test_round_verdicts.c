// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts on rounds of the kernel's watchdog, and on the marks that come of them. */

#include <linux/guestclock.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "event_line.h"
#include "report/timeline.h"
#include "row_json.h"
#include "schema.h"
#include "tap.h"
#include "watchdog_text.h"

#define IDENTITY "\"load_id\":\"0x0000000000000007\",\"machine_id\":\"m\",\"boot_id\":\"b\"}\n"
#define ROUND "\"type\":\"watchdog_round\",\"clocksource\":\"tsc\",\"wd_result\":"
#define MARK "\"type\":\"clocksource_unstable\",\"clocksource\":\"tsc\",\"reason\":" \
	"\"clocksource watchdog\",\"source\":\"kprobe\""
/* As a guest saw it after a pause of 3 s. */
#define BY_KVM_CLOCK "\"skewed\",\"wd_reference\":\"kvm-clock\"," \
	"\"wd_last_cycles\":\"87000000000\"," \
	"\"wd_now_cycles\":\"87511860723\",\"wd_mask_cycles\":\"18446744073709551615\"," \
	"\"wd_interval_ns\":\"511860723\",\"cs_interval_ns\":\"3463955244\",\"wd_lateness_ns\":4000000"
#define BY_ACPI_PM(result) "\"" result "\",\"wd_reference\":\"acpi_pm\"," \
	"\"wd_last_cycles\":\"8464573\",\"wd_now_cycles\":\"9582207\"," \
	"\"wd_mask_cycles\":\"16777215\",\"wd_interval_ns\":\"312227950\"," \
	"\"cs_interval_ns\":\"4999196389\",\"wd_lateness_ns\":4499000000"
#define BY_LITTLE(more, late) "\"skewed\",\"wd_reference\":\"kvm-clock\"," \
	"\"wd_last_cycles\":\"87000000000\"," \
	"\"wd_now_cycles\":\"87504000000\",\"wd_mask_cycles\":\"18446744073709551615\"," \
	"\"wd_interval_ns\":\"504000000\",\"cs_interval_ns\":\"504" more "\"," \
	"\"wd_lateness_ns\":" late
#define PAGES(old_time, new_time, jump) "\"type\":\"pvclock_update\",\"subject_cpu\":0," \
	"\"page_old\":{\"tsc_timestamp\":\"1000\",\"system_time_ns\":\"" old_time "\"}," \
	"\"page_new\":{\"tsc_timestamp\":\"9000\",\"system_time_ns\":\"" new_time "\"}," \
	"\"discontinuity_ns\":" jump

static char path[64];

/* A recording of up to four events, each so long after the one before. */
static bool build(struct gc_evidence *evidence, struct gc_timeline *timeline,
		  const char *const *events, uint64_t apart_ns)
{
	FILE *to = tap_open(path, "w");
	char why[512] = "";
	unsigned int i;

	for (i = 0; i < 4 && events[i]; i++)
		fprintf(to, "{\"seq\":\"%u\",\"boottime_ns\":\"%lu\",\"realtime_ns\":\"%lu\",%s,"
			IDENTITY, i + 1, apart_ns * (i + 1), apart_ns * (i + 1), events[i]);
	fclose(to);
	if (!gc_evidence_read(evidence, path, why, sizeof(why)) &&
	    !gc_timeline_build(timeline, evidence, false))
		return true;
	printf("# %s\n", why);
	return false;
}

/* The entry of an event that is not taken by that of another. */
static const struct gc_row *entry_of(const struct gc_timeline *timeline, unsigned int seq)
{
	char first[8];
	size_t i;

	snprintf(first, sizeof(first), "%u", seq);
	for (i = 0; i < timeline->count; i++) {
		const char *evidence = gc_row_text(timeline->entries[i].incident,
						   GC_INCIDENT_EVIDENCE);

		if (!strncmp(evidence, first, strlen(first)) &&
		    (!evidence[strlen(first)] || evidence[strlen(first)] == ' '))
			return timeline->entries[i].incident;
	}
	return NULL;
}

/**
 * struct round_case - A recording, and one entry of the report on it.
 * @name: what it shows
 * @events: the recording
 * @seq: the event whose entry it is
 * @class: the verdict
 * @confidence: how sure it is
 * @evidence: what it rests on
 * @text: part of its text
 */
struct round_case {
	const char *name;
	const char *events[4];
	unsigned int seq;
	const char *class;
	const char *confidence;
	const char *evidence;
	const char *text;
};

static const struct round_case cases[] = {
	{ "a round that passed is no incident",
	  { ROUND "\"passed\",\"wd_reference\":\"hpet\",\"wd_lateness_ns\":4000000" },
	  1, "watchdog-round", "high", "1", "compared tsc with hpet and let it be" },
	{ "a late one that passed is a watchdog that was late",
	  { ROUND "\"passed\",\"wd_reference\":\"hpet\",\"wd_lateness_ns\":2300000000" },
	  1, "watchdog-late", "high", "1", "the round ran 2.300 s late" },
	{ "after a pause of five minutes timers are coarse",
	  { ROUND "\"passed\",\"wd_lateness_ns\":16400000000,\"wd_elapsed_ns\":\"316900000000\"" },
	  1, "watchdog-round", "high", "1", "let it be" },
	{ "but not by more than an eighth",
	  { ROUND "\"passed\",\"wd_lateness_ns\":45000000000,\"wd_elapsed_ns\":\"345500000000\"" },
	  1, "watchdog-late", "high", "1", "the round ran 45.000 s late" },
	{ "half a second is no pause",
	  { ROUND "\"passed\",\"wd_lateness_ns\":101000000,\"wd_elapsed_ns\":\"601000000\"" },
	  1, "watchdog-late", "high", "1", "the round ran 101.000 ms late" },
	{ "a reference that could not be read in time is at fault",
	  { ROUND "\"skipped\",\"wd_reference\":\"hpet\",\"wd_readback_ns\":\"600000\"" },
	  1, "reference-fault", "medium", "1",
	  "two readings of the reference in a row took 600" },
	{ "on a kernel that tries again, too", { ROUND "\"timed_out\",\"wd_reference\":\"hpet\"" },
	  1, "reference-fault", "medium", "1", "tries again" },
	{ "one that is read within the guest is not, when a vCPU was preempted",
	  { ROUND "\"skipped\",\"wd_reference\":\"kvm-clock\",\"wd_readback_ns\":\"3100000\"" },
	  1, "undetermined", "low", "1", "two readings of the reference in a row took 3.100 ms" },
	{ "a mark for a slow reading is doubted", { ROUND "\"unreadable\"", MARK },
	  2, "reference-fault", "medium", "2 1", "marked tsc unstable" },
	{ "acpi_pm that wrapped is at fault", { ROUND BY_ACPI_PM("skewed"), MARK },
	  1, "reference-fault", "high", "1", "the reference wrapped once" },
	{ "and so the mark is wrong", { ROUND BY_ACPI_PM("skewed"), MARK },
	  2, "reference-fault", "high", "2 1", "marked tsc unstable" },
	{ "also where the kernel did not judge", { ROUND BY_ACPI_PM("long_interval") },
	  1, "reference-fault", "high", "1", "does not judge" },
	{ "a mark that is reported before its round", { MARK, ROUND BY_ACPI_PM("skewed") },
	  1, "reference-fault", "high", "1 2", "marked tsc unstable" },
	{ "apart, and nothing tells why", { ROUND BY_KVM_CLOCK, MARK },
	  1, "undetermined", "low", "1", "2.952 s further than the reference" },
	{ "nor the mark", { ROUND BY_KVM_CLOCK, MARK }, 2, "undetermined", "low", "2 1",
	  "marked tsc unstable" },
	{ "kvm-clock that was re-based by as much is at fault",
	  { ROUND BY_KVM_CLOCK, MARK, PAGES("5", "77", "-2952094000") },
	  1, "reference-fault", "high", "1 3", "2.952 s further" },
	{ "and so is the mark", { PAGES("5", "77", "-2952094000"), ROUND BY_KVM_CLOCK, MARK },
	  3, "reference-fault", "high", "3 2", "marked tsc unstable" },
	{ "a page that moved along with a TSC that was written",
	  { ROUND BY_KVM_CLOCK, MARK, PAGES("5", "5", "-2952094000") },
	  2, "tsc-skew", "high", "2 1", "marked tsc unstable" },
	{ "a page that moved by something else tells nothing",
	  { ROUND BY_KVM_CLOCK, MARK, PAGES("5", "77", "-1952094000") },
	  1, "undetermined", "low", "1", "further" },
	{ "nor one that moved the other way",
	  { ROUND BY_KVM_CLOCK, MARK, PAGES("5", "77", "2952094000") },
	  1, "undetermined", "low", "1", "further" },
	{ "a page explains no clocksource that does not count the TSC",
	  { "\"type\":\"watchdog_round\",\"clocksource\":\"hpet\",\"wd_result\":" BY_KVM_CLOCK,
	    PAGES("5", "77", "-2952094000") },
	  1, "undetermined", "low", "1", "further" },
	{ "a round without the reading that it began with is not judged",
	  { ROUND "\"skewed\",\"wd_reference\":\"acpi_pm\",\"wd_now_cycles\":\"9582207\","
	    "\"wd_mask_cycles\":\"16777215\",\"wd_interval_ns\":\"2676956000\","
	    "\"cs_interval_ns\":\"7363869000\"" },
	  1, "undetermined", "low", "1", "further" },
	{ "a round without the range of its reference is not judged",
	  { ROUND "\"skewed\",\"wd_reference\":\"acpi_pm\",\"wd_last_cycles\":\"7\","
	    "\"wd_now_cycles\":\"7\",\"wd_interval_ns\":\"0\",\"cs_interval_ns\":\"500000000\"" },
	  1, "undetermined", "low", "1", "further" },
	{ "a sentence of a round that marks for the skew", { ROUND "\"skewed\"" }, 1,
	  "undetermined", "low", "1", "with its reference and found them too far apart" },
	{ "for a reading that takes too long", { ROUND "\"unreadable\"" }, 1,
	  "reference-fault", "medium", "1",
	  "with its reference but could not read it in time, and marks it" },
	{ "for CPUs that differ", { ROUND "\"cpu_skewed\"" }, 1, "tsc-skew", "medium", "1",
	  "with its reference and saw it go backwards" },
	{ "a TSC that went backwards between CPUs", { ROUND "\"cpu_skewed\"", MARK },
	  2, "tsc-skew", "medium", "2 1", "marked tsc unstable" },
	{ "by a page that hardly moved a small difference is not explained",
	  { ROUND BY_LITTLE("900000", "4000000"), MARK, PAGES("5", "77", "12") },
	  1, "undetermined", "low", "1", "900.000 us further" },
	{ "by one that moved as much it is",
	  { ROUND BY_LITTLE("900000", "4000000"), MARK, PAGES("5", "77", "-880000") },
	  1, "reference-fault", "high", "1 3", "900.000 us further" },
	{ "skewed by less than is allowed here, but by more than the kernel allows",
	  { ROUND BY_LITTLE("600000", "4000000") }, 1, "undetermined", "low", "1",
	  "600.000 us further" },
	{ "in a late round that may be nothing",
	  { ROUND BY_LITTLE("600000", "200000000") }, 1, "watchdog-late", "medium", "1",
	  "600.000 us further" },
	{ "a round without readings", { ROUND "\"skewed\"" }, 1, "undetermined", "low", "1",
	  "too far apart" },
	{ "a result of a newer module", { ROUND "\"result_77\"" }, 1, "undetermined", "low",
	  "1", "does not know" },
};

/* The same with a minute between two events. */
static const struct round_case far_cases[] = {
	{ "a page that moved by as much, but a minute before, tells nothing",
	  { PAGES("5", "77", "-2952094000"), ROUND BY_KVM_CLOCK },
	  2, "undetermined", "low", "2", "further" },
	{ "a page that moved by as much, but a minute later, tells nothing",
	  { ROUND BY_KVM_CLOCK, PAGES("5", "77", "-2952094000") },
	  1, "undetermined", "low", "1", "further" },
	{ "a mark a minute after a round that failed is not of that round",
	  { ROUND BY_ACPI_PM("skewed"), MARK },
	  2, "undetermined", "low", "2", "marked tsc unstable" },
};

static bool is_judged(const struct round_case *want, uint64_t apart_ns)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	const struct gc_row *entry;
	bool good = false;

	if (build(&evidence, &timeline, want->events, apart_ns)) {
		entry = entry_of(&timeline, want->seq);
		good = entry && entry->v[GC_INCIDENT_BEGIN].s == (int64_t)apart_ns * want->seq &&
		       !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), want->class) &&
		       !strcmp(gc_row_text(entry, GC_INCIDENT_CONFIDENCE), want->confidence) &&
		       !strcmp(gc_row_text(entry, GC_INCIDENT_EVIDENCE), want->evidence) &&
		       strstr(gc_row_text(entry, GC_INCIDENT_TEXT), want->text);
		if (!good && entry)
			printf("# %s, %s, seq %s: %s\n", gc_row_text(entry, GC_INCIDENT_CLASS),
			       gc_row_text(entry, GC_INCIDENT_CONFIDENCE),
			       gc_row_text(entry, GC_INCIDENT_EVIDENCE),
			       gc_row_text(entry, GC_INCIDENT_TEXT));
		gc_timeline_free(&timeline);
	}
	gc_evidence_free(&evidence);
	return good;
}

static bool has_line(const char *json, const char *want)
{
	json_t *object = json_loads(json, 0, NULL);
	struct gc_row *row = gc_row_from_json(&gc_schema_event, object);
	char *line = NULL;
	size_t size;
	FILE *to = open_memstream(&line, &size);
	bool good;

	gc_event_line(to, row);
	fclose(to);
	good = strstr(line, want);
	if (!good)
		printf("# %s", line);
	free(line);
	gc_row_free(row);
	json_decref(object);
	return good;
}

static struct gc_row *watchdog(unsigned int verification, const char *because,
			       const char *reference, unsigned int from_tsc)
{
	struct gc_row *row = gc_row_new(&gc_schema_watchdog);

	gc_row_set_u(row, GC_WATCHDOG_VERIFICATION, verification);
	gc_row_set_text(row, GC_WATCHDOG_BECAUSE, because, strlen(because));
	if (!*reference)
		return row;
	gc_row_set_text(row, GC_WATCHDOG_REFERENCE, reference, strlen(reference));
	gc_row_set_u(row, GC_WATCHDOG_REFERENCE_FROM_TSC, from_tsc);
	return row;
}

static void test_words(struct tap *tap)
{
	struct gc_row *row = watchdog(GUESTCLOCK_TSC_VERIFICATION_TRUSTED, "it is good", "", 0);
	char text[256];

	gc_watchdog_verification(row, text, sizeof(text));
	tap_case(tap, !strcmp(text, "the kernel does not verify the TSC here, because it is good"),
		 "why the TSC is not verified");
	gc_watchdog_reference(row, text, sizeof(text));
	tap_case(tap, strstr(text, "not known"), "without a round there is no reference");
	gc_row_free(row);

	row = watchdog(GUESTCLOCK_TSC_VERIFICATION_VERIFIED, "of X", "kvm-clock", 1);
	gc_watchdog_verification(row, text, sizeof(text));
	tap_case(tap, !strcmp(text, "the kernel verifies the TSC here, because of X"),
		 "or why it is");
	gc_watchdog_reference(row, text, sizeof(text));
	tap_case(tap, strstr(text, "the reference is kvm-clock, which derives from the TSC"),
		 "a reference that derives from the TSC");
	gc_row_free(row);

	row = watchdog(42, "", "hpet", 0);
	gc_watchdog_verification(row, text, sizeof(text));
	tap_case(tap, strstr(text, "unknown"), "a word of a newer module");
	gc_watchdog_reference(row, text, sizeof(text));
	tap_case(tap, strstr(text, "hpet, which does not derive"), "and one that does not");
	gc_row_set_u(row, GC_WATCHDOG_ROUNDS, 12);
	gc_row_set_u(row, GC_WATCHDOG_PASSED, 10);
	gc_row_set_s(row, GC_WATCHDOG_MIN_DIFFERENCE, -2000);
	gc_row_set_s(row, GC_WATCHDOG_MAX_DIFFERENCE, 3000);
	gc_watchdog_rounds(row, text, sizeof(text));
	tap_case(tap, !strcmp(text, "12 rounds seen, 10 checks passed; watched clock minus"
			      " reference -2.000 us to 3.000 us"), "what the rounds were like");
	gc_row_free(row);
}

int main(void)
{
	struct tap tap = { 0 };
	size_t i;

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tap_case(&tap, is_judged(&cases[i], 500000000), cases[i].name);
	for (i = 0; i < ARRAY_SIZE(far_cases); i++)
		tap_case(&tap, is_judged(&far_cases[i], 60000000000), far_cases[i].name);
	tap_case(&tap, has_line("{\"seq\":\"1\"," ROUND BY_ACPI_PM("skewed") "}",
				"tsc against acpi_pm: skewed, 4.499 s late, apart by 4.687 s"),
		 "a round as a line");
	tap_case(&tap, has_line("{\"seq\":\"1\",\"type\":\"watchdog_round\","
				"\"wd_result\":\"reset\"}",
				"? against ?: reset"), "one that tells little");
	test_words(&tap);
	unlink(path);

	return tap_end(&tap);
}
