/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_APART_H
#define GUESTCLOCK_TSC_APART_H

#include "row.h"

bool gc_tsc_is_apart(const struct gc_row *row);

#endif /* GUESTCLOCK_TSC_APART_H */
