// SPDX-License-Identifier: GPL-2.0-only
/*
 * The evidence beside the offsets: what the CPU and the kernel say of the TSC, and
 * its rate against kvm-clock.
 */

#include "guestclock.h"

#include <linux/cpumask.h>
#include <linux/spinlock.h>

#include <asm/cpufeature.h>
#include <asm/tsc.h>

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
	guestclock_tsc_verification(&info->verification);
	fill_rate(info);
}
