// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restored snapshots: a guest that is put back to an earlier moment repeats its
 * seq with other events. Where it has vmgenid it is told, and the epoch rises.
 *
 * Two restores of one snapshot both count from the same number: the epoch sets
 * apart what came before a restore from what came after, not two restores.
 */

#include <linux/notifier.h>
#include <linux/random.h>

#include "log.h"
#include "restore.h"

static int vm_forked(struct notifier_block *block, unsigned long unused, void *data)
{
	guestclock_log_new_epoch();

	return NOTIFY_DONE;
}

static struct notifier_block vm_fork_notifier = { .notifier_call = vm_forked };

/**
 * guestclock_restore_init() - follow restores
 *
 * A kernel without CONFIG_VMGENID never tells; its epoch stays 0.
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_restore_init(void)
{
	return register_random_vmfork_notifier(&vm_fork_notifier);
}

/**
 * guestclock_restore_exit() - stop following
 *
 * When this returns no restore is being counted.
 *
 * Context: Process, may sleep.
 */
void guestclock_restore_exit(void)
{
	unregister_random_vmfork_notifier(&vm_fork_notifier);
}
