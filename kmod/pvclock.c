// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pvclock observer: reads every vCPU's page under its version protocol and
 * reports updates that a clock would notice.
 *
 * Any CPU may read any page: the host writes with the version odd, so that a
 * torn read shows (asm/pvclock.h; Documentation/virt/kvm/x86/msr.rst).
 */

#include "guestclock.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#include "compat/hv_clock.h"
#include "event.h"
#include "log.h"
#include "observer.h"
#include "pvclock.h"

/* The host is done within a microsecond unless it was preempted in between. */
#define READ_ATTEMPTS	16

/*
 * GUEST_STOPPED is cleared by the guest's own watchdogs at any moment, without
 * a new version, so its going away is no update.
 */
#define FLAGS_OF_THE_HOST	((u8)~PVCLOCK_GUEST_STOPPED)

struct guestclock_observer guestclock_pvclock_observer = { .name = "pvclock" };

static struct guestclock_pvclock_row *rows;
static DEFINE_SPINLOCK(rows_lock);
static u64 discontinuity_threshold_ns;

static bool read_page(const struct pvclock_vcpu_time_info *src,
		      struct guestclock_page *page, u64 *tsc)
{
	unsigned int attempt, version;

	for (attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
		version = pvclock_read_begin(src);
		page->version = version;
		page->tsc_timestamp = READ_ONCE(src->tsc_timestamp);
		page->system_time = READ_ONCE(src->system_time);
		page->tsc_to_system_mul = READ_ONCE(src->tsc_to_system_mul);
		page->tsc_shift = READ_ONCE(src->tsc_shift);
		page->flags = READ_ONCE(src->flags);
		*tsc = rdtsc_ordered();
		if (!pvclock_read_retry(src, version))
			return true;
	}

	return false;
}

/**
 * guestclock_pvclock_read() - read a CPU's page as it is now
 * @cpu: the CPU
 * @page: filled when the page was read, also when it cannot be a clock's
 * @tsc: TSC of this CPU at that moment, cycles
 *
 * Context: Any; preemption off where @tsc has to be @cpu's.
 * Return: whether the page could be read.
 */
enum guestclock_page_state guestclock_pvclock_read(unsigned int cpu,
						   struct guestclock_page *page,
						   u64 *tsc)
{
	const struct pvclock_vcpu_time_info *src = guestclock_hv_clock(cpu);

	if (!src)
		return GUESTCLOCK_PAGE_STATE_ABSENT;
	if (cpu && src == guestclock_hv_clock(0))
		return GUESTCLOCK_PAGE_STATE_ALIAS;
	if (!read_page(src, page, tsc))
		return GUESTCLOCK_PAGE_STATE_TORN;
	if (!guestclock_page_is_clock(page))
		return GUESTCLOCK_PAGE_STATE_INVALID;

	return GUESTCLOCK_PAGE_STATE_OK;
}

static bool is_jump(s64 discontinuity_ns)
{
	return abs(discontinuity_ns) > discontinuity_threshold_ns;
}

static bool worth_an_event(const struct guestclock_page *before,
			   const struct guestclock_page *after,
			   s64 discontinuity_ns)
{
	u8 flipped = (before->flags ^ after->flags) & FLAGS_OF_THE_HOST;

	return before->tsc_to_system_mul != after->tsc_to_system_mul ||
	       before->tsc_shift != after->tsc_shift || flipped ||
	       is_jump(discontinuity_ns);
}

/* Returns whether the update of the row made an event. */
static bool update_row(struct guestclock_pvclock_row *row, unsigned int cpu,
		       const struct guestclock_page *page, u64 tsc,
		       struct guestclock_event *event)
{
	struct guestclock_page before = row->page;
	u64 not_before = row->tsc;
	bool known = row->known;

	row->page = *page;
	row->known = true;
	row->tsc = tsc;
	row->kvmclock_ns = guestclock_page_ns(page, tsc);
	if (!known || before.version == page->version)
		return false;

	/* The version goes up by two for each update. */
	row->updates += (page->version - before.version) / 2;
	row->last_discontinuity_ns = guestclock_page_discontinuity(&before, page);
	row->jumps += is_jump(row->last_discontinuity_ns);
	if (!worth_an_event(&before, page, row->last_discontinuity_ns))
		return false;

	guestclock_event_init(event, GUESTCLOCK_EVENT_TYPE_PVCLOCK_UPDATE,
			      GUESTCLOCK_SOURCE_POLL, cpu);
	event->not_before_tsc = not_before;
	event->not_after_tsc = tsc;
	event->pvclock.page_old = before;
	event->pvclock.page_new = *page;
	event->pvclock.discontinuity_ns = row->last_discontinuity_ns;

	return true;
}

static void poll_cpu(unsigned int cpu)
{
	struct guestclock_pvclock_row *row = &rows[cpu];
	enum guestclock_page_state state;
	struct guestclock_event event;
	struct guestclock_page page;
	bool report = false;
	u64 tsc;

	state = guestclock_pvclock_read(cpu, &page, &tsc);

	spin_lock(&rows_lock);
	row->state = state;
	if (state == GUESTCLOCK_PAGE_STATE_OK) {
		report = update_row(row, cpu, &page, tsc, &event);
	} else if (state == GUESTCLOCK_PAGE_STATE_TORN) {
		row->torn_reads++;
	} else if (state == GUESTCLOCK_PAGE_STATE_INVALID) {
		row->page = page;
		row->known = false;
		row->tsc = tsc;
	}
	spin_unlock(&rows_lock);

	if (report)
		guestclock_log_report(&event);
}

/**
 * guestclock_pvclock_poll() - look at the page of every online CPU
 *
 * Reads memory and the TSC only: no IPI, no hypercall.
 *
 * Context: Process, may sleep; one caller at a time.
 */
void guestclock_pvclock_poll(void)
{
	unsigned int cpu;

	/* A CPU on its way down has been forgotten and is still online. */
	cpus_read_lock();
	for_each_online_cpu(cpu)
		poll_cpu(cpu);
	cpus_read_unlock();
}

/**
 * guestclock_pvclock_arrived() - look at the page of a CPU that came online
 * @cpu: the CPU
 *
 * Context: Process, may sleep; hotplug is under way, so no poll is.
 */
void guestclock_pvclock_arrived(unsigned int cpu)
{
	poll_cpu(cpu);
}

/**
 * guestclock_pvclock_forget() - drop what is known of a CPU that goes offline
 * @cpu: the CPU
 *
 * It registers its page anew when it comes back, which is no discontinuity.
 *
 * Context: Process; hotplug is under way, so no poll is.
 */
void guestclock_pvclock_forget(unsigned int cpu)
{
	spin_lock(&rows_lock);
	rows[cpu].known = false;
	rows[cpu].state = GUESTCLOCK_PAGE_STATE_ABSENT;
	spin_unlock(&rows_lock);
}

/**
 * guestclock_pvclock_row() - copy a CPU's row
 * @cpu: the CPU
 * @row: where it goes
 *
 * Context: Process.
 */
void guestclock_pvclock_row(unsigned int cpu, struct guestclock_pvclock_row *row)
{
	spin_lock(&rows_lock);
	*row = rows[cpu];
	spin_unlock(&rows_lock);
}

/**
 * guestclock_pvclock_sample() - read kvm-clock together with the TSC
 * @cpu: the CPU that this runs on
 * @sample: filled
 *
 * A jump that the poll has still to find is counted already.
 *
 * Context: Process, bound to @cpu.
 * Return: false where the CPU has no page, or it could not be read.
 */
bool guestclock_pvclock_sample(unsigned int cpu,
			       struct guestclock_pvclock_sample *sample)
{
	const struct guestclock_pvclock_row *row = &rows[cpu];
	struct guestclock_page page;

	if (guestclock_pvclock_read(cpu, &page, &sample->tsc) !=
	    GUESTCLOCK_PAGE_STATE_OK)
		return false;

	sample->kvmclock_ns = guestclock_page_ns(&page, sample->tsc);
	spin_lock(&rows_lock);
	sample->jumps = row->jumps;
	if (row->known && row->page.version != page.version)
		sample->jumps += is_jump(guestclock_page_discontinuity(&row->page, &page));
	spin_unlock(&rows_lock);

	return true;
}

static void describe(void)
{
	struct guestclock_observer *observer = &guestclock_pvclock_observer;

	if (guestclock_hv_clock(cpumask_first(cpu_online_mask)))
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ACTIVE,
					"pages polled");
	else if (!IS_ENABLED(CONFIG_KVM_GUEST))
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ABSENT,
					"no pvclock: this kernel was built without CONFIG_KVM_GUEST");
	else if (kvm_para_available())
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ABSENT,
					"no pvclock: a KVM guest without kvm-clock (no-kvmclock on its command line, or not offered by the host)");
	else
		guestclock_observer_set(observer,
					GUESTCLOCK_OBSERVER_STATE_ABSENT,
					"no pvclock: not a KVM guest");
}

/**
 * guestclock_pvclock_init() - find the pages and look at them once
 * @threshold_ns: a discontinuity larger than this is an event, ns
 *
 * Context: Process, may sleep.
 * Return: 0, also when there is no page, or -ENOMEM.
 */
int guestclock_pvclock_init(u64 threshold_ns)
{
	unsigned int cpu;

	rows = kcalloc(nr_cpu_ids, sizeof(*rows), GFP_KERNEL);
	if (!rows)
		return -ENOMEM;

	for_each_possible_cpu(cpu)
		rows[cpu].state = GUESTCLOCK_PAGE_STATE_ABSENT;
	discontinuity_threshold_ns = threshold_ns;
	describe();
	guestclock_pvclock_poll();

	return 0;
}

/**
 * guestclock_pvclock_exit() - free the rows
 *
 * Context: Process. The poll is over and nobody reads rows any more.
 */
void guestclock_pvclock_exit(void)
{
	kfree(rows);
}
