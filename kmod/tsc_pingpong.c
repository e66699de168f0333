// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ping-pong: two CPUs hand one cache line to and fro, and the other CPU
 * leaves its TSC in it each time.
 *
 * Both sides are threads, and interrupts stay on: a round that was disturbed is
 * as true as any other, it only says less. An IPI would bring the other CPU
 * sooner, but to send one a vCPU leaves the guest, and may come back after the
 * other one has stopped waiting for it.
 *
 * A vCPU can be taken off its CPU at any moment, for any time: both sides end at
 * a TSC deadline, answer or not, and what they work on is static per CPU, because
 * the answering thread may start long after nobody waits for it any more.
 */

#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_pingpong.h"
#include "tsc_step.h"

/*
 * A vCPU that shares its CPU with others may not run for tens of milliseconds;
 * one that has not come by then is reported as not answering.
 */
#define GIVE_UP_US	500000

/* The bound stops narrowing after some dozen rounds that nothing disturbed. */
#define ROUNDS_WANTED	256

/* Looking about at every spin would delay noticing the other side. */
#define SPINS_PER_LOOK	64

/* For deadlines only, where the kernel has no TSC frequency. */
#define ASSUMED_TSC_KHZ		4000000

/* This many readings in a row tell the step in which the TSC counts. */
#define STEP_READINGS		64

/* And so many turns of an empty loop at most lie between two of them. */
#define STEP_WAITS		16

/**
 * struct pingpong - what the two sides share
 * @work: the answering side, on the CPU asked
 * @busy: @work was queued and has not ended yet
 * @over: the asking side has left
 * @ping: number of the round asked for, from 1
 * @pong: number of the round answered
 * @stamp: the answering CPU's TSC in round @pong, cycles
 */
struct pingpong {
	struct work_struct work;
	u32 busy;
	u32 over;
	u32 ping ____cacheline_aligned;
	u32 pong;
	u64 stamp;
};

/**
 * struct patience - how long a side goes on
 * @start: its TSC when it began, cycles
 * @limit: cycles from then on
 */
struct patience {
	u64 start;
	u64 limit;
};

static struct pingpong __percpu *pingpongs;

static struct patience patience_of(u64 us)
{
	return (struct patience) {
		.start = rdtsc_ordered(),
		.limit = us * (tsc_khz ? tsc_khz : ASSUMED_TSC_KHZ) / 1000,
	};
}

/* A TSC that jumps back ends it as well: the difference is unsigned. */
static bool is_over(const struct patience *patience)
{
	return rdtsc_ordered() - patience->start > patience->limit;
}

/*
 * Called at every spin that saw nothing new; now and then lets others run and
 * looks whether to go on. No cpu_relax(): a hypervisor takes a vCPU that pauses
 * for idle.
 */
static bool keep_spinning(u32 *spins, const struct patience *patience)
{
	if (++*spins % SPINS_PER_LOOK)
		return true;
	cond_resched();

	return !is_over(patience);
}

/* The answering side. */
static void answer(struct work_struct *work)
{
	struct pingpong *pp = container_of(work, struct pingpong, work);
	struct patience patience = patience_of(GIVE_UP_US);
	u32 answered = 0;
	u32 spins = 0;
	u32 ping;

	while (!READ_ONCE(pp->over)) {
		/* Pairs with the release in ask(). */
		ping = smp_load_acquire(&pp->ping);
		if (ping != answered) {
			pp->stamp = rdtsc_ordered();
			/* Pairs with the acquire in ask(). */
			smp_store_release(&pp->pong, ping);
			answered = ping;
		} else if (!keep_spinning(&spins, &patience)) {
			break;
		}
	}
	/* Pairs with the acquire in begin(). */
	smp_store_release(&pp->busy, 0);
}

/* One round; false when the answer did not come in time. */
static bool ask(struct pingpong *pp, u32 round, const struct patience *patience,
		struct guestclock_tsc_estimate *estimate)
{
	u64 received;
	u32 spins = 0;
	u64 sent;

	sent = rdtsc_ordered();
	/* Pairs with the acquire in answer(). */
	smp_store_release(&pp->ping, round);
	/* Pairs with the release in answer(). */
	while (smp_load_acquire(&pp->pong) != round) {
		if (!keep_spinning(&spins, patience))
			return false;
	}
	received = rdtsc_ordered();
	guestclock_tsc_estimate_add(estimate, sent, pp->stamp, received);

	return true;
}

/* Calls the answering side; false when it does not end an earlier game. */
static bool begin(struct pingpong *pp, unsigned int cpu,
		  const struct patience *patience)
{
	u32 spins = 0;

	/* Pairs with the release in answer(). */
	while (smp_load_acquire(&pp->busy)) {
		if (!keep_spinning(&spins, patience))
			return false;
	}

	pp->ping = 0;
	pp->pong = 0;
	pp->over = 0;
	pp->busy = 1;
	queue_work_on(cpu, system_highpri_wq, &pp->work);

	return true;
}

static u64 tsc_step(void)
{
	u64 readings[STEP_READINGS];
	unsigned int i, wait;

	for (i = 0; i < STEP_READINGS; i++) {
		readings[i] = rdtsc_ordered();
		/* Readings that are always as far apart say little. */
		for (wait = i % STEP_WAITS; wait; wait--)
			barrier();
	}

	return guestclock_tsc_step(readings, STEP_READINGS);
}

/**
 * guestclock_tsc_pingpong() - play with another CPU until the offset is known
 * @cpu: the CPU asked; online and not this one
 * @estimate: of its TSC minus this CPU's; begun here, and as good as the rounds
 *	that were answered in time, none perhaps
 *
 * Context: Process, bound to one CPU that stays online, as must @cpu. Sleeps
 * where others want to run. One caller at a time.
 */
void guestclock_tsc_pingpong(unsigned int cpu, struct guestclock_tsc_estimate *estimate)
{
	struct pingpong *pp = per_cpu_ptr(pingpongs, cpu);
	struct patience patience = patience_of(GIVE_UP_US);
	u32 round;

	guestclock_tsc_estimate_init(estimate, tsc_step());
	if (!begin(pp, cpu, &patience))
		return;
	for (round = 1; round <= ROUNDS_WANTED; round++) {
		if (!ask(pp, round, &patience, estimate))
			break;
	}
	WRITE_ONCE(pp->over, 1);
}

/**
 * guestclock_tsc_pingpong_init() - prepare the answering sides
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_pingpong_init(void)
{
	unsigned int cpu;

	pingpongs = alloc_percpu(struct pingpong);
	if (!pingpongs)
		return -ENOMEM;

	for_each_possible_cpu(cpu)
		INIT_WORK(&per_cpu_ptr(pingpongs, cpu)->work, answer);

	return 0;
}

/**
 * guestclock_tsc_pingpong_exit() - wait for the answering sides and free
 *
 * Where a vCPU does not run this waits until it does.
 *
 * Context: Process, sleeps. No measurement is running.
 */
void guestclock_tsc_pingpong_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		cancel_work_sync(&per_cpu_ptr(pingpongs, cpu)->work);
	free_percpu(pingpongs);
}
