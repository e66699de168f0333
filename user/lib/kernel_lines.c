// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own lines about clocks, into a store. */
#include "kernel_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "say.h"

/**
 * gc_kernel_lines_open() - Begin to read the kernel's log.
 * @lines: the lines, for gc_kernel_lines_close()
 *
 * Without the log, or the privilege to read it, a recording has no lines.
 */
void gc_kernel_lines_open(struct gc_kernel_lines *lines)
{
	lines->live = false;
	lines->fd = gc_kmsg_open();
	if (lines->fd >= 0)
		return;
	gc_say("note: the kernel's own lines are not recorded: /dev/kmsg: %s",
	       strerror(-lines->fd));
	lines->fd = -1;
}

/**
 * gc_kernel_lines_close() - Stop to read the kernel's log.
 * @lines: the lines
 */
void gc_kernel_lines_close(struct gc_kernel_lines *lines)
{
	if (lines->fd >= 0)
		close(lines->fd);
	lines->fd = -1;
}

static void add_number(json_t *object, const char *key, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	json_object_set_new(object, key, json_string(text));
}

/**
 * gc_kernel_line_to_json() - A line as it is stored.
 * @line: the line
 * @live: it was read as soon as it was there
 * @identity: of this machine and boot
 *
 * The log has a clock of its own. When a line was read at once, now is when it
 * was written; else it is placed as if that clock were CLOCK_MONOTONIC, from
 * which it can be seconds away, but never later than now.
 *
 * Return: a new JSON object, or NULL without memory.
 */
json_t *gc_kernel_line_to_json(const struct gc_kmsg_line *line, bool live,
			       const struct gc_identity *identity)
{
	uint64_t now = gc_clock_ns(CLOCK_MONOTONIC);
	json_t *object = json_object();
	int64_t age = 0;

	if (!object)
		return NULL;
	if (!live && line->usec < now / 1000)
		age = now - line->usec * 1000;
	json_object_set_new(object, "record", json_string("kmsg"));
	add_number(object, "kmsg_seq", (int64_t)line->seq);
	add_number(object, "usec", (int64_t)line->usec);
	json_object_set_new(object, "priority", json_integer(line->priority));
	json_object_set_new(object, "live", json_boolean(live));
	add_number(object, "boottime_ns", gc_clock_ns(CLOCK_BOOTTIME) - age);
	add_number(object, "realtime_ns", gc_clock_ns(CLOCK_REALTIME) - age);
	json_object_set_new(object, "text", json_string(line->text));
	json_object_set_new(object, "machine_id", json_string(identity->machine_id));
	json_object_set_new(object, "boot_id", json_string(identity->boot_id));
	return object;
}

/**
 * gc_kernel_lines_store() - Store the lines about clocks that are there.
 * @lines: the lines
 * @store: where they go
 * @identity: of this machine and boot
 *
 * Return: 0, or a negative errno with @store->why set.
 */
int gc_kernel_lines_store(struct gc_kernel_lines *lines, struct gc_store *store,
			  const struct gc_identity *identity)
{
	struct gc_kmsg_line line;
	enum gc_stored stored;
	json_t *json;
	int ret;

	while ((ret = gc_kmsg_read(lines->fd, &line))) {
		if (ret == -EPIPE) {
			gc_say("note: the kernel's log ran ahead;"
			       " some of its lines are not recorded");
			continue;
		}
		if (ret < 0) {
			gc_say("note: the kernel's own lines are not recorded any more: %s",
			       strerror(-ret));
			gc_kernel_lines_close(lines);
			break;
		}
		if (!gc_kmsg_is_about_clocks(line.text))
			continue;
		json = gc_kernel_line_to_json(&line, lines->live, identity);
		if (!json)
			return -ENOMEM;
		ret = gc_store_kmsg(store, identity, line.seq, json, &stored);
		json_decref(json);
		if (ret)
			return ret;
	}
	lines->live = true;
	return 0;
}
