/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_IDENTITY_H
#define GUESTCLOCK_IDENTITY_H

#include <stdint.h>

/**
 * struct gc_identity - Whose events these are, beside load id and seq.
 * @machine_id: the installation, 32 hex digits; zeroes where there is none
 * @boot_id: the boot, as the kernel writes it
 * @restore_epoch: tells lives of a restored snapshot apart; 0 as long as no
 *   restore has been detected
 */
struct gc_identity {
	char machine_id[40];
	char boot_id[40];
	uint64_t restore_epoch;
};

void gc_identity_read(struct gc_identity *identity);

#endif /* GUESTCLOCK_IDENTITY_H */
