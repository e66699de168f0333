/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_ARRAY_H
#define GUESTCLOCK_ARRAY_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* GUESTCLOCK_ARRAY_H */
