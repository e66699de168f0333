// SPDX-License-Identifier: GPL-2.0-only
/* Durations as people write them: 10s, 1.5ms, 500ns. */
#include "duration.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "array.h"

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000ull * 1000 },
	{ "s", 1000ull * 1000 * 1000 },
	{ "m", 60ull * 1000 * 1000 * 1000 },
	{ "h", 3600ull * 1000 * 1000 * 1000 },
};

static const char *skip_digits(const char *text)
{
	return text + strspn(text, "0123456789");
}

static uint64_t unit_ns(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	}
	return 0;
}

/* The digits up to @end, as a number. */
static int whole(const char *text, const char *end, uint64_t *number)
{
	*number = 0;
	for (; text < end; text++) {
		if (__builtin_mul_overflow(*number, 10, number) ||
		    __builtin_add_overflow(*number, *text - '0', number))
			return -ERANGE;
	}
	return 0;
}

/* The digits up to @end, behind a point; what is less than a ns is dropped. */
static uint64_t fraction(const char *text, const char *end, uint64_t unit)
{
	uint64_t ns = 0;

	for (; text < end && unit >= 10; text++) {
		unit /= 10;
		ns += (*text - '0') * unit;
	}
	return ns;
}

/**
 * gc_duration_parse() - Parse a duration.
 * @text: a number, with a point or without, and one of ns us ms s m h; a 0 needs no
 *   unit
 * @ns: where it goes, in ns
 *
 * Return: 0, -EINVAL when it is none, or -ERANGE when it is too long.
 */
int gc_duration_parse(const char *text, uint64_t *ns)
{
	const char *point = skip_digits(text);
	const char *end = point;
	uint64_t unit;

	if (*point == '.')
		end = skip_digits(point + 1);
	if (point == text || (*point == '.' && end == point + 1))
		return -EINVAL;
	unit = !strcmp(text, "0") ? 1 : unit_ns(end);
	if (!unit)
		return -EINVAL;
	if (whole(text, point, ns) || __builtin_mul_overflow(*ns, unit, ns) ||
	    (end > point && __builtin_add_overflow(*ns, fraction(point + 1, end, unit), ns)))
		return -ERANGE;
	return 0;
}
