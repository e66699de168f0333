// SPDX-License-Identifier: GPL-2.0-only
/* Rows to JSON and back. */
#include "row_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct text - A line that grows.
 * @at: its characters
 * @len: how many
 * @room: for how many there is memory
 */
struct text {
	char *at;
	size_t len;
	size_t room;
};

static int make_room(struct text *text, size_t len)
{
	size_t room = 2 * (text->len + len) + 1024;
	char *at = realloc(text->at, room);

	if (!at)
		return -ENOMEM;
	text->at = at;
	text->room = room;
	return 0;
}

static int put(struct text *text, const char *from, size_t len)
{
	if (text->len + len > text->room && make_room(text, len))
		return -ENOMEM;
	memcpy(text->at + text->len, from, len);
	text->len += len;
	return 0;
}

/* Texts of rows are printable ASCII already. */
static int put_string(struct text *text, const char *from, size_t len)
{
	size_t i, done = 0;
	int err = put(text, "\"", 1);

	for (i = 0; i < len && !err; i++) {
		if (from[i] != '"' && from[i] != '\\')
			continue;
		err = put(text, from + done, i - done) ?: put(text, "\\", 1);
		done = i;
	}
	return err ?: put(text, from + done, len - done) ?: put(text, "\"", 1);
}

static int put_list(struct text *text, const char *words)
{
	const char *comma = "[";
	size_t len;
	int err = 0;

	if (!*words)
		return put(text, "[]", 2);
	for (; *words && !err; words += len + (words[len] == ' '), comma = ",") {
		len = strcspn(words, " ");
		err = put(text, comma, 1) ?: put_string(text, words, len);
	}
	return err ?: put(text, "]", 1);
}

/* A key of our own and, with its quotes, a value that has nothing to escape. */
static int put_pair(struct text *text, char comma, const char *key, const char *value,
		    bool quoted)
{
	size_t key_len = strlen(key), len = strlen(value);
	char *at;

	if (text->len + key_len + len + 6 > text->room && make_room(text, key_len + len + 6))
		return -ENOMEM;
	at = text->at + text->len;
	*at++ = comma;
	*at++ = '"';
	at = mempcpy(at, key, key_len);
	*at++ = '"';
	*at++ = ':';
	if (quoted)
		*at++ = '"';
	at = mempcpy(at, value, len);
	if (quoted)
		*at++ = '"';
	text->len = at - text->at;
	return 0;
}

static int put_row(struct text *text, const struct gc_row *row);

static int put_field(struct text *text, char comma, const struct gc_field *field,
		     const struct gc_value *value)
{
	char buf[GC_VALUE_SIZE];
	const char *word;

	if (!value->present)
		return put_pair(text, comma, field->key, "null", false);
	switch (field->kind) {
	case GC_KIND_ROW:
		return put_pair(text, comma, field->key, "", false) ?: put_row(text, value->row);
	case GC_KIND_LIST:
		return put_pair(text, comma, field->key, "", false) ?:
		       put_list(text, value->text);
	case GC_KIND_TEXT:
		if (!strpbrk(value->text, "\"\\"))
			return put_pair(text, comma, field->key, value->text, true);
		return put_pair(text, comma, field->key, "", false) ?:
		       put_string(text, value->text, strlen(value->text));
	case GC_KIND_NUMBER:
		word = gc_value_format(field, value, buf, sizeof(buf));
		return put_pair(text, comma, field->key, word, value->u > INT64_MAX);
	default:
		word = gc_value_format(field, value, buf, sizeof(buf));
		return put_pair(text, comma, field->key, word, field->kind != GC_KIND_SIGNED);
	}
}

/* The members of an object without its braces. */
static int put_members(struct text *text, const json_t *object)
{
	char *json = json_dumps(object, JSON_COMPACT);
	int err = json ? put(text, json + 1, strlen(json) - 2) : -ENOMEM;

	free(json);
	return err;
}

static int put_row(struct text *text, const struct gc_row *row)
{
	const struct gc_field *field;
	char comma = '{';
	int err = 0;
	size_t i;

	for (i = 0; i < row->schema->count && !err; i++) {
		field = &row->schema->field[i];
		if (!row->v[i].present && row->schema->sparse && !field->always)
			continue;
		err = put_field(text, comma, field, &row->v[i]);
		comma = ',';
	}
	if (!err && json_object_size(row->unknown))
		err = put(text, &comma, 1) ?: put_members(text, row->unknown);
	else if (!err && comma == '{')
		err = put(text, "{", 1);
	return err ?: put(text, "}", 1);
}

/**
 * gc_row_to_json_line() - A row as one line of JSON, without a newline.
 * @row: the row
 *
 * Written by hand: every event goes through here, and building objects first
 * takes longer than storing it.
 *
 * Return: the line, for free(), or NULL without memory.
 */
char *gc_row_to_json_line(const struct gc_row *row)
{
	struct text text = { .at = NULL };

	/* With the NUL that ends it. */
	if (make_room(&text, 0) || put_row(&text, row) || put(&text, "", 1)) {
		free(text.at);
		return NULL;
	}
	return text.at;
}

/**
 * gc_row_to_json() - A row as a JSON object.
 * @row: the row
 *
 * Return: a new reference, or NULL without memory.
 */
json_t *gc_row_to_json(const struct gc_row *row)
{
	char *line = gc_row_to_json_line(row);
	json_t *object = line ? json_loads(line, 0, NULL) : NULL;

	free(line);
	return object;
}

static bool text_to_u64(const char *text, int base, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, base);
	return !errno && !*end;
}

static bool text_to_s64(const char *text, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 10);
	return !errno && !*end && end != text;
}

/* Return: 1 when taken, 0 when it does not fit the column, or -ENOMEM. */
static int value_from_json(struct gc_row *row, size_t column, json_t *json)
{
	const struct gc_field *field = &row->schema->field[column];
	const char *text = json_string_value(json);
	struct gc_row *nested;
	uint64_t u;
	uint32_t word;
	int64_t s;

	switch (field->kind) {
	case GC_KIND_TEXT:
		if (!text)
			return 0;
		return gc_row_set_text(row, column, text, strlen(text)) ?: 1;
	case GC_KIND_WORD:
		if (!text || gc_words_value(field->words, text, &word))
			return 0;
		gc_row_set_u(row, column, word);
		return 1;
	case GC_KIND_ROW:
		if (!json_is_object(json))
			return 0;
		nested = gc_row_from_json(field->schema, json);
		if (!nested)
			return -ENOMEM;
		row->v[column].present = true;
		row->v[column].row = nested;
		return 1;
	case GC_KIND_LIST:
		/* Only the report writes lists, and nothing reads a report. */
		return 0;
	case GC_KIND_SIGNED:
	case GC_KIND_INSTANT:
		if (json_is_integer(json))
			s = json_integer_value(json);
		else if (!text || !text_to_s64(text, &s))
			return 0;
		gc_row_set_s(row, column, s);
		return 1;
	default:
		if (json_is_integer(json) && json_integer_value(json) >= 0)
			u = (uint64_t)json_integer_value(json);
		else if (!text || !text_to_u64(text, field->kind == GC_KIND_ID ? 16 : 10, &u))
			return 0;
		gc_row_set_u(row, column, u);
		return 1;
	}
}

static ssize_t find_column(const struct gc_schema *schema, const char *key)
{
	size_t i;

	for (i = 0; i < schema->count; i++) {
		if (!strcmp(schema->field[i].key, key))
			return i;
	}
	return -1;
}

/**
 * gc_row_from_json() - A row from a JSON object, the reverse of gc_row_to_json_line().
 * @schema: its columns
 * @object: the object
 *
 * Keys that have no column, or values that do not fit theirs, are kept as
 * unknown: a recording of a newer client passes through an older one.
 *
 * Return: the row, for gc_row_free(), or NULL without memory.
 */
struct gc_row *gc_row_from_json(const struct gc_schema *schema, json_t *object)
{
	json_t *value;
	struct gc_row *row;
	const char *key;
	ssize_t column;
	int ret;

	row = gc_row_new(schema);
	if (!row)
		return NULL;
	json_object_foreach(object, key, value) {
		if (json_is_null(value))
			continue;
		column = find_column(schema, key);
		ret = column < 0 ? 0 : value_from_json(row, column, value);
		if (!ret)
			ret = gc_row_keep_unknown(row, key, json_incref(value));
		if (ret < 0)
			goto fail;
	}
	gc_row_derive(row);
	return row;

fail:
	gc_row_free(row);
	return NULL;
}
