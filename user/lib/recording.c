// SPDX-License-Identifier: GPL-2.0-only
/* Read a recording in either of its forms: a database, or JSON lines. */
#include "recording.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* Return: whether it is a line of a recording at all. */
static bool find_kind(const json_t *json, enum gc_item_kind *kind)
{
	const char *record = json_string_value(json_object_get(json, "record"));

	*kind = GC_ITEM_OTHER;
	if (!record) {
		*kind = GC_ITEM_EVENT;
		return json_object_get(json, "seq") && json_object_get(json, "type");
	}
	if (!strcmp(record, "kmsg"))
		*kind = GC_ITEM_KMSG;
	else if (!strcmp(record, "context"))
		*kind = GC_ITEM_CONTEXT;
	return true;
}

/**
 * gc_recording_item() - Parse one line of a recording and hand it over.
 * @line: the line
 * @len: its length
 * @fn: gets the item
 * @arg: handed to @fn
 *
 * Return: what @fn returns, or -EINVAL when it is no line of a recording.
 */
int gc_recording_item(const char *line, size_t len, gc_item_fn fn, void *arg)
{
	struct gc_item item = { .line = line };
	int ret = -EINVAL;

	/* A database can hold what no writer of lines would: JSON over several lines. */
	if (memchr(line, '\n', len))
		return -EINVAL;
	item.json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (find_kind(item.json, &item.kind))
		ret = fn(&item, arg);
	json_decref(item.json);
	return ret;
}

static int read_lines(FILE *file, const char *path, gc_item_fn fn, void *arg, char *why,
		      size_t size)
{
	unsigned long number = 0, items = 0;
	char *line = NULL;
	bool whole = true;
	size_t room = 0;
	ssize_t len;
	int ret = 0;

	while (!ret && (len = getline(&line, &room, file)) >= 0) {
		whole = len && line[len - 1] == '\n';
		number++;
		if (whole)
			line[--len] = '\0';
		if (!len)
			continue;
		ret = gc_recording_item(line, len, fn, arg);
		if (!ret)
			items++;
		if (ret != -EINVAL)
			continue;
		/* A writer that was cut off leaves half a line at the end. */
		if (!whole && items) {
			gc_say("note: %s: the last line is torn and left out", path);
			ret = 0;
			break;
		}
		if (items)
			snprintf(why, size, "%s: line %lu is not of a recording; without it the"
				 " rest can be read", path, number);
		else
			snprintf(why, size, "%s is not a guestclock recording: neither a database"
				 " of record, nor JSON lines of monitor or export", path);
	}
	free(line);
	if (!ret && ferror(file)) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		ret = -EIO;
	}
	if (!ret && !items) {
		snprintf(why, size, "%s is empty: nothing was recorded into it", path);
		ret = -EINVAL;
	}
	return ret;
}

/**
 * gc_recording_read() - Read a recording from its beginning to its end.
 * @path: the file; a database, or JSON lines
 * @fn: gets each line; its first non-zero return ends the reading
 * @arg: handed to @fn
 * @why: room for words about what went wrong
 * @size: size of @why
 *
 * Return: 0, what @fn returned, or a negative errno with @why set.
 */
int gc_recording_read(const char *path, gc_item_fn fn, void *arg, char *why, size_t size)
{
	static const char magic[] = "SQLite format 3";
	char header[sizeof(magic)] = "";
	FILE *file;
	size_t len;
	int ret;

	snprintf(why, size, "%s: reading was ended", path);
	file = fopen(path, "re");
	if (!file) {
		ret = -errno;
		snprintf(why, size, "%s: cannot be read: %s; name a recording", path,
			 strerror(errno));
		return ret;
	}
	len = fread(header, 1, sizeof(header), file);
	if (ferror(file)) {
		ret = -errno;
		snprintf(why, size, "%s: cannot be read: %s; name a recording", path,
			 strerror(errno));
	} else if (len == sizeof(header) && !memcmp(header, magic, sizeof(magic))) {
		ret = gc_recording_read_db(path, fn, arg, why, size);
	} else {
		ret = fseek(file, 0, SEEK_SET);
		if (ret)
			snprintf(why, size, "%s is a pipe; put it into a file first", path);
		else
			ret = read_lines(file, path, fn, arg, why, size);
	}
	fclose(file);
	return ret;
}
