/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_MINMAX_H
#define GUESTCLOCK_SHIM_LINUX_MINMAX_H

#define min(x, y)	((x) < (y) ? (x) : (y))
#define max(x, y)	((x) > (y) ? (x) : (y))

#endif /* GUESTCLOCK_SHIM_LINUX_MINMAX_H */
