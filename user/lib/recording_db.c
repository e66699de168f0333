// SPDX-License-Identifier: GPL-2.0-only
/* Read a recording that is a database. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_error.h"
#include "recording.h"
#include "say.h"

/**
 * struct reading - Rows on their way to whoever reads them.
 * @fn: gets each line
 * @arg: handed to @fn
 * @is_closed: the last context row is one of a recorder that ended in order
 */
struct reading {
	gc_item_fn fn;
	void *arg;
	bool is_closed;
};

/* In the order in which the recorder came to know of them. */
static const char query[] =
	"SELECT pos, json FROM events UNION ALL SELECT pos, json FROM lost"
	" UNION ALL SELECT pos, json FROM kmsg UNION ALL SELECT pos, json FROM context"
	" ORDER BY pos";

static int failed(sqlite3 *db, const char *path, char *why, size_t size)
{
	gc_db_error(db, path, why, size);
	return -EIO;
}

/*
 * What is selected from has to be tables, because a view can be endless. Virtual
 * tables have no root page.
 */
static int check_tables(sqlite3 *db, const char *path, char *why, size_t size)
{
	static const char tables[] =
		"SELECT count(*) = 4 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
		" AND lower(name) IN ('events', 'lost', 'kmsg', 'context')";
	sqlite3_stmt *statement;
	bool good = false;

	if (sqlite3_prepare_v2(db, tables, -1, &statement, NULL))
		return failed(db, path, why, size);
	if (sqlite3_step(statement) == SQLITE_ROW)
		good = sqlite3_column_int(statement, 0);
	if (sqlite3_finalize(statement))
		return failed(db, path, why, size);
	if (good)
		return 0;
	snprintf(why, size, "%s: the tables of a recording are not in it, or not tables; name"
		 " the file that record wrote", path);
	return -EINVAL;
}

static int check(sqlite3 *db, const char *path, char *why, size_t size)
{
	static const char ids[] = "SELECT application_id, user_version,"
				  " (SELECT count(*) FROM sqlite_schema)"
				  " FROM pragma_application_id, pragma_user_version";
	int64_t application = 0, version = 0, tables = 0;
	sqlite3_stmt *statement;
	char what[256];

	if (sqlite3_prepare_v2(db, ids, -1, &statement, NULL))
		return failed(db, path, why, size);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		application = sqlite3_column_int64(statement, 0);
		version = sqlite3_column_int64(statement, 1);
		tables = sqlite3_column_int64(statement, 2);
	}
	if (sqlite3_finalize(statement))
		return failed(db, path, why, size);
	if (!application && !version && !tables)
		snprintf(what, sizeof(what), "holds nothing: its recorder was killed as it began,"
			 " or this is a copy; then copy the -wal file along");
	else if (!gc_db_refuse(application, version, what, sizeof(what)))
		return 0;
	snprintf(why, size, "%s %s", path, what);
	return -EINVAL;
}

static int pass_on(const struct gc_item *item, void *arg)
{
	struct reading *reading = arg;
	const char *occasion;

	if (item->kind == GC_ITEM_CONTEXT) {
		occasion = json_string_value(json_object_get(item->json, "occasion"));
		reading->is_closed = occasion && !strcmp(occasion, "end");
	}
	return reading->fn(item, reading->arg);
}

static int read_rows(sqlite3 *db, const char *path, struct reading *reading, char *why,
		     size_t size)
{
	sqlite3_stmt *statement;
	const char *line;
	int ret, step = SQLITE_DONE;

	if (sqlite3_prepare_v2(db, query, -1, &statement, NULL))
		return failed(db, path, why, size);
	ret = 0;
	while (!ret && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		line = (const char *)sqlite3_column_text(statement, 1);
		ret = line ? gc_recording_item(line, strlen(line), pass_on, reading) : -EINVAL;
		if (ret == -EINVAL)
			snprintf(why, size, "%s: the row with pos %lld is damaged; sqlite3 can"
				 " delete it, and the rest can be read", path,
				 (long long)sqlite3_column_int64(statement, 0));
	}
	if (!ret && step != SQLITE_DONE)
		ret = failed(db, path, why, size);
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
	char uri[3 * PATH_MAX + 32];
	sqlite3 *db = NULL;

	make_uri(uri, sizeof(uri), path, options);
	if (!sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL))
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

/* Whether another process has a file open as a database, under whatever name. */
static bool is_in_use(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool in_use;

	if (fd < 0)
		return false;
	in_use = !fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK;
	close(fd);
	return in_use;
}

static int read_as(const char *real, const char *path, const char *options,
		   struct reading *reading, char *why, size_t size)
{
	sqlite3 *db = open_db(real, options);
	int ret;

	ret = check(db, path, why, size);
	if (!ret)
		ret = check_tables(db, path, why, size);
	if (!ret)
		ret = read_rows(db, path, reading, why, size);
	sqlite3_close(db);
	return ret;
}

static int read_quietly(const char *real, const char *path, struct reading *reading, char *why,
			size_t size)
{
	struct stat st;
	int ret;

	if (is_in_use(real)) {
		snprintf(why, size, "%s is in use under another name, beside which its -wal file"
			 " is; read it under that name", path);
		return -EBUSY;
	}
	if (stat(real, &st)) {
		snprintf(why, size, "%s: cannot be read: %s", path, strerror(errno));
		return -EIO;
	}
	ret = read_as(real, path, "immutable=1", reading, why, size);
	if (!is_untouched(&st, real)) {
		snprintf(why, size, "%s: a recorder began to write while it was read; try again",
			 path);
		return -EAGAIN;
	}
	if (!ret && !reading->is_closed)
		gc_say("note: %s was not closed by its recorder, and has no -wal file beside it:"
		       " if this is a copy, copy that along, for it holds the newest rows", path);
	return ret;
}

/**
 * gc_recording_read_db() - Read a database as gc_recording_read() does.
 * @path: the file
 * @fn: gets each line
 * @arg: handed to @fn
 * @why: room for words about what went wrong
 * @size: size of @why
 *
 * A recorder may write the file at the same time: it has a -wal file then, beside
 * the file that a symbolic link leads to. Without one the file is taken as it lies
 * there, for an ordinary reader would leave files behind, and could not read where
 * it cannot write.
 *
 * Return: 0, what @fn returned, or a negative errno with @why set.
 */
int gc_recording_read_db(const char *path, gc_item_fn fn, void *arg, char *why, size_t size)
{
	struct reading reading = { .fn = fn, .arg = arg };
	char real[PATH_MAX], wal[PATH_MAX + 8];

	if (!realpath(path, real)) {
		snprintf(why, size, "%s: cannot be read: %s", path, strerror(errno));
		return -EIO;
	}
	snprintf(wal, sizeof(wal), "%s-wal", real);
	if (access(wal, F_OK))
		return read_quietly(real, path, &reading, why, size);
	return read_as(real, path, "mode=ro", &reading, why, size);
}
