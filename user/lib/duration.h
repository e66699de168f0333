/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_DURATION_H
#define GUESTCLOCK_DURATION_H

#include <stdint.h>

int gc_duration_parse(const char *text, uint64_t *ns);

#endif /* GUESTCLOCK_DURATION_H */
