/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CROSS_CHECK_CMD_H
#define GUESTCLOCK_CROSS_CHECK_CMD_H

#include "link.h"
#include "writer.h"

#define GC_CROSS_SECONDS_MAX	120

int gc_cross_check_run(struct gc_link *link, unsigned int seconds, enum gc_format format);

#endif /* GUESTCLOCK_CROSS_CHECK_CMD_H */
