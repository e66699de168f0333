// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: snapshots, dumps of the event log, and the
 * multicast of events. Policies and ops are generated from
 * Documentation/netlink/specs/guestclock.yaml.
 */

#include "guestclock.h"

#include <linux/cpumask.h>

#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "event.h"
#include "generated/guestclock_nl.h"
#include "log.h"
#include "netlink.h"
#include "netlink_event.h"
#include "netlink_fill.h"
#include "netlink_fill_tsc.h"
#include "observer.h"

/* The log commits events before the family is there and after it has gone. */
static bool registered;

/**
 * guestclock_netlink_dump_header() - begin one message of a dump
 * @skb: where it goes
 * @cb: the dump
 * @cmd: the operation
 *
 * Context: Process.
 * Return: its header, or NULL when @skb is full.
 */
void *guestclock_netlink_dump_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &guestclock_nl_family, NLM_F_MULTI, cmd);
}

/**
 * guestclock_netlink_dump_end() - end the message if filling it worked
 * @skb: where it is
 * @header: its header
 * @err: what filling it gave
 *
 * Context: Process.
 * Return: whether it did.
 */
bool guestclock_netlink_dump_end(struct sk_buff *skb, void *header, int err)
{
	if (err)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);

	return !err;
}

/**
 * guestclock_netlink_refuse_attributes() - as 6.12 does not for ops without policy
 * @nlh: the request
 * @extack: gets the reason
 *
 * Context: Process.
 * Return: 0 or -EINVAL.
 */
int guestclock_netlink_refuse_attributes(const struct nlmsghdr *nlh,
					 struct netlink_ext_ack *extack)
{
	if (!nlmsg_attrlen(nlh, GENL_HDRLEN))
		return 0;
	NL_SET_ERR_MSG(extack, "this operation takes no attributes");

	return -EINVAL;
}

/*
 * Dumps what @fill makes of each online CPU from the one in cb->args[0] on, as
 * far as the message goes.
 */
static int dump_cpus(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     int (*fill)(struct sk_buff *skb, unsigned int cpu))
{
	unsigned int cpu = cb->args[0];
	void *header;
	int err;

	err = guestclock_netlink_refuse_attributes(cb->nlh, cb->extack);
	if (err)
		return err;

	for (; cpu < nr_cpu_ids; cpu++) {
		if (!cpu_online(cpu))
			continue;
		header = guestclock_netlink_dump_header(skb, cb, cmd);
		if (!header || !guestclock_netlink_dump_end(skb, header, fill(skb, cpu)))
			break;
	}
	cb->args[0] = cpu;

	return skb->len;
}

/**
 * guestclock_netlink_reply() - answer a request that takes no attributes
 * @info: the request
 * @cmd: the operation
 * @fill: fills the message
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_netlink_reply(struct genl_info *info, u8 cmd,
			     int (*fill)(struct sk_buff *skb))
{
	struct sk_buff *skb;
	void *header;
	int err;

	err = guestclock_netlink_refuse_attributes(info->nlhdr, info->extack);
	if (err)
		return err;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			     &guestclock_nl_family, 0, cmd);
	err = header ? fill(skb) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);

	return genlmsg_reply(skb, info);
}

/**
 * guestclock_nl_status_get_doit() - GUESTCLOCK_CMD_STATUS_GET
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return guestclock_netlink_reply(info, GUESTCLOCK_CMD_STATUS_GET,
					guestclock_fill_status);
}

/**
 * guestclock_nl_clocksource_get_doit() - GUESTCLOCK_CMD_CLOCKSOURCE_GET
 * @skb: the request
 * @info: its parsed form
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_nl_clocksource_get_doit(struct sk_buff *skb,
				       struct genl_info *info)
{
	return guestclock_netlink_reply(info, GUESTCLOCK_CMD_CLOCKSOURCE_GET,
					guestclock_fill_clocksource);
}

/**
 * guestclock_nl_observer_get_dumpit() - GUESTCLOCK_CMD_OBSERVER_GET
 * @skb: the message to fill
 * @cb: the dump; args[0] is the next observer
 *
 * Context: Process, may sleep.
 * Return: the message's length, 0 when the dump is over, or a negative errno.
 */
int guestclock_nl_observer_get_dumpit(struct sk_buff *skb,
				      struct netlink_callback *cb)
{
	const struct guestclock_observer *observer;
	void *header;
	int err;

	err = guestclock_netlink_refuse_attributes(cb->nlh, cb->extack);
	if (err)
		return err;

	while ((observer = guestclock_observer_at(cb->args[0]))) {
		header = guestclock_netlink_dump_header(skb, cb, GUESTCLOCK_CMD_OBSERVER_GET);
		if (!header ||
		    !guestclock_netlink_dump_end(skb, header,
						 guestclock_fill_observer(skb, observer)))
			break;
		cb->args[0]++;
	}

	return skb->len;
}

/**
 * guestclock_nl_pvclock_get_dumpit() - GUESTCLOCK_CMD_PVCLOCK_GET
 * @skb: the message to fill
 * @cb: the dump; args[0] is the next CPU
 *
 * Context: Process, may sleep.
 * Return: the message's length, 0 when the dump is over.
 */
int guestclock_nl_pvclock_get_dumpit(struct sk_buff *skb,
				     struct netlink_callback *cb)
{
	return dump_cpus(skb, cb, GUESTCLOCK_CMD_PVCLOCK_GET, guestclock_fill_pvclock);
}

/**
 * guestclock_nl_tsc_get_dumpit() - GUESTCLOCK_CMD_TSC_GET
 * @skb: the message to fill
 * @cb: the dump; args[0] is the next CPU
 *
 * Context: Process, may sleep.
 * Return: the message's length, 0 when the dump is over.
 */
int guestclock_nl_tsc_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return dump_cpus(skb, cb, GUESTCLOCK_CMD_TSC_GET, guestclock_fill_tsc);
}

/**
 * struct event_dump - how far a dump of the event log has come
 * @started: the rest is set
 * @next: the seq to go on with
 * @end: the head when the dump began, where it ends
 * @load_id: the load that these events belong to
 */
struct event_dump {
	u64 started;
	u64 next;
	u64 end;
	u64 load_id;
};

static struct event_dump *event_dump_of(struct netlink_callback *cb)
{
	struct event_dump *dump = (struct event_dump *)cb->args;
	struct guestclock_log_state log;
	struct nlattr *since;

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->args));
	if (dump->started)
		return dump;

	since = genl_info_dump(cb)->attrs[GUESTCLOCK_A_EVENT_SINCE_SEQ];
	guestclock_log_state(&log);
	dump->next = since ? nla_get_u64(since) : 0;
	dump->end = log.head;
	dump->load_id = log.load_id;
	dump->started = true;

	return dump;
}

/**
 * guestclock_nl_event_get_dumpit() - GUESTCLOCK_CMD_EVENT_GET
 * @skb: the message to fill
 * @cb: the dump; args hold a struct event_dump
 *
 * Context: Process, may sleep.
 * Return: the message's length, 0 when the dump is over.
 */
int guestclock_nl_event_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct event_dump *dump = event_dump_of(cb);
	struct guestclock_event event;
	void *header;
	u64 tail;
	int err;

	while (dump->next < dump->end &&
	       guestclock_log_read(dump->next, &event, &tail) &&
	       event.seq < dump->end) {
		header = guestclock_netlink_dump_header(skb, cb, GUESTCLOCK_CMD_EVENT_GET);
		if (!header)
			break;
		err = guestclock_netlink_put_event(skb, &event, dump->load_id,
						   tail, dump->end);
		if (!guestclock_netlink_dump_end(skb, header, err))
			break;
		dump->next = event.seq + 1;
	}

	return skb->len;
}

/**
 * guestclock_netlink_has_listeners() - whether anybody subscribed to events
 *
 * Context: Process.
 * Return: false also while the family is not registered.
 */
bool guestclock_netlink_has_listeners(void)
{
	return READ_ONCE(registered) &&
	       genl_has_listeners(&guestclock_nl_family, &init_net,
				  GUESTCLOCK_NLGRP_EVENTS);
}

/**
 * guestclock_netlink_notify() - multicast an event that was committed
 * @event: the event
 * @load_id: the load that it belongs to
 * @tail: oldest seq in the log
 *
 * A message that cannot be made or delivered is not lost: its seq is missing
 * to the listener, who finds the event in the log.
 *
 * Context: Process, may sleep; the log's lock keeps the order.
 */
void guestclock_netlink_notify(const struct guestclock_event *event,
			       u64 load_id, u64 tail)
{
	struct sk_buff *skb;
	void *header;

	if (!guestclock_netlink_has_listeners())
		return;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return;
	header = genlmsg_put(skb, 0, 0, &guestclock_nl_family, 0,
			     GUESTCLOCK_CMD_EVENT_NTF);
	if (!header ||
	    guestclock_netlink_put_event(skb, event, load_id, tail,
					 event->seq + 1)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast(&guestclock_nl_family, skb, 0,
			  GUESTCLOCK_NLGRP_EVENTS, GFP_KERNEL);
}

/**
 * guestclock_netlink_init() - register the family
 *
 * Context: Process, may sleep.
 * Return: 0 or a negative errno.
 */
int guestclock_netlink_init(void)
{
	int err;

	err = genl_register_family(&guestclock_nl_family);
	if (err)
		return err;
	WRITE_ONCE(registered, true);

	return 0;
}

/**
 * guestclock_netlink_exit() - unregister the family
 *
 * When this returns no command is running.
 *
 * Context: Process, sleeps.
 */
void guestclock_netlink_exit(void)
{
	WRITE_ONCE(registered, false);
	genl_unregister_family(&guestclock_nl_family);
}
