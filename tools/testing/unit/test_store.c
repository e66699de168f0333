// SPDX-License-Identifier: GPL-2.0-only
/* Recordings: written, appended to, read back, and what is refused. */

#include <fcntl.h>
#include <linux/guestclock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording.h"
#include "row_json.h"
#include "schema.h"
#include "store.h"
#include "tap.h"

static const struct gc_identity identity = {
	.machine_id = "00000000000000000000000000000001",
	.boot_id = "00000000-0000-0000-0000-000000000002",
};

static char directory[64], path[128], why[512];

static const char *in_directory(const char *name)
{
	static char file[128];

	snprintf(file, sizeof(file), "%s/%s", directory, name);
	return file;
}

static struct gc_row *make_event(uint64_t load, uint64_t seq, int64_t realtime)
{
	struct gc_row *row = gc_row_new(&gc_schema_event);

	gc_row_set_u(row, GC_EVENT_SEQ, seq);
	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP);
	gc_row_set_s(row, GC_EVENT_REALTIME, realtime);
	gc_row_set_text(row, GC_EVENT_MACHINE_ID, identity.machine_id, 64);
	gc_row_set_text(row, GC_EVENT_BOOT_ID, identity.boot_id, 64);
	gc_row_set_u(row, GC_EVENT_LOAD_ID, load);
	gc_row_set_u(row, GC_EVENT_RESTORE_EPOCH, 0);
	return row;
}

static enum gc_stored add_event(struct gc_store *store, uint64_t load, uint64_t seq,
				int64_t realtime)
{
	struct gc_row *row = make_event(load, seq, realtime);
	enum gc_stored stored = -1;

	if (gc_store_event(store, row, &stored))
		printf("# %s\n", store->why);
	gc_row_free(row);
	return stored;
}

static void add_lost(struct gc_store *store, uint64_t load, uint64_t first, uint64_t count)
{
	struct gc_row *row = make_event(load, first, 5);

	gc_row_set_u(row, GC_EVENT_TYPE, GUESTCLOCK_EVENT_TYPE_LOST);
	gc_row_set_u(row, GC_EVENT_SOURCE, GC_SOURCE_CLIENT);
	gc_row_set_u(row, GC_EVENT_LOST_COUNT, count);
	gc_row_set_u(row, GC_EVENT_LOST_REASON, GUESTCLOCK_LOST_REASON_SOCKET);
	if (gc_store_lost(store, row))
		printf("# %s\n", store->why);
	gc_row_free(row);
}

static int collect(const struct gc_item *item, void *arg)
{
	const char *seq = json_string_value(json_object_get(item->json, "seq"));
	const char *type = json_string_value(json_object_get(item->json, "type"));
	char *got = arg;

	if (item->kind == GC_ITEM_EVENT)
		sprintf(got + strlen(got), "%s%s ", type && !strcmp(type, "lost") ? "L" : "", seq);
	else
		strcat(got, item->kind == GC_ITEM_KMSG ? "K " :
		       item->kind == GC_ITEM_CONTEXT ? "C " : "? ");
	return 0;
}

static int copy_line(const struct gc_item *item, void *arg)
{
	snprintf(arg, 512, "%s", item->line);
	return 0;
}

static bool reads(const char *file, const char *expected)
{
	char got[1024] = "";
	int ret = gc_recording_read(file, collect, got, why, sizeof(why));

	if (ret)
		printf("# %s\n", why);
	if (ret || strcmp(got, expected))
		printf("# got  %s\n# want %s\n", got, expected);
	return !ret && !strcmp(got, expected);
}

static bool refuses(const char *file, const char *word)
{
	int ret = gc_recording_read(file, collect, (char[1024]) { "" }, why, sizeof(why));

	printf("# %s\n", why);
	return ret && strstr(why, word);
}

static json_t *kmsg_line(void)
{
	return json_pack("{s:s,s:s,s:s}", "record", "kmsg", "usec", "77", "text", "tsc: hello");
}

static void test_write(struct tap *tap)
{
	enum gc_stored stored, again;
	struct gc_store store;
	json_t *line, *context;
	struct gc_stored_last last = { 9, 9 };

	tap_case(tap, !gc_store_open(&store, path), "a new recording");
	tap_case(tap, !gc_store_last(&store, &identity, 7, &last) && !last.event && !last.lost,
		 "has no event of any load");
	add_event(&store, 7, 1, 1000);
	add_event(&store, 7, 2, 2000);
	add_lost(&store, 7, 3, 4);
	line = kmsg_line();
	gc_store_kmsg(&store, &identity, 12, line, &stored);
	gc_store_kmsg(&store, &identity, 12, line, &again);
	tap_case(tap, stored == GC_STORED_NEW && again == GC_STORED_KNOWN,
		 "a line of the kernel's log is stored once");
	json_decref(line);
	context = json_pack("{s:s}", "record", "context");
	gc_store_context(&store, &identity, context);
	json_decref(context);
	gc_store_last(&store, &identity, 7, &last);
	tap_case(tap, last.event == 2 && last.lost == 6,
		 "it knows the last seq that is stored or declared lost");
	gc_store_last(&store, &identity, 8, &last);
	tap_case(tap, !last.event && !last.lost, "of one load only");
	tap_case(tap, !gc_store_commit(&store) && reads(path, "1 2 L3 K C "),
		 "a reader sees it in order while it is written");
	add_event(&store, 7, 7, 3000);
	tap_case(tap, reads(path, "1 2 L3 K C "), "but not what is not committed");
	gc_store_close(&store);
	tap_case(tap, reads(path, "1 2 L3 K C "), "which is dropped with the program");

	gc_store_open(&store, path);
	add_lost(&store, 7, 7, 2);
	tap_case(tap, reads(path, "1 2 L3 K C "),
		 "a loss is not in the recording before what is stored with it is committed");
	gc_store_close(&store);
}

static void test_append(struct tap *tap)
{
	struct gc_store store, second;
	char pid[64];

	tap_case(tap, !gc_store_open(&store, path), "a second run opens the same file");
	tap_case(tap, add_event(&store, 7, 2, 2000) == GC_STORED_KNOWN,
		 "an event that is there is not stored again");
	tap_case(tap, add_event(&store, 7, 2, 2222) == GC_STORED_CONFLICT &&
		 add_event(&store, 7, 2, 2222) == GC_STORED_KNOWN &&
		 add_event(&store, 7, 2, 2223) == GC_STORED_CONFLICT,
		 "the same identity with another content is kept beside it, once");
	tap_case(tap, add_event(&store, 8, 1, 9000) == GC_STORED_NEW,
		 "the next load has its own seqs");
	gc_store_commit(&store);
	snprintf(pid, sizeof(pid), "another recorder (pid %d)", getpid());
	tap_case(tap, gc_store_open(&second, path) && strstr(second.why, pid),
		 "a second recorder is refused, and told of the first one");
	tap_case(tap, add_event(&store, 9, 1, 1) == GC_STORED_NEW,
		 "which does not disturb the first one");
	gc_store_commit(&store);
	gc_store_close(&store);
	tap_case(tap, reads(path, "1 2 L3 K C 2 2 1 1 "), "all of it is in the file");
}

static void put_file(const char *file, const char *text)
{
	FILE *to = tap_open(file, "w");

	fputs(text, to);
	fclose(to);
}

static void run_sql(const char *file, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open(file, &db) || sqlite3_exec(db, sql, NULL, NULL, NULL))
		printf("# %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static bool store_refuses(const char *file, const char *word)
{
	struct gc_store store;
	int ret = gc_store_open(&store, file);

	printf("# %s\n", store.why);
	return ret && strstr(store.why, word);
}

static void test_refuse(struct tap *tap)
{
	const char *file = in_directory("other");
	char text[64] = "";
	FILE *from;

	put_file(file, "dear diary, today my clock was late again\n");
	tap_case(tap, store_refuses(file, "not a guestclock recording"),
		 "a file that is no database is refused");
	from = tap_open(file, "r");
	tap_case(tap, from && fgets(text, sizeof(text), from) && !strncmp(text, "dear", 4),
		 "and left as it is");
	fclose(from);
	tap_case(tap, refuses(file, "not a guestclock recording"), "nor is it read");

	unlink(file);
	run_sql(file, "CREATE TABLE t(a)");
	tap_case(tap, store_refuses(file, "not a guestclock recording") &&
		 refuses(file, "not a guestclock recording"), "another database is refused");

	unlink(file);
	run_sql(file, "CREATE TABLE t(a); PRAGMA application_id = 1195592779;"
		" PRAGMA user_version = 9;");
	tap_case(tap, store_refuses(file, "has schema 9") && refuses(file, "has schema 9"),
		 "a recording of a newer program is refused");
	run_sql(file, "PRAGMA user_version = 0");
	tap_case(tap, store_refuses(file, "has schema 0") && refuses(file, "has schema 0"),
		 "and one of an older one");
	tap_case(tap, store_refuses("/", "irectory") || store_refuses("/", "regular"),
		 "a directory is refused");
	tap_case(tap, store_refuses("/nonexistent/file", "No such file"),
		 "a file in no directory is refused");
	tap_case(tap, refuses("/nonexistent/file", "No such file"), "and not read");
}

static bool is_sound(const char *file)
{
	sqlite3_stmt *statement = NULL;
	bool sound = false;
	sqlite3 *db;

	if (!sqlite3_open(file, &db) &&
	    !sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) &&
	    sqlite3_step(statement) == SQLITE_ROW)
		sound = !strcmp((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return sound;
}

/* A disk without room, as SQLite sees it. */
static void test_full(struct tap *tap)
{
	const char *file = in_directory("full");
	enum gc_stored stored = GC_STORED_NEW;
	struct gc_store store;
	struct gc_row *row;
	uint64_t seq;
	int err = 0;

	gc_store_open(&store, file);
	sqlite3_exec(store.db, "PRAGMA max_page_count = 20", NULL, NULL, NULL);
	for (seq = 1; !err && seq < 10000; seq++) {
		row = make_event(7, seq, 0);
		err = gc_store_event(&store, row, &stored) || gc_store_commit(&store);
		gc_row_free(row);
	}
	printf("# %s\n", store.why);
	tap_case(tap, err && strstr(store.why, "full; make room"),
		 "a full disk is told, with what to do");
	gc_store_close(&store);
	tap_case(tap, is_sound(file), "and leaves the recording sound");
	unlink(file);
}

static void damage(const char *file, long page, int byte)
{
	FILE *to = tap_open(file, "r+");
	int i;

	fseek(to, page * 4096, SEEK_SET);
	for (i = 0; i < 4096; i++)
		fputc(byte, to);
	fclose(to);
}

static void test_damaged(struct tap *tap)
{
	const char *file = in_directory("damaged");
	struct gc_store store;
	uint64_t seq;

	gc_store_open(&store, file);
	for (seq = 1; seq <= 200; seq++)
		add_event(&store, 7, seq, 0);
	gc_store_commit(&store);
	gc_store_close(&store);
	damage(file, 10, 0xff);
	tap_case(tap, store_refuses(file, "damaged"), "a recording with a damaged page is not "
		 "written to");
	if (truncate(file, 20480))
		abort();
	tap_case(tap, store_refuses(file, "damaged") && refuses(file, "damaged"),
		 "one that was cut off is neither written nor read");
	damage(file, 0, 'S');
	tap_case(tap, store_refuses(file, "not a guestclock recording"), "nor one without a head");
	unlink(file);
}

/* What this program does not know goes in and comes out as it is. */
static void test_unknown(struct tap *tap)
{
	static const char line[] = "{\"seq\":\"1\",\"type\":\"type_42\",\"source\":\"source_9\","
		"\"machine_id\":\"m\",\"boot_id\":\"b\",\"load_id\":\"0x0000000000000007\","
		"\"restore_epoch\":0,\"attr_57\":\"0102\",\"attr_58\":\"\"}";
	const char *file = in_directory("unknown");
	json_t *json = json_loads(line, 0, NULL);
	struct gc_row *row = gc_row_from_json(&gc_schema_event, json);
	char got[512] = "";
	enum gc_stored stored;
	struct gc_store store;

	gc_store_open(&store, file);
	gc_store_event(&store, row, &stored);
	gc_store_commit(&store);
	gc_store_close(&store);
	gc_row_free(row);
	json_decref(json);
	tap_case(tap, !gc_recording_read(file, copy_line, got, why, sizeof(why)) &&
		 !strcmp(got, line), "an event of a newer module is stored and exported as it is");
	unlink(file);
}

static void test_lines(struct tap *tap)
{
	const char *file = in_directory("a %41?b#.jsonl");

	put_file(file, "{\"seq\":\"1\",\"type\":\"clock_step\"}\n"
		 "{\"record\":\"context\"}\n{\"record\":\"kmsg\"}\n{\"record\":\"new\"}\n"
		 "{\"seq\":\"2\",\"type\":\"clo");
	tap_case(tap, reads(file, "1 C K ? "), "JSON lines are read, but for a torn last one");
	put_file(file, "{\"seq\":\"1\",\"type\":\"x\"}\nnonsense\n"
		 "{\"seq\":\"2\",\"type\":\"x\"}\n");
	tap_case(tap, refuses(file, "line 2"), "nonsense in between is an error");
	put_file(file, "");
	tap_case(tap, refuses(file, "is empty"), "an empty file is no recording");
	put_file(file, "{\"seq\":\"1\",\"type\":\"x\"}\n{\"a\":1}\n");
	tap_case(tap, refuses(file, "line 2"), "nor is JSON that is something else");
	unlink(file);
	if (!link(path, file))
		tap_case(tap, reads(file, "1 2 L3 K C 2 2 1 1 "),
			 "a database may have an awkward name");
	unlink(file);
}

static void test_read_only(struct tap *tap)
{
	char copy[128];

	snprintf(copy, sizeof(copy), "%s/ro", directory);
	mkdir(copy, 0755);
	strcat(copy, "/recording.db");
	if (link(path, copy) || chmod(in_directory("ro"), 0555))
		abort();
	tap_case(tap, reads(copy, "1 2 L3 K C 2 2 1 1 "), "a directory may be read-only");
	chmod(in_directory("ro"), 0755);
	tap_case(tap, !unlink(copy) && !rmdir(in_directory("ro")),
		 "and nothing is left beside the file");
}

int main(void)
{
	struct tap tap = { 0 };

	snprintf(directory, sizeof(directory), "/tmp/guestclock-unit.XXXXXX");
	if (!mkdtemp(directory))
		return 1;
	snprintf(path, sizeof(path), "%s/recording.db", directory);
	test_write(&tap);
	test_append(&tap);
	test_refuse(&tap);
	test_full(&tap);
	test_damaged(&tap);
	test_unknown(&tap);
	test_lines(&tap);
	test_read_only(&tap);
	unlink(in_directory("other"));
	unlink(path);
	tap_case(&tap, !rmdir(directory), "closing leaves no other files behind");

	return tap_end(&tap);
}
