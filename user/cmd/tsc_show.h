/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TSC_SHOW_H
#define GUESTCLOCK_TSC_SHOW_H

#include <stdio.h>

#include "link.h"

int gc_tsc_get_info(struct gc_link *link, struct gc_row **info);
int gc_tsc_get_sweep(struct gc_link *link, struct gc_row **sweep);
void gc_tsc_show_info(FILE *to, const struct gc_row *info);
void gc_tsc_show_verification(FILE *to, const struct gc_row *info);
void gc_tsc_show_sweep(FILE *to, const struct gc_row *sweep, uint64_t tsc_khz);

#endif /* GUESTCLOCK_TSC_SHOW_H */
