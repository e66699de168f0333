// SPDX-License-Identifier: GPL-2.0-only
/* The two forms of a recording hold the same, byte by byte. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording.h"
#include "row_json.h"
#include "schema.h"
#include "store.h"
#include "tap.h"

static struct gc_identity identity;

static int store_event(struct gc_store *store, json_t *json)
{
	struct gc_row *row = gc_row_from_json(&gc_schema_event, json);
	enum gc_stored stored;
	int err;

	err = gc_store_event(store, row, &stored);
	gc_row_free(row);
	return err || stored != GC_STORED_NEW;
}

static int store_item(const struct gc_item *item, void *arg)
{
	struct gc_store *store = arg;
	enum gc_stored stored;
	json_t *seq;

	switch (item->kind) {
	case GC_ITEM_EVENT:
		return store_event(store, item->json);
	case GC_ITEM_KMSG:
		seq = json_object_get(item->json, "kmsg_seq");
		return gc_store_kmsg(store, &identity, strtoull(json_string_value(seq), NULL, 10),
				     item->json, &stored);
	case GC_ITEM_CONTEXT:
		return gc_store_context(store, &identity, item->json);
	default:
		return 1;
	}
}

static int append_line(const struct gc_item *item, void *arg)
{
	fprintf(arg, "%s\n", item->line);
	return 0;
}

static char *lines_of(const char *path)
{
	char *text = NULL, why[256];
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (gc_recording_read(path, append_line, to, why, sizeof(why)))
		printf("# %s\n", why);
	fclose(to);
	return text;
}

int main(void)
{
	static const char fixture[] = FIXTURES "/pause.jsonl";
	struct gc_store store;
	struct tap tap = { 0 };
	char path[64], why[256], *lines, *again;

	if (!tap_temporary(path, sizeof(path)))
		return 1;
	tap_case(&tap, !gc_store_open(&store, path), "an empty file becomes a recording");
	tap_case(&tap, !gc_recording_read(fixture, store_item, &store, why, sizeof(why)) &&
		 !gc_store_commit(&store), "JSON lines of a real recording are stored");
	gc_store_close(&store);
	lines = lines_of(fixture);
	again = lines_of(path);
	tap_case(&tap, strlen(lines) > 1000 && !strcmp(lines, again),
		 "and come back in the same order, byte by byte");
	free(lines);
	free(again);
	unlink(path);

	return tap_end(&tap);
}
