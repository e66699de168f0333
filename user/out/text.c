// SPDX-License-Identifier: GPL-2.0-only
/* Rows as a table for people. */
#include <string.h>

#include "writer.h"

#define GC_TABLE_COLUMNS 32

static bool is_left_aligned(const struct gc_field *field)
{
	return field->kind == GC_KIND_TEXT || field->kind == GC_KIND_WORD;
}

/* Without a row, the heading. */
static const char *cell(const struct gc_schema *schema, const struct gc_row *row,
			size_t column, char *buf, size_t size)
{
	if (!row)
		return schema->field[column].head;
	if (!row->v[column].present)
		return "-";
	return gc_value_format(&schema->field[column], &row->v[column], buf, size);
}

static bool is_last(const struct gc_schema *schema, size_t column)
{
	while (++column < schema->count) {
		if (schema->field[column].head)
			return false;
	}
	return true;
}

static void put_cell(FILE *to, const struct gc_schema *schema, size_t column, int width,
		     const char *text)
{
	bool last = is_last(schema, column);

	if (!is_left_aligned(&schema->field[column]))
		fprintf(to, "%*s%s", width, text, last ? "\n" : "  ");
	else if (last)
		fprintf(to, "%s\n", text);
	else
		fprintf(to, "%-*s  ", width, text);
}

static void put_line(FILE *to, const struct gc_schema *schema, const struct gc_row *row,
		     const int *width)
{
	char buf[GC_VALUE_SIZE];
	size_t column;

	for (column = 0; column < schema->count; column++) {
		if (schema->field[column].head)
			put_cell(to, schema, column, width[column],
				 cell(schema, row, column, buf, sizeof(buf)));
	}
}

/**
 * gc_text_table() - Print rows as a table with aligned columns.
 * @to: where it goes
 * @schema: the columns; at most GC_TABLE_COLUMNS, those without heading are
 *   left out
 * @rows: the rows
 * @count: number of rows
 */
void gc_text_table(FILE *to, const struct gc_schema *schema, struct gc_row *const *rows,
		   size_t count)
{
	int width[GC_TABLE_COLUMNS] = { 0 }, len;
	char buf[GC_VALUE_SIZE];
	size_t i, column;

	for (column = 0; column < schema->count; column++) {
		if (!schema->field[column].head)
			continue;
		width[column] = (int)strlen(schema->field[column].head);
		for (i = 0; i < count; i++) {
			len = (int)strlen(cell(schema, rows[i], column, buf, sizeof(buf)));
			if (len > width[column])
				width[column] = len;
		}
	}
	put_line(to, schema, NULL, width);
	for (i = 0; i < count; i++)
		put_line(to, schema, rows[i], width);
}
