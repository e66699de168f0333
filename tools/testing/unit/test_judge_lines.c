// SPDX-License-Identifier: GPL-2.0-only
/* What is made of lines of the kernel's log: marks, each once, and what is none. */

#include <string.h>
#include <unistd.h>

#include "array.h"
#include "report/timeline.h"
#include "tap.h"

#define LINES_MAX 4

#define WATCHDOG_6_1 "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as" \
	" unstable because the skew is too large:"
#define SLOW_6_1 "clocksource: timekeeping watchdog on CPU1: tsc read-back delay of 600000ns," \
	" attempt 4, marking unstable"
#define SLOW_6_12 "clocksource: timekeeping watchdog on CPU1: wd-tsc-wd excessive read-back delay" \
	" of 600000ns vs. limit of 125000ns, wd-wd read-back delay only 700ns, attempt 3," \
	" marking tsc unstable"
#define HPET_6_12 "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'hpet' as" \
	" unstable because the skew is too large:"
#define WATCHDOG_7_3 "clocksource: Marking clocksource tsc unstable due to frequency skew"
#define OF_TSC "tsc: Marking TSC unstable due to clocksource watchdog"
#define SYNC "tsc: Marking TSC unstable due to TSCs unsynchronized"
#define SCHED "sched_clock: Marking unstable (12345, 67)<-(12400, -12)"

static char path[64];

static const struct {
	const char *name;
	const char *lines[LINES_MAX];
	/* By line: 'm' for a mark, '-' for a line that is told as it is. */
	const char *want;
} cases[] = {
	{ "6.1 tells of a mark twice", { WATCHDOG_6_1, OF_TSC }, "m-" },
	{ "of one for a slow reading, too", { SLOW_6_1, OF_TSC }, "m-" },
	{ "and so does 6.12", { SLOW_6_12, OF_TSC }, "m-" },
	{ "and 7.3", { WATCHDOG_7_3, "clocksource: Watchdog hpet interval: 5ns", OF_TSC }, "m--" },
	{ "a first line that is not there any more", { OF_TSC }, "m" },
	{ "a first line of another clocksource", { HPET_6_12, OF_TSC }, "mm" },
	{ "a mark by something else than the watchdog", { SYNC }, "m" },
	{ "sched_clock is no clocksource", { WATCHDOG_6_1, OF_TSC, SCHED }, "m--" },
};

/* Of each boot one line, where @boots; all of one where not. */
static bool write_lines(const char *const *lines, bool boots)
{
	FILE *to = tap_open(path, "w");
	unsigned int i;

	for (i = 0; i < LINES_MAX && lines[i]; i++)
		fprintf(to, "{\"record\":\"kmsg\",\"kmsg_seq\":\"%u\",\"realtime_ns\":\"%u\","
			"\"boottime_ns\":\"%u\",\"priority\":6,\"text\":\"%s\",\"live\":false,"
			"\"machine_id\":\"m\",\"boot_id\":\"b%u\"}\n", i + 1, i + 1, i + 1,
			lines[i], boots ? i : 0);
	return !fclose(to);
}

static bool is_judged(const char *const *lines, bool boots, const char *want)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	char why[512] = "", got[LINES_MAX + 1] = "";
	const char *class;
	size_t i;

	if (!write_lines(lines, boots) || gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, true)) {
		printf("# %s\n", why);
		return false;
	}
	for (i = 0; i < timeline.count && i < LINES_MAX; i++) {
		class = gc_row_text(timeline.entries[i].incident, GC_INCIDENT_CLASS);
		got[i] = !strcmp(class, "undetermined") ? 'm' :
			 !strcmp(class, GC_CLASS_KERNEL_LINE) ? '-' : '?';
	}
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	if (strcmp(got, want))
		printf("# got %s, want %s\n", got, want);
	return !strcmp(got, want);
}

/* A mark that is an event of boot @boot, and the kernel's line about one of boot "b0". */
static bool is_own_mark(const char *boot, bool want)
{
	const char *const lines[LINES_MAX] = { WATCHDOG_7_3 };
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	const struct gc_row *entry;
	char why[512] = "";
	bool found = false;
	FILE *to;
	size_t i;

	write_lines(lines, false);
	to = tap_open(path, "a");
	fprintf(to, "{\"seq\":\"1\",\"type\":\"clocksource_unstable\",\"clocksource\":\"tsc\","
		"\"boottime_ns\":\"1\",\"realtime_ns\":\"1\",\"load_id\":\"0x1\","
		"\"machine_id\":\"m\",\"boot_id\":\"%s\"}\n", boot);
	fclose(to);
	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, true)) {
		printf("# %s\n", why);
		return false;
	}
	for (i = 0; i < timeline.count; i++) {
		entry = timeline.entries[i].incident;
		found |= entry->v[GC_INCIDENT_KMSG_SEQ].present &&
			 !strcmp(gc_row_text(entry, GC_INCIDENT_CLASS), "undetermined");
	}
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	return found == want;
}

/* How many of these are told where not all lines are asked for, by their text. */
static bool are_told(const char *want)
{
	static const struct {
		unsigned int priority;
		bool live;
		const char *text;
	} lines[] = {
		{ 4, false, "a" }, { 5, false, "b" }, { 6, true, "c" }, { 6, false, "d unstable" },
		{ 7, false, "e" },
	};
	FILE *to = tap_open(path, "w");
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	char why[512] = "", got[8] = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		fprintf(to, "{\"record\":\"kmsg\",\"kmsg_seq\":\"%zu\",\"realtime_ns\":\"%zu\","
			"\"boottime_ns\":\"%zu\",\"priority\":%u,\"text\":\"%s\",\"live\":%s,"
			"\"machine_id\":\"m\",\"boot_id\":\"b\"}\n", i + 1, i + 1, i + 1,
			lines[i].priority, lines[i].text, lines[i].live ? "true" : "false");
	fclose(to);
	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, false)) {
		printf("# %s\n", why);
		return false;
	}
	for (i = 0; i < timeline.count; i++)
		got[i] = *gc_row_text(timeline.entries[i].incident, GC_INCIDENT_TEXT);
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	if (strcmp(got, want))
		printf("# got %s, want %s\n", got, want);
	return !strcmp(got, want);
}

int main(void)
{
	static const char *const twice[LINES_MAX] = { WATCHDOG_6_1, OF_TSC };
	struct tap tap = { 0 };
	size_t i;

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tap_case(&tap, is_judged(cases[i].lines, false, cases[i].want), cases[i].name);
	tap_case(&tap, is_judged(twice, true, "mm"), "a first line of another boot");
	tap_case(&tap, is_own_mark("b0", false),
		 "the kernel's line about a mark that is an event is no mark of its own");
	tap_case(&tap, is_own_mark("b1", true),
		 "an event of another boot is not the mark that the kernel's line tells of");
	tap_case(&tap, are_told("acd"),
		 "of older lines warnings are told, and what names something unstable");
	unlink(path);

	return tap_end(&tap);
}
