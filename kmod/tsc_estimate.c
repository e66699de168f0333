// SPDX-License-Identifier: GPL-2.0-only
/*
 * The offset between two TSCs from the rounds of a ping-pong.
 *
 * One round reads the local TSC (sent), lets the other CPU read its own
 * (remote), and reads the local TSC again (received). The other CPU read its
 * TSC somewhere in between, so the offset, remote minus local, lies in
 * [remote - received, remote - sent], whatever the two ways took. As one offset
 * has to explain every round, it lies in the intersection of all of them; that
 * is a hard bound, and it is never wider than the shortest round trip and the
 * steps in which the two TSCs count.
 *
 * Where the intersection is empty, a TSC jumped or ran at another rate. Then as
 * many rounds as one offset explains are followed by as many as another one does,
 * and so on: one jump takes two offsets, and a wrong rate takes more and more. A
 * round in which the local TSC went back has no interval at all; it parts the rounds
 * before it from those after it, and counts for neither.
 */

#include <linux/limits.h>
#include <linux/minmax.h>

#include "tsc_estimate.h"

/**
 * guestclock_tsc_estimate_init() - begin an estimate without any round
 * @estimate: the estimate
 * @step: the step in which the TSCs count, cycles, by guestclock_tsc_step()
 *
 * Context: Any.
 */
void guestclock_tsc_estimate_init(struct guestclock_tsc_estimate *estimate,
				  u64 step)
{
	estimate->low = S64_MIN;
	estimate->high = S64_MAX;
	estimate->step = step;
	estimate->rtt_min = U64_MAX;
	estimate->rtt_max = 0;
	estimate->rounds = 0;
	estimate->offsets = 1;
}

/**
 * guestclock_tsc_estimate_add() - narrow the estimate by one round
 * @estimate: the estimate
 * @sent: local TSC before the other CPU was asked, cycles
 * @remote: the other CPU's TSC when it answered, cycles
 * @received: local TSC after the answer was seen, cycles
 *
 * Context: Any; a handful of instructions, for use with interrupts off.
 */
void guestclock_tsc_estimate_add(struct guestclock_tsc_estimate *estimate,
				 u64 sent, u64 remote, u64 received)
{
	s64 low = (s64)(remote - received) - estimate->step;
	s64 high = (s64)(remote - sent) + estimate->step;
	u64 rtt = received - sent;

	if (low > high) {
		estimate->low = S64_MIN;
		estimate->high = S64_MAX;
		estimate->offsets++;
		return;
	}
	if (low > estimate->high || high < estimate->low) {
		/* No offset explains this round too: begin with another one. */
		estimate->low = low;
		estimate->high = high;
		estimate->offsets++;
	} else {
		estimate->low = max(estimate->low, low);
		estimate->high = min(estimate->high, high);
	}
	estimate->rtt_min = min(estimate->rtt_min, rtt);
	estimate->rtt_max = max(estimate->rtt_max, rtt);
	estimate->rounds++;
}

/**
 * guestclock_tsc_estimate_consistent() - whether one offset explains all rounds
 * @estimate: the estimate
 *
 * Context: Any.
 * Return: false when a TSC jumped, or ran at another rate, between the rounds.
 */
bool guestclock_tsc_estimate_consistent(const struct guestclock_tsc_estimate *estimate)
{
	return estimate->offsets == 1;
}

/**
 * guestclock_tsc_estimate_jumped() - whether one jump explains an inconsistency
 * @estimate: an inconsistent estimate
 *
 * Context: Any.
 * Return: true when two offsets, one after the other, explain all rounds; false
 * when it takes more, as with a TSC that runs at another rate.
 */
bool guestclock_tsc_estimate_jumped(const struct guestclock_tsc_estimate *estimate)
{
	return estimate->offsets == 2;
}

/**
 * guestclock_tsc_estimate_offset() - the middle of what is possible
 * @estimate: a consistent estimate with at least one round
 *
 * Context: Any.
 * Return: remote minus local TSC, cycles.
 */
s64 guestclock_tsc_estimate_offset(const struct guestclock_tsc_estimate *estimate)
{
	return estimate->low +
	       (s64)(((u64)estimate->high - (u64)estimate->low) / 2);
}

/**
 * guestclock_tsc_estimate_bound() - how far the truth can be from the offset
 * @estimate: a consistent estimate with at least one round
 *
 * Context: Any.
 * Return: half the width of what is possible, rounded up, cycles.
 */
u64 guestclock_tsc_estimate_bound(const struct guestclock_tsc_estimate *estimate)
{
	u64 width = (u64)estimate->high - (u64)estimate->low;

	return width / 2 + width % 2;
}
