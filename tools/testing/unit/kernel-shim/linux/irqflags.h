/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_SHIM_LINUX_IRQFLAGS_H
#define GUESTCLOCK_SHIM_LINUX_IRQFLAGS_H

/* They stay on; the test takes the time instead. */
void local_irq_disable(void);
void local_irq_enable(void);

#endif /* GUESTCLOCK_SHIM_LINUX_IRQFLAGS_H */
