/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CONTEXT_CLOCKS_H
#define GUESTCLOCK_CONTEXT_CLOCKS_H

#include <jansson.h>

#include "link.h"

void gc_context_add_clocks(json_t *context, struct gc_link *link, uint64_t *last);

#endif /* GUESTCLOCK_CONTEXT_CLOCKS_H */
