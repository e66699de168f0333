// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast the client's own store takes events: store_insert FILE ROWS
 * PER_COMMIT TEMPLATES. Each event is one of the file TEMPLATES, JSON lines as
 * `guestclock export` prints them, with a seq of its own. Events are made
 * before the clock starts; turning them into stored rows is what counts.
 *
 * Prints "elapsed_ns N" and "cpu_ns N", then "settings SQL" with the pragmas in
 * force.
 */
#include <inttypes.h>
#include <linux/guestclock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "row_json.h"
#include "schema.h"
#include "store.h"

#define LINE_MAX_LENGTH 65536
#define TEMPLATES_MAX 256

/* Between two events, on the clocks of the guest they come from. */
#define STEP_NS 1000000

struct templates {
	json_t *event[TEMPLATES_MAX];
	size_t count;
};

static int read_templates(const char *path, struct templates *templates)
{
	static char line[LINE_MAX_LENGTH];
	FILE *file = fopen(path, "r");
	json_t *object;

	if (!file) {
		perror(path);
		return -1;
	}
	while (templates->count < TEMPLATES_MAX && fgets(line, sizeof(line), file)) {
		object = json_loads(line, 0, NULL);
		/* Lines of the kernel's log and context say what they are. */
		if (json_object_get(object, "seq") && !json_object_get(object, "record"))
			templates->event[templates->count++] = object;
		else
			json_decref(object);
	}
	fclose(file);
	if (!templates->count)
		fprintf(stderr, "store_insert: %s has no events\n", path);
	return templates->count ? 0 : -1;
}

static struct gc_row *make_event(const struct templates *templates, size_t i)
{
	struct gc_row *event;

	event = gc_row_from_json(&gc_schema_event, templates->event[i % templates->count]);
	if (!event)
		return NULL;
	gc_row_set_u(event, GC_EVENT_SEQ, i + 1);
	gc_row_set_u(event, GC_EVENT_BOOTTIME, event->v[GC_EVENT_BOOTTIME].u + i * STEP_NS);
	gc_row_set_s(event, GC_EVENT_REALTIME, event->v[GC_EVENT_REALTIME].s + i * STEP_NS);
	return event;
}

static int print_setting(struct gc_store *store, const char *name)
{
	sqlite3_stmt *statement;
	char sql[64];
	int ret;

	snprintf(sql, sizeof(sql), "PRAGMA %s", name);
	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL))
		return -1;
	ret = sqlite3_step(statement);
	if (ret == SQLITE_ROW)
		printf(" PRAGMA %s = %s;", name, sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return ret == SQLITE_ROW ? 0 : -1;
}

static int print_settings(struct gc_store *store)
{
	static const char *const names[] = {
		"page_size", "journal_mode", "synchronous", "cache_size",
		"wal_autocheckpoint", "temp_store", "locking_mode", "foreign_keys",
	};
	int ret = 0;
	size_t i;

	printf("settings");
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		ret |= print_setting(store, names[i]);
	putchar('\n');
	return ret;
}

static int insert(struct gc_store *store, struct gc_row **events, size_t rows,
		  size_t per_commit)
{
	enum gc_stored stored;
	size_t i;

	for (i = 0; i < rows; i++) {
		if (gc_store_event(store, events[i], &stored))
			return -1;
		if (stored != GC_STORED_NEW) {
			snprintf(store->why, sizeof(store->why), "row %zu is not new", i);
			return -1;
		}
		if ((i + 1) % per_commit == 0 && gc_store_commit(store))
			return -1;
	}
	return gc_store_commit(store);
}

int main(int argc, char **argv)
{
	size_t i, per_commit, rows;
	struct templates templates = { 0 };
	/* Static, for they live as long as the program. */
	static struct gc_row **events;
	struct gc_store store;
	int64_t begin, begin_cpu, end, end_cpu;

	if (argc != 5 || atoi(argv[2]) < 1 || atoi(argv[3]) < 1) {
		fprintf(stderr, "usage: store_insert FILE ROWS PER_COMMIT TEMPLATES\n");
		return 64;
	}
	rows = atoi(argv[2]);
	per_commit = atoi(argv[3]);
	if (read_templates(argv[4], &templates))
		return 1;
	events = calloc(rows, sizeof(*events));
	for (i = 0; events && i < rows; i++) {
		events[i] = make_event(&templates, i);
		if (!events[i])
			return 1;
	}
	if (!events)
		return 1;
	if (gc_store_open(&store, argv[1])) {
		fprintf(stderr, "store_insert: %s\n", store.why);
		return 1;
	}

	begin = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	begin_cpu = gc_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (insert(&store, events, rows, per_commit)) {
		fprintf(stderr, "store_insert: %s\n", store.why);
		return 1;
	}
	end_cpu = gc_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	end = gc_clock_ns(CLOCK_MONOTONIC_RAW);

	printf("elapsed_ns %" PRId64 "\ncpu_ns %" PRId64 "\n", end - begin, end_cpu - begin_cpu);
	if (print_settings(&store))
		return 1;
	gc_store_close(&store);
	return 0;
}
