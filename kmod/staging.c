// SPDX-License-Identifier: GPL-2.0-only
/*
 * Staging: where events wait that were seen in a context that may neither
 * sleep nor take a lock. Producers only copy and count what does not fit.
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>

#include "event.h"
#include "log.h"
#include "staging.h"

/*
 * A power of two. The committer runs within milliseconds of the first event,
 * and what is staged are switches, steps and marks: a handful in a burst.
 */
#define RING_SIZE	16

/**
 * struct ring - a queue with one producer and one consumer at a time
 * @head: events ever put in; written by the producer
 * @tail: events ever taken out; written by the consumer
 * @dropped: events that found the ring full
 * @slots: the events, at their number modulo RING_SIZE
 */
struct ring {
	unsigned int head;
	unsigned int tail;
	atomic64_t dropped;
	struct guestclock_event slots[RING_SIZE];
};

static struct ring timekeeper_ring;
static struct ring __percpu *cpu_rings;

static void wake_committer(struct irq_work *work)
{
	guestclock_log_kick();
}

static struct irq_work committer_wakeup = IRQ_WORK_INIT(wake_committer);

static void ring_push(struct ring *ring, const struct guestclock_event *event)
{
	unsigned int head = ring->head;

	if (head - READ_ONCE(ring->tail) >= RING_SIZE) {
		atomic64_inc(&ring->dropped);
	} else {
		ring->slots[head % RING_SIZE] = *event;
		/* Pairs with the acquire in ring_peek(). */
		smp_store_release(&ring->head, head + 1);
	}
	irq_work_queue(&committer_wakeup);
}

static const struct guestclock_event *ring_peek(const struct ring *ring)
{
	/* Pairs with the release in ring_push(). */
	if (smp_load_acquire(&ring->head) == ring->tail)
		return NULL;

	return &ring->slots[ring->tail % RING_SIZE];
}

static struct ring *older(struct ring *a, struct ring *b)
{
	const struct guestclock_event *of_a = a ? ring_peek(a) : NULL;
	const struct guestclock_event *of_b = ring_peek(b);

	if (!of_b)
		return a;
	if (!of_a)
		return b;

	return (s64)(of_b->tsc_before - of_a->tsc_before) < 0 ? b : a;
}

/**
 * guestclock_staging_init() - allocate the rings
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_staging_init(void)
{
	cpu_rings = alloc_percpu(struct ring);

	return cpu_rings ? 0 : -ENOMEM;
}

/**
 * guestclock_staging_quiesce() - let the last wake-up of the committer pass
 *
 * All producers have been unregistered, so nothing is staged any more.
 *
 * Context: Process, may sleep.
 */
void guestclock_staging_quiesce(void)
{
	irq_work_sync(&committer_wakeup);
}

/**
 * guestclock_staging_exit() - free the rings
 *
 * Context: Process, may sleep. What was staged has been drained.
 */
void guestclock_staging_exit(void)
{
	free_percpu(cpu_rings);
}

/**
 * guestclock_stage() - hand an event to the committer from atomic context
 * @event: the event, copied
 *
 * Context: Any but a real NMI. A kprobe's int3 counts as one by in_nmi(), but
 * the functions probed are never called from one, and with interrupts off
 * nothing else on this CPU can be in the midst of this.
 */
void guestclock_stage(const struct guestclock_event *event)
{
	unsigned long flags;

	local_irq_save(flags);
	ring_push(this_cpu_ptr(cpu_rings), event);
	local_irq_restore(flags);
}

/**
 * guestclock_stage_from_timekeeper() - the same from the gtod notifier
 * @event: the event, copied
 *
 * Context: The timekeeper's lock is held, which serialises the callers.
 */
void guestclock_stage_from_timekeeper(const struct guestclock_event *event)
{
	ring_push(&timekeeper_ring, event);
}

/**
 * guestclock_staging_pop() - take the oldest staged event
 * @event: where it goes
 *
 * Oldest by TSC, so that a mark comes before the switch that it causes.
 *
 * Context: One consumer at a time, the log sees to that.
 * Return: false when nothing is staged.
 */
bool guestclock_staging_pop(struct guestclock_event *event)
{
	struct ring *oldest = older(NULL, &timekeeper_ring);
	int cpu;

	for_each_possible_cpu(cpu)
		oldest = older(oldest, per_cpu_ptr(cpu_rings, cpu));
	if (!oldest)
		return false;

	*event = *ring_peek(oldest);
	/* The slot may be reused only after it was copied. */
	smp_store_release(&oldest->tail, oldest->tail + 1);

	return true;
}

/**
 * guestclock_staging_capacity() - how much can be staged at one time
 *
 * Context: Any.
 * Return: events.
 */
unsigned int guestclock_staging_capacity(void)
{
	return RING_SIZE * (1 + num_possible_cpus());
}

/**
 * guestclock_staging_dropped() - events that found their ring full
 *
 * Context: Any.
 * Return: the count since the module was loaded.
 */
u64 guestclock_staging_dropped(void)
{
	u64 dropped = atomic64_read(&timekeeper_ring.dropped);
	int cpu;

	for_each_possible_cpu(cpu)
		dropped += atomic64_read(&per_cpu_ptr(cpu_rings, cpu)->dropped);

	return dropped;
}
