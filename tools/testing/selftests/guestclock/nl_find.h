/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_TEST_NL_FIND_H
#define GUESTCLOCK_TEST_NL_FIND_H

#include <linux/netlink.h>
#include <stddef.h>

/* nl_find() - the first attribute of a type among LEN bytes of them, or NULL */
static inline const struct nlattr *nl_find(const void *attributes, int len, __u16 type)
{
	const struct nlattr *attr = attributes;

	while (len >= (int)sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

#endif
