/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_WATCHDOG_CHECK_H
#define GUESTCLOCK_WATCHDOG_CHECK_H

#include <linux/types.h>

#include <uapi/linux/guestclock.h>

/**
 * struct guestclock_watchdog_rules - what differs between kernels
 * @pauses: a reference that cannot be read pauses the watchdog (6.x); otherwise
 *	the kernel tries again in the next round (7.x)
 * @skew_shift: intervals may be apart by the longer one shifted right by this
 *	and the readout window (7.x); unused where @pauses
 * @window_limit_ns: a readout window beyond this makes the kernel read again, ns
 * @interval_limit_ns: intervals beyond this are not judged, ns
 */
struct guestclock_watchdog_rules {
	bool pauses;
	unsigned int skew_shift;
	u64 window_limit_ns;
	u64 interval_limit_ns;
};

/**
 * enum guestclock_watchdog_stage - how far a check has come
 * @GUESTCLOCK_WATCHDOG_EMPTY: nothing was converted yet
 * @GUESTCLOCK_WATCHDOG_WINDOW: the readout window was
 * @GUESTCLOCK_WATCHDOG_READBACK: then two readings of the reference in a row
 * @GUESTCLOCK_WATCHDOG_REFERENCE: then the reference's interval
 * @GUESTCLOCK_WATCHDOG_COMPARED: then the clocksource's interval
 */
enum guestclock_watchdog_stage {
	GUESTCLOCK_WATCHDOG_EMPTY,
	GUESTCLOCK_WATCHDOG_WINDOW,
	GUESTCLOCK_WATCHDOG_READBACK,
	GUESTCLOCK_WATCHDOG_REFERENCE,
	GUESTCLOCK_WATCHDOG_COMPARED,
};

/**
 * struct guestclock_watchdog_call - one conversion of cycles by the kernel
 * @clock: which clocksource; only compared
 * @start: cycles from
 * @end: cycles to
 * @ns: what they are in ns
 */
struct guestclock_watchdog_call {
	const void *clock;
	u64 start;
	u64 end;
	u64 ns;
};

/**
 * struct guestclock_watchdog_check - one clocksource in one round
 * @stage: how far it has come
 * @reference: the reference; only compared
 * @attempts: readings of both clocks
 * @window: the newest readout window, by the reference
 * @readback_ns: two readings of the reference in a row, 0 when not taken, ns
 * @wd: the reference's interval
 * @cs: the clocksource's interval, and which that is
 */
struct guestclock_watchdog_check {
	enum guestclock_watchdog_stage stage;
	const void *reference;
	u32 attempts;
	struct guestclock_watchdog_call window;
	u64 readback_ns;
	struct guestclock_watchdog_call wd;
	struct guestclock_watchdog_call cs;
};

bool guestclock_watchdog_check_goes_on(const struct guestclock_watchdog_check *check,
				       const struct guestclock_watchdog_call *call,
				       const struct guestclock_watchdog_rules *rules);
void guestclock_watchdog_check_add(struct guestclock_watchdog_check *check,
				   const struct guestclock_watchdog_call *call);
enum guestclock_watchdog_result
guestclock_watchdog_check_result(const struct guestclock_watchdog_check *check,
				 const struct guestclock_watchdog_rules *rules,
				 bool marked);

#endif /* GUESTCLOCK_WATCHDOG_CHECK_H */
