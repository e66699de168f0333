// SPDX-License-Identifier: GPL-2.0-only
/* A second pair of eyes: what the selftests compare guestclock with. */

#include <linux/debugfs.h>
#include <linux/module.h>

#include "guestclock_test.h"

static bool gtod_notifier;
module_param(gtod_notifier, bool, 0444);
MODULE_PARM_DESC(gtod_notifier, "register a second pvclock_gtod notifier");

static bool canary;
module_param(canary, bool, 0444);
MODULE_PARM_DESC(canary, "register a clocksource whose reading can be made to jump");

static char *refuse;
module_param(refuse, charp, 0444);
MODULE_PARM_DESC(refuse, "let a call of another module to this function fail");

static unsigned int refuse_nth = 1;
module_param(refuse_nth, uint, 0444);
MODULE_PARM_DESC(refuse_nth, "which of the calls, from 1, or 0 for every one");

static long refuse_with;
module_param(refuse_with, long, 0444);
MODULE_PARM_DESC(refuse_with, "what the function returns then");

static bool forget;
module_param(forget, bool, 0444);
MODULE_PARM_DESC(forget, "leave memory behind that nobody will free");

static struct dentry *test_dir;

static int __init guestclock_test_init(void)
{
	int ret;

	if (gtod_notifier) {
		ret = test_gtod_register();
		if (ret)
			return ret;
	}

	if (canary) {
		ret = test_canary_register();
		if (ret)
			goto err_gtod;
	}

	if (refuse) {
		ret = test_refuse_register(refuse, refuse_nth, refuse_with);
		if (ret)
			goto err_canary;
	}

	if (forget) {
		ret = test_forget();
		if (ret)
			goto err_refuse;
	}

	test_dir = debugfs_create_dir("guestclock_test", NULL);
	debugfs_create_file("pages", 0400, test_dir, NULL, &test_pages_fops);
	debugfs_create_file("kvmclock", 0400, test_dir, NULL, &test_kvmclock_fops);
	debugfs_create_file("gtod", 0400, test_dir, NULL, &test_gtod_fops);
	if (canary)
		debugfs_create_file("canary", 0600, test_dir, NULL, &test_canary_fops);

	return 0;

err_refuse:
	if (refuse)
		test_refuse_unregister();
err_canary:
	if (canary)
		test_canary_unregister();
err_gtod:
	if (gtod_notifier)
		test_gtod_unregister();
	return ret;
}
module_init(guestclock_test_init);

static void __exit guestclock_test_exit(void)
{
	debugfs_remove(test_dir);
	if (refuse)
		test_refuse_unregister();
	if (canary)
		test_canary_unregister();
	if (gtod_notifier)
		test_gtod_unregister();
}
module_exit(guestclock_test_exit);

MODULE_DESCRIPTION("Independent truth for the guestclock selftests");
MODULE_LICENSE("GPL");
