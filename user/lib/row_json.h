/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_ROW_JSON_H
#define GUESTCLOCK_ROW_JSON_H

#include "row.h"

json_t *gc_row_to_json(const struct gc_row *row);
char *gc_row_to_json_line(const struct gc_row *row);
struct gc_row *gc_row_from_json(const struct gc_schema *schema, json_t *object);

#endif /* GUESTCLOCK_ROW_JSON_H */
