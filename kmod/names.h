/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_NAMES_H
#define GUESTCLOCK_NAMES_H

#include <uapi/linux/guestclock.h>

const char *guestclock_event_type_name(enum guestclock_event_type type);
const char *guestclock_source_name(enum guestclock_source source);
const char *guestclock_page_state_name(enum guestclock_page_state state);
const char *guestclock_tsc_state_name(enum guestclock_tsc_state state);
const char *guestclock_lost_reason_name(enum guestclock_lost_reason reason);

#endif /* GUESTCLOCK_NAMES_H */
