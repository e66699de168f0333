// SPDX-License-Identifier: GPL-2.0-only
/* Rows to any output format. */
#include "writer.h"

#include <errno.h>
#include <netlink/errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/**
 * gc_format_parse() - Parse the argument of -o.
 * @word: the argument
 * @format: where the format goes
 *
 * Return: 0, or -EINVAL.
 */
int gc_format_parse(const char *word, enum gc_format *format)
{
	static const char *const words[] = {
		[GC_FORMAT_TEXT] = "text",
		[GC_FORMAT_JSON] = "json",
		[GC_FORMAT_CSV] = "csv",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(word, words[i])) {
			*format = i;
			return 0;
		}
	}
	return -EINVAL;
}

/**
 * gc_writer_begin() - Begin to print rows.
 * @writer: the writer, to be ended by gc_writer_end()
 * @format: the format
 * @schema: the columns
 * @to: where it goes
 */
void gc_writer_begin(struct gc_writer *writer, enum gc_format format,
		     const struct gc_schema *schema, FILE *to)
{
	memset(writer, 0, sizeof(*writer));
	writer->format = format;
	writer->schema = schema;
	writer->to = to;
	if (format == GC_FORMAT_CSV)
		gc_csv_header(to, schema);
}

/**
 * gc_writer_row() - Print a row, or hold it for the table.
 * @writer: the writer
 * @row: the row, owned by the writer from here on
 *
 * Return: 0, or -NLE_NOMEM.
 */
int gc_writer_row(struct gc_writer *writer, struct gc_row *row)
{
	struct gc_row **rows;
	int err = 0;

	switch (writer->format) {
	case GC_FORMAT_JSON:
		err = gc_json_line(writer->to, row);
		break;
	case GC_FORMAT_CSV:
		gc_csv_line(writer->to, row);
		break;
	case GC_FORMAT_TEXT:
		if (writer->line) {
			writer->line(writer->to, row);
			break;
		}
		rows = reallocarray(writer->rows, writer->count + 1, sizeof(*rows));
		if (!rows) {
			err = -NLE_NOMEM;
			break;
		}
		writer->rows = rows;
		writer->rows[writer->count++] = row;
		return 0;
	}
	gc_row_free(row);
	return err;
}

/**
 * gc_writer_end() - Print what was held back and free the writer's rows.
 * @writer: the writer
 *
 * Return: 0, or -NLE_FAILURE when the output could not be written.
 */
int gc_writer_end(struct gc_writer *writer)
{
	size_t i;

	if (writer->count)
		gc_text_table(writer->to, writer->schema, writer->rows, writer->count);
	for (i = 0; i < writer->count; i++)
		gc_row_free(writer->rows[i]);
	free(writer->rows);
	writer->rows = NULL;
	writer->count = 0;
	return fflush(writer->to) || ferror(writer->to) ? -NLE_FAILURE : 0;
}
