/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTCLOCK_COMPAT_GENL_SPLIT_OPS_H
#define GUESTCLOCK_COMPAT_GENL_SPLIT_OPS_H

/*
 * Generic netlink families with split ops on kernels that have none. The
 * family that the generator wrote becomes one of ours, which holds a family of
 * the kernel's own with ops made from the split ones.
 *
 * Here a command has a do or a dump, never both, so one split op is one op.
 */

#include <net/genetlink.h>

#define GUESTCLOCK_COMPAT_OPS_MAX	16

/**
 * struct genl_split_ops - one do or one dump of a command
 * @cmd: the command
 * @flags: GENL_ flags
 * @policy: of the request's attributes
 * @maxattr: highest attribute in @policy
 * @doit: answers a do
 * @dumpit: fills messages of a dump
 */
struct genl_split_ops {
	u8 cmd;
	u8 flags;
	const struct nla_policy *policy;
	unsigned int maxattr;
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
};

/**
 * struct guestclock_compat_family - a family with split ops
 * @name: as in struct genl_family
 * @version: as in struct genl_family
 * @netnsok: as in struct genl_family
 * @parallel_ops: as in struct genl_family
 * @module: as in struct genl_family
 * @split_ops: the ops as generated
 * @n_split_ops: how many, at most GUESTCLOCK_COMPAT_OPS_MAX
 * @mcgrps: as in struct genl_family
 * @n_mcgrps: as in struct genl_family
 * @kernel_ops: the ops as this kernel knows them
 * @kernel_family: the family that is registered
 */
struct guestclock_compat_family {
	char name[GENL_NAMSIZ];
	unsigned int version;
	bool netnsok;
	bool parallel_ops;
	struct module *module;
	const struct genl_split_ops *split_ops;
	u8 n_split_ops;
	const struct genl_multicast_group *mcgrps;
	u8 n_mcgrps;
	struct genl_ops kernel_ops[GUESTCLOCK_COMPAT_OPS_MAX];
	struct genl_family kernel_family;
};

static inline int
guestclock_compat_register(struct guestclock_compat_family *family)
{
	struct genl_family *real = &family->kernel_family;
	const struct genl_split_ops *from;
	struct genl_ops *to;
	unsigned int i;

	if (family->n_split_ops > GUESTCLOCK_COMPAT_OPS_MAX)
		return -EINVAL;

	for (i = 0; i < family->n_split_ops; i++) {
		from = &family->split_ops[i];
		to = &family->kernel_ops[i];
		to->cmd = from->cmd;
		to->flags = from->flags & ~(GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP);
		to->policy = from->policy;
		to->maxattr = from->maxattr;
		to->doit = from->doit;
		to->dumpit = from->dumpit;
	}
	strscpy(real->name, family->name, sizeof(real->name));
	real->version = family->version;
	real->netnsok = family->netnsok;
	real->parallel_ops = family->parallel_ops;
	real->module = family->module;
	real->ops = family->kernel_ops;
	real->n_ops = family->n_split_ops;
	real->mcgrps = family->mcgrps;
	real->n_mcgrps = family->n_mcgrps;

	return genl_register_family(real);
}

/* From here on a family is one of ours, also where the generator says so. */
#define genl_family			guestclock_compat_family
#define genl_register_family(family)	guestclock_compat_register(family)
#define genl_unregister_family(family)	\
	genl_unregister_family(&(family)->kernel_family)
#define genl_has_listeners(family, net, group) \
	genl_has_listeners(&(family)->kernel_family, net, group)
#define genlmsg_put(skb, portid, seq, family, flags, cmd) \
	genlmsg_put(skb, portid, seq, &(family)->kernel_family, flags, cmd)
#define genlmsg_multicast(family, skb, portid, group, flags) \
	genlmsg_multicast(&(family)->kernel_family, skb, portid, group, flags)

#endif /* GUESTCLOCK_COMPAT_GENL_SPLIT_OPS_H */
