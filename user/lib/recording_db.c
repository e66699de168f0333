// SPDX-License-Identifier: GPL-2.0-only
/* Read a recording that is a database. */
#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording.h"
#include "store.h"

/* In the order in which the recorder came to know of them. */
static const char query[] =
	"SELECT pos, json FROM events UNION ALL SELECT pos, json FROM lost"
	" UNION ALL SELECT pos, json FROM kmsg UNION ALL SELECT pos, json FROM context"
	" ORDER BY pos";

static int check(sqlite3 *db, const char *path, char *why, size_t size)
{
	sqlite3_stmt *statement;
	long long version = -1;

	if (sqlite3_prepare_v2(db, "SELECT user_version FROM pragma_user_version"
			       " WHERE (SELECT application_id FROM pragma_application_id) = ?1",
			       -1, &statement, NULL)) {
		snprintf(why, size, "%s: %s", path, sqlite3_errmsg(db));
		return -EIO;
	}
	sqlite3_bind_int(statement, 1, GC_STORE_APPLICATION_ID);
	if (sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int64(statement, 0);
	if (sqlite3_finalize(statement)) {
		snprintf(why, size, "%s: %s", path, sqlite3_errmsg(db));
		return -EIO;
	}
	if (version < 0) {
		snprintf(why, size, "%s is a database, but not a guestclock recording", path);
		return -EINVAL;
	}
	if (version > GC_STORE_SCHEMA) {
		snprintf(why, size, "%s has schema %lld, this program knows %d;"
			 " use the newer guestclock that made it", path, version, GC_STORE_SCHEMA);
		return -EINVAL;
	}
	return 0;
}

static int read_rows(sqlite3 *db, const char *path, gc_item_fn fn, void *arg, char *why,
		     size_t size)
{
	sqlite3_stmt *statement;
	const char *line;
	int ret, step = SQLITE_DONE;

	if (sqlite3_prepare_v2(db, query, -1, &statement, NULL)) {
		snprintf(why, size, "%s: %s", path, sqlite3_errmsg(db));
		return -EIO;
	}
	ret = 0;
	while (!ret && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		line = (const char *)sqlite3_column_text(statement, 1);
		ret = line ? gc_recording_item(line, strlen(line), fn, arg) : -EINVAL;
		if (ret == -EINVAL)
			snprintf(why, size, "%s: row %lld is damaged", path,
				 (long long)sqlite3_column_int64(statement, 0));
	}
	if (!ret && step != SQLITE_DONE) {
		snprintf(why, size, "%s: %s", path, sqlite3_errmsg(db));
		ret = -EIO;
	}
	sqlite3_finalize(statement);
	return ret;
}

/* A file name may hold what a URI gives a meaning to. */
static void make_uri(char *uri, size_t size, const char *path, const char *options)
{
	size_t len = snprintf(uri, size, "file:");

	for (; *path && len + 4 < size; path++)
		len += snprintf(uri + len, size - len, strchr("%?#", *path) ? "%%%02x" : "%c",
				(unsigned char)*path);
	snprintf(uri + len, size - len, "?%s", options);
}

static sqlite3 *open_db(const char *path, const char *options)
{
	char uri[3 * PATH_MAX];
	sqlite3 *db = NULL;
	int ret;

	make_uri(uri, sizeof(uri), path, options);
	ret = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	/* The file is opened by the first look into it. */
	if (!ret)
		ret = sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
	if (ret) {
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, 5000);
	return db;
}

/* Whether a file was left alone between two looks at it. */
static bool is_untouched(const struct stat *before, const char *path)
{
	struct stat now;

	return !stat(path, &now) && now.st_size == before->st_size &&
	       now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

/**
 * gc_recording_read_db() - Read a database as gc_recording_read() does.
 * @path: the file
 * @fn: gets each line
 * @arg: handed to @fn
 * @why: room for words about what went wrong
 * @size: size of @why
 *
 * A recorder may write the file at the same time: it has a -wal file then.
 * Without one the file is taken as it lies there, for an ordinary reader would
 * leave files behind, and could not read where it cannot write.
 *
 * Return: 0, what @fn returned, or a negative errno with @why set.
 */
int gc_recording_read_db(const char *path, gc_item_fn fn, void *arg, char *why, size_t size)
{
	char wal[PATH_MAX];
	struct stat st;
	bool is_quiet;
	sqlite3 *db;
	int ret;

	snprintf(wal, sizeof(wal), "%s-wal", path);
	is_quiet = access(wal, F_OK) && !stat(path, &st);
	db = open_db(path, is_quiet ? "immutable=1" : "mode=ro");
	if (!db) {
		snprintf(why, size, "%s: the database cannot be opened;"
			 " is it damaged, or may %s not be read?", path, wal);
		return -EIO;
	}
	ret = check(db, path, why, size);
	if (!ret)
		ret = read_rows(db, path, fn, arg, why, size);
	sqlite3_close(db);
	if (is_quiet && !is_untouched(&st, path)) {
		snprintf(why, size, "%s: a recorder began to write while it was read; try again",
			 path);
		ret = -EAGAIN;
	}
	return ret;
}
