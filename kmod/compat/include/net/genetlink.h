/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_NET_GENETLINK_H
#define GUESTCLOCK_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#include <linux/version.h>

/* Split ops, which the generator writes, came with Linux 6.2. */
#if KERNEL_VERSION(6, 2, 0) > LINUX_VERSION_CODE
#include "../../genl_split_ops.h"
#endif

/* So did, in 6.6, one struct genl_info for requests and dumps alike. */
#if KERNEL_VERSION(6, 6, 0) > LINUX_VERSION_CODE
#define genl_info_dump(cb)	genl_dumpit_info(cb)
#endif

#endif /* GUESTCLOCK_COMPAT_NET_GENETLINK_H */
