// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls on another CPU that can be given up.
 *
 * A vCPU may stand still for as long as its host likes, and a real-time task may
 * keep a CPU for itself. Whoever wants something of that CPU waits for so long and
 * then goes without it; the call, which belongs to both, ends when the CPU has time
 * for it.
 */

#include "guestclock.h"

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "compat/workqueue.h"
#include "cpu_call.h"

static struct workqueue_struct *wq;

/**
 * guestclock_cpu_call_put() - let go of a call
 * @call: the call; gone when its other user has let go of it, too
 *
 * Context: Process, may sleep.
 */
void guestclock_cpu_call_put(struct guestclock_cpu_call *call)
{
	if (refcount_dec_and_test(&call->users))
		kvfree(call);
}

/* A CPU that went offline, once nobody waited, leaves this to another one. */
static void run(struct work_struct *work)
{
	struct guestclock_cpu_call *call =
		container_of(work, struct guestclock_cpu_call, work);

	if (!READ_ONCE(call->given_up) && raw_smp_processor_id() == call->cpu)
		call->function(call);
	/* Pairs with the acquire in is_done(). */
	smp_store_release(&call->done, true);
	wake_up(&call->queue);
	guestclock_cpu_call_put(call);
}

static bool is_done(const struct guestclock_cpu_call *call)
{
	/* Pairs with the release in run(). */
	return smp_load_acquire(&call->done);
}

/**
 * guestclock_cpu_call_start() - call a function on a CPU
 * @call: first member of what the function needs, from kvmalloc()
 * @cpu: the CPU, which stays online until the caller has waited
 * @function: what is called, in a kernel thread bound to @cpu
 *
 * The caller waits, and lets go of @call after that.
 *
 * Context: Process.
 */
void guestclock_cpu_call_start(struct guestclock_cpu_call *call, unsigned int cpu,
			       guestclock_cpu_function function)
{
	INIT_WORK(&call->work, run);
	init_waitqueue_head(&call->queue);
	call->done = false;
	call->given_up = false;
	refcount_set(&call->users, 2);
	call->cpu = cpu;
	call->function = function;
	queue_work_on(cpu, wq, &call->work);
}

/**
 * guestclock_cpu_call_wait() - wait for the end of a call
 * @call: the call
 * @limit_ms: for how long at most, ms
 *
 * Not by a timer of the wheel, which may have been left to the very CPU that
 * stands still.
 *
 * Context: Process, sleeps.
 * Return: 0, or -ETIMEDOUT, and then what it fills must not be looked at.
 */
int guestclock_cpu_call_wait(struct guestclock_cpu_call *call, unsigned int limit_ms)
{
	if (!wait_event_hrtimeout(call->queue, is_done(call), ms_to_ktime(limit_ms)))
		return 0;
	WRITE_ONCE(call->given_up, true);

	return -ETIMEDOUT;
}

/**
 * guestclock_cpu_calls_flush() - wait for the calls that were given up
 *
 * Where a vCPU does not run this waits until it does.
 *
 * Context: Process, sleeps. Nobody starts a call.
 */
void guestclock_cpu_calls_flush(void)
{
	flush_workqueue(wq);
}

/**
 * guestclock_cpu_calls_init() - prepare for calls
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_cpu_calls_init(void)
{
	wq = alloc_workqueue("guestclock_ask", WQ_HIGHPRI | WQ_PERCPU, 0);

	return wq ? 0 : -ENOMEM;
}

/**
 * guestclock_cpu_calls_exit() - wait for the rest and free
 *
 * Context: Process, sleeps. Nobody starts a call.
 */
void guestclock_cpu_calls_exit(void)
{
	destroy_workqueue(wq);
}
