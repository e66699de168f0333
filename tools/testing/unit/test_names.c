// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings that are read under another name than they are written under, or as a
 * copy: nothing of them is left out without a word. And databases of others.
 */

#include <limits.h>
#include <linux/guestclock.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recording.h"
#include "schema.h"
#include "store.h"
#include "tap.h"

static char directory[64], why[512];

static const char *name(const char *file)
{
	static char names[4][128];
	static unsigned int next;
	char *path = names[next++ % 4];

	snprintf(path, sizeof(names[0]), "%s/%s", directory, file);
	return path;
}

static void add_event(struct gc_store *store, uint64_t seq)
{
	struct gc_row *row = gc_row_new(&gc_schema_event);
	enum gc_stored stored;

	gc_row_set_u(row, GC_EVENT_SEQ, seq);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP);
	gc_store_event(store, row, &stored);
	gc_row_free(row);
}

static void add_context(struct gc_store *store, const char *occasion)
{
	const struct gc_identity identity = { .machine_id = "m", .boot_id = "b" };
	json_t *context = json_pack("{s:s,s:s}", "record", "context", "occasion", occasion);

	gc_store_context(store, &identity, context);
	gc_store_commit(store);
	json_decref(context);
}

/**
 * struct recorder - Another process that writes a recording.
 * @pid: the process
 * @to: closed to end it
 */
struct recorder {
	pid_t pid;
	int to;
};

static void write_until_closed(const char *path, int from, int ready)
{
	struct gc_store store;
	uint64_t seq;
	char byte;

	if (gc_store_open(&store, path))
		_exit(1);
	for (seq = 1; seq <= 3; seq++)
		add_event(&store, seq);
	gc_store_commit(&store);
	if (write(ready, "", 1) == 1 && read(from, &byte, 1) == 1) {
		add_context(&store, "end");
		gc_store_close(&store);
	}
	_exit(0);
}

/* A recorder that has stored three events, all of them in its -wal file. */
static void start(struct recorder *recorder, const char *path)
{
	int to[2], ready[2];
	char byte;

	if (pipe(to) || pipe(ready))
		abort();
	recorder->pid = fork();
	if (!recorder->pid) {
		close(to[1]);
		write_until_closed(path, to[0], ready[1]);
	}
	close(to[0]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		abort();
	close(ready[0]);
	recorder->to = to[1];
}

/* Without a word to it the recorder ends as if it had been killed. */
static void stop(struct recorder *recorder, bool orderly)
{
	if (orderly && write(recorder->to, "", 1) != 1)
		abort();
	close(recorder->to);
	waitpid(recorder->pid, NULL, 0);
}

static int count_event(const struct gc_item *item, void *arg)
{
	*(int *)arg += item->kind == GC_ITEM_EVENT;
	return 0;
}

/* Return: how many events can be read, or -1 when it is refused. */
static int events(const char *path)
{
	int count = 0;

	why[0] = '\0';
	if (!gc_recording_read(path, count_event, &count, why, sizeof(why)))
		return count;
	printf("# %s\n", why);
	return -1;
}

static void test_links(struct tap *tap)
{
	struct recorder recorder;

	start(&recorder, name("a.db"));
	if (symlink(name("a.db"), name("soft.db")) || link(name("a.db"), name("hard.db")))
		abort();
	tap_case(tap, events(name("a.db")) == 3 && events(name("soft.db")) == 3,
		 "a symbolic link shows what the recorder has not moved into the file yet");
	tap_case(tap, events(name("hard.db")) < 0 && strstr(why, "in use under another name"),
		 "a hard link, beside which it cannot be found, is refused while it records");
	stop(&recorder, false);
	tap_case(tap, events(name("soft.db")) == 3, "and after the recorder was killed, too");
	start(&recorder, name("a.db"));
	stop(&recorder, true);
	tap_case(tap, events(name("soft.db")) == 3 && events(name("hard.db")) == 3,
		 "closed, it is whole under any name");
	unlink(name("soft.db"));
	unlink(name("hard.db"));
}

static void test_slashes(struct tap *tap)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/%s", name("a.db"));
	tap_case(tap, events(path) == 3, "a name may begin with two slashes");
}

/* Whether reading a file tells on stderr that it may not be all there is. */
static bool is_noted(const char *path)
{
	int old = dup(STDERR_FILENO), to[2];
	char said[512] = "";

	if (old < 0 || pipe(to))
		abort();
	dup2(to[1], STDERR_FILENO);
	close(to[1]);
	events(path);
	dup2(old, STDERR_FILENO);
	close(old);
	if (read(to[0], said, sizeof(said) - 1) < 0)
		abort();
	close(to[0]);
	printf("# %s%s", said, said[0] ? "" : "nothing is said\n");
	return strstr(said, "copy that along");
}

static void copy(const char *from, const char *to)
{
	char command[512];

	snprintf(command, sizeof(command), "cp %s %s", from, to);
	if (system(command))
		abort();
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) || sqlite3_exec(db, sql, NULL, NULL, NULL))
		abort();
	sqlite3_close(db);
}

static void test_copies(struct tap *tap)
{
	struct recorder recorder;
	struct gc_store store;

	start(&recorder, name("b.db"));
	copy(name("b.db"), name("copy.db"));
	tap_case(tap, !events(name("copy.db")) && is_noted(name("copy.db")),
		 "a copy of nothing but the file is short, which is noted");
	stop(&recorder, false);
	copy(name("b.db"), name("copy.db"));
	tap_case(tap, !events(name("copy.db")) && is_noted(name("copy.db")),
		 "so it is when the recorder was killed");
	tap_case(tap, events(name("b.db")) == 3 && !is_noted(name("b.db")),
		 "but not where the -wal file is");

	if (gc_store_open(&store, name("b.db")))
		abort();
	add_context(&store, "periodic");
	gc_store_checkpoint(&store);
	copy(name("b.db"), name("copy.db"));
	tap_case(tap, events(name("copy.db")) == 3 && is_noted(name("copy.db")),
		 "after a checkpoint a copy has all, and cannot know");
	add_context(&store, "end");
	gc_store_close(&store);
	tap_case(tap, events(name("b.db")) == 3 && !is_noted(name("b.db")),
		 "what was closed in order is whole");
	if (truncate(name("copy.db"), 0))
		abort();
	run_sql(name("copy.db"), "PRAGMA journal_mode = WAL");
	tap_case(tap, events(name("copy.db")) < 0 && strstr(why, "copy the -wal file along"),
		 "a file with nothing but a header tells where the rest may be");
	unlink(name("copy.db"));
	unlink(name("b.db"));
}

static bool is_same_file(const char *one, const char *other)
{
	char command[512];

	snprintf(command, sizeof(command), "cmp %s %s", one, other);
	return !system(command);
}

/* Another program's database, of which a part is in its -wal file. */
static void test_foreign(struct tap *tap)
{
	struct gc_store store;
	sqlite3 *db;

	if (sqlite3_open(name("c.db"), &db) ||
	    sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t(a)", NULL, NULL, NULL))
		abort();
	copy(name("c.db"), name("other.db"));
	copy(name("c.db-wal"), name("other.db-wal"));
	tap_case(tap, gc_store_open(&store, name("other.db")) &&
		 strstr(store.why, "not a guestclock recording"),
		 "another program's database is refused");
	tap_case(tap, is_same_file(name("c.db"), name("other.db")) &&
		 is_same_file(name("c.db-wal"), name("other.db-wal")),
		 "and left as it is, with its -wal file");
	sqlite3_close(db);

	copy(name("c.db"), name("other.db"));
	unlink(name("other.db-wal"));
	unlink(name("other.db-shm"));
	tap_case(tap, gc_store_open(&store, name("other.db")) &&
		 is_same_file(name("c.db"), name("other.db")) &&
		 access(name("other.db-wal"), F_OK) && access(name("other.db-shm"), F_OK),
		 "without one none is left behind");
	unlink(name("other.db"));
	unlink(name("c.db"));
}

int main(void)
{
	struct tap tap = { 0 };

	snprintf(directory, sizeof(directory), "/tmp/guestclock-unit.XXXXXX");
	if (!mkdtemp(directory))
		return 1;
	test_links(&tap);
	test_slashes(&tap);
	test_copies(&tap);
	test_foreign(&tap);
	unlink(name("a.db"));
	tap_case(&tap, !rmdir(directory), "nothing is left behind");

	return tap_end(&tap);
}
