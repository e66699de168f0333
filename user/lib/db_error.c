// SPDX-License-Identifier: GPL-2.0-only
/* Databases that are no recording, or cannot be used, and what to do about it. */
#include "db_error.h"

#include <inttypes.h>
#include <stdio.h>

/**
 * gc_db_refuse() - Whether a database is none that this program can use.
 * @application_id: its application_id
 * @schema: its user_version
 * @why: where words go that follow the file's name
 * @size: size of @why
 *
 * Return: true when it is to be left alone.
 */
bool gc_db_refuse(int64_t application_id, int64_t schema, char *why, size_t size)
{
	if (application_id != GC_DB_APPLICATION_ID)
		snprintf(why, size, "is a database, but not a guestclock recording;"
			 " choose another name");
	else if (schema > GC_DB_SCHEMA)
		snprintf(why, size, "has schema %" PRId64 ", this program knows %d;"
			 " use the newer guestclock that made it", schema, GC_DB_SCHEMA);
	else if (schema < GC_DB_SCHEMA)
		snprintf(why, size, "has schema %" PRId64 ", this program knows %d;"
			 " use the older guestclock that made it", schema, GC_DB_SCHEMA);
	else
		return false;
	return true;
}

static const char *next_step(int code)
{
	switch (code) {
	case SQLITE_FULL:
		return "; make room on that file system";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "; it is damaged or cut off: keep it, record into another file, and see"
		       " what sqlite3's .recover saves of this one";
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return "; the directory it is in has to be writable, too, for its -wal file";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "; another program keeps it locked";
	default:
		return "";
	}
}

/**
 * gc_db_error() - Tell what went wrong last.
 * @db: the database, may be NULL without memory
 * @path: its file
 * @why: where the words go
 * @size: size of @why
 */
void gc_db_error(sqlite3 *db, const char *path, char *why, size_t size)
{
	snprintf(why, size, "%s: %s%s", path, sqlite3_errmsg(db),
		 next_step(sqlite3_errcode(db)));
}
