/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_PAGE_TIME_H
#define GUESTCLOCK_PAGE_TIME_H

#include "row.h"

bool gc_page_is_clock(const struct gc_row *page);
int64_t gc_page_cycles_to_ns(const struct gc_row *page, int64_t cycles);

#endif /* GUESTCLOCK_PAGE_TIME_H */
