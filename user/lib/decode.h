/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DECODE_H
#define GUESTCLOCK_DECODE_H

#include <netlink/attr.h>

#include "row.h"

struct gc_row *gc_decode_row(const struct gc_schema *schema, const struct nlattr *attrs,
			     int len);

#endif /* GUESTCLOCK_DECODE_H */
