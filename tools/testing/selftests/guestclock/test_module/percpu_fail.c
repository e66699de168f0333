// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a percpu allocation of another module fail, which the kernel's own fault
 * injection cannot: pcpu_alloc() rarely asks anybody else for memory.
 */

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>

#include "guestclock_test.h"

static atomic_t countdown;

static unsigned long caller_of(struct pt_regs *regs)
{
	return regs_get_kernel_stack_nth(regs, 0);
}

/* At the function's entry: instead of running, it returns NULL. */
static int refuse(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long caller = caller_of(regs);

	if (caller < MODULES_VADDR || caller >= MODULES_END)
		return 0;
	if (atomic_dec_return(&countdown))
		return 0;

	regs->ax = 0;
	regs->ip = caller;
	regs->sp += sizeof(caller);

	return 1;
}

/* Without one the kernel may make the probe a jump, which cannot redirect. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = {
	.pre_handler = refuse,
	.post_handler = after,
};

/**
 * test_percpu_fail_register() - let an allocation fail from now on
 * @nth: which of those that modules make, from 1
 *
 * Return: 0 or a negative errno.
 */
int test_percpu_fail_register(unsigned int nth)
{
	int ret;

	atomic_set(&countdown, nth);
	/* Since 6.10 the name that is called has a suffix. */
	probe.symbol_name = "pcpu_alloc_noprof";
	ret = register_kprobe(&probe);
	if (ret != -ENOENT)
		return ret;

	probe.addr = NULL;
	probe.flags = 0;
	probe.symbol_name = "__alloc_percpu";

	return register_kprobe(&probe);
}

/**
 * test_percpu_fail_unregister() - let no more fail
 *
 * Return: how many allocations were left until the one to fail; 0 or less when
 * it came to that one.
 */
int test_percpu_fail_unregister(void)
{
	unregister_kprobe(&probe);

	return atomic_read(&countdown);
}
