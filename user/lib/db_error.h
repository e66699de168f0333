/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DB_ERROR_H
#define GUESTCLOCK_DB_ERROR_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* PRAGMA application_id of a recording, "GCLK", and its schema. */
#define GC_DB_APPLICATION_ID	0x47434c4b
#define GC_DB_SCHEMA		1

bool gc_db_refuse(int64_t application_id, int64_t schema, char *why, size_t size);
void gc_db_error(sqlite3 *db, const char *path, char *why, size_t size);

#endif /* GUESTCLOCK_DB_ERROR_H */
