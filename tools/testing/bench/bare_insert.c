// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick for a store of events: the rows of the recording FROM, read
 * into memory, go into a table of the same schema in the new file TO, by one
 * prepared statement in a loop: bare_insert FROM TO PER_COMMIT SETTINGS.
 * SETTINGS is SQL with the pragmas of the store it is compared with.
 *
 * Prints "elapsed_ns N" and "cpu_ns N" for the loop alone.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define COLUMNS_MAX 32

struct cell {
	int type;
	sqlite3_int64 integer;
	char *text;
	int length;
};

struct rows {
	struct cell *cells;
	int columns;
	size_t count;
	size_t room;
};

static int failed(sqlite3 *db, const char *what)
{
	fprintf(stderr, "bare_insert: %s: %s\n", what, sqlite3_errmsg(db));
	return -1;
}

static int add_row(struct rows *rows, sqlite3_stmt *statement)
{
	struct cell *cell;
	int i;

	if (rows->count == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 1024;
		rows->cells = reallocarray(rows->cells, rows->room * rows->columns,
					   sizeof(*rows->cells));
		if (!rows->cells)
			return -1;
	}
	cell = &rows->cells[rows->count++ * rows->columns];
	for (i = 0; i < rows->columns; i++, cell++) {
		cell->type = sqlite3_column_type(statement, i);
		cell->integer = sqlite3_column_int64(statement, i);
		cell->length = sqlite3_column_bytes(statement, i);
		cell->text = NULL;
		if (cell->type == SQLITE_TEXT)
			cell->text = strdup((const char *)sqlite3_column_text(statement, i));
		if (cell->type == SQLITE_TEXT && !cell->text)
			return -1;
	}
	return 0;
}

static int read_rows(sqlite3 *from, struct rows *rows)
{
	sqlite3_stmt *statement;
	int ret;

	if (sqlite3_prepare_v2(from, "SELECT * FROM events ORDER BY pos", -1, &statement, NULL))
		return failed(from, "reading events");
	rows->columns = sqlite3_column_count(statement);
	if (rows->columns > COLUMNS_MAX)
		return -1;
	while ((ret = sqlite3_step(statement)) == SQLITE_ROW) {
		if (add_row(rows, statement))
			return -1;
	}
	sqlite3_finalize(statement);
	return ret == SQLITE_DONE ? 0 : failed(from, "reading events");
}

static int copy_schema(sqlite3 *from, sqlite3 *to)
{
	sqlite3_stmt *statement;
	int ret;

	if (sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", -1,
			       &statement, NULL))
		return failed(from, "reading the schema");
	while ((ret = sqlite3_step(statement)) == SQLITE_ROW) {
		if (sqlite3_exec(to, (const char *)sqlite3_column_text(statement, 0), NULL, NULL,
				 NULL))
			return failed(to, "making the same schema");
	}
	sqlite3_finalize(statement);
	return ret == SQLITE_DONE ? 0 : failed(from, "reading the schema");
}

static int prepare(sqlite3 *to, int columns, sqlite3_stmt **statement)
{
	char sql[64 + 2 * COLUMNS_MAX] = "INSERT INTO events VALUES(?";
	int i;

	for (i = 1; i < columns; i++)
		strcat(sql, ",?");
	strcat(sql, ")");
	return sqlite3_prepare_v3(to, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

static int insert_row(sqlite3_stmt *statement, const struct cell *cell, int columns)
{
	int i;

	for (i = 1; i <= columns; i++, cell++) {
		if (cell->type == SQLITE_TEXT)
			sqlite3_bind_text(statement, i, cell->text, cell->length, SQLITE_STATIC);
		else if (cell->type == SQLITE_INTEGER)
			sqlite3_bind_int64(statement, i, cell->integer);
		else
			sqlite3_bind_null(statement, i);
	}
	if (sqlite3_step(statement) != SQLITE_DONE)
		return -1;
	return sqlite3_reset(statement);
}

static int insert(sqlite3 *to, const struct rows *rows, sqlite3_stmt *statement,
		  size_t per_commit)
{
	size_t i;

	for (i = 0; i < rows->count; i++) {
		if (i % per_commit == 0 && sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL))
			return -1;
		if (insert_row(statement, &rows->cells[i * rows->columns], rows->columns))
			return -1;
		if (((i + 1) % per_commit == 0 || i + 1 == rows->count) &&
		    sqlite3_exec(to, "COMMIT", NULL, NULL, NULL))
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	sqlite3_stmt *statement;
	struct rows rows = { 0 };
	int64_t begin, begin_cpu, end, end_cpu;
	sqlite3 *from, *to;

	if (argc != 5 || atoi(argv[3]) < 1) {
		fprintf(stderr, "usage: bare_insert FROM TO PER_COMMIT SETTINGS\n");
		return 64;
	}
	if (sqlite3_open_v2(argv[1], &from, SQLITE_OPEN_READONLY, NULL))
		return failed(from, argv[1]) ? 1 : 0;
	if (sqlite3_open(argv[2], &to) || sqlite3_exec(to, argv[4], NULL, NULL, NULL))
		return failed(to, argv[2]) ? 1 : 0;
	if (read_rows(from, &rows) || copy_schema(from, to))
		return 1;
	sqlite3_close(from);
	if (prepare(to, rows.columns, &statement))
		return failed(to, "preparing") ? 1 : 0;

	begin = gc_clock_ns(CLOCK_MONOTONIC_RAW);
	begin_cpu = gc_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (insert(to, &rows, statement, atoi(argv[3])))
		return failed(to, "inserting") ? 1 : 0;
	end_cpu = gc_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	end = gc_clock_ns(CLOCK_MONOTONIC_RAW);

	printf("elapsed_ns %" PRId64 "\ncpu_ns %" PRId64 "\n", end - begin, end_cpu - begin_cpu);
	sqlite3_finalize(statement);
	sqlite3_close(to);
	return 0;
}
