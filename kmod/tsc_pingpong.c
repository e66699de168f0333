// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ping-pong: two CPUs hand one cache line to and fro, and the other CPU
 * leaves its TSC in it each time.
 *
 * It comes in bursts that end at a TSC deadline on both sides, answer or not:
 * a vCPU can be taken off its CPU in the midst of a round for any time. The
 * other side runs in an IPI; what it works on is static per CPU, because the
 * IPI may arrive long after nobody waits for it any more.
 */

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "tsc_pingpong.h"

/* Interrupts are off this long at most on the asking side, and on the other. */
#define ASKING_US	40
#define ANSWERING_US	60

/*
 * A vCPU that shares its CPU with others may not run for tens of milliseconds;
 * one that has not come by then is reported as not answering.
 */
#define GIVE_UP_US	250000

/*
 * The bound stops narrowing after some dozen rounds; several bursts keep one
 * that was disturbed from deciding alone.
 */
#define ROUNDS_PER_BURST	64
#define ROUNDS_WANTED		256

/* Reading the TSC in every spin would delay noticing the answer. */
#define SPINS_PER_CHECK		64

/* For deadlines only, where the kernel has no TSC frequency. */
#define ASSUMED_TSC_KHZ		4000000

#define PING_STOP	U32_MAX

/**
 * struct pingpong - what a CPU that is asked works on
 * @csd: the IPI
 * @busy: the IPI was sent and has not ended yet
 * @ping: number of the round asked for, or PING_STOP
 * @pong: number of the round answered
 * @stamp: the answering CPU's TSC in round @pong, cycles
 * @arrived: the answering CPU is listening
 */
struct pingpong {
	call_single_data_t csd;
	u32 busy;
	u32 ping ____cacheline_aligned;
	u32 pong;
	u64 stamp;
	u32 arrived ____cacheline_aligned;
};

/**
 * struct patience - how long the asking side goes on
 * @start: this CPU's TSC when it began, cycles
 * @limit: cycles from then on
 */
struct patience {
	u64 start;
	u64 limit;
};

static struct pingpong __percpu *pingpongs;

static u64 us_to_cycles(u64 us)
{
	return us * (tsc_khz ? tsc_khz : ASSUMED_TSC_KHZ) / 1000;
}

/* On the CPU asked, in its IPI, interrupts off. */
static void answer(void *data)
{
	u64 deadline = us_to_cycles(ANSWERING_US);
	struct pingpong *pp = data;
	u64 start = rdtsc_ordered();
	u32 ping, answered = 0;
	u32 spins = 0;

	WRITE_ONCE(pp->arrived, 1);
	for (;;) {
		/* Pairs with the releases in ask() and burst(). */
		ping = smp_load_acquire(&pp->ping);
		if (ping == PING_STOP)
			break;
		if (ping != answered) {
			pp->stamp = rdtsc_ordered();
			/* Pairs with the acquire in ask(). */
			smp_store_release(&pp->pong, ping);
			answered = ping;
		} else if (!(++spins % SPINS_PER_CHECK) &&
			   rdtsc_ordered() - start > deadline) {
			break;
		}
	}
	/* Pairs with the acquire in wait_until(). */
	smp_store_release(&pp->busy, 0);
}

/* A TSC that jumps back ends it as well: the difference is unsigned. */
static bool is_over(const struct patience *patience)
{
	return rdtsc_ordered() - patience->start > patience->limit;
}

static bool wait_until(const u32 *word, u32 value, const struct patience *patience)
{
	for (;;) {
		/* Pairs with the release of busy in answer(). */
		if (smp_load_acquire(word) == value)
			return true;
		if (is_over(patience))
			return false;
		cond_resched();
		cpu_relax();
	}
}

/* One round; false when the answer did not come before the deadline. */
static bool ask(struct pingpong *pp, u32 round, u64 start, u64 deadline,
		struct guestclock_tsc_estimate *estimate)
{
	u64 sent = rdtsc_ordered();
	u32 spins = 0;
	u64 received;

	/* Pairs with the acquire in answer(). */
	smp_store_release(&pp->ping, round);
	/* Pairs with the release in answer(). */
	while (smp_load_acquire(&pp->pong) != round) {
		if (!(++spins % SPINS_PER_CHECK) &&
		    rdtsc_ordered() - start > deadline)
			return false;
	}
	received = rdtsc_ordered();
	guestclock_tsc_estimate_add(estimate, sent, pp->stamp, received);

	return received - start <= deadline;
}

/* Returns the time spent with interrupts off, in cycles. */
static u64 burst(struct pingpong *pp, struct guestclock_tsc_estimate *estimate)
{
	u64 deadline = us_to_cycles(ASKING_US);
	unsigned long flags;
	u64 start, end;
	u32 round;

	local_irq_save(flags);
	start = rdtsc_ordered();
	for (round = 1; round <= ROUNDS_PER_BURST; round++) {
		if (!ask(pp, round, start, deadline, estimate))
			break;
	}
	/* Pairs with the acquire in answer(). */
	smp_store_release(&pp->ping, PING_STOP);
	end = rdtsc_ordered();
	local_irq_restore(flags);

	return end - start;
}

static int call_for(unsigned int cpu, struct pingpong *pp,
		    const struct patience *patience)
{
	int err;

	if (!wait_until(&pp->busy, 0, patience))
		return -ETIMEDOUT;

	pp->ping = 0;
	pp->pong = 0;
	pp->arrived = 0;
	WRITE_ONCE(pp->busy, 1);
	err = smp_call_function_single_async(cpu, &pp->csd);
	if (err) {
		WRITE_ONCE(pp->busy, 0);
		return err;
	}
	if (!wait_until(&pp->arrived, 1, patience)) {
		/* Should it come after all, it finds that it may go. */
		smp_store_release(&pp->ping, PING_STOP);
		return -ETIMEDOUT;
	}

	return 0;
}

/**
 * guestclock_tsc_pingpong() - play with another CPU until the offset is known
 * @cpu: the CPU asked; online and not this one
 * @estimate: of its TSC minus this CPU's; begun here
 * @irqs_off_max: longest time that this CPU had interrupts off, cycles
 *
 * Context: Process, bound to one CPU that stays online, as must @cpu.
 * One caller at a time.
 * Return: 0; -ETIMEDOUT when the rounds wanted were not had in time, though
 * some may have been; or a negative errno of the IPI.
 */
int guestclock_tsc_pingpong(unsigned int cpu, struct guestclock_tsc_estimate *estimate,
			    u64 *irqs_off_max)
{
	struct patience patience = {
		.start = rdtsc_ordered(),
		.limit = us_to_cycles(GIVE_UP_US),
	};
	struct pingpong *pp = per_cpu_ptr(pingpongs, cpu);
	int err;

	guestclock_tsc_estimate_init(estimate);
	*irqs_off_max = 0;
	while (estimate->rounds < ROUNDS_WANTED) {
		if (is_over(&patience))
			return -ETIMEDOUT;
		err = call_for(cpu, pp, &patience);
		if (err)
			return err;
		*irqs_off_max = max(*irqs_off_max, burst(pp, estimate));
	}

	return 0;
}

/**
 * guestclock_tsc_pingpong_init() - prepare the IPIs
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int guestclock_tsc_pingpong_init(void)
{
	struct pingpong *pp;
	unsigned int cpu;

	pingpongs = alloc_percpu(struct pingpong);
	if (!pingpongs)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		pp = per_cpu_ptr(pingpongs, cpu);
		INIT_CSD(&pp->csd, answer, pp);
	}

	return 0;
}

/**
 * guestclock_tsc_pingpong_exit() - wait for the last IPI and free
 *
 * A vCPU that does not run keeps this waiting until it does: its IPI is on the
 * way to code that is about to go.
 *
 * Context: Process, may sleep.
 */
void guestclock_tsc_pingpong_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		/* Pairs with the release in answer(). */
		while (smp_load_acquire(&per_cpu_ptr(pingpongs, cpu)->busy))
			msleep(20);
	}
	/* The handlers have stored that they ended; let them return, too. */
	kick_all_cpus_sync();
	free_percpu(pingpongs);
}
