// SPDX-License-Identifier: GPL-2.0-only
/* guestclock clocksource: the timekeeper's clocksource. */
#include <linux/guestclock.h>

#include "clocksource_sysfs.h"
#include "cmd.h"
#include "failure.h"
#include "schema.h"

static void add_available(struct gc_row *row, void *arg)
{
	char available[256];

	(void)arg;
	if (!gc_clocksource_available(available, sizeof(available)))
		gc_row_set_text(row, GC_CLOCKSOURCE_AVAILABLE, available, sizeof(available));
}

static const struct gc_query query = {
	.cmd = GUESTCLOCK_CMD_CLOCKSOURCE_GET,
	.schema = &gc_schema_clocksource,
	.look = add_available,
};

static int run(int argc, char **argv)
{
	enum gc_format format;
	struct gc_link link;
	int ret;

	ret = gc_cmd_format(&gc_cmd_clocksource, argc, argv, &format);
	if (ret >= 0)
		return ret;
	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "clocksource");
	ret = gc_cmd_print_rows(&link, &query, format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_clocksource = {
	.usage = {
		.name = "clocksource",
		.synopsis = "[-o text|json|csv]",
		.summary = "Show the current clocksource,"
			   " and how often it was switched, stepped, marked.",
		GC_CMD_FORMAT_ONLY,
	},
	.run = run,
};
