// SPDX-License-Identifier: GPL-2.0-only
/* Rows as CSV (RFC 4180, but with the line ends of this system). */
#include <string.h>

#include "writer.h"

static void put_text(FILE *to, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	fputc('"', to);
}

static void put_names(FILE *to, const struct gc_schema *schema, const char *prefix)
{
	const struct gc_field *field;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		field = &schema->field[i];
		if (i)
			fputc(',', to);
		if (field->kind == GC_KIND_ROW)
			put_names(to, field->schema, field->key);
		else
			fprintf(to, "%s%s%s", prefix ? prefix : "", prefix ? "_" : "", field->key);
	}
}

static void put_values(FILE *to, const struct gc_schema *schema, const struct gc_row *row)
{
	const struct gc_field *field;
	const struct gc_value *value;
	char buf[GC_VALUE_SIZE];
	size_t i;

	for (i = 0; i < schema->count; i++) {
		field = &schema->field[i];
		value = row ? &row->v[i] : NULL;
		if (i)
			fputc(',', to);
		if (field->kind == GC_KIND_ROW)
			put_values(to, field->schema, value && value->present ? value->row : NULL);
		else if (value && value->present)
			put_text(to, gc_value_format(field, value, buf, sizeof(buf)));
	}
}

/**
 * gc_csv_header() - Print the names of the columns, those of nested rows after
 *   the name of the column they are in.
 * @to: where it goes
 * @schema: the columns
 */
void gc_csv_header(FILE *to, const struct gc_schema *schema)
{
	put_names(to, schema, NULL);
	fputc('\n', to);
}

/**
 * gc_csv_line() - Print a row; absent values are empty.
 * @to: where it goes
 * @row: the row
 */
void gc_csv_line(FILE *to, const struct gc_row *row)
{
	put_values(to, row->schema, row);
	fputc('\n', to);
}
