/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_FOLLOW_DELIVER_H
#define GUESTCLOCK_FOLLOW_DELIVER_H

#include "follow.h"

int gc_follow_identify(const struct gc_follow *follow, struct gc_row *event);
int gc_follow_begin_load(struct gc_follow *follow, const struct gc_log_state *state);
void gc_follow_note_epoch(struct gc_follow *follow, uint64_t epoch);
int gc_follow_declare_lost(struct gc_follow *follow, uint64_t end, uint32_t reason);
int gc_follow_deliver(struct gc_follow *follow, struct gc_row *event, uint32_t reason);
bool gc_follow_is_of_load(const struct gc_follow *follow, const struct gc_row *event);

int gc_follow_hold(struct gc_row *event, void *arg);
int gc_follow_deliver_held(struct gc_follow *follow, uint64_t seq, uint32_t reason);
bool gc_follow_held_is_whole(const struct gc_follow *follow);
void gc_follow_forget_held(struct gc_follow *follow);

#endif /* GUESTCLOCK_FOLLOW_DELIVER_H */
