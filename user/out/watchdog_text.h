/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_TEXT_H
#define GUESTCLOCK_WATCHDOG_TEXT_H

#include <stddef.h>

#include "row.h"

void gc_watchdog_verification(const struct gc_row *watchdog, char *buf, size_t size);
void gc_watchdog_reference(const struct gc_row *watchdog, char *buf, size_t size);
void gc_watchdog_rounds(const struct gc_row *watchdog, char *buf, size_t size);

#endif /* GUESTCLOCK_WATCHDOG_TEXT_H */
