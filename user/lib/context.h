/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CONTEXT_H
#define GUESTCLOCK_CONTEXT_H

#include <jansson.h>

#include "identity.h"
#include "row.h"

json_t *gc_context_take(const char *occasion, const struct gc_identity *identity,
			const struct gc_row *status);

#endif /* GUESTCLOCK_CONTEXT_H */
