/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_VERSION_H
#define GUESTCLOCK_VERSION_H

#define GC_VERSION "1.0"

#endif /* GUESTCLOCK_VERSION_H */
