// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's CLOCK_REALTIME, by the hypercall with which the host pairs it with
 * this guest's TSC: it reads both at one moment.
 */

#include <linux/cc_platform.h>
#include <linux/errno.h>
#include <linux/kvm_para.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include <asm/io.h>

#include "clock.h"

#if IS_ENABLED(CONFIG_KVM_GUEST)

static struct kvm_clock_pairing *pairing;

static const char *words(long err)
{
	switch (err) {
	case -KVM_EOPNOTSUPP:
		return "the host's own clocksource is not its TSC, so it cannot pair them";
	case -KVM_ENOSYS:
		return "the host knows no clock pairing";
	default:
		return "the host refused clock pairing";
	}
}

static const char *read_host(struct guestclock_bracket *bracket)
{
	long err = kvm_hypercall2(KVM_HC_CLOCK_PAIRING, virt_to_phys(pairing),
				  KVM_CLOCK_PAIRING_WALLCLOCK);

	if (err)
		return words(err);

	bracket->tsc_before = pairing->tsc;
	bracket->value = pairing->sec * NSEC_PER_SEC + pairing->nsec;
	bracket->tsc_after = pairing->tsc;

	return NULL;
}

static const char *open_host(struct guestclock_clock *clock)
{
	if (!kvm_para_available())
		return "not a KVM guest";
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		return "the host cannot write to this guest's encrypted memory";
	/* Of this size it lies within a page, as the host wants it. */
	pairing = kzalloc(roundup_pow_of_two(sizeof(*pairing)), GFP_KERNEL);

	return pairing ? NULL : "no memory";
}

static void close_host(void)
{
	kfree(pairing);
}

#else

static const char *open_host(struct guestclock_clock *clock)
{
	return "this kernel was built without CONFIG_KVM_GUEST";
}

#define close_host	NULL
#define read_host	NULL

#endif /* CONFIG_KVM_GUEST */

struct guestclock_clock guestclock_clock_host = {
	.name = "host",
	.mask = U64_MAX,
	.hz = NSEC_PER_SEC,
	.attempts = 1,
	.open = open_host,
	.close = close_host,
	.read = read_host,
};
