/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_IDENTITY_H
#define GUESTCLOCK_IDENTITY_H

/**
 * struct gc_identity - Whose events these are, beside what each of them says:
 *   load id, restore epoch and seq.
 * @machine_id: the installation, 32 hex digits; zeroes where there is none
 * @boot_id: the boot, as the kernel writes it
 */
struct gc_identity {
	char machine_id[40];
	char boot_id[40];
};

void gc_identity_read(struct gc_identity *identity);

#endif /* GUESTCLOCK_IDENTITY_H */
