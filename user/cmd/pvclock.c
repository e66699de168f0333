// SPDX-License-Identifier: GPL-2.0-only
/* guestclock pvclock: every vCPU's pvclock page. */
#include <linux/guestclock.h>
#include <string.h>

#include "cmd.h"
#include "failure.h"
#include "say.h"
#include "schema.h"

static void count_page(struct gc_row *row, void *arg)
{
	unsigned int *pages = arg;

	if (row->v[GC_PVCLOCK_STATE].u != GUESTCLOCK_PAGE_STATE_ABSENT)
		++*pages;
}

static int say_detail(struct gc_row *row, void *arg)
{
	(void)arg;
	if (!strcmp(gc_row_text(row, GC_OBSERVER_NAME), "pvclock"))
		gc_say("pvclock: no vCPU has a page: %s", gc_row_text(row, GC_OBSERVER_DETAIL));
	gc_row_free(row);
	return 0;
}

static int show(struct gc_link *link, enum gc_format format)
{
	unsigned int pages = 0;
	const struct gc_query query = {
		.cmd = GUESTCLOCK_CMD_PVCLOCK_GET,
		.dump = true,
		.schema = &gc_schema_pvclock,
		.look = count_page,
		.arg = &pages,
	};
	int ret;

	ret = gc_cmd_print_rows(link, &query, format);
	if (ret || pages)
		return ret;
	ret = gc_link_get(link, GUESTCLOCK_CMD_OBSERVER_GET, true, &gc_schema_observer,
			  say_detail, NULL);
	return ret ? gc_failure_say(ret, "pvclock") : GC_EXIT_ABSENT;
}

static int run(int argc, char **argv)
{
	enum gc_format format;
	struct gc_link link;
	int ret;

	ret = gc_cmd_format(&gc_cmd_pvclock, argc, argv, &format);
	if (ret >= 0)
		return ret;
	ret = gc_link_open(&link);
	if (ret)
		return gc_failure_say(ret, "pvclock");
	ret = show(&link, format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_pvclock = {
	.usage = {
		.name = "pvclock",
		.synopsis = "[-o text|json|csv]",
		.summary = "Show every vCPU's pvclock page, as of the module's last poll.",
		GC_CMD_FORMAT_ONLY,
	},
	.run = run,
};
