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

#define TABLES 4

/* ?2 is unique, as the tables want it of seq. */
static const char *const inserts[TABLES] = {
	"INSERT INTO events VALUES(NULL, '', '', '', 0, ?2, 0, '', 0, 0, 0, ?1)",
	"INSERT INTO lost VALUES(NULL, '', '', '', 0, ?2, 0, '', ?1)",
	"INSERT INTO kmsg VALUES(NULL, '', '', ?2, 0, '', ?1)",
	"INSERT INTO context VALUES(NULL, '', '', ?1)",
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

/**
 * struct filling - A database that is being filled.
 * @db: the database
 * @rows: rows that were put in
 * @insert: statements, prepared when they are first needed
 */
struct filling {
	sqlite3 *db;
	int64_t rows;
	struct sqlite3_stmt *insert[TABLES];
};

static void add_row(struct filling *filling, unsigned int table, enum cell_type type,
		    const uint8_t *data, int size)
{
	sqlite3_stmt *statement;
	int64_t number = 0;

	table %= TABLES;
	/* An earlier change may have left no such table. */
	if (!filling->insert[table] &&
	    sqlite3_prepare_v2(filling->db, inserts[table], -1, &filling->insert[table], NULL))
		return;
	statement = filling->insert[table];
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
	sqlite3_bind_int64(statement, 2, filling->rows++);
	sqlite3_step(statement);
	sqlite3_reset(statement);
}

static void fill(sqlite3 *db, const uint8_t *data, size_t size)
{
	struct filling filling = { .db = db };
	enum cell_type type;
	size_t i, len;

	while (size >= CHUNK_HEADER) {
		type = data[1] % CELL_TYPES;
		len = data[2] | data[3] << 8;
		if (len > size - CHUNK_HEADER)
			len = size - CHUNK_HEADER;
		if (type == CELL_CHANGE)
			sqlite3_exec(db, changes[data[0] % ARRAY_SIZE(changes)], NULL, NULL, NULL);
		else
			add_row(&filling, data[0], type, data + CHUNK_HEADER, (int)len);
		data += CHUNK_HEADER + len;
		size -= CHUNK_HEADER + len;
	}
	for (i = 0; i < TABLES; i++)
		sqlite3_finalize(filling.insert[i]);
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
