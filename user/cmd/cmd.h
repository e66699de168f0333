/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CMD_H
#define GUESTCLOCK_CMD_H

#include "exit.h"
#include "link.h"
#include "options.h"
#include "writer.h"

/**
 * struct gc_cmd - A verb of guestclock.
 * @usage: what it takes
 * @run: does it; argv[0] is the verb; returns an exit code
 */
struct gc_cmd {
	struct gc_usage usage;
	int (*run)(int argc, char **argv);
};

/**
 * struct gc_query - Which rows to ask the module for.
 * @cmd: GUESTCLOCK_CMD_*
 * @dump: whether it answers with many rows
 * @schema: their columns
 * @look: sees each row before it is printed, and may add to it; or NULL
 * @arg: handed to @look
 */
struct gc_query {
	int cmd;
	bool dump;
	const struct gc_schema *schema;
	void (*look)(struct gc_row *row, void *arg);
	void *arg;
};

extern const struct gc_cmd gc_cmd_status;
extern const struct gc_cmd gc_cmd_pvclock;
extern const struct gc_cmd gc_cmd_tsc;
extern const struct gc_cmd gc_cmd_clocksource;
extern const struct gc_cmd gc_cmd_monitor;
extern const struct gc_cmd gc_cmd_record;
extern const struct gc_cmd gc_cmd_check;

/* The usage of a verb that takes a format and nothing else. */
#define GC_CMD_FORMAT_ONLY	.shorts = ":o:h", .longs = gc_cmd_format_options

extern const struct option gc_cmd_format_options[];

int gc_cmd_format(const struct gc_cmd *cmd, int argc, char **argv, enum gc_format *format);
int gc_cmd_print_rows(struct gc_link *link, const struct gc_query *query,
		      enum gc_format format);

#endif /* GUESTCLOCK_CMD_H */
