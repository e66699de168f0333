/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_COMPILER_H
#define GUESTCLOCK_SHIM_LINUX_COMPILER_H

/* Nothing of it is needed here. */

#endif /* GUESTCLOCK_SHIM_LINUX_COMPILER_H */
