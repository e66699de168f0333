/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CONTINUATION_H
#define GUESTCLOCK_CONTINUATION_H

#include "evidence.h"
#include "timeline.h"

struct gc_row *gc_continuation_of_recording(struct gc_timeline *timeline, size_t at);
int gc_continuation_of_files(struct gc_timeline *one, const char *path,
			     struct gc_timeline *other, const char *other_path,
			     int (*fn)(struct gc_row *incident, void *arg), void *arg);

#endif /* GUESTCLOCK_CONTINUATION_H */
