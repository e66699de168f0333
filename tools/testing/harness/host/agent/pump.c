// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one loop that moves bytes. Actions call it while they wait, so console
 * and monitor are never left unread.
 */
#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef void (*line_handler)(struct agent *agent, struct vmm *vmm, const char *line);

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t done = write(fd, data, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		data += done;
		size -= done;
	}
	return 0;
}

/* relay() - copy what is there; false at the end of the stream */
static bool relay(int from, int to, bool *has_hung)
{
	char data[4096];
	ssize_t size = read(from, data, sizeof(data));

	if (size <= 0)
		return size < 0 && (errno == EINTR || errno == EAGAIN);
	*has_hung |= tells_of_a_hang(data, size);
	return !write_all(to, data, size);
}

/*
 * lines() - read what is there and hand out the whole lines; false at the end
 * of the stream. A line that outgrows the buffer is dropped with a word.
 */
static bool lines(struct agent *agent, struct vmm *vmm, int fd, struct line_buffer *buffer,
		  line_handler handler)
{
	ssize_t size = read(fd, buffer->data + buffer->used, sizeof(buffer->data) - buffer->used);
	char line[sizeof(buffer->data)];
	char *end;

	if (size <= 0)
		return size < 0 && (errno == EINTR || errno == EAGAIN);
	buffer->used += size;
	while ((end = memchr(buffer->data, '\n', buffer->used))) {
		size_t length = end - buffer->data;

		memcpy(line, buffer->data, length);
		line[length] = '\0';
		buffer->used -= length + 1;
		memmove(buffer->data, end + 1, buffer->used);
		handler(agent, vmm, line);
	}
	if (buffer->used == sizeof(buffer->data)) {
		fprintf(stderr, "host agent: a line is too long, dropped\n");
		buffer->used = 0;
	}
	return true;
}

static void control_line(struct agent *agent, struct vmm *vmm, const char *line)
{
	if (vmm == agent->vmm)
		request_line(agent, line);
}

static int pump_vmm(struct agent *agent, struct vmm *vmm, const struct pollfd *ready)
{
	if (ready[0].revents && !relay(vmm->console, agent->console_out, &vmm->has_hung))
		return -1;
	if (ready[1].revents && !lines(agent, vmm, vmm->qmp, &vmm->qmp_in, qmp_line))
		return -1;
	return 0;
}

/**
 * pump() - wait for bytes and move them, once
 * @agent: the agent
 * @timeout_ms: how long to wait at most, in ms
 *
 * Requests of the guest are left in their socket while an action runs: it is
 * the main loop that passes a negative @timeout_ms and takes them.
 *
 * Return: 0, or -1 when the VMM has closed a channel.
 */
int pump(struct agent *agent, int timeout_ms)
{
	struct vmm *incoming = agent->incoming;
	struct vmm *vmm = agent->vmm;
	bool typed = false;
	struct pollfd fds[6] = {
		{ .fd = vmm->console, .events = POLLIN },
		{ .fd = vmm->qmp, .events = POLLIN },
		{ .fd = incoming ? incoming->console : -1, .events = POLLIN },
		{ .fd = incoming ? incoming->qmp : -1, .events = POLLIN },
		{ .fd = agent->console_in, .events = POLLIN },
		{ .fd = timeout_ms < 0 ? vmm->control : -1, .events = POLLIN },
	};

	if (poll(fds, 6, timeout_ms) < 0)
		return errno == EINTR ? 0 : -1;
	if (pump_vmm(agent, vmm, &fds[0]))
		return -1;
	if (incoming && pump_vmm(agent, incoming, &fds[2]))
		return -1;
	if (fds[4].revents && !relay(agent->console_in, vmm->console, &typed))
		agent->console_in = -1;
	if (fds[5].revents &&
	    !lines(agent, vmm, vmm->control, &vmm->control_in, control_line))
		return -1;
	return 0;
}

/**
 * pump_until() - move bytes until a moment has come
 * @agent: the agent
 * @raw_ns: the moment, on CLOCK_MONOTONIC_RAW
 *
 * Return: 0, or -1 when the VMM has closed a channel.
 */
int pump_until(struct agent *agent, int64_t raw_ns)
{
	for (;;) {
		int64_t left = raw_ns - stamp_now().raw_ns;

		if (left <= 0)
			return 0;
		if (pump(agent, left / 1000000 + 1))
			return -1;
	}
}
