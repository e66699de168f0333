// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the kernel verifies the TSC here, and why.
 *
 * Rounds that were seen are proof. Without them there is the flag of the TSC's
 * clocksource, which shows while the timekeeper runs on it, and else the kernel's
 * own rule, applied once more.
 */

#include "guestclock.h"

#include <linux/clocksource.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>

#include <asm/cpufeature.h>
#include <asm/tsc.h>

#include "clocksource.h"
#include "clocksource_watchdog.h"
#include "compat/tsc_trust.h"
#include "observer.h"
#include "tsc_verification.h"
#include "watchdog_notable.h"
#include "watchdog_stats.h"

/* The period is half a second; a busy guest misses some rounds. */
#define FRESH_NS	(5 * (s64)NSEC_PER_SEC)
#define PAUSE_NS	(5 * (s64)NSEC_PER_SEC)

static bool has_trusted_features(void)
{
	return boot_cpu_has(X86_FEATURE_CONSTANT_TSC) &&
	       boot_cpu_has(X86_FEATURE_NONSTOP_TSC) &&
	       boot_cpu_has(X86_FEATURE_TSC_ADJUST) && guestclock_few_packages();
}

static __printf(3, 4) void put(struct guestclock_verification *verification,
			       enum guestclock_tsc_verification state,
			       const char *format, ...)
{
	va_list args;

	verification->state = state;
	va_start(args, format);
	vscnprintf(verification->because, sizeof(verification->because), format, args);
	va_end(args);
}

/* Where the kernel cannot verify, whatever is seen. */
static bool cannot(struct guestclock_verification *verification)
{
	if (!IS_ENABLED(CONFIG_CLOCKSOURCE_WATCHDOG))
		put(verification, GUESTCLOCK_TSC_VERIFICATION_NO_WATCHDOG,
		    "this kernel was built without CONFIG_CLOCKSOURCE_WATCHDOG");
	else if (!boot_cpu_has(X86_FEATURE_TSC) || !tsc_khz)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_NO_TSC,
		    "the kernel found no TSC or not its frequency");
	else if (check_tsc_unstable())
		put(verification, GUESTCLOCK_TSC_VERIFICATION_GIVEN_UP,
		    "the TSC is marked unstable, and stays so until the next boot");
	else
		return false;

	return true;
}

/* What the rounds prove. */
static bool proven(struct guestclock_verification *verification,
		   const struct guestclock_watchdog_stats *stats)
{
	/*
	 * Who may read this must not cause a clock to be read. This one is as of
	 * the last tick, and a round may have been since.
	 */
	s64 now = ktime_get_coarse_boottime_ns();
	s64 tsc = stats->tsc_boottime_ns, next = stats->next_boottime_ns;
	s64 pause = next - (s64)stats->last_boottime_ns;

	if (next && pause > PAUSE_NS &&
	    now < next + guestclock_timer_slack_ns(pause) + FRESH_NS)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_PAUSED,
		    "the kernel could not read %s in time and pauses its watchdog for another %lld s",
		    stats->reference, div_s64(max(next - now, 0LL), NSEC_PER_SEC));
	else if (tsc && now - tsc < FRESH_NS)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_VERIFIED,
		    "the kernel compares it with %s%s", stats->reference,
		    guestclock_derives_from_tsc(stats->reference) ?
		    ", which derives from the TSC itself" : "");
	else
		return false;

	return true;
}

/* What the timekeeper's clocksource and the kernel's rule let expect. */
static void expect(struct guestclock_verification *verification,
		   const struct guestclock_watchdog_stats *stats)
{
	struct guestclock_clocksource_state state;
	bool is_current, must_verify;

	guestclock_clocksource_state(&state);
	is_current = !strcmp(state.current_clocksource.name, "tsc");
	must_verify = stats->tsc_boottime_ns ||
		      (is_current && state.current_clocksource.flags & CLOCK_SOURCE_MUST_VERIFY);

	if (has_trusted_features() && !must_verify)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
		    "the CPU has constant_tsc, nonstop_tsc and tsc_adjust, and the kernel takes that for good%s",
		    is_current ? "" : GUESTCLOCK_UNLESS_TSC_OPTION);
	else if (boot_cpu_has(X86_FEATURE_TSC_RELIABLE) && !must_verify)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
		    "the kernel relies on it (tsc_reliable), as the hypervisor or the platform vouches for it%s",
		    is_current ? "" : GUESTCLOCK_UNLESS_TSC_OPTION);
	else if (is_current && !must_verify)
		put(verification, GUESTCLOCK_TSC_VERIFICATION_TRUSTED,
		    "the kernel was told so, by tsc=reliable or tsc=nowatchdog on its command line, or by the hypervisor");
	else if (!guestclock_watchdog_sees_rounds())
		put(verification, GUESTCLOCK_TSC_VERIFICATION_UNKNOWN,
		    "the kernel ought to, but no probe sees the rounds of its watchdog: %s",
		    guestclock_watchdog_observer.detail);
	else
		put(verification, GUESTCLOCK_TSC_VERIFICATION_UNKNOWN,
		    "the kernel ought to, but %s: its watchdog may have been pausing since before the module was loaded, or tsc= on its command line turned it off",
		    stats->rounds ? "no round of late was about the TSC" :
				    "no round was seen");
}

/**
 * guestclock_tsc_verification() - whether the kernel verifies the TSC here
 * @verification: filled
 *
 * Context: Process.
 */
void guestclock_tsc_verification(struct guestclock_verification *verification)
{
	struct guestclock_watchdog_stats stats;

	guestclock_watchdog_stats(&stats);
	if (!cannot(verification) && !proven(verification, &stats))
		expect(verification, &stats);
}

/**
 * guestclock_derives_from_tsc() - whether a clocksource is the TSC in disguise
 * @clocksource: its name
 *
 * Context: Any.
 * Return: true for those that are a TSC with the hypervisor's parameters.
 */
bool guestclock_derives_from_tsc(const char *clocksource)
{
	static const char *const names[] = {
		"tsc", "tsc-early", "kvm-clock", "xen",
		"hyperv_clocksource_tsc_page",
	};

	return match_string(names, ARRAY_SIZE(names), clocksource) >= 0;
}
