/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_ASM_TSC_H
#define GUESTCLOCK_SHIM_ASM_TSC_H

/* The test finds it out. */
extern unsigned int tsc_khz;

#endif /* GUESTCLOCK_SHIM_ASM_TSC_H */
