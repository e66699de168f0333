// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings that are read under another name than they are written under, or as a
 * copy: nothing of them is left out without a word.
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
	if (write(ready, "", 1) == 1 && read(from, &byte, 1) == 1)
		gc_store_close(&store);
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

static int count_item(const struct gc_item *item, void *arg)
{
	(void)item;
	++*(int *)arg;
	return 0;
}

/* Return: how many items can be read, or -1 when it is refused. */
static int items(const char *path)
{
	int count = 0;

	why[0] = '\0';
	if (!gc_recording_read(path, count_item, &count, why, sizeof(why)))
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
	tap_case(tap, items(name("a.db")) == 3 && items(name("soft.db")) == 3,
		 "a symbolic link shows what the recorder has not moved into the file yet");
	tap_case(tap, items(name("hard.db")) < 0 && strstr(why, "in use under another name"),
		 "a hard link, beside which it cannot be found, is refused while it records");
	stop(&recorder, false);
	tap_case(tap, items(name("soft.db")) == 3, "and after the recorder was killed, too");
	start(&recorder, name("a.db"));
	stop(&recorder, true);
	tap_case(tap, items(name("soft.db")) == 3 && items(name("hard.db")) == 3,
		 "closed, it is whole under any name");
	unlink(name("soft.db"));
	unlink(name("hard.db"));
}

static void test_slashes(struct tap *tap)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/%s", name("a.db"));
	tap_case(tap, items(path) == 3, "a name may begin with two slashes");
}

int main(void)
{
	struct tap tap = { 0 };

	snprintf(directory, sizeof(directory), "/tmp/guestclock-unit.XXXXXX");
	if (!mkdtemp(directory))
		return 1;
	test_links(&tap);
	test_slashes(&tap);
	unlink(name("a.db"));
	tap_case(&tap, !rmdir(directory), "nothing is left behind");

	return tap_end(&tap);
}
