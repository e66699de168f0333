// SPDX-License-Identifier: GPL-2.0-only
/* Rows to JSON and back. */
#include "row_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The key under which attributes are kept that this client does not know. */
#define UNKNOWN_KEY "unknown"

static json_t *list_to_json(const char *text)
{
	json_t *array = json_array();
	size_t len;

	for (; array && *text; text += len + (text[len] == ' ')) {
		len = strcspn(text, " ");
		if (json_array_append_new(array, json_stringn(text, len))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *value_to_json(const struct gc_field *field, const struct gc_value *value)
{
	char buf[GC_VALUE_SIZE];

	switch (field->kind) {
	case GC_KIND_NUMBER:
		if (value->u <= INT64_MAX)
			return json_integer((json_int_t)value->u);
		break;
	case GC_KIND_SIGNED:
		return json_integer(value->s);
	case GC_KIND_ROW:
		return gc_row_to_json(value->row);
	case GC_KIND_LIST:
		return list_to_json(value->text);
	default:
		break;
	}
	return json_string(gc_value_format(field, value, buf, sizeof(buf)));
}

/**
 * gc_row_to_json() - A row as a JSON object.
 * @row: the row
 *
 * Return: a new reference, or NULL without memory.
 */
json_t *gc_row_to_json(const struct gc_row *row)
{
	const struct gc_field *field;
	json_t *object, *value;
	size_t i;

	object = json_object();
	for (i = 0; object && i < row->schema->count; i++) {
		field = &row->schema->field[i];
		if (row->v[i].present)
			value = value_to_json(field, &row->v[i]);
		else if (row->schema->sparse && !field->always)
			continue;
		else
			value = json_null();
		if (json_object_set_new(object, field->key, value))
			goto fail;
	}
	if (object && row->unknown && json_object_set(object, UNKNOWN_KEY, row->unknown))
		goto fail;
	return object;

fail:
	json_decref(object);
	return NULL;
}

/**
 * gc_row_to_json_line() - A row as one line of JSON, without a newline.
 * @row: the row
 *
 * Return: the line, for free(), or NULL without memory.
 */
char *gc_row_to_json_line(const struct gc_row *row)
{
	json_t *object = gc_row_to_json(row);
	char *line;

	if (!object)
		return NULL;
	line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line;
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
 * gc_row_from_json() - A row from a JSON object, the reverse of gc_row_to_json().
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
	const char *key, *inner_key;
	json_t *value, *inner;
	struct gc_row *row;
	ssize_t column;
	int ret;

	row = gc_row_new(schema);
	if (!row)
		return NULL;
	json_object_foreach(object, key, value) {
		if (json_is_null(value))
			continue;
		if (!strcmp(key, UNKNOWN_KEY) && json_is_object(value)) {
			json_object_foreach(value, inner_key, inner) {
				if (gc_row_keep_unknown(row, inner_key, json_incref(inner)))
					goto fail;
			}
			continue;
		}
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
