// SPDX-License-Identifier: GPL-2.0-only
/* Rows into a recording. */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_error.h"
#include "row_json.h"
#include "schema.h"

#define OF_LOAD "machine_id = ?1 AND boot_id = ?2 AND load_id = ?3"
#define OF_EVENT OF_LOAD " AND restore_epoch = ?4 AND seq = ?5"

static const char *const sql[GC_STORE_STATEMENTS] = {
	[GC_STORE_ADD_EVENT] =
		"INSERT INTO events VALUES(?7, ?1, ?2, ?3, ?4, ?5, ?8, ?9, ?10, ?11, ?12, ?6)"
		" ON CONFLICT DO NOTHING",
	[GC_STORE_FIND_EVENT] =
		"SELECT variant, json = ?6, json FROM events WHERE " OF_EVENT " ORDER BY variant",
	[GC_STORE_ADD_LOST] =
		"INSERT OR IGNORE INTO lost VALUES(?7, ?1, ?2, ?3, ?4, ?5, ?8, ?9, ?6)",
	[GC_STORE_ADD_KMSG] =
		"INSERT OR IGNORE INTO kmsg VALUES(?3, ?1, ?2, ?4, ?5, ?6, ?7)",
	[GC_STORE_ADD_CONTEXT] = "INSERT INTO context VALUES(?3, ?1, ?2, ?4)",
	/* Over all epochs: seq goes on when the machine is restored. */
	[GC_STORE_LAST_EVENT] = "SELECT max(seq) FROM events WHERE " OF_LOAD,
	[GC_STORE_LAST_LOST] = "SELECT max(last_seq) FROM lost WHERE " OF_LOAD,
};

/**
 * gc_store_prepare() - Prepare the statements of a store that was just opened.
 * @store: the store
 *
 * Return: 0, or -EIO with @store->why set.
 */
int gc_store_prepare(struct gc_store *store)
{
	size_t i;

	for (i = 0; i < GC_STORE_STATEMENTS; i++) {
		if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &store->statement[i], NULL)) {
			gc_db_error(store->db, store->path, store->why, sizeof(store->why));
			return -EIO;
		}
	}
	return 0;
}

static int failed(struct gc_store *store)
{
	gc_db_error(store->db, store->path, store->why, sizeof(store->why));
	return -EIO;
}

static int begin(struct gc_store *store)
{
	if (store->in_transaction)
		return 0;
	if (sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL))
		return failed(store);
	store->in_transaction = true;
	return 0;
}

static int run(struct gc_store *store, sqlite3_stmt *statement)
{
	int ret = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (ret != SQLITE_DONE)
		return failed(store);
	store->pos++;
	return 0;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

/* Without a copy: @text stays until the bindings are cleared. */
static void bind_kept(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

static void bind_load(sqlite3_stmt *statement, const char *machine_id, const char *boot_id,
		      uint64_t load_id)
{
	const struct gc_value load = { .present = true, .u = load_id };
	char text[GC_VALUE_SIZE];

	bind_kept(statement, 1, machine_id);
	bind_kept(statement, 2, boot_id);
	bind_text(statement, 3, gc_value_format(&gc_schema_event.field[GC_EVENT_LOAD_ID], &load,
						text, sizeof(text)));
}

static void bind_event_key(sqlite3_stmt *statement, const struct gc_row *event,
			   const char *json)
{
	bind_load(statement, gc_row_text(event, GC_EVENT_MACHINE_ID),
		  gc_row_text(event, GC_EVENT_BOOT_ID), event->v[GC_EVENT_LOAD_ID].u);
	sqlite3_bind_int64(statement, 4, (int64_t)event->v[GC_EVENT_RESTORE_EPOCH].u);
	sqlite3_bind_int64(statement, 5, (int64_t)event->v[GC_EVENT_SEQ].u);
	bind_kept(statement, 6, json);
}

static void bind_optional(sqlite3_stmt *statement, int index, const struct gc_value *value)
{
	if (value->present)
		sqlite3_bind_int64(statement, index, value->s);
}

static int get_number(struct gc_store *store, sqlite3_stmt *statement, bool *present,
		      int64_t *number)
{
	int ret = sqlite3_step(statement);

	*present = ret == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL;
	*number = *present ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return ret == SQLITE_ROW ? 0 : failed(store);
}

/* Another version of the program may have stored it, with other words. */
static bool says_the_same(const struct gc_row *event, const char *json)
{
	json_t *object = json ? json_loads(json, 0, NULL) : NULL;
	struct gc_row *stored = object ? gc_row_from_json(event->schema, object) : NULL;
	bool same = stored && gc_row_is_same(event, stored);

	gc_row_free(stored);
	json_decref(object);
	return same;
}

/* Where @event is not @found, @next is the variant that it would be. */
static int find_event(struct gc_store *store, const struct gc_row *event, const char *json,
		      bool *found, int64_t *next)
{
	sqlite3_stmt *statement = store->statement[GC_STORE_FIND_EVENT];
	int ret;

	*found = false;
	*next = 0;
	bind_event_key(statement, event, json);
	while ((ret = sqlite3_step(statement)) == SQLITE_ROW && !*found) {
		*next = sqlite3_column_int64(statement, 0) + 1;
		*found = sqlite3_column_int(statement, 1) ||
			 says_the_same(event, (const char *)sqlite3_column_text(statement, 2));
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return ret == SQLITE_ROW || ret == SQLITE_DONE ? 0 : failed(store);
}

static int add_event(struct gc_store *store, const struct gc_row *event, const char *json,
		     int64_t variant)
{
	sqlite3_stmt *statement = store->statement[GC_STORE_ADD_EVENT];
	char word[GC_VALUE_SIZE];

	bind_event_key(statement, event, json);
	sqlite3_bind_int64(statement, 7, store->pos);
	sqlite3_bind_int64(statement, 8, variant);
	bind_kept(statement, 9, gc_words_name(&gc_words_event_type, event->v[GC_EVENT_TYPE].u,
					      word, sizeof(word)));
	bind_optional(statement, 10, &event->v[GC_EVENT_SUBJECT_CPU]);
	bind_optional(statement, 11, &event->v[GC_EVENT_BOOTTIME]);
	bind_optional(statement, 12, &event->v[GC_EVENT_REALTIME]);
	return run(store, statement);
}

/**
 * gc_store_event() - Store an event, once.
 * @store: the store
 * @event: the event, with its identity
 * @stored: where it goes what became of it
 *
 * An event that says something else than the one stored under its identity is
 * kept beside it: a restored snapshot or a clone repeats identities.
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_event(struct gc_store *store, const struct gc_row *event, enum gc_stored *stored)
{
	char *json = gc_row_to_json_line(event);
	int64_t variant;
	bool found;
	int err;

	if (!json)
		return -ENOMEM;
	*stored = GC_STORED_NEW;
	err = begin(store);
	if (!err)
		err = add_event(store, event, json, 0);
	if (err || sqlite3_changes(store->db))
		goto out;
	*stored = GC_STORED_KNOWN;
	err = find_event(store, event, json, &found, &variant);
	if (!err && !found) {
		*stored = GC_STORED_CONFLICT;
		err = add_event(store, event, json, variant);
	}
out:
	free(json);
	return err;
}

/**
 * gc_store_has() - Whether an event is stored, with the same content.
 * @store: the store
 * @event: the event, with its identity
 * @has: where the answer goes
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_has(struct gc_store *store, const struct gc_row *event, bool *has)
{
	char *json = gc_row_to_json_line(event);
	int64_t variant;
	int err;

	if (!json)
		return -ENOMEM;
	err = find_event(store, event, json, has, &variant);
	free(json);
	return err;
}

/**
 * gc_store_lost() - Store that events are lost.
 * @store: the store
 * @lost: a row of type lost that the client made
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_lost(struct gc_store *store, const struct gc_row *lost)
{
	sqlite3_stmt *statement = store->statement[GC_STORE_ADD_LOST];
	uint64_t last = lost->v[GC_EVENT_SEQ].u + lost->v[GC_EVENT_LOST_COUNT].u - 1;
	char *json = gc_row_to_json_line(lost), word[GC_VALUE_SIZE];
	int err;

	if (!json)
		return -ENOMEM;
	err = begin(store);
	if (!err) {
		bind_event_key(statement, lost, json);
		sqlite3_bind_int64(statement, 7, store->pos);
		sqlite3_bind_int64(statement, 8, (int64_t)last);
		bind_text(statement, 9,
			  gc_words_name(&gc_words_lost_reason, lost->v[GC_EVENT_LOST_REASON].u,
					word, sizeof(word)));
		err = run(store, statement);
	}
	free(json);
	return err;
}

static int add_json(struct gc_store *store, sqlite3_stmt *statement, int index,
		    const struct gc_identity *identity, json_t *object)
{
	char *json = json_dumps(object, JSON_COMPACT);
	int err;

	if (!json)
		return -ENOMEM;
	bind_text(statement, 1, identity->machine_id);
	bind_text(statement, 2, identity->boot_id);
	sqlite3_bind_int64(statement, 3, store->pos);
	bind_text(statement, index, json);
	free(json);
	err = begin(store);
	return err ? err : run(store, statement);
}

/**
 * gc_store_kmsg() - Store a line of the kernel's log, once.
 * @store: the store
 * @identity: of this machine and boot
 * @seq: the line's number in the kernel's log
 * @line: its JSON, with text and usec
 * @stored: where it goes what became of it
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_kmsg(struct gc_store *store, const struct gc_identity *identity, uint64_t seq,
		  json_t *line, enum gc_stored *stored)
{
	sqlite3_stmt *statement = store->statement[GC_STORE_ADD_KMSG];
	const char *usec = json_string_value(json_object_get(line, "usec"));
	int err;

	sqlite3_bind_int64(statement, 4, (int64_t)seq);
	sqlite3_bind_int64(statement, 5, strtoll(usec ? usec : "0", NULL, 10));
	bind_text(statement, 6, json_string_value(json_object_get(line, "text")));
	err = add_json(store, statement, 7, identity, line);
	*stored = sqlite3_changes(store->db) ? GC_STORED_NEW : GC_STORED_KNOWN;
	return err;
}

/**
 * gc_store_context() - Store what the machine looks like.
 * @store: the store
 * @identity: of this machine and boot
 * @context: its JSON
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_context(struct gc_store *store, const struct gc_identity *identity,
		     json_t *context)
{
	return add_json(store, store->statement[GC_STORE_ADD_CONTEXT], 4, identity, context);
}

static int last_of(struct gc_store *store, enum gc_store_statement which,
		   const struct gc_identity *identity, uint64_t load_id, uint64_t *seq)
{
	sqlite3_stmt *statement = store->statement[which];
	int64_t number;
	bool present;
	int err;

	bind_load(statement, identity->machine_id, identity->boot_id, load_id);
	err = get_number(store, statement, &present, &number);
	*seq = (uint64_t)number;
	return err;
}

/**
 * gc_store_last() - How far a load is stored.
 * @store: the store
 * @identity: of this machine and boot
 * @load_id: the load
 * @last: where it goes
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_last(struct gc_store *store, const struct gc_identity *identity,
		  uint64_t load_id, struct gc_stored_last *last)
{
	int err;

	err = last_of(store, GC_STORE_LAST_EVENT, identity, load_id, &last->event);
	return err ? err : last_of(store, GC_STORE_LAST_LOST, identity, load_id, &last->lost);
}

/**
 * gc_store_commit() - Make what was stored since the last commit durable.
 * @store: the store
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_store_commit(struct gc_store *store)
{
	if (!store->in_transaction)
		return 0;
	if (sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL))
		return failed(store);
	store->in_transaction = false;
	return 0;
}

/**
 * gc_store_checkpoint() - Move what is durable from the -wal file into the recording.
 * @store: the store
 *
 * Only for those who copy the one without the other: nothing is lost when it
 * cannot be done now.
 */
void gc_store_checkpoint(struct gc_store *store)
{
	sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
