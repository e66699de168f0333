/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_ROW_H
#define GUESTCLOCK_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "words.h"

struct gc_row;
struct gc_value;

/**
 * enum gc_kind - What a column holds, which fixes how it is written.
 * @GC_KIND_NUMBER: u32 or small u64; a number in JSON
 * @GC_KIND_SIGNED: s32, or an s64 difference; a number in JSON
 * @GC_KIND_COUNTER: u64 that can pass 2^53; a string in JSON
 * @GC_KIND_INSTANT: s64 that can pass 2^53; a string in JSON
 * @GC_KIND_ID: u64 without meaning as a number; a string of hex digits
 * @GC_KIND_WORD: an enum of the ABI; its word
 * @GC_KIND_TEXT: a string, printable ASCII only
 * @GC_KIND_ROW: a nested row; an object in JSON
 * @GC_KIND_LIST: text of words separated by blanks; an array of strings in JSON
 */
enum gc_kind {
	GC_KIND_NUMBER,
	GC_KIND_SIGNED,
	GC_KIND_COUNTER,
	GC_KIND_INSTANT,
	GC_KIND_ID,
	GC_KIND_WORD,
	GC_KIND_TEXT,
	GC_KIND_ROW,
	GC_KIND_LIST,
};

/**
 * struct gc_field - One column: where it comes from and how it is written.
 * @key: name in JSON and CSV, bears the unit
 * @head: heading in text tables; NULL leaves the column out of them
 * @kind: what it holds
 * @attr: netlink attribute, 0 where the client fills the field
 * @nest: attribute within which @attr lies, 0 for none
 * @words: the enum of a GC_KIND_WORD
 * @schema: the columns of a GC_KIND_ROW
 * @always: write null for an absent value even where the schema is sparse
 * @derive: fills the field from the others after decoding, or NULL
 */
struct gc_field {
	const char *key;
	const char *head;
	enum gc_kind kind;
	int attr;
	int nest;
	const struct gc_words *words;
	const struct gc_schema *schema;
	bool always;
	void (*derive)(struct gc_row *row, struct gc_value *value);
};

/**
 * struct gc_schema - The columns of one kind of row; drives every reader and
 *   writer.
 * @name: what the rows are, for messages
 * @field: the columns
 * @count: number of columns
 * @ignored: attributes that are known but no column, ended by 0; or NULL
 * @sparse: leave absent values out of JSON instead of writing null
 */
struct gc_schema {
	const char *name;
	const struct gc_field *field;
	size_t count;
	const int *ignored;
	bool sparse;
};

/**
 * struct gc_value - The value of one column.
 * @present: whether there is a value at all
 * @u: value of NUMBER, COUNTER, ID and WORD
 * @s: value of SIGNED and INSTANT
 * @text: value of TEXT and LIST, owned
 * @row: value of ROW, owned
 */
struct gc_value {
	bool present;
	union {
		uint64_t u;
		int64_t s;
		char *text;
		struct gc_row *row;
	};
};

/**
 * struct gc_row - One row.
 * @schema: its columns
 * @unknown: what this client does not know, a JSON object that goes into the
 *   row's own: from netlink hex strings as "attr_57", from JSON any values; NULL
 *   where there is nothing
 * @v: values, in the order of the schema's columns
 */
struct gc_row {
	const struct gc_schema *schema;
	json_t *unknown;
	struct gc_value v[];
};

typedef int (*gc_row_fn)(struct gc_row *row, void *arg);

struct gc_row *gc_row_new(const struct gc_schema *schema);
void gc_row_free(struct gc_row *row);
void gc_row_derive(struct gc_row *row);
void gc_row_set_u(struct gc_row *row, size_t column, uint64_t value);
void gc_row_set_s(struct gc_row *row, size_t column, int64_t value);
char *gc_text_escape(const char *text, size_t len);
int gc_row_set_text(struct gc_row *row, size_t column, const char *text, size_t len);
const char *gc_row_text(const struct gc_row *row, size_t column);
bool gc_row_is_same(const struct gc_row *one, const struct gc_row *other);
int gc_row_keep_unknown(struct gc_row *row, const char *key, json_t *value);

const char *gc_value_format(const struct gc_field *field, const struct gc_value *value,
			    char *buf, size_t size);

/* Room for any formatted value but a GC_KIND_TEXT, which is not copied. */
#define GC_VALUE_SIZE 40

#endif /* GUESTCLOCK_ROW_H */
