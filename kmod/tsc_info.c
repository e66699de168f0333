// SPDX-License-Identifier: GPL-2.0-only
/*
 * The evidence beside the offsets: what the CPU and the kernel say of the TSC, and
 * its rate against kvm-clock.
 */

#include "guestclock.h"

#include <linux/clocksource.h>
#include <linux/cpumask.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <asm/cpufeature.h>
#include <asm/tsc.h>

#include "clocksource.h"
#include "compat/tsc_trust.h"
#include "pvclock.h"
#include "tsc_info.h"
#include "tsc_row.h"

/* Both ends of the baseline, and the conversion of its cycles, round down. */
#define ROUNDING_NS	3

/**
 * struct baseline - what the rate against kvm-clock is taken from
 * @known: there is a beginning
 * @cpu: the CPU that both ends are from
 * @from: its beginning
 * @to: its end so far
 * @restarts: times that it began anew
 */
struct baseline {
	bool known;
	unsigned int cpu;
	struct guestclock_pvclock_sample from;
	struct guestclock_pvclock_sample to;
	u64 restarts;
};

static struct baseline baseline;
static DEFINE_SPINLOCK(baseline_lock);

static bool goes_on(unsigned int cpu, const struct guestclock_pvclock_sample *sample)
{
	return baseline.cpu == cpu && baseline.to.jumps == sample->jumps &&
	       baseline.to.tsc <= sample->tsc &&
	       baseline.to.kvmclock_ns <= sample->kvmclock_ns;
}

/**
 * guestclock_tsc_info_sample() - take the rate over a longer time
 * @cpu: the CPU that this runs on
 *
 * Context: Process, bound to @cpu.
 */
void guestclock_tsc_info_sample(unsigned int cpu)
{
	struct guestclock_pvclock_sample sample;

	if (!guestclock_pvclock_sample(cpu, &sample))
		return;

	spin_lock(&baseline_lock);
	if (!baseline.known || !goes_on(cpu, &sample)) {
		baseline.restarts += baseline.known;
		baseline.known = true;
		baseline.cpu = cpu;
		baseline.from = sample;
	}
	baseline.to = sample;
	spin_unlock(&baseline_lock);
}

static void fill_rate(struct guestclock_tsc_info *info)
{
	struct baseline now;
	u64 elapsed_ns;

	spin_lock(&baseline_lock);
	now = baseline;
	spin_unlock(&baseline_lock);

	info->restarts = now.restarts;
	info->baseline_ns = 0;
	if (!now.known || !tsc_khz)
		return;
	elapsed_ns = now.to.kvmclock_ns - now.from.kvmclock_ns;
	if (guestclock_tsc_rate(guestclock_tsc_ns(now.to.tsc - now.from.tsc) - elapsed_ns,
				ROUNDING_NS, elapsed_ns, &info->rate))
		info->baseline_ns = elapsed_ns;
}

static u64 pvclock_hz(void)
{
	struct guestclock_pvclock_row row;

	guestclock_pvclock_row(cpumask_first(cpu_online_mask), &row);

	return row.state == GUESTCLOCK_PAGE_STATE_OK ?
	       guestclock_page_tsc_hz(&row.page) : 0;
}

static void fill_verification(struct guestclock_tsc_info *info,
			      enum guestclock_tsc_verification verification,
			      const char *detail)
{
	info->verification = verification;
	info->detail = detail;
}

/*
 * The flag that decides, CLOCK_SOURCE_MUST_VERIFY, belongs to a clocksource that
 * modules can see only while it is the current one. Otherwise the kernel's own rule
 * (check_system_tsc_reliable()) is followed; what the command line adds to it
 * cannot be seen.
 */
static void verify(struct guestclock_tsc_info *info)
{
	struct guestclock_clocksource_state state;
	const struct guestclock_clocksource_info *current_cs = &state.current_clocksource;

	guestclock_clocksource_state(&state);
	if (info->unstable)
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_GIVEN_UP,
				  "the kernel holds the TSC for unstable");
	else if (!tsc_khz)
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_UNKNOWN,
				  "the kernel has no TSC frequency");
	else if (!strcmp(current_cs->name, "tsc") &&
		 current_cs->flags & CLOCK_SOURCE_MUST_VERIFY)
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_VERIFIED,
				  "tsc is the current clocksource and has to be verified");
	else if (!strcmp(current_cs->name, "tsc"))
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
				  "tsc is the current clocksource and need not be verified");
	else if (info->tsc_reliable)
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
				  "tsc_reliable");
	else if (info->constant_tsc && info->nonstop_tsc && info->tsc_adjust &&
		 guestclock_few_packages())
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
				  "constant_tsc, nonstop_tsc and tsc_adjust, unless tsc=watchdog is on the command line");
	else
		fill_verification(info, GUESTCLOCK_TSC_VERIFICATION_VERIFIED,
				  "not all of constant_tsc, nonstop_tsc, tsc_adjust and few packages, unless tsc=reliable or tsc=nowatchdog is on the command line");
}

/**
 * guestclock_tsc_info() - what is known of the TSC of the whole guest
 * @info: filled
 *
 * Context: Process.
 */
void guestclock_tsc_info(struct guestclock_tsc_info *info)
{
	info->constant_tsc = boot_cpu_has(X86_FEATURE_CONSTANT_TSC);
	info->nonstop_tsc = boot_cpu_has(X86_FEATURE_NONSTOP_TSC);
	info->tsc_known_freq = boot_cpu_has(X86_FEATURE_TSC_KNOWN_FREQ);
	info->tsc_reliable = boot_cpu_has(X86_FEATURE_TSC_RELIABLE);
	info->tsc_adjust = boot_cpu_has(X86_FEATURE_TSC_ADJUST);
	info->unstable = check_tsc_unstable();
	info->pvclock_hz = pvclock_hz();
	verify(info);
	fill_rate(info);
}
