// SPDX-License-Identifier: GPL-2.0-only
/* What holds for every row, whatever it was decoded from. */
#include <stdlib.h>
#include <string.h>

#include "event_line.h"
#include "fuzz.h"
#include "row_json.h"
#include "schema.h"
#include "writer.h"

/* What is recorded is read again: nothing may change on the way. */
static void check_json(const struct gc_row *row)
{
	char *line = gc_row_to_json_line(row), *line_again;
	struct gc_row *again;
	json_t *json;

	fuzz_expect(line && !strchr(line, '\n'), "a row is one line");
	json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	fuzz_expect(json, "a row is one JSON object");
	again = gc_row_from_json(row->schema, json);
	fuzz_expect(again, "a row is read back");
	line_again = gc_row_to_json_line(again);
	fuzz_expect(line_again && !strcmp(line, line_again), "a row survives JSON");
	free(line_again);
	gc_row_free(again);
	json_decref(json);
	free(line);
}

static void check_table(const struct gc_row *row)
{
	struct gc_row *rows[] = { (struct gc_row *)row, (struct gc_row *)row };

	gc_text_table(fuzz_nowhere(), row->schema, rows, 2);
}

/**
 * fuzz_check_row() - Write a row in every form, and read back what can be.
 * @row: the row
 */
void fuzz_check_row(const struct gc_row *row)
{
	check_json(row);
	gc_csv_header(fuzz_nowhere(), row->schema);
	gc_csv_line(fuzz_nowhere(), row);
	if (row->schema == &gc_schema_event)
		gc_event_line(fuzz_nowhere(), row);
	else
		check_table(row);
}
