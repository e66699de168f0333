/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_LOG_H
#define GUESTCLOCK_LOG_H

#include <linux/types.h>

struct guestclock_event;

/**
 * struct guestclock_log_state - the event log at one moment
 * @load_id: names this life of seq
 * @restore_epoch: restores of the guest that the module was told of
 * @tail: the oldest seq still kept; equals @head when none is
 * @head: the seq that the next event gets
 * @size: events that the log keeps
 * @lost: events lost in staging
 */
struct guestclock_log_state {
	u64 load_id;
	u32 restore_epoch;
	u64 tail;
	u64 head;
	u32 size;
	u64 lost;
};

int guestclock_log_init(u32 size);
void guestclock_log_exit(void);
void guestclock_log_kick(void);
void guestclock_log_drain(void);
void guestclock_log_report(struct guestclock_event *event);
void guestclock_log_new_epoch(void);
void guestclock_log_state(struct guestclock_log_state *state);
bool guestclock_log_read(u64 seq, struct guestclock_event *event, u64 *tail);

#endif /* GUESTCLOCK_LOG_H */
