// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's watchdog does with one clocksource, made out from the
 * conversions of cycles that it asks for. In order:
 *
 *   reference, now, now again		the readout window; again where it is long
 *   reference, now again, once more	6.x, after a window that is too long
 *   reference, last round, now		the reference's interval
 *   clocksource, last round, now	the clocksource's interval
 *
 * Where the last two are missing nothing was compared. Whether the clocksource
 * passed shows in whether the kernel marks it; its limits serve here to tell apart
 * what it does not say, and not to judge a second time.
 */

#include "watchdog_check.h"

/* On a reference that stands still readings are alike; a long window is not. */
static bool is_readback(const struct guestclock_watchdog_check *check,
			const struct guestclock_watchdog_call *call)
{
	return check->stage == GUESTCLOCK_WATCHDOG_WINDOW && check->window.ns &&
	       call->start == check->window.end;
}

static bool is_reference_interval(const struct guestclock_watchdog_check *check,
				  const struct guestclock_watchdog_call *call)
{
	return call->end == check->window.start;
}

/**
 * guestclock_watchdog_check_goes_on() - whether a call belongs to this check
 * @check: what was seen so far
 * @call: the next conversion
 * @rules: this kernel's
 *
 * A clocksource that is read for the first time, or after a reset, has a readout
 * window and nothing more: the next window is then that of the next clocksource.
 *
 * Context: Any.
 * Return: false when the check is over and the call begins another one.
 */
bool guestclock_watchdog_check_goes_on(const struct guestclock_watchdog_check *check,
				       const struct guestclock_watchdog_call *call,
				       const struct guestclock_watchdog_rules *rules)
{
	switch (check->stage) {
	case GUESTCLOCK_WATCHDOG_EMPTY:
	case GUESTCLOCK_WATCHDOG_REFERENCE:
		return true;
	case GUESTCLOCK_WATCHDOG_COMPARED:
		return false;
	default:
		return is_readback(check, call) ||
		       is_reference_interval(check, call) ||
		       check->window.ns > rules->window_limit_ns;
	}
}

/**
 * guestclock_watchdog_check_add() - one conversion more
 * @check: zeroed before the first one
 * @call: the conversion, which belongs to this check
 *
 * Context: Any.
 */
void guestclock_watchdog_check_add(struct guestclock_watchdog_check *check,
				   const struct guestclock_watchdog_call *call)
{
	if (check->stage == GUESTCLOCK_WATCHDOG_REFERENCE) {
		check->cs = *call;
		check->stage = GUESTCLOCK_WATCHDOG_COMPARED;
	} else if (check->stage == GUESTCLOCK_WATCHDOG_EMPTY) {
		check->reference = call->clock;
		check->window = *call;
		check->attempts = 1;
		check->stage = GUESTCLOCK_WATCHDOG_WINDOW;
	} else if (is_readback(check, call)) {
		check->readback_ns = call->ns;
		check->stage = GUESTCLOCK_WATCHDOG_READBACK;
	} else if (is_reference_interval(check, call)) {
		check->wd = *call;
		check->stage = GUESTCLOCK_WATCHDOG_REFERENCE;
	} else {
		check->window = *call;
		check->attempts++;
		check->stage = GUESTCLOCK_WATCHDOG_WINDOW;
	}
}

static enum guestclock_watchdog_result
result_without_comparison(const struct guestclock_watchdog_check *check,
			  const struct guestclock_watchdog_rules *rules, bool marked)
{
	if (marked)
		return GUESTCLOCK_WATCHDOG_RESULT_UNREADABLE;
	if (check->window.ns <= rules->window_limit_ns)
		return GUESTCLOCK_WATCHDOG_RESULT_RESET;

	return rules->pauses ? GUESTCLOCK_WATCHDOG_RESULT_SKIPPED :
			       GUESTCLOCK_WATCHDOG_RESULT_TIMED_OUT;
}

/**
 * guestclock_watchdog_check_result() - what the kernel did
 * @check: all that was seen of it
 * @rules: this kernel's
 * @marked: the kernel marked the clocksource
 *
 * Context: Any.
 * Return: the result.
 */
enum guestclock_watchdog_result
guestclock_watchdog_check_result(const struct guestclock_watchdog_check *check,
				 const struct guestclock_watchdog_rules *rules,
				 bool marked)
{
	u64 longer = check->wd.ns > check->cs.ns ? check->wd.ns : check->cs.ns;
	u64 shorter = check->wd.ns > check->cs.ns ? check->cs.ns : check->wd.ns;

	if (check->stage != GUESTCLOCK_WATCHDOG_COMPARED)
		return result_without_comparison(check, rules, marked);
	if (marked) {
		/* Those that pass are tested on two CPUs (7.x), and marked then. */
		if (!rules->pauses &&
		    longer - shorter < (longer >> rules->skew_shift) + check->window.ns)
			return GUESTCLOCK_WATCHDOG_RESULT_CPU_SKEWED;
		return GUESTCLOCK_WATCHDOG_RESULT_SKEWED;
	}
	if (longer <= rules->interval_limit_ns)
		return GUESTCLOCK_WATCHDOG_RESULT_PASSED;

	return rules->pauses ? GUESTCLOCK_WATCHDOG_RESULT_LONG_INTERVAL :
			       GUESTCLOCK_WATCHDOG_RESULT_RESET;
}
