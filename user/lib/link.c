// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the module over generic netlink. */
#include "link.h"

#include <errno.h>
#include <linux/guestclock.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "decode.h"
#include "schema.h"

/* Longer than any dump or measurement takes; only a stuck kernel gets here. */
#define ANSWER_TIMEOUT_S 60

/* A dump fills at most 32 KiB per message; events come one by one. */
#define MESSAGE_SIZE 65536

/* The kernel's own words about the last failed request. */
static char kernel_message[128];

/**
 * struct answer - What is wanted of the answer to one request.
 * @schema: columns of its rows
 * @fn: gets each row, may be NULL
 * @arg: handed to @fn
 * @err: first error, negative, of the kernel (libnl's numbers) or of @fn
 * @done: the answer is complete
 */
struct answer {
	const struct gc_schema *schema;
	gc_row_fn fn;
	void *arg;
	int err;
	bool done;
};

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(msg));
	struct answer *answer = arg;
	struct gc_row *row;

	if (!answer->fn || answer->err)
		return NL_OK;
	row = gc_decode_row(answer->schema, genlmsg_attrdata(header, 0),
			    genlmsg_attrlen(header, 0));
	if (!row) {
		answer->err = -NLE_NOMEM;
		return NL_OK;
	}
	answer->err = answer->fn(row, answer->arg);
	return NL_OK;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	struct answer *answer = arg;
	struct nlmsghdr *header = nlmsg_hdr(msg);
	int code = 0;

	/* A dump that failed half-way says so in its last message. */
	if (header->nlmsg_type == NLMSG_DONE && nlmsg_datalen(header) >= (int)sizeof(code))
		memcpy(&code, nlmsg_data(header), sizeof(code));
	if (code < 0 && !answer->err)
		answer->err = -nl_syserr2nlerr(code);
	answer->done = true;
	return NL_STOP;
}

static void keep_kernel_message(struct nlmsgerr *error)
{
	struct nlmsghdr *header = (struct nlmsghdr *)error - 1;
	size_t room = nlmsg_datalen(header), offset = sizeof(*error);
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	kernel_message[0] = '\0';
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* After the request, which is repeated whole unless it says otherwise. */
	if (!(header->nlmsg_flags & NLM_F_CAPPED)) {
		if (error->msg.nlmsg_len < NLMSG_HDRLEN || error->msg.nlmsg_len > room)
			return;
		offset += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	if (offset > room)
		return;
	if (nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)error + offset),
		      room - offset, NULL))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		snprintf(kernel_message, sizeof(kernel_message), "%.*s",
			 nla_len(tb[NLMSGERR_ATTR_MSG]),
			 (const char *)nla_data(tb[NLMSGERR_ATTR_MSG]));
}

/* A module that is on its way out refuses in its own ways: it is as good as gone. */
static int libnl_error(int code)
{
	if (code == -ESHUTDOWN || code == -EPROTONOSUPPORT)
		return -NLE_OBJ_NOTFOUND;
	return -nl_syserr2nlerr(code);
}

static int on_error(struct sockaddr_nl *peer, struct nlmsgerr *error, void *arg)
{
	struct answer *answer = arg;

	(void)peer;
	answer->err = libnl_error(error->error);
	answer->done = true;
	keep_kernel_message(error);
	return NL_STOP;
}

/**
 * gc_link_kernel_message() - The kernel's own words about the last failure.
 *
 * Return: the words, "" when it gave none.
 */
const char *gc_link_kernel_message(void)
{
	return kernel_message;
}

/**
 * gc_link_resolve() - Look up the family again, after a reload of the module.
 * @link: the link
 *
 * Return: 0, or a negative error of libnl; -NLE_OBJ_NOTFOUND when there is no
 * such family here.
 */
int gc_link_resolve(struct gc_link *link)
{
	int id = genl_ctrl_resolve(link->sock, GUESTCLOCK_FAMILY_NAME);

	if (id < 0)
		return id;
	link->family = id;
	return 0;
}

/**
 * gc_link_open() - Open a link to the module.
 * @link: the link, to be closed by gc_link_close() on success
 *
 * Return: 0, or a negative error of libnl; -NLE_OBJ_NOTFOUND when the module
 * cannot be found.
 */
int gc_link_open(struct gc_link *link)
{
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	int err, on = 1;

	link->family = -1;
	link->sock = nl_socket_alloc();
	if (!link->sock)
		return -NLE_NOMEM;
	err = genl_connect(link->sock);
	if (!err)
		err = nl_socket_set_msg_buf_size(link->sock, MESSAGE_SIZE);
	if (err)
		goto fail;
	setsockopt(nl_socket_get_fd(link->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(link->sock), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	err = gc_link_resolve(link);
	if (err)
		goto fail;
	return 0;

fail:
	gc_link_close(link);
	return err;
}

/**
 * gc_link_close() - Close a link.
 * @link: the link
 */
void gc_link_close(struct gc_link *link)
{
	nl_socket_free(link->sock);
	link->sock = NULL;
}

/**
 * gc_link_request() - Begin a request.
 * @link: the link
 * @cmd: GUESTCLOCK_CMD_*
 * @dump: whether it asks for all rows
 *
 * Return: the message, to which attributes may be added, for gc_link_run(), or
 * NULL without memory.
 */
struct nl_msg *gc_link_request(const struct gc_link *link, int cmd, bool dump)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, link->family, 0,
			 dump ? NLM_F_DUMP : NLM_F_ACK, cmd, GUESTCLOCK_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/**
 * gc_link_run() - Send a request and take its answer.
 * @link: the link
 * @msg: the request, freed here; NULL counts as without memory
 * @schema: columns of the rows of the answer
 * @fn: gets each row and owns it; its first negative return is the result, and
 *   the rest of the answer is skipped; NULL when no rows are expected
 * @arg: handed to @fn
 *
 * Return: 0, or a negative error of libnl or of @fn.
 */
int gc_link_run(struct gc_link *link, struct nl_msg *msg, const struct gc_schema *schema,
		gc_row_fn fn, void *arg)
{
	struct answer answer = { .schema = schema, .fn = fn, .arg = arg };
	struct nl_cb *cb;
	int err;

	if (!msg)
		return -NLE_NOMEM;
	kernel_message[0] = '\0';
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &answer);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, &answer);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, &answer);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &answer);

	err = nl_send_auto(link->sock, msg);
	nlmsg_free(msg);
	while (err >= 0 && !answer.done) {
		err = nl_recvmsgs(link->sock, cb);
		/* Rows that changed during the dump: still each one is whole. */
		if (err == -NLE_DUMP_INTR)
			err = 0;
	}
	nl_cb_put(cb);
	if (answer.err)
		return answer.err;
	return err < 0 ? err : 0;
}

/**
 * gc_link_get() - Run a request that has no attributes.
 * @link: the link
 * @cmd: GUESTCLOCK_CMD_*
 * @dump: whether it asks for all rows
 * @schema: columns of the rows of the answer
 * @fn: as for gc_link_run()
 * @arg: handed to @fn
 *
 * Return: 0, or a negative error of libnl or of @fn.
 */
int gc_link_get(struct gc_link *link, int cmd, bool dump, const struct gc_schema *schema,
		gc_row_fn fn, void *arg)
{
	return gc_link_run(link, gc_link_request(link, cmd, dump), schema, fn, arg);
}

/**
 * gc_link_get_newer() - Run a request for one row that older modules do not know.
 * @link: the link
 * @cmd: GUESTCLOCK_CMD_*
 * @schema: columns of the answer
 * @fn: as for gc_link_run(); not called when the module is older
 * @arg: handed to @fn
 *
 * Return: 0, or a negative error of libnl or of @fn.
 */
int gc_link_get_newer(struct gc_link *link, int cmd, const struct gc_schema *schema,
		      gc_row_fn fn, void *arg)
{
	int err = gc_link_get(link, cmd, false, schema, fn, arg);

	return err == -NLE_OPNOTSUPP ? 0 : err;
}

static int take_one(struct gc_row *row, void *arg)
{
	struct gc_row **where = arg;

	gc_row_free(*where);
	*where = row;
	return 0;
}

/**
 * gc_link_status() - Ask for the module's status.
 * @link: the link
 * @status: where the row goes, for gc_row_free()
 *
 * Return: 0, or a negative error of libnl.
 */
int gc_link_status(struct gc_link *link, struct gc_row **status)
{
	int err;

	*status = NULL;
	err = gc_link_get(link, GUESTCLOCK_CMD_STATUS_GET, false, &gc_schema_status, take_one,
			  status);
	if (!err && !*status)
		err = -NLE_MSG_TOOSHORT;
	if (err) {
		gc_row_free(*status);
		*status = NULL;
	}
	return err;
}
