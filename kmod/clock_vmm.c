// SPDX-License-Identifier: GPL-2.0-only
/*
 * The HPET and the ACPI PM timer. In a guest both are the VMM's, and reading one
 * leaves the guest for as long as the VMM likes. The kernel exports neither its
 * clocksources nor its mapping: they are found where it found them itself.
 */

#include <linux/acpi.h>
#include <linux/bits.h>
#include <linux/clocksource.h>
#include <linux/io.h>
#include <linux/math64.h>

#include <asm/hpet.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "clock.h"

/* The narrowest of some: an attempt may hit the VMM at a bad moment. */
#define ATTEMPTS	8

#define FSEC_IN_SEC	1000000000000000ULL

#define PM_TIMER_HZ	3579545
#define PM_TIMER_BITS	24

#if IS_ENABLED(CONFIG_ACPI)

static void __iomem *hpet;
static u16 pm_timer_port;

static const char *check_hpet(struct guestclock_clock *clock)
{
	u32 period = readl(hpet + HPET_PERIOD);

	if (!period || period > HPET_MAX_PERIOD)
		return "the HPET's period cannot be a clock's";
	if (!(readl(hpet + HPET_CFG) & HPET_CFG_ENABLE))
		return "the HPET stands still: the kernel has not enabled it";
	clock->hz = div_u64(FSEC_IN_SEC, period);

	return NULL;
}

static const char *open_hpet(struct guestclock_clock *clock)
{
	struct acpi_table_header *header;
	struct acpi_table_hpet *table;
	const char *missing;
	u64 address = 0;

	if (acpi_disabled ||
	    ACPI_FAILURE(acpi_get_table(ACPI_SIG_HPET, 0, &header)))
		return "the firmware tells of no HPET";
	table = (struct acpi_table_hpet *)header;
	if (table->address.space_id == ACPI_ADR_SPACE_SYSTEM_MEMORY)
		address = table->address.address;
	acpi_put_table(header);
	if (!address)
		return "the firmware tells of an HPET without an address";

	hpet = ioremap(address, HPET_MMAP_SIZE);
	if (!hpet)
		return "the HPET cannot be mapped";
	missing = check_hpet(clock);
	if (missing)
		iounmap(hpet);

	return missing;
}

static void close_hpet(void)
{
	iounmap(hpet);
}

static const char *read_hpet(struct guestclock_bracket *bracket)
{
	bracket->tsc_before = rdtsc_ordered();
	bracket->value = readl(hpet + HPET_COUNTER);
	bracket->tsc_after = rdtsc_ordered();

	return NULL;
}

static const char *open_acpi_pm(struct guestclock_clock *clock)
{
	const struct acpi_generic_address *block = &acpi_gbl_FADT.xpm_timer_block;

	if (acpi_disabled)
		return "no ACPI in this guest";
	if (block->address && block->space_id == ACPI_ADR_SPACE_SYSTEM_IO)
		pm_timer_port = block->address;
	else
		pm_timer_port = acpi_gbl_FADT.pm_timer_block;

	return pm_timer_port ? NULL : "the firmware tells of no ACPI PM timer";
}

static const char *read_acpi_pm(struct guestclock_bracket *bracket)
{
	bracket->tsc_before = rdtsc_ordered();
	bracket->value = inl(pm_timer_port) & CLOCKSOURCE_MASK(PM_TIMER_BITS);
	bracket->tsc_after = rdtsc_ordered();

	return NULL;
}

#else

static const char *open_hpet(struct guestclock_clock *clock)
{
	return "this kernel was built without CONFIG_ACPI";
}

#define open_acpi_pm	open_hpet
#define close_hpet	NULL
#define read_hpet	NULL
#define read_acpi_pm	NULL

#endif /* CONFIG_ACPI */

struct guestclock_clock guestclock_clock_hpet = {
	.name = "hpet",
	.mask = CLOCKSOURCE_MASK(32),
	.attempts = ATTEMPTS,
	.open = open_hpet,
	.close = close_hpet,
	.read = read_hpet,
};

struct guestclock_clock guestclock_clock_acpi_pm = {
	.name = "acpi_pm",
	.mask = CLOCKSOURCE_MASK(PM_TIMER_BITS),
	.hz = PM_TIMER_HZ,
	.attempts = ATTEMPTS,
	.open = open_acpi_pm,
	.read = read_acpi_pm,
};
