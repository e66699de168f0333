/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_MINMAX_H
#define GUESTCLOCK_SHIM_LINUX_MINMAX_H

/* Both arguments have one type, as the kernel's own insist on. */
#define min(x, y)	({			\
	typeof(x) min_x = (x);			\
	typeof(x) min_y = (y);			\
	min_x < min_y ? min_x : min_y; })

#define max(x, y)	({			\
	typeof(x) max_x = (x);			\
	typeof(x) max_y = (y);			\
	max_x > max_y ? max_x : max_y; })

#endif /* GUESTCLOCK_SHIM_LINUX_MINMAX_H */
