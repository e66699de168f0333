// SPDX-License-Identifier: GPL-2.0-only
/* Open a recording for writing, or refuse to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "clock.h"
#include "db_error.h"
#include "store.h"
#include "version.h"

#define TEXT(number) #number
#define NUMBER(macro) TEXT(macro)

/*
 * Rows of all tables share one counter, pos, which is the order in which the
 * recorder came to know of them. An event's identity is its first four columns
 * and seq; variant is 0 but for an event that says something else than the one
 * stored before under the same identity.
 */
static const char create[] =
	"BEGIN;"
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE events(pos INTEGER PRIMARY KEY,"
	" machine_id TEXT NOT NULL, boot_id TEXT NOT NULL, load_id TEXT NOT NULL,"
	" restore_epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" variant INTEGER NOT NULL DEFAULT 0,"
	" type TEXT NOT NULL, subject_cpu INTEGER, boottime_ns INTEGER, realtime_ns INTEGER,"
	" json TEXT NOT NULL,"
	" UNIQUE(machine_id, boot_id, load_id, restore_epoch, seq, variant));"
	"CREATE INDEX events_by_type ON events(type, realtime_ns);"
	"CREATE TABLE lost(pos INTEGER PRIMARY KEY,"
	" machine_id TEXT NOT NULL, boot_id TEXT NOT NULL, load_id TEXT NOT NULL,"
	" restore_epoch INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,"
	" reason TEXT NOT NULL, json TEXT NOT NULL);"
	"CREATE TABLE kmsg(pos INTEGER PRIMARY KEY,"
	" machine_id TEXT NOT NULL, boot_id TEXT NOT NULL, kmsg_seq INTEGER NOT NULL,"
	" usec INTEGER NOT NULL, text TEXT NOT NULL, json TEXT NOT NULL,"
	" UNIQUE(machine_id, boot_id, kmsg_seq, usec, text));"
	"CREATE TABLE context(pos INTEGER PRIMARY KEY,"
	" machine_id TEXT NOT NULL, boot_id TEXT NOT NULL, json TEXT NOT NULL);"
	"PRAGMA application_id = " NUMBER(GC_DB_APPLICATION_ID) ";"
	"PRAGMA user_version = " NUMBER(GC_DB_SCHEMA) ";";

static int refuse(struct gc_store *store, const char *why)
{
	snprintf(store->why, sizeof(store->why), "%s %s", store->path, why);
	return -EINVAL;
}

static int sql_failed(struct gc_store *store)
{
	gc_db_error(store->db, store->path, store->why, sizeof(store->why));
	return -EIO;
}

static int open_failed(struct gc_store *store, int err)
{
	const char *next = "";

	if (err == ENOENT)
		next = "; its directory has to be there";
	else if (err == EISDIR)
		next = "; name a file in it";
	else if (err == EACCES || err == EPERM || err == EROFS)
		next = "; name a file that may be written";
	else if (err == ENOSPC || err == EDQUOT)
		next = "; make room on that file system";
	snprintf(store->why, sizeof(store->why), "%s: cannot be written: %s%s", store->path,
		 strerror(err), next);
	return -err;
}

/* Which process holds the lock, 0 where that cannot be told. */
static int lock_holder(const struct stat *st)
{
	unsigned int device_major, device_minor;
	FILE *locks = fopen("/proc/locks", "re");
	int pid = 0, holder = 0;
	unsigned long inode;
	char line[128];

	while (locks && !holder && fgets(line, sizeof(line), locks)) {
		if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%lu", &pid, &device_major,
			   &device_minor, &inode) == 4 &&
		    inode == st->st_ino && device_major == major(st->st_dev) &&
		    device_minor == minor(st->st_dev))
			holder = pid;
	}
	if (locks)
		fclose(locks);
	return holder > 0 ? holder : 0;
}

static int refuse_second(struct gc_store *store, const struct stat *st)
{
	char why[128], pid[32] = "";
	int holder = lock_holder(st);

	if (holder)
		snprintf(pid, sizeof(pid), " (pid %d)", holder);
	snprintf(why, sizeof(why), "is being written by another recorder%s;"
		 " stop that one, or record into another file", pid);
	return refuse(store, why);
}

static int take_lock(struct gc_store *store, bool *is_new)
{
	static const char magic[] = "SQLite format 3";
	char header[sizeof(magic)] = "";
	struct stat st;
	ssize_t len;

	store->lock_fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (store->lock_fd < 0 || fstat(store->lock_fd, &st))
		return open_failed(store, errno);
	if (!S_ISREG(st.st_mode))
		return refuse(store, "is not a regular file; choose another name");
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			return refuse_second(store, &st);
		return open_failed(store, errno);
	}
	*is_new = !st.st_size;
	if (*is_new)
		return 0;
	len = pread(store->lock_fd, header, sizeof(header), 0);
	if (len != sizeof(header) || memcmp(header, magic, sizeof(magic)))
		return refuse(store,
			      "is not a guestclock recording and is left alone; choose another name");
	return 0;
}

static int get_number(struct gc_store *store, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL))
		return -EIO;
	if (sqlite3_step(statement) == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	return sqlite3_finalize(statement) ? -EIO : 0;
}

static int add_meta(struct gc_store *store)
{
	char *sql;
	int ret;

	sql = sqlite3_mprintf("INSERT INTO meta VALUES('format', 'guestclock recording'),"
			      "('schema_version', '%d'), ('client_version', %Q),"
			      "('created_realtime_ns', '%lld');",
			      GC_DB_SCHEMA, GC_VERSION, (long long)gc_clock_ns(CLOCK_REALTIME));
	if (!sql)
		return SQLITE_NOMEM;
	ret = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	if (!ret)
		ret = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	return ret;
}

static int create_schema(struct gc_store *store)
{
	if (sqlite3_exec(store->db, create, NULL, NULL, NULL) || add_meta(store))
		return sql_failed(store);
	/* So that the file is known for what it is from here on. */
	gc_store_checkpoint(store);
	return 0;
}

/* Not one byte of a file that is something else may change. */
static int check_schema(struct gc_store *store, bool *is_new)
{
	int64_t application = 0, version = 0, tables = 0;
	char why[256];

	if (get_number(store, "PRAGMA application_id", &application) ||
	    get_number(store, "PRAGMA user_version", &version) ||
	    get_number(store, "SELECT count(*) FROM sqlite_schema", &tables))
		return sql_failed(store);
	/* Left by a recorder that was killed as it began. */
	*is_new = !application && !version && !tables;
	if (*is_new)
		return 0;
	if (gc_db_refuse(application, version, why, sizeof(why)))
		return refuse(store, why);
	return 0;
}

/* To go on writing into a damaged file can cost what is whole of it. */
static int check_pages(struct gc_store *store)
{
	int64_t damaged = 0;

	if (get_number(store, "SELECT quick_check <> 'ok' FROM pragma_quick_check(1)", &damaged))
		return sql_failed(store);
	if (damaged)
		return refuse(store, "is damaged or cut off: keep it, record into another file, and"
			      " see what sqlite3's .recover saves of this one");
	return 0;
}

/*
 * Closing would move what another program left in its -wal file into a file that is
 * to be left as it is. Where there is none, closing cleans up after the look at it.
 */
static void leave_alone(struct gc_store *store, bool alone)
{
	const char *wal = sqlite3_filename_wal(sqlite3_db_filename(store->db, "main"));

	alone = alone && !access(wal, F_OK);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, alone, NULL);
}

static int check_file(struct gc_store *store, bool *is_new)
{
	int err;

	leave_alone(store, true);
	err = check_schema(store, is_new);
	if (!err && !*is_new)
		err = check_pages(store);
	if (!err)
		leave_alone(store, false);
	return err;
}

/* In WAL mode FULL syncs at each commit: what is committed is durable. */
static int configure(struct gc_store *store)
{
	static const char settings[] =
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

	if (sqlite3_exec(store->db, settings, NULL, NULL, NULL))
		return sql_failed(store);
	return 0;
}

static int find_pos(struct gc_store *store)
{
	static const char sql[] =
		"SELECT max(pos) FROM (SELECT max(pos) AS pos FROM events"
		" UNION ALL SELECT max(pos) FROM lost UNION ALL SELECT max(pos) FROM kmsg"
		" UNION ALL SELECT max(pos) FROM context)";

	if (get_number(store, sql, &store->pos))
		return sql_failed(store);
	store->pos++;
	return 0;
}

/**
 * gc_store_open() - Open or create a recording for writing.
 * @store: the store, for gc_store_close() on success
 * @path: the file, which must stay while the store is open
 *
 * Return: 0, or a negative errno with @store->why set; a file that is no
 * recording is left as it is.
 */
int gc_store_open(struct gc_store *store, const char *path)
{
	bool is_new = false;
	int err;

	memset(store, 0, sizeof(*store));
	store->path = path;
	store->lock_fd = -1;
	err = take_lock(store, &is_new);
	if (!err && sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE, NULL))
		err = sql_failed(store);
	if (!err)
		sqlite3_busy_timeout(store->db, 5000);
	if (!err && !is_new)
		err = check_file(store, &is_new);
	if (!err)
		err = configure(store);
	if (!err && is_new)
		err = create_schema(store);
	if (!err)
		err = find_pos(store);
	if (!err)
		err = gc_store_prepare(store);
	if (err)
		gc_store_close(store);
	return err;
}

/**
 * gc_store_close() - Close a recording; what was not committed is dropped.
 * @store: the store
 */
void gc_store_close(struct gc_store *store)
{
	size_t i;

	for (i = 0; i < GC_STORE_STATEMENTS; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	store->db = NULL;
	/* Last, because closing it drops the database's own locks on the file. */
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	store->lock_fd = -1;
}
