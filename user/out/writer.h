/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WRITER_H
#define GUESTCLOCK_WRITER_H

#include <stdio.h>

#include "row.h"

/**
 * enum gc_format - How rows are printed.
 * @GC_FORMAT_TEXT: for people
 * @GC_FORMAT_JSON: one object per line
 * @GC_FORMAT_CSV: RFC 4180, with a header
 */
enum gc_format {
	GC_FORMAT_TEXT,
	GC_FORMAT_JSON,
	GC_FORMAT_CSV,
};

/**
 * struct gc_writer - Prints rows of one schema in one format.
 * @format: the format
 * @schema: the columns
 * @to: where it goes
 * @line: for text, prints a row as a line of its own as it comes; NULL to print
 *   all rows as one table at the end
 * @rows: rows held back for the table
 * @count: number of @rows
 */
struct gc_writer {
	enum gc_format format;
	const struct gc_schema *schema;
	FILE *to;
	void (*line)(FILE *to, const struct gc_row *row);
	struct gc_row **rows;
	size_t count;
};

int gc_format_parse(const char *word, enum gc_format *format);
void gc_writer_begin(struct gc_writer *writer, enum gc_format format,
		     const struct gc_schema *schema, FILE *to);
int gc_writer_row(struct gc_writer *writer, struct gc_row *row);
int gc_writer_end(struct gc_writer *writer);

void gc_text_table(FILE *to, const struct gc_schema *schema, struct gc_row *const *rows,
		   size_t count);
int gc_json_line(FILE *to, const struct gc_row *row);
void gc_csv_header(FILE *to, const struct gc_schema *schema);
void gc_csv_line(FILE *to, const struct gc_row *row);

#endif /* GUESTCLOCK_WRITER_H */
