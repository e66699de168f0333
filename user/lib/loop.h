/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_LOOP_H
#define GUESTCLOCK_LOOP_H

#include "follow.h"

/* Room for events that wait while the program is busy, in bytes. */
#define GC_LOOP_BUFFER_SIZE 1048576

/**
 * struct gc_loop - Follows events until a signal or an error.
 * @follow: the following, set up but not started
 * @fd: descriptor that is readable when the following has something to do
 * @extra_fd: another descriptor to wait on, or -1
 * @extra: called when @extra_fd is readable and at the end; returns 0, 1 when
 *   nothing more can come from there, or a negative error
 * @settled: called after each round, with everything delivered that was there;
 *   returns 0 or a negative error; @last in the last round
 * @arg: handed to both
 */
struct gc_loop {
	struct gc_follow *follow;
	int fd;
	int extra_fd;
	int (*extra)(void *arg);
	int (*settled)(void *arg, bool last);
	void *arg;
};

int gc_loop_prepare(void);
int gc_loop_run(struct gc_loop *loop, int stop_fd);
int64_t gc_loop_now_ms(void);

#endif /* GUESTCLOCK_LOOP_H */
