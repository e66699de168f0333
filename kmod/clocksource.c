// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clocksource observer: every switch of the timekeeper's clocksource and
 * every step of CLOCK_REALTIME, seen from inside the timekeeper's update.
 */

#include "guestclock.h"

#include <linux/clocksource.h>
#include <linux/ktime.h>
#include <linux/notifier.h>
#include <linux/pvclock_gtod.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include <linux/timekeeper_internal.h>

#include "clocksource.h"
#include "observer.h"
#include "staging.h"

struct guestclock_observer guestclock_clocksource_observer = {
	.name = "clocksource",
};

/**
 * struct gtod_view - the timekeeper as of its last update that mattered
 * @seq: lets readers see that an update came in between
 * @clock: for comparison only, it may be gone; NULL before the first update
 * @offs_real: CLOCK_REALTIME minus CLOCK_MONOTONIC
 * @offs_boot: CLOCK_BOOTTIME minus CLOCK_MONOTONIC
 * @state: what readers get
 */
struct gtod_view {
	seqcount_t seq;
	const struct clocksource *clock;
	ktime_t offs_real;
	ktime_t offs_boot;
	struct guestclock_clocksource_state state;
};

static struct gtod_view view = { .seq = SEQCNT_ZERO(view.seq) };

static void stage_switch(const struct clocksource *to)
{
	struct guestclock_event event;

	guestclock_event_init(&event, GUESTCLOCK_EVENT_TYPE_CLOCKSOURCE_SWITCH,
			      GUESTCLOCK_SOURCE_GTOD_NOTIFIER,
			      GUESTCLOCK_WHOLE_GUEST);
	guestclock_clocksource_copy(&event.clocksource_switch.to, to);
	strscpy(event.clocksource_switch.from,
		view.state.current_clocksource.name,
		sizeof(event.clocksource_switch.from));
	guestclock_stage_from_timekeeper(&event);
}

static void stage_step(ktime_t offs_real)
{
	struct guestclock_event event;

	guestclock_event_init(&event, GUESTCLOCK_EVENT_TYPE_CLOCK_STEP,
			      GUESTCLOCK_SOURCE_GTOD_NOTIFIER,
			      GUESTCLOCK_WHOLE_GUEST);
	event.step.offs_real_before_ns = ktime_to_ns(view.offs_real);
	event.step.offs_real_after_ns = ktime_to_ns(offs_real);
	guestclock_stage_from_timekeeper(&event);
}

/*
 * Sleep moves CLOCK_REALTIME and CLOCK_BOOTTIME alike against CLOCK_MONOTONIC;
 * only what moves the first against the second is a step. The notifier's own
 * word for it is also given whenever anybody registers one.
 */
static bool stepped(const struct timekeeper *tk)
{
	return ktime_sub(tk->offs_real, tk->offs_boot) !=
	       ktime_sub(view.offs_real, view.offs_boot);
}

/*
 * Runs at every tick of the timekeeper, inside its seqcount's write section
 * and with its lock held: whatever waits for either would wait for ever.
 */
static int gtod_updated(struct notifier_block *nb, unsigned long was_set,
			void *data)
{
	const struct timekeeper *tk = data;
	const struct clocksource *clock = tk->tkr_mono.clock;
	bool first = !view.clock;

	if (likely(clock == view.clock && tk->offs_real == view.offs_real))
		return NOTIFY_OK;

	raw_write_seqcount_begin(&view.seq);
	if (clock != view.clock) {
		if (!first) {
			stage_switch(clock);
			view.state.switches++;
		}
		guestclock_clocksource_copy(&view.state.current_clocksource,
					    clock);
	}
	if (!first && stepped(tk)) {
		stage_step(tk->offs_real);
		view.state.steps++;
	}
	view.clock = clock;
	view.offs_real = tk->offs_real;
	view.offs_boot = tk->offs_boot;
	view.state.offs_real_ns = ktime_to_ns(tk->offs_real);
	raw_write_seqcount_end(&view.seq);

	return NOTIFY_OK;
}

static struct notifier_block gtod_notifier = { .notifier_call = gtod_updated };

/**
 * guestclock_clocksource_copy() - copy what is told of a clocksource
 * @info: filled
 * @cs: the clocksource, which cannot go away meanwhile
 *
 * Context: Any.
 */
void guestclock_clocksource_copy(struct guestclock_clocksource_info *info,
				 const struct clocksource *cs)
{
	strscpy(info->name, cs->name, sizeof(info->name));
	info->rating = cs->rating;
	info->flags = cs->flags;
	info->vdso_clock_mode = cs->vdso_clock_mode;
}

/**
 * guestclock_clocksource_state() - what the timekeeper runs on now
 * @state: filled
 *
 * Context: Process.
 */
void guestclock_clocksource_state(struct guestclock_clocksource_state *state)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&view.seq);
		*state = view.state;
	} while (read_seqcount_retry(&view.seq, seq));
}

/**
 * guestclock_clocksource_init() - follow the timekeeper
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_clocksource_init(void)
{
	int err;

	/* Registering calls the notifier, which takes the first view. */
	err = pvclock_gtod_register_notifier(&gtod_notifier);
	if (err)
		return err;

	guestclock_observer_set(&guestclock_clocksource_observer,
				GUESTCLOCK_OBSERVER_STATE_ACTIVE,
				"gtod notifier registered");

	return 0;
}

/**
 * guestclock_clocksource_exit() - stop following the timekeeper
 *
 * When this returns the notifier does not run any more, on any CPU.
 *
 * Context: Process, may sleep.
 */
void guestclock_clocksource_exit(void)
{
	pvclock_gtod_unregister_notifier(&gtod_notifier);
}
