// SPDX-License-Identifier: GPL-2.0-only
/* Netlink attributes to rows. */
#include "decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_ignored(const struct gc_schema *schema, int nest, int type)
{
	const int *ignored = schema->ignored;

	if (nest)
		return false;
	while (ignored && *ignored) {
		if (*ignored++ == type)
			return true;
	}
	return false;
}

static bool is_nest(const struct gc_schema *schema, int type)
{
	size_t i;

	for (i = 0; i < schema->count; i++) {
		if (schema->field[i].nest == type)
			return true;
	}
	return false;
}

/* Integers may travel in any width: what counts is the value. */
static bool get_integer(const struct nlattr *attr, bool is_signed, uint64_t *value)
{
	const void *data = nla_data(attr);
	uint64_t u64;
	uint32_t u32;

	switch (nla_len(attr)) {
	case sizeof(u32):
		memcpy(&u32, data, sizeof(u32));
		*value = is_signed ? (uint64_t)(int64_t)(int32_t)u32 : u32;
		return true;
	case sizeof(u64):
		memcpy(&u64, data, sizeof(u64));
		*value = u64;
		return true;
	default:
		return false;
	}
}

/* Return: 1 when taken, 0 when it does not fit the column, or -ENOMEM. */
static int decode_value(struct gc_row *row, size_t column, const struct nlattr *attr)
{
	const struct gc_field *field = &row->schema->field[column];
	struct gc_row *nested;
	uint64_t value;

	if (row->v[column].present)
		return 0;

	switch (field->kind) {
	case GC_KIND_TEXT:
		return gc_row_set_text(row, column, nla_data(attr), nla_len(attr)) ?: 1;
	case GC_KIND_ROW:
		nested = gc_decode_row(field->schema, nla_data(attr), nla_len(attr));
		if (!nested)
			return -ENOMEM;
		row->v[column].present = true;
		row->v[column].row = nested;
		return 1;
	case GC_KIND_SIGNED:
	case GC_KIND_INSTANT:
		if (!get_integer(attr, true, &value))
			return 0;
		gc_row_set_s(row, column, (int64_t)value);
		return 1;
	case GC_KIND_WORD:
		if (!get_integer(attr, false, &value) || value > UINT32_MAX)
			return 0;
		gc_row_set_u(row, column, value);
		return 1;
	default:
		if (!get_integer(attr, false, &value))
			return 0;
		gc_row_set_u(row, column, value);
		return 1;
	}
}

/* Kept by number, so that a newer client can read an old recording. */
static int keep_unknown(struct gc_row *row, int nest, const struct nlattr *attr)
{
	const unsigned char *data = nla_data(attr);
	size_t i, len = nla_len(attr);
	char key[32], *hex;
	int ret;

	if (nest)
		snprintf(key, sizeof(key), "attr_%d_%d", nest, nla_type(attr));
	else
		snprintf(key, sizeof(key), "attr_%d", nla_type(attr));
	hex = malloc(2 * len + 1);
	if (!hex)
		return -ENOMEM;
	hex[0] = '\0';
	for (i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", data[i]);
	ret = gc_row_keep_unknown(row, key, json_string(hex));
	free(hex);
	return ret;
}

/* Search from a column on, as attributes come in the order of columns. */
static ssize_t find_column(const struct gc_schema *schema, int nest, int type, size_t from)
{
	const struct gc_field *field;
	size_t i, column;

	/* Columns that the client fills have no attribute, which is 0. */
	for (i = 0; type && i < schema->count; i++) {
		column = from + i < schema->count ? from + i : from + i - schema->count;
		field = &schema->field[column];
		if (field->attr == type && field->nest == nest)
			return column;
	}
	return -1;
}

static int decode_attrs(struct gc_row *row, int nest, const struct nlattr *attrs, int len)
{
	const struct gc_schema *schema = row->schema;
	const struct nlattr *attr;
	int rem, ret, type;
	size_t next = 0;
	ssize_t column;

	nla_for_each_attr(attr, attrs, len, rem) {
		type = nla_type(attr);
		if (is_ignored(schema, nest, type))
			continue;
		ret = 0;
		column = find_column(schema, nest, type, next);
		if (column >= 0) {
			next = column + 1;
			ret = decode_value(row, column, attr);
		} else if (!nest && type && is_nest(schema, type)) {
			ret = decode_attrs(row, type, nla_data(attr), nla_len(attr));
			if (ret)
				return ret;
			continue;
		}
		if (!ret)
			ret = keep_unknown(row, nest, attr);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/**
 * gc_decode_row() - Decode the attributes of one message.
 * @schema: the columns to fill
 * @attrs: the first attribute
 * @len: bytes of attributes
 *
 * What has no column, or does not fit it, is kept as unknown. Malformed
 * trailing bytes end the decoding, as everywhere in netlink.
 *
 * Return: the row, for gc_row_free(), or NULL without memory.
 */
struct gc_row *gc_decode_row(const struct gc_schema *schema, const struct nlattr *attrs,
			     int len)
{
	struct gc_row *row;

	row = gc_row_new(schema);
	if (!row)
		return NULL;
	if (decode_attrs(row, 0, attrs, len)) {
		gc_row_free(row);
		return NULL;
	}
	gc_row_derive(row);
	return row;
}
