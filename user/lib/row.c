// SPDX-License-Identifier: GPL-2.0-only
/* Rows of typed values, described by a schema. */
#include "row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * gc_row_new() - Allocate a row without values.
 * @schema: its columns
 *
 * Return: the row, for gc_row_free(), or NULL without memory.
 */
struct gc_row *gc_row_new(const struct gc_schema *schema)
{
	struct gc_row *row;

	row = calloc(1, sizeof(*row) + schema->count * sizeof(row->v[0]));
	if (row)
		row->schema = schema;
	return row;
}

static void value_clear(const struct gc_field *field, struct gc_value *value)
{
	if (value->present && (field->kind == GC_KIND_TEXT || field->kind == GC_KIND_LIST))
		free(value->text);
	if (value->present && field->kind == GC_KIND_ROW)
		gc_row_free(value->row);
	value->present = false;
}

/**
 * gc_row_free() - Free a row and all it owns.
 * @row: the row, or NULL
 */
void gc_row_free(struct gc_row *row)
{
	size_t i;

	if (!row)
		return;
	for (i = 0; i < row->schema->count; i++)
		value_clear(&row->schema->field[i], &row->v[i]);
	json_decref(row->unknown);
	free(row);
}

/**
 * gc_row_derive() - Fill the columns that follow from others.
 * @row: the row, its own values already set
 */
void gc_row_derive(struct gc_row *row)
{
	const struct gc_field *field;
	size_t i;

	for (i = 0; i < row->schema->count; i++) {
		field = &row->schema->field[i];
		if (field->derive && !row->v[i].present)
			field->derive(row, &row->v[i]);
	}
}

/**
 * gc_row_set_u() - Set an unsigned value.
 * @row: the row
 * @column: the column
 * @value: the value
 */
void gc_row_set_u(struct gc_row *row, size_t column, uint64_t value)
{
	row->v[column].present = true;
	row->v[column].u = value;
}

/**
 * gc_row_set_s() - Set a signed value.
 * @row: the row
 * @column: the column
 * @value: the value
 */
void gc_row_set_s(struct gc_row *row, size_t column, int64_t value)
{
	row->v[column].present = true;
	row->v[column].s = value;
}

/**
 * gc_text_escape() - A text with what is not printable ASCII escaped.
 * @text: the text, ended by a NUL or by @len
 * @len: bytes at @text
 *
 * Texts come from a kernel, or a recording, that may not be trusted, and go to
 * terminals and to JSON, so bytes are escaped as /dev/kmsg does it.
 *
 * Return: the escaped text, for free(), or NULL without memory.
 */
char *gc_text_escape(const char *text, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char byte;
	char *copy, *out;
	size_t i;

	len = strnlen(text, len);
	copy = malloc(4 * len + 1);
	if (!copy)
		return NULL;
	out = copy;
	for (i = 0; i < len; i++) {
		byte = text[i];
		if (byte >= ' ' && byte <= '~') {
			*out++ = byte;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = hex[byte >> 4];
		*out++ = hex[byte & 15];
	}
	*out = '\0';
	return copy;
}

/**
 * gc_row_set_text() - Set a text, with what is not printable ASCII escaped.
 * @row: the row
 * @column: the column
 * @text: the text, ended by a NUL or by @len
 * @len: bytes at @text
 *
 * Return: 0, or -ENOMEM.
 */
int gc_row_set_text(struct gc_row *row, size_t column, const char *text, size_t len)
{
	char *copy = gc_text_escape(text, len);

	if (!copy)
		return -ENOMEM;
	value_clear(&row->schema->field[column], &row->v[column]);
	row->v[column].present = true;
	row->v[column].text = copy;
	return 0;
}

/**
 * gc_row_text() - The text of a column.
 * @row: the row
 * @column: a column of GC_KIND_TEXT or GC_KIND_LIST
 *
 * Return: the text, owned by the row, or "" where there is none.
 */
const char *gc_row_text(const struct gc_row *row, size_t column)
{
	return row->v[column].present ? row->v[column].text : "";
}

static bool is_same_value(const struct gc_field *field, const struct gc_value *one,
			  const struct gc_value *other)
{
	if (!one->present || !other->present)
		return true;
	switch (field->kind) {
	case GC_KIND_TEXT:
	case GC_KIND_LIST:
		return !strcmp(one->text, other->text);
	case GC_KIND_ROW:
		return gc_row_is_same(one->row, other->row);
	default:
		return one->u == other->u;
	}
}

/**
 * gc_row_is_same() - Whether two rows say the same in all that both of them tell.
 * @one: a row
 * @other: another one of the same schema
 *
 * A program of another version knows other columns of the same event: what only one
 * of them has, or neither knows, is no difference.
 *
 * Return: true when no column has two values.
 */
bool gc_row_is_same(const struct gc_row *one, const struct gc_row *other)
{
	size_t i;

	for (i = 0; i < one->schema->count; i++) {
		if (!is_same_value(&one->schema->field[i], &one->v[i], &other->v[i]))
			return false;
	}
	return true;
}

/**
 * gc_row_keep_unknown() - Keep something that no column is made for.
 * @row: the row
 * @key: its key or attribute number
 * @value: its value; the reference is taken over
 *
 * Return: 0, or -ENOMEM.
 */
int gc_row_keep_unknown(struct gc_row *row, const char *key, json_t *value)
{
	if (!row->unknown)
		row->unknown = json_object();
	if (!row->unknown) {
		json_decref(value);
		return -ENOMEM;
	}
	return json_object_set_new(row->unknown, key, value) ? -ENOMEM : 0;
}

/* Backwards from the end of a buffer; printf takes several times as long. */
static const char *put_decimal(char *end, uint64_t number, bool negative)
{
	unsigned int pair;

	*--end = '\0';
	for (; number >= 100; number /= 100) {
		pair = number % 100;
		*--end = '0' + pair % 10;
		*--end = '0' + pair / 10;
	}
	*--end = '0' + number % 10;
	if (number >= 10)
		*--end = '0' + number / 10;
	if (negative)
		*--end = '-';
	return end;
}

static const char *put_id(char *end, uint64_t id)
{
	int digits;

	*--end = '\0';
	for (digits = 0; digits < 16; digits++, id >>= 4)
		*--end = "0123456789abcdef"[id & 0xf];
	*--end = 'x';
	*--end = '0';
	return end;
}

/**
 * gc_value_format() - A value as people and CSV readers get it.
 * @field: its column, any kind but GC_KIND_ROW
 * @value: the value, present
 * @buf: room for it
 * @size: size of @buf, at least GC_VALUE_SIZE
 *
 * Return: the text, in @buf or owned by @value.
 */
const char *gc_value_format(const struct gc_field *field, const struct gc_value *value,
			    char *buf, size_t size)
{
	switch (field->kind) {
	case GC_KIND_NUMBER:
	case GC_KIND_COUNTER:
		return put_decimal(buf + size, value->u, false);
	case GC_KIND_SIGNED:
	case GC_KIND_INSTANT:
		return put_decimal(buf + size, value->s < 0 ? 0 - value->u : value->u,
				   value->s < 0);
	case GC_KIND_ID:
		return put_id(buf + size, value->u);
	case GC_KIND_WORD:
		return gc_words_name(field->words, value->u, buf, size);
	case GC_KIND_TEXT:
	case GC_KIND_LIST:
		return value->text;
	case GC_KIND_ROW:
		return "";
	}
	return buf;
}
