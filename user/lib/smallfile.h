/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SMALLFILE_H
#define GUESTCLOCK_SMALLFILE_H

#include <stddef.h>

int gc_smallfile_read(const char *path, char *buf, size_t size);

#endif /* GUESTCLOCK_SMALLFILE_H */
