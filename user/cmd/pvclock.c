// SPDX-License-Identifier: GPL-2.0-only
/* guestclock pvclock: every vCPU's pvclock page. */
#include <linux/guestclock.h>

#include "cmd.h"
#include "failure.h"
#include "schema.h"

static const struct gc_query query = {
	.cmd = GUESTCLOCK_CMD_PVCLOCK_GET,
	.dump = true,
	.schema = &gc_schema_pvclock,
};

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
	ret = gc_cmd_print_rows(&link, &query, format);
	gc_link_close(&link);
	return ret;
}

const struct gc_cmd gc_cmd_pvclock = {
	.name = "pvclock",
	.synopsis = "[-o text|json|csv]",
	.summary = "Show every vCPU's pvclock page, as of the module's last poll.",
	.run = run,
};
