// SPDX-License-Identifier: GPL-2.0-only
/* Which updates of pages are one incident, and what they say together. */

#include <string.h>
#include <unistd.h>

#include "made_pages.h"
#include "report/timeline.h"
#include "tap.h"

static char path[64];

/**
 * struct expected - What the report on two updates is to say.
 * @class: class of the first entry
 * @confidence: its confidence
 * @entries: how many there are
 */
struct expected {
	const char *class;
	const char *confidence;
	size_t entries;
};

/*
 * Two updates that the same polls found, in a guest of two vCPUs. Sets @bound to that
 * of the first entry.
 */
static bool is_judged(struct update one, struct update other, const struct expected *expected,
		      int64_t *bound)
{
	FILE *to = tap_open(path, "w");
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	const struct gc_row *entry;
	char why[256];
	bool good;

	one.at = 100000 * SECOND;
	one.window = SECOND / 5 - one.jump;
	one.flags = 1;
	other.at = one.at;
	other.window = one.window;
	other.flags = 1;
	put_context(to, "kvm-clock", "0-1");
	put_update(to, 1, &one);
	put_update(to, 2, &other);
	fclose(to);
	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, false)) {
		printf("# %s\n", why);
		return false;
	}
	entry = timeline.entries[0].incident;
	good = timeline.count == expected->entries &&
	       !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), expected->class) &&
	       !strcmp(gc_row_text(entry, GC_INCIDENT_CONFIDENCE), expected->confidence);
	*bound = entry->v[GC_INCIDENT_BOUND].present ? entry->v[GC_INCIDENT_BOUND].s : -1;
	if (!good)
		printf("# %zu entries, the first is %s, %s: %s\n", timeline.count,
		       gc_row_text(entry, GC_INCIDENT_CLASS),
		       gc_row_text(entry, GC_INCIDENT_CONFIDENCE),
		       gc_row_text(entry, GC_INCIDENT_TEXT));
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return good;
}

int main(void)
{
	static const struct expected pause = { "vm-pause", "high", 1 };
	static const struct expected apart = { "undetermined", "low", 2 };
	static const struct expected rebase = { "kvmclock-rebase", "medium", 1 };
	const struct update one = { .jump = -3 * SECOND, .age = 50 * SECOND };
	struct update other = one, young = { .jump = -SECOND / 30, .age = SECOND }, old = young;
	struct tap tap = { 0 };
	int64_t bound;

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	tap_case(&tap, is_judged(one, one, &apart, &bound),
		 "two updates of one vCPU do not stand for two vCPUs");
	other.cpu = 1;
	other.jump = -SECOND;
	tap_case(&tap, is_judged(one, other, &apart, &bound),
		 "pages that went back by 3 s and by 1 s are not one pause");
	other.jump = one.jump + SECOND / 50;
	tap_case(&tap, is_judged(one, other, &pause, &bound) &&
		 bound > SECOND / 5 + SECOND / 50 && bound < SECOND / 5 + SECOND / 50 + 100000,
		 "the bound of a pause has in it by how much the pages disagree");
	other.jump = one.jump;
	other.age = -other.jump;
	tap_case(&tap, is_judged(one, other, &pause, &bound),
		 "a page at its old system_time beside one that is not is no TSC that jumped");
	old.cpu = 1;
	old.age = 80000 * SECOND;
	tap_case(&tap, is_judged(young, old, &rebase, &bound),
		 "of several pages the oldest tells how much its rate explains");
	unlink(path);

	return tap_end(&tap);
}
