/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_STAGING_H
#define GUESTCLOCK_STAGING_H

#include <linux/types.h>

struct guestclock_event;

int guestclock_staging_init(void);
void guestclock_staging_quiesce(void);
void guestclock_staging_exit(void);
void guestclock_stage(const struct guestclock_event *event);
void guestclock_stage_from_timekeeper(const struct guestclock_event *event);
bool guestclock_staging_pop(struct guestclock_event *event);
unsigned int guestclock_staging_capacity(void);
u64 guestclock_staging_dropped(void);

#endif /* GUESTCLOCK_STAGING_H */
