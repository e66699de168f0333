// SPDX-License-Identifier: GPL-2.0-only
/* What the programs do with a recording, and what holds for any of them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "recording.h"
#include "report/continuation.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "row_json.h"
#include "schema.h"
#include "writer.h"

#define WHY_SIZE 512

static int export_item(const struct gc_item *item, void *arg)
{
	size_t *items = arg;

	fuzz_expect(!strchr(item->line, '\n'), "an exported item is one line");
	++*items;
	return 0;
}

static void check_incident(const struct gc_row *incident)
{
	char *line = gc_row_to_json_line(incident);
	json_t *json;

	fuzz_expect(line, "an incident is written");
	json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	fuzz_expect(json, "an incident is one JSON object");
	fuzz_expect(*gc_row_text(incident, GC_INCIDENT_CLASS), "an incident has a class");
	json_decref(json);
	free(line);
	gc_csv_line(fuzz_nowhere(), incident);
	gc_report_text_incident(fuzz_nowhere(), incident);
}

static int take_relation(struct gc_row *incident, void *arg)
{
	(void)arg;
	check_incident(incident);
	gc_row_free(incident);
	return 0;
}

static void judge(const struct gc_evidence *evidence, const char *path, bool all_lines)
{
	struct gc_timeline timeline;
	size_t i;

	fuzz_expect(!gc_timeline_build(&timeline, evidence, all_lines), "it can be judged");
	for (i = 0; i < timeline.count; i++)
		check_incident(timeline.entries[i].incident);
	gc_report_text(fuzz_nowhere(), path, &timeline);
	gc_continuation_of_files(&timeline, path, &timeline, path, take_relation, NULL);
	gc_timeline_free(&timeline);
}

/**
 * fuzz_check_recording() - Export and judge a file; or be told why that cannot be.
 * @path: the file
 */
void fuzz_check_recording(const char *path)
{
	char why[WHY_SIZE] = "", export_why[WHY_SIZE] = "";
	struct gc_evidence evidence;
	size_t items = 0;
	int ret, export_ret;

	export_ret = gc_recording_read(path, export_item, &items, export_why, WHY_SIZE);
	ret = gc_evidence_read(&evidence, path, why, WHY_SIZE);
	fuzz_expect(!ret == !export_ret, "export and report agree whether it is a recording");
	fuzz_expect(!ret || strstr(why, path), "a refusal names the file");
	if (!ret) {
		judge(&evidence, path, false);
		judge(&evidence, path, true);
	}
	gc_evidence_free(&evidence);
}
