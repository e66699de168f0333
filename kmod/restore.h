/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_RESTORE_H
#define GUESTCLOCK_RESTORE_H

int guestclock_restore_init(void);
void guestclock_restore_exit(void);

#endif /* GUESTCLOCK_RESTORE_H */
