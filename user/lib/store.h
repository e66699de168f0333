/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_STORE_H
#define GUESTCLOCK_STORE_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "follow.h"

/* Statements that a store keeps prepared. */
enum gc_store_statement {
	GC_STORE_ADD_EVENT,
	GC_STORE_FIND_EVENT,
	GC_STORE_ADD_LOST,
	GC_STORE_ADD_KMSG,
	GC_STORE_ADD_CONTEXT,
	GC_STORE_LAST_EVENT,
	GC_STORE_LAST_LOST,
	GC_STORE_STATEMENTS
};

/**
 * struct gc_store - A recording that is being written.
 * @path: the file, not copied
 * @db: the database
 * @lock_fd: holds the lock that keeps a second recorder out
 * @statement: prepared statements
 * @pos: position that the next row of any table gets
 * @in_transaction: rows wait for gc_store_commit()
 * @why: what went wrong last, in words
 */
struct gc_store {
	const char *path;
	sqlite3 *db;
	int lock_fd;
	struct sqlite3_stmt *statement[GC_STORE_STATEMENTS];
	int64_t pos;
	bool in_transaction;
	char why[512];
};

/**
 * enum gc_stored - What became of a row.
 * @GC_STORED_NEW: it was added
 * @GC_STORED_KNOWN: it was there already
 * @GC_STORED_CONFLICT: it was added beside another row of the same key
 */
enum gc_stored {
	GC_STORED_NEW,
	GC_STORED_KNOWN,
	GC_STORED_CONFLICT,
};

/**
 * struct gc_stored_last - How far a load is stored.
 * @event: seq of its last event, 0 for none
 * @lost: last seq that is declared lost, 0 for none
 */
struct gc_stored_last {
	uint64_t event;
	uint64_t lost;
};

int gc_store_open(struct gc_store *store, const char *path);
void gc_store_close(struct gc_store *store);
int gc_store_event(struct gc_store *store, const struct gc_row *event, enum gc_stored *stored);
int gc_store_lost(struct gc_store *store, const struct gc_row *lost);
int gc_store_kmsg(struct gc_store *store, const struct gc_identity *identity, uint64_t seq,
		  json_t *line, enum gc_stored *stored);
int gc_store_context(struct gc_store *store, const struct gc_identity *identity,
		     json_t *context);
int gc_store_last(struct gc_store *store, const struct gc_identity *identity,
		  uint64_t load_id, struct gc_stored_last *last);
int gc_store_has(struct gc_store *store, const struct gc_row *event, bool *has);
int gc_store_commit(struct gc_store *store);
void gc_store_checkpoint(struct gc_store *store);

int gc_store_prepare(struct gc_store *store);

#endif /* GUESTCLOCK_STORE_H */
