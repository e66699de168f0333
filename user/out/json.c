// SPDX-License-Identifier: GPL-2.0-only
/* Rows as JSON lines. */
#include <netlink/errno.h>
#include <stdlib.h>

#include "row_json.h"
#include "writer.h"

/**
 * gc_json_line() - Print a row as one line of JSON.
 * @to: where it goes
 * @row: the row
 *
 * Return: 0, or -NLE_NOMEM.
 */
int gc_json_line(FILE *to, const struct gc_row *row)
{
	char *line = gc_row_to_json_line(row);

	if (!line)
		return -NLE_NOMEM;
	fprintf(to, "%s\n", line);
	free(line);
	return 0;
}
