// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings that this client did not write, or that were changed since: they are
 * read, or refused with the reason, and never do harm.
 */

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "recording.h"
#include "report/report_text.h"
#include "report/timeline.h"
#include "store.h"
#include "tap.h"

static char path[64];

/* Room for the words of a refusal. */
static char why[512];

static void write_lines(const char *machine_id)
{
	FILE *to = tap_open(path, "w");

	fprintf(to, "{\"seq\":\"1\",\"type\":\"clock_step\",\"boottime_ns\":\"1\","
		"\"machine_id\":\"%s\",\"boot_id\":\"%s\"}\n", machine_id, machine_id);
	fprintf(to, "{\"record\":\"context\",\"cpus_online\":\"0-4\","
		"\"machine_id\":\"%s\",\"boot_id\":\"%s\"}\n", machine_id, machine_id);
	fprintf(to, "{\"record\":\"kmsg\",\"text\":\"tsc unstable\","
		"\"machine_id\":\"%s\",\"boot_id\":\"%s\"}\n", machine_id, machine_id);
	fclose(to);
}

static void test_long_ids(struct tap *tap)
{
	static const char id[] = "0123456789012345678901234567890123456789012345678901234567890";
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	FILE *to = tap_open("/dev/null", "w");

	write_lines(id);
	tap_case(tap, !gc_evidence_read(&evidence, path, why, sizeof(why)) &&
		 evidence.boot_count == 1 && !strcmp(evidence.boots[0].boot_id, id),
		 "rows with the same ids, longer than any machine's, are of one boot");
	tap_case(tap, gc_evidence_cpus(&evidence, 0) == 5, "which has a context");
	tap_case(tap, !gc_timeline_build(&timeline, &evidence, true) && timeline.count == 2 &&
		 !timeline.entries[0].boot && !timeline.entries[1].boot,
		 "and all entries of the report");
	gc_report_text(to, path, &timeline);
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
	fclose(to);
}

/* What reaches a terminal is printable, and the same ids are one boot. */
static void test_escapes(struct tap *tap)
{
	struct gc_evidence evidence;
	struct gc_timeline timeline;
	char *text = NULL, *at;
	bool printable = true;
	size_t size;
	FILE *to;

	write_lines("\\u001b[2Jm");
	to = tap_open(path, "a");
	fputs("{\"record\":\"context\",\"kernel\":\"\\u001b]0;k\\u0007\","
	      "\"machine_id\":\"\\u001b[2Jm\",\"boot_id\":\"\\u001b[2Jm\"}\n", to);
	fclose(to);
	if (gc_evidence_read(&evidence, path, why, sizeof(why)) ||
	    gc_timeline_build(&timeline, &evidence, true))
		abort();
	to = open_memstream(&text, &size);
	gc_report_text(to, path, &timeline);
	fclose(to);
	for (at = text; *at; at++)
		printable &= *at == '\n' || (*at >= ' ' && *at <= '~');
	tap_case(tap, printable && strstr(text, "\\x1b[2Jm") && strstr(text, "\\x1b]0;k\\x07"),
		 "ids and a kernel with escape sequences are printed harmlessly");
	tap_case(tap, evidence.boot_count == 1 && gc_evidence_cpus(&evidence, 0) == 5,
		 "and are of one boot");
	free(text);
	gc_timeline_free(&timeline);
	gc_evidence_free(&evidence);
}

/* Longer than any buffer would be; the numbers of all are whole. */
static void test_long_lists(struct tap *tap)
{
	struct gc_row *incident = gc_row_new(&gc_schema_incident);
	const char *at;
	char *end;
	unsigned int i;

	for (i = 0; i < 2000; i++)
		gc_incident_add(incident, GC_INCIDENT_CPUS, 1000000 + i);
	at = gc_row_text(incident, GC_INCIDENT_CPUS);
	for (i = 0; i < 2000 && strtoul(at, &end, 10) == 1000000 + i; i++)
		at = end;
	tap_case(tap, i == 2000 && !*at, "a list of evidence is as long as it has to be");
	gc_row_free(incident);
}

static int count_item(const struct gc_item *item, void *arg)
{
	(void)item;
	++*(int *)arg;
	return 0;
}

/* Return: how many items there are in a recording changed by @sql, or -1. */
static int items_after(const char *sql)
{
	struct gc_store store;
	int items = 0, err;
	sqlite3 *db = NULL;

	unlink(path);
	err = gc_store_open(&store, path);
	gc_store_close(&store);
	if (err || sqlite3_open(path, &db) || sqlite3_exec(db, sql, NULL, NULL, NULL)) {
		printf("# %s: %s\n", sql, sqlite3_errmsg(db));
		return -2;
	}
	sqlite3_close(db);
	why[0] = '\0';
	return gc_recording_read(path, count_item, &items, why, sizeof(why)) ? -1 : items;
}

static void test_blank(struct tap *tap)
{
	FILE *to = tap_open(path, "w");
	int items = 0;

	fputs("\n\n\n", to);
	fclose(to);
	tap_case(tap, gc_recording_read(path, count_item, &items, why, sizeof(why)) &&
		 strstr(why, "is empty"), "nothing but blank lines is no recording");
	to = tap_open(path, "w");
	fputs("\n{\"record\":\"context\"}\n\n", to);
	fclose(to);
	tap_case(tap, !gc_recording_read(path, count_item, &items, why, sizeof(why)) &&
		 items == 1, "but blank lines do no harm");
}

static void test_database(struct tap *tap)
{
	tap_case(tap, items_after("INSERT INTO context VALUES(1, 'm', 'b',"
				  " '{\"record\":\"context\"}')") == 1, "a row is an item");
	tap_case(tap, items_after("INSERT INTO context VALUES(1, 'm', 'b',"
				  " '{\"record\":' || char(10) || '\"context\"}')") == -1 &&
		 strstr(why, "the row with pos 1 is damaged"),
		 "a row of several lines would be several when exported: refused");
	tap_case(tap, items_after("DROP TABLE lost; CREATE VIEW lost AS WITH RECURSIVE n(i) AS"
				  " (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
				  " SELECT i AS pos, '{}' AS json FROM n") == -1 &&
		 strstr(why, "not tables"),
		 "a view, which may be endless, in the place of a table is refused");
	tap_case(tap, items_after("DROP TABLE kmsg; CREATE VIRTUAL TABLE kmsg USING"
				  " fts3(pos, json)") == -1 && strstr(why, "not tables"),
		 "so is a virtual table");
	tap_case(tap, items_after("DROP TABLE kmsg") == -1 && strstr(why, path),
		 "a missing table is told");
}

int main(void)
{
	struct tap tap = { 0 };

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	test_long_ids(&tap);
	test_escapes(&tap);
	test_long_lists(&tap);
	test_blank(&tap);
	test_database(&tap);
	unlink(path);

	return tap_end(&tap);
}
