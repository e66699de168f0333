/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_EVENT_LINE_H
#define GUESTCLOCK_EVENT_LINE_H

#include <stdio.h>

#include "row.h"

#define GC_TIME_SIZE 40

void gc_event_line(FILE *to, const struct gc_row *event);
const char *gc_time_format(int64_t realtime_ns, char *buf, size_t size);
const char *gc_duration_format(int64_t ns, char *buf, size_t size);

#endif /* GUESTCLOCK_EVENT_LINE_H */
