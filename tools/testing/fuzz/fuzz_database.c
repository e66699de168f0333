// SPDX-License-Identifier: GPL-2.0-only
/*
 * Databases whose rows are not those that record writes: each chunk of an input
 * is a row of one of the tables, or a change of the tables. Mutated bytes of
 * a database seldom get past SQLite's own checks; these do.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fuzz.h"
#include "store.h"

/* A chunk is a byte for the table, one for the type, two of length, and content. */
#define CHUNK_HEADER 4

enum cell_type {
	CELL_TEXT,
	CELL_BLOB,
	CELL_NUMBER,
	CELL_REAL,
	CELL_CHANGE,
	CELL_TYPES
};

static const char *const inserts[] = {
	"INSERT INTO events VALUES(NULL, '', '', '', 0, abs(random()), 0, '', 0, 0, 0, ?)",
	"INSERT INTO lost VALUES(NULL, '', '', '', 0, 0, 0, '', ?)",
	"INSERT INTO kmsg VALUES(NULL, '', '', abs(random()), 0, '', ?)",
	"INSERT INTO context VALUES(NULL, '', '', ?)",
};

static const char endless_view[] =
	"DROP TABLE context; CREATE VIEW context AS WITH RECURSIVE n(i) AS"
	" (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS pos, i AS json FROM n";

static const char *const changes[] = {
	"PRAGMA user_version = 2",
	"PRAGMA application_id = 0",
	"DROP TABLE context",
	"DROP TABLE lost; CREATE TABLE lost(pos, json)",
	"INSERT INTO lost SELECT NULL, '', '', '', 0, 0, 0, '', json FROM events",
	"DROP TABLE kmsg; CREATE VIEW kmsg AS SELECT 'x' AS pos, json FROM events",
	"DROP TABLE lost; CREATE TABLE lost(pos, json); INSERT INTO lost VALUES(NULL, NULL)",
	"UPDATE events SET pos = -pos",
	endless_view,
};

/**
 * struct template - A recording without rows, as record makes it.
 * @data: its bytes
 * @size: how many
 */
struct template {
	void *data;
	size_t size;
};

static void make_template(struct template *template)
{
	const char *path = fuzz_file("", 0);
	struct gc_store store;
	FILE *file;

	fuzz_expect(!gc_store_open(&store, path) && !gc_store_commit(&store),
		    "a recording can be made");
	/* Else each reader would need a -wal file. */
	sqlite3_exec(store.db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	gc_store_close(&store);
	file = fopen(path, "re");
	fuzz_expect(file && !fseek(file, 0, SEEK_END), "a recording can be read");
	template->size = (size_t)ftell(file);
	fuzz_expect(!fseek(file, 0, SEEK_SET), "a recording can be read again");
	template->data = malloc(template->size);
	fuzz_expect(template->data &&
		    fread(template->data, 1, template->size, file) == template->size,
		    "a recording can be read whole");
	fclose(file);
}

static void add_row(sqlite3 *db, unsigned int table, enum cell_type type, const uint8_t *data,
		    int size)
{
	sqlite3_stmt *statement;
	int64_t number = 0;

	/* An earlier change may have left no such table. */
	if (sqlite3_prepare_v2(db, inserts[table % ARRAY_SIZE(inserts)], -1, &statement, NULL))
		return;
	memcpy(&number, data, (size_t)size < sizeof(number) ? (size_t)size : sizeof(number));
	switch (type) {
	case CELL_BLOB:
		sqlite3_bind_blob(statement, 1, data, size, SQLITE_STATIC);
		break;
	case CELL_NUMBER:
		sqlite3_bind_int64(statement, 1, number);
		break;
	case CELL_REAL:
		sqlite3_bind_double(statement, 1, (double)number / 3);
		break;
	default:
		sqlite3_bind_text(statement, 1, (const char *)data, size, SQLITE_STATIC);
		break;
	}
	sqlite3_step(statement);
	sqlite3_finalize(statement);
}

static void fill(sqlite3 *db, const uint8_t *data, size_t size)
{
	enum cell_type type;
	size_t len;

	while (size >= CHUNK_HEADER) {
		type = data[1] % CELL_TYPES;
		len = data[2] | data[3] << 8;
		if (len > size - CHUNK_HEADER)
			len = size - CHUNK_HEADER;
		if (type == CELL_CHANGE)
			sqlite3_exec(db, changes[data[0] % ARRAY_SIZE(changes)], NULL, NULL, NULL);
		else
			add_row(db, data[0], type, data + CHUNK_HEADER, (int)len);
		data += CHUNK_HEADER + len;
		size -= CHUNK_HEADER + len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct template template;
	const char *path;
	sqlite3 *db;

	if (!template.data)
		make_template(&template);
	path = fuzz_file(template.data, template.size);
	fuzz_expect(!sqlite3_open(path, &db), "the database can be opened");
	sqlite3_exec(db, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN", NULL,
		     NULL, NULL);
	fill(db, data, size);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	fuzz_check_recording(path);
	return 0;
}
