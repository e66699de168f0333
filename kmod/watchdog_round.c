// SPDX-License-Identifier: GPL-2.0-only
/*
 * The round that the kernel's watchdog is in: put together from what its probes
 * see, and reported where it is out of the ordinary.
 *
 * The kernel holds its watchdog's lock during a round, so there is one at a time,
 * but the probes also see the functions called by others: only the task that the
 * round runs on is listened to. What is kept of a round belongs to that task.
 */

#include "guestclock.h"

#include <linux/clocksource.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/timer.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "clocks.h"
#include "compat/watchdog_rules.h"
#include "staging.h"
#include "watchdog_check.h"
#include "watchdog_notable.h"
#include "watchdog_round.h"
#include "watchdog_stats.h"

/**
 * struct live_round - the round under way
 * @owner: the task it runs on, NULL between two rounds
 * @timer: the watchdog's timer
 * @check: the clocksource being looked at
 * @rules: the kernel's rules for it
 * @evidence: of the check, as far as it is not in @check
 * @position: checks before this one in the round
 * @slack_ns: how late the round is by design, ns
 * @late_by_tsc_ns: lateness of the round by the TSC alone, ns
 * @cpu_test_began_ns: CLOCK_MONOTONIC_RAW when the test between two CPUs began, 0
 *	before that, ns
 */
struct live_round {
	struct task_struct *owner;
	const struct timer_list *timer;
	struct guestclock_watchdog_check check;
	struct guestclock_watchdog_rules rules;
	struct guestclock_round_evidence evidence;
	unsigned int position;
	s64 slack_ns;
	s64 late_by_tsc_ns;
	u64 cpu_test_began_ns;
};

/**
 * struct round_before - what is kept of the round before
 * @known: there was one
 * @tsc: when it began, cycles
 * @raw_ns: CLOCK_MONOTONIC_RAW then, ns
 * @next_due_ns: until its successor is due, 0 when not known, ns
 */
struct round_before {
	bool known;
	u64 tsc;
	u64 raw_ns;
	u64 next_due_ns;
};

static struct live_round live;
static struct round_before before;

static bool is_mine(void)
{
	return READ_ONCE(live.owner) == current;
}

static u64 cycles_to_ns(u64 cycles)
{
	return tsc_khz ? mul_u64_u32_div(cycles, NSEC_PER_MSEC, tsc_khz) : 0;
}

static s64 jiffies_to_signed_ns(long delta)
{
	return delta * (s64)(NSEC_PER_SEC / HZ);
}

/*
 * A pause of the guest may stop jiffies and every clock but the TSC. Where the
 * TSCs of different CPUs are apart they cannot tell.
 */
static s64 late_by_tsc(u64 elapsed_cycles)
{
	if (!before.next_due_ns || check_tsc_unstable() || (s64)elapsed_cycles < 0)
		return 0;

	return cycles_to_ns(elapsed_cycles) - before.next_due_ns;
}

/* By its timer or the TSC, whichever is later, beyond what is by design, ns. */
static s64 late(void)
{
	return max(live.evidence.lateness_ns, live.late_by_tsc_ns) - live.slack_ns;
}

/* Fills in what the check has found; reports and counts it. */
static void finish_check(bool marked)
{
	struct guestclock_round_evidence *evidence = &live.evidence;
	const struct guestclock_watchdog_check *check = &live.check;
	struct guestclock_event event;
	bool begins_trouble;

	if (check->stage == GUESTCLOCK_WATCHDOG_EMPTY)
		return;

	evidence->result = guestclock_watchdog_check_result(check, &live.rules, marked);
	evidence->attempts = check->attempts;
	evidence->window_ns = check->window.ns;
	evidence->readback_ns = check->readback_ns;
	evidence->compared = check->stage == GUESTCLOCK_WATCHDOG_COMPARED;
	evidence->wd_interval_ns = check->wd.ns;
	evidence->cs_interval_ns = check->cs.ns;
	evidence->wd_last = check->wd.start;
	evidence->wd_now = check->window.start;
	evidence->cs_last = check->cs.start;
	evidence->cs_now = check->cs.end;

	if (live.cpu_test_began_ns)
		evidence->cpu_test_ns = ktime_get_raw_fast_ns() - live.cpu_test_began_ns;
	live.cpu_test_began_ns = 0;

	guestclock_stats_add_check(evidence);
	if (guestclock_notable(evidence, late(), live.position,
			       ktime_get_boot_fast_ns(), &begins_trouble)) {
		guestclock_event_init(&event, GUESTCLOCK_EVENT_TYPE_WATCHDOG_ROUND,
				      GUESTCLOCK_SOURCE_KPROBE,
				      GUESTCLOCK_WHOLE_GUEST);
		event.round = *evidence;
		guestclock_stage(&event);
	}
	if (begins_trouble)
		guestclock_clocks_incident(false);

	memset(&live.check, 0, sizeof(live.check));
	evidence->clocksource[0] = '\0';
	evidence->cs_mask = 0;
	evidence->cpu_test_ns = 0;
	live.position++;
}

/**
 * guestclock_round_begin() - clocksource_watchdog() was called
 * @timer: its argument
 *
 * Context: The probe's, in the timer's softirq.
 * Return: whether the round is looked at.
 */
bool guestclock_round_begin(const struct timer_list *timer)
{
	struct guestclock_round_evidence *evidence = &live.evidence;
	u64 tsc, raw_ns;

	/* Two can come together where the kernel restarts its timer. */
	if (cmpxchg(&live.owner, NULL, current)) {
		guestclock_stats_add_overlap();
		return false;
	}

	live.timer = timer;
	live.position = 0;
	live.cpu_test_began_ns = 0;
	memset(&live.check, 0, sizeof(live.check));
	memset(evidence, 0, sizeof(*evidence));
	evidence->lateness_ns = jiffies_to_signed_ns(jiffies - READ_ONCE(timer->expires));
	tsc = rdtsc_ordered();
	raw_ns = ktime_get_raw_fast_ns();
	if (before.known) {
		evidence->elapsed_ns = raw_ns - before.raw_ns;
		evidence->elapsed_cycles = tsc - before.tsc;
	}
	live.slack_ns = guestclock_timer_slack_ns(before.next_due_ns);
	live.late_by_tsc_ns = late_by_tsc(evidence->elapsed_cycles);
	before.known = true;
	before.tsc = tsc;
	before.raw_ns = raw_ns;

	return true;
}

/**
 * guestclock_round_end() - clocksource_watchdog() returns
 *
 * Context: The probe's, in the timer's softirq.
 */
void guestclock_round_end(void)
{
	struct guestclock_round_evidence *evidence = &live.evidence;
	long until;

	if (!is_mine())
		return;

	before.next_due_ns = 0;
	if (timer_pending(live.timer)) {
		until = READ_ONCE(live.timer->expires) - jiffies;
		before.next_due_ns = until > 0 ? jiffies_to_signed_ns(until) : 0;
	}
	evidence->next_due_ns = before.next_due_ns;
	finish_check(false);
	guestclock_stats_add_round(evidence->lateness_ns - live.slack_ns,
				   guestclock_notable_late(late()), before.next_due_ns);

	/* Pairs with the cmpxchg in guestclock_round_begin(). */
	smp_store_release(&live.owner, NULL);
}

/**
 * guestclock_round_saw_call() - cycles_to_nsec_safe() was called
 * @cs: its argument
 * @start: likewise
 * @end: likewise
 *
 * Context: Any; who is not in a round is ignored.
 */
void guestclock_round_saw_call(const struct clocksource *cs, u64 start, u64 end)
{
	struct guestclock_watchdog_call call = {
		.clock = cs,
		.start = start,
		.end = end,
	};
	struct guestclock_round_evidence *evidence = &live.evidence;

	if (!is_mine())
		return;

	call.ns = guestclock_watchdog_cycles_to_ns(cs, start, end);
	if (!guestclock_watchdog_check_goes_on(&live.check, &call, &live.rules))
		finish_check(false);
	guestclock_watchdog_check_add(&live.check, &call);

	if (live.check.stage == GUESTCLOCK_WATCHDOG_COMPARED) {
		/* The reference can go away only with the watchdog's lock held. */
		guestclock_watchdog_rules_of(&live.rules, live.check.reference, cs);
		strscpy(evidence->clocksource, cs->name, sizeof(evidence->clocksource));
		evidence->cs_mask = cs->mask;
	} else if (live.check.stage == GUESTCLOCK_WATCHDOG_WINDOW) {
		guestclock_watchdog_rules_of(&live.rules, cs, NULL);
		strscpy(evidence->reference, cs->name, sizeof(evidence->reference));
		evidence->wd_mask = cs->mask;
	}
}

/**
 * guestclock_round_saw_mark() - __clocksource_unstable() was called
 * @mark: evidence of the mark; gets the kernel's words where the round has them
 * @cs: its argument
 *
 * A round that marks is reported at once, so that it comes before the mark.
 *
 * Context: The watchdog's lock is held.
 */
void guestclock_round_saw_mark(struct guestclock_unstable_evidence *mark,
			       const struct clocksource *cs)
{
	static const char *const words[__GUESTCLOCK_WATCHDOG_RESULT_MAX][2] = {
		[GUESTCLOCK_WATCHDOG_RESULT_SKEWED] = {
			"frequency skew", "the skew is too large",
		},
		[GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE] = {
			NULL, "read-back delay",
		},
		[GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED] = { "inter CPU skew", NULL },
	};
	struct guestclock_round_evidence *evidence = &live.evidence;
	const char *reason;

	if (!is_mine() || live.check.stage == GUESTCLOCK_WATCHDOG_EMPTY)
		return;

	strscpy(evidence->clocksource, cs->name, sizeof(evidence->clocksource));
	evidence->cs_mask = cs->mask;
	finish_check(true);
	reason = words[evidence->result][live.rules.pauses];
	if (reason)
		strscpy(mark->reason, reason, sizeof(mark->reason));
}

/**
 * guestclock_round_saw_cpu_test() - watchdog_check_skew() was called
 *
 * Context: Any; the other CPU's side of the test is ignored.
 */
void guestclock_round_saw_cpu_test(void)
{
	if (is_mine())
		live.cpu_test_began_ns = ktime_get_raw_fast_ns();
}
