/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_CPU_CALL_H
#define GUESTCLOCK_CPU_CALL_H

#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct guestclock_cpu_call;

/**
 * typedef guestclock_cpu_function - what is called on a CPU
 * @call: within what it needs and what it fills
 */
typedef void (*guestclock_cpu_function)(struct guestclock_cpu_call *call);

/**
 * struct guestclock_cpu_call - a call on a CPU that may not come back for long
 * @work: the call
 * @queue: where whoever wants it waits
 * @done: @function has returned, or the CPU went away
 * @given_up: nobody waits any more
 * @users: who still needs this: whoever waits, and @work
 * @cpu: the CPU
 * @function: what is called there
 *
 * The first member of a larger struct from kvmalloc(), which goes when both have
 * let go of it.
 */
struct guestclock_cpu_call {
	struct work_struct work;
	wait_queue_head_t queue;
	bool done;
	bool given_up;
	refcount_t users;
	unsigned int cpu;
	guestclock_cpu_function function;
};

int guestclock_cpu_calls_init(void);
void guestclock_cpu_calls_exit(void);
void guestclock_cpu_calls_flush(void);
void guestclock_cpu_call_start(struct guestclock_cpu_call *call, unsigned int cpu,
			       guestclock_cpu_function function);
int guestclock_cpu_call_wait(struct guestclock_cpu_call *call, unsigned int limit_ms);
void guestclock_cpu_call_put(struct guestclock_cpu_call *call);

#endif /* GUESTCLOCK_CPU_CALL_H */
