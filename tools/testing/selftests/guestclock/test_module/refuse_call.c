// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a call of another module into the kernel fail. The kernel's own fault
 * injection makes allocations fail; percpu memory rarely asks for any, and
 * registrations that need none can fail all the same.
 */

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>

#include "guestclock_test.h"

static atomic_t countdown;
static bool every;
static long answer;

/* What runs instead of the function. */
static noinline notrace long answer_instead(void)
{
	return answer;
}

/*
 * At the entry of the function. Where ftrace makes the probe, the stack pointer
 * stays what it is.
 */
static int refuse(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long caller = regs_get_kernel_stack_nth(regs, 0);

	if (caller < MODULES_VADDR || caller >= MODULES_END)
		return 0;
	if (!every && atomic_dec_return(&countdown))
		return 0;

	regs->ip = (unsigned long)answer_instead;

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
 * test_refuse_register() - let a call fail from now on
 * @function: the kernel's function
 * @nth: which of the calls of other modules, from 1; 0 for every one
 * @with: what it returns
 *
 * Return: 0 or a negative errno.
 */
int test_refuse_register(const char *function, unsigned int nth, long with)
{
	atomic_set(&countdown, nth);
	every = !nth;
	answer = with;
	probe.symbol_name = function;

	return register_kprobe(&probe);
}

/**
 * test_refuse_unregister() - let no more fail
 */
void test_refuse_unregister(void)
{
	unregister_kprobe(&probe);
}
