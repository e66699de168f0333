/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_ASM_BARRIER_H
#define GUESTCLOCK_SHIM_ASM_BARRIER_H

/* What each pairs with is said where it is used. */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
/* What each pairs with is said where it is used. */
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)

#endif /* GUESTCLOCK_SHIM_ASM_BARRIER_H */
