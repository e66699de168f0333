// SPDX-License-Identifier: GPL-2.0-only
/* Which updates of pages are one incident, and what they say together. */

#include <string.h>
#include <unistd.h>

#include "array.h"
#include "made_pages.h"
#include "report/timeline.h"
#include "tap.h"

#define PAUSED(which) { .cpu = (which), .jump = -3 * SECOND, .age = 50 * SECOND }

static char path[64];

/*
 * Two updates in a guest of two vCPUs, and the first entry of the report on them; @words
 * are of its text, or of the reason for its confidence.
 */
static const struct {
	const char *name;
	struct update one, other;
	size_t entries;
	const char *class;
	const char *confidence;
	const char *words;
} pairs[] = {
	{ "two updates of one vCPU do not stand for two vCPUs",
	  PAUSED(0), PAUSED(0), 2, "undetermined", "low", "vCPU 0 of 2" },
	{ "pages that went back by 3 s and by 1 s are not one pause",
	  PAUSED(0), { .cpu = 1, .jump = -SECOND, .age = 50 * SECOND },
	  2, "undetermined", "low", "kvm-clock jumped by -3.000 s; seen within 3.200 s" },
	{ "a page that changed alone although the host keeps one clock for all",
	  PAUSED(0), { .cpu = 1, .jump = -SECOND, .age = 50 * SECOND },
	  2, "undetermined", "low", "although the host keeps one clock for all" },
	{ "pages that went back by more than the TSC went on were not stopped",
	  { .cpu = 0, .jump = -9 * SECOND, .age = 50 * SECOND, .window = SECOND / 5 },
	  { .cpu = 1, .jump = -9 * SECOND, .age = 50 * SECOND, .window = SECOND / 5 },
	  1, "undetermined", "low", "by more than the TSC advanced" },
	{ "a page that is written polls later, but says the same, is of the same pause",
	  PAUSED(0), { .cpu = 1, .jump = -3 * SECOND, .age = 50 * SECOND, .window = SECOND / 5,
		       .delay = 2 * SECOND },
	  1, "vm-pause", "high", "vCPUs 0 1 of 2" },
	{ "a page that is written polls later, and says something else, is not",
	  PAUSED(0), { .cpu = 1, .jump = -3 * SECOND, .age = 50 * SECOND, .window = SECOND / 5,
		       .delay = 2 * SECOND, .at = 100001 * SECOND },
	  2, "undetermined", "low", "vCPU 0 of 2" },
	{ "a page at its old system_time beside one that is not is no TSC that jumped",
	  PAUSED(0), { .cpu = 1, .jump = -3 * SECOND, .age = 3 * SECOND },
	  1, "vm-pause", "high", "stopped the machine for 3.000 s" },
	{ "pages at their old system_time follow a TSC that jumped by as much as the first",
	  { .cpu = 0, .jump = -3 * SECOND, .age = 3 * SECOND },
	  { .cpu = 1, .jump = -3 * SECOND - 1000, .age = 3 * SECOND + 1000 },
	  1, "tsc-skew", "high", "the TSC jumped by +3000000000 cycles" },
	{ "of several pages the oldest tells how much its rate explains",
	  { .cpu = 0, .jump = -SECOND / 30, .age = SECOND },
	  { .cpu = 1, .jump = -SECOND / 30, .age = 80000 * SECOND },
	  1, "kvmclock-rebase", "medium", "kvm-clock jumped by -33.333 ms" },
	{ "the first vCPU that knows of a stop tells of the other's",
	  { .cpu = 0, .jump = -150000, .age = SECOND, .flags = 3 },
	  { .cpu = 1, .jump = -150000, .age = SECOND },
	  1, "vm-pause", "high", "stopped the machine for 150.000 us" },
	{ "the last vCPU that knows of a stop tells of the other's",
	  { .cpu = 0, .jump = -150000, .age = SECOND },
	  { .cpu = 1, .jump = -150000, .age = SECOND, .flags = 3 },
	  1, "vm-pause", "high", "stopped the machine for 150.000 us" },
	{ "pages that only get another multiplier did not jump",
	  { .cpu = 0, .age = SECOND, .mul = 9 }, { .cpu = 1, .age = SECOND, .mul = 9 },
	  1, "kvmclock-rebase", "high",
	  "kvm-clock did not jump, its multiplier, shift or flags changed; seen within" },
	{ "one page of two that gets another multiplier is enough",
	  { .cpu = 0, .age = SECOND, .mul = 9 }, { .cpu = 1, .age = SECOND },
	  1, "kvmclock-rebase", "high", "multiplier" },
	{ "pages that jump and get another multiplier jumped",
	  { .cpu = 0, .jump = SECOND / 20, .age = SECOND, .mul = 9 },
	  { .cpu = 1, .jump = SECOND / 20 + 1000, .age = SECOND, .mul = 9 },
	  1, "kvmclock-rebase", "medium",
	  "kvm-clock jumped by 50.000 ms to 50.001 ms, its multiplier" },
};

static struct update filled(struct update update)
{
	if (!update.at)
		update.at = 100000 * SECOND;
	if (!update.window)
		update.window = SECOND / 5 - (update.jump < 0 ? update.jump : 0);
	if (!update.flags)
		update.flags = 1;
	return update;
}

/* Return: the first entry of the report, for gc_row_free(); sets how many there are. */
static struct gc_row *report(size_t *entries)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	struct gc_row *entry;
	char why[256];

	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, false))
		abort();
	*entries = timeline.count;
	entry = timeline.entries[0].incident;
	timeline.entries[0].incident = NULL;
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return entry;
}

static struct gc_row *first_entry(const struct update *one, const struct update *other,
				  size_t *entries)
{
	const struct update updates[] = { filled(*one), filled(*other) };
	FILE *to = tap_open(path, "w");

	put_context(to, "kvm-clock", "0-1");
	put_update(to, 1, &updates[0]);
	put_update(to, 2, &updates[1]);
	fclose(to);
	return report(entries);
}

static bool is_judged(size_t i)
{
	size_t entries;
	struct gc_row *entry = first_entry(&pairs[i].one, &pairs[i].other, &entries);
	bool good = entries == pairs[i].entries &&
		    !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), pairs[i].class) &&
		    !strcmp(gc_row_text(entry, GC_INCIDENT_CONFIDENCE), pairs[i].confidence) &&
		    (strstr(gc_row_text(entry, GC_INCIDENT_TEXT), pairs[i].words) ||
		     strstr(gc_row_text(entry, GC_INCIDENT_CONFIDENCE_REASON), pairs[i].words));

	if (!good)
		printf("# %zu entries, the first is %s, %s: %s\n", entries,
		       gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_CONFIDENCE),
		       gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_row_free(entry);
	return good;
}

/* What is left of an update without one of its parts. */
static bool is_judged_without(const char *key)
{
	const struct update update = filled((struct update)PAUSED(0));
	FILE *to = tap_open(path, "w+");
	struct gc_row *entry;
	json_t *json;
	size_t entries;
	bool good;

	put_update(to, 1, &update);
	rewind(to);
	json = json_loadf(to, 0, NULL);
	fclose(to);
	json_object_del(json, key);
	json_dump_file(json, path, JSON_COMPACT);
	json_decref(json);
	entry = report(&entries);
	good = strstr(gc_row_text(entry, GC_INCIDENT_TEXT), "which is not judged");
	if (!good)
		printf("# without %s: %s\n", key, gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_row_free(entry);
	return good;
}

static void test_parts(struct tap *tap)
{
	static const char *const keys[] = {
		"subject_cpu", "discontinuity_ns", "page_old", "page_new", "realtime_ns",
		"not_before_tsc_cycles", "not_after_tsc_cycles", "tsc_before_cycles",
	};
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		good &= is_judged_without(keys[i]);
	tap_case(tap, good, "an update of which any part is missing is not judged");
}

static void test_numbers(struct tap *tap)
{
	const struct update one = PAUSED(0);
	struct update other = PAUSED(1), forward = { .jump = SECOND / 20, .age = SECOND };
	struct gc_row *entry;
	size_t entries;
	int64_t bound;

	other.jump += SECOND / 50;
	entry = first_entry(&one, &other, &entries);
	bound = entry->v[GC_INCIDENT_BOUND].s;
	tap_case(tap, bound > SECOND / 5 + SECOND / 50 &&
		 bound < SECOND / 5 + SECOND / 50 + 100000,
		 "the bound of a pause has in it by how much the pages disagree");
	tap_case(tap, entry->v[GC_INCIDENT_DISCONTINUITY].s == -3 * SECOND,
		 "of several discontinuities the one farthest from 0 is told");
	gc_row_free(entry);

	entry = first_entry(&forward, &forward, &entries);
	tap_case(tap, entry->v[GC_INCIDENT_BEGIN_BOUND].s == SECOND / 5,
		 "a jump began somewhere in the time between the polls");
	gc_row_free(entry);
}

int main(void)
{
	struct tap tap = { 0 };
	size_t i;

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		tap_case(&tap, is_judged(i), pairs[i].name);
	test_parts(&tap);
	test_numbers(&tap);
	unlink(path);

	return tap_end(&tap);
}
