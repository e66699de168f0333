/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_RECORDING_H
#define GUESTCLOCK_RECORDING_H

#include <jansson.h>
#include <stddef.h>

/**
 * enum gc_item_kind - What a line of a recording is.
 * @GC_ITEM_EVENT: an event, or events declared lost
 * @GC_ITEM_KMSG: a line of the kernel's log
 * @GC_ITEM_CONTEXT: what the machine looked like
 * @GC_ITEM_OTHER: something that a newer client put there
 */
enum gc_item_kind {
	GC_ITEM_EVENT,
	GC_ITEM_KMSG,
	GC_ITEM_CONTEXT,
	GC_ITEM_OTHER,
};

/**
 * struct gc_item - One line of a recording.
 * @kind: what it is
 * @line: its JSON as it was recorded, without a newline
 * @json: the same, parsed
 */
struct gc_item {
	enum gc_item_kind kind;
	const char *line;
	json_t *json;
};

typedef int (*gc_item_fn)(const struct gc_item *item, void *arg);

int gc_recording_read(const char *path, gc_item_fn fn, void *arg, char *why, size_t size);

int gc_recording_item(const char *line, size_t len, gc_item_fn fn, void *arg);
int gc_recording_read_db(const char *path, gc_item_fn fn, void *arg, char *why, size_t size);

#endif /* GUESTCLOCK_RECORDING_H */
