/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_PROGRAM_H
#define GUESTCLOCK_PROGRAM_H

#include <stdbool.h>

void gc_program_begin(const char *name, bool by_line);
int gc_program_end(int code);

#endif /* GUESTCLOCK_PROGRAM_H */
