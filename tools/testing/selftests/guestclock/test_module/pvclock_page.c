// SPDX-License-Identifier: GPL-2.0-only
/* Every pvclock page as its own CPU sees it. */

#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <asm/pvclock.h>
#if IS_ENABLED(CONFIG_KVM_GUEST)
#include <asm/kvmclock.h>
#endif

#include "guestclock_test.h"

struct page_copy {
	bool present;
	struct pvclock_vcpu_time_info page;
};

#if IS_ENABLED(CONFIG_KVM_GUEST)
/* On the page's own CPU, where the host writes only while we do not run. */
static void copy_own_page(void *arg)
{
	struct pvclock_vsyscall_time_info *src = this_cpu_read(hv_clock_per_cpu);
	struct page_copy *copy = arg;
	unsigned int version;

	copy->present = src;
	if (!src)
		return;

	do {
		version = pvclock_read_begin(&src->pvti);
		copy->page = src->pvti;
	} while (pvclock_read_retry(&src->pvti, version));
}
#else
static void copy_own_page(void *arg)
{
	((struct page_copy *)arg)->present = false;
}
#endif

static int pages_show(struct seq_file *m, void *unused)
{
	unsigned int cpu;

	seq_puts(m, "# cpu version tsc_timestamp system_time mul shift flags\n");

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct page_copy copy;

		if (smp_call_function_single(cpu, copy_own_page, &copy, 1))
			continue;
		if (!copy.present)
			continue;
		seq_printf(m, "%u %u %llu %llu %u %d %u\n", cpu, copy.page.version,
			   copy.page.tsc_timestamp, copy.page.system_time,
			   copy.page.tsc_to_system_mul, copy.page.tsc_shift,
			   copy.page.flags);
	}
	cpus_read_unlock();

	return 0;
}

static int pages_open(struct inode *inode, struct file *file)
{
	return single_open(file, pages_show, NULL);
}

const struct file_operations test_pages_fops = {
	.owner		= THIS_MODULE,
	.open		= pages_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
