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
static bool relay(int from, int to, struct vmm *vmm)
{
	char data[4096];
	ssize_t size = read(from, data, sizeof(data));

	if (size <= 0)
		return size < 0 && (errno == EINTR || errno == EAGAIN);
	if (vmm)
		vmm->has_hung |= tells_of_a_hang(data, size);
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
	if (ready[0].revents) {
		agent->heard_ns = stamp_now().raw_ns;
		agent->quiet_looked_at = false;
		if (!relay(vmm->console, agent->console_out, vmm))
			return -1;
	}
	if (ready[1].revents && !lines(agent, vmm, vmm->qmp, &vmm->qmp_in, qmp_line))
		return -1;
	if (ready[2].revents && !lines(agent, vmm, vmm->clock, &vmm->clock_in, clock_line))
		return -1;
	return 0;
}

/* pump_once() - with the guest's requests, or without */
static int pump_once(struct agent *agent, int timeout_ms, bool requests)
{
	struct vmm *incoming = agent->incoming;
	struct vmm *vmm = agent->vmm;
	/* What was said of a call before the monitor answered is found with the answer. */
	struct pollfd fds[8] = {
		{ .fd = vmm->console, .events = POLLIN },
		{ .fd = vmm->qmp, .events = POLLIN },
		{ .fd = vmm->clock, .events = POLLIN },
		{ .fd = incoming ? incoming->console : -1, .events = POLLIN },
		{ .fd = incoming ? incoming->qmp : -1, .events = POLLIN },
		{ .fd = incoming ? incoming->clock : -1, .events = POLLIN },
		{ .fd = agent->console_in, .events = POLLIN },
		{ .fd = requests ? vmm->control : -1, .events = POLLIN },
	};

	if (poll(fds, 8, timeout_ms) < 0)
		return errno == EINTR ? 0 : -1;
	if (pump_vmm(agent, vmm, &fds[0]))
		return -1;
	if (incoming && pump_vmm(agent, incoming, &fds[3]))
		return -1;
	if (fds[6].revents && !relay(agent->console_in, vmm->console, NULL))
		agent->console_in = -1;
	if (fds[7].revents &&
	    !lines(agent, vmm, vmm->control, &vmm->control_in, control_line))
		return -1;
	return 0;
}

/**
 * pump() - wait for bytes and move them, once
 * @agent: the agent
 * @timeout_ms: how long to wait at most, in ms
 *
 * Requests of the guest are left in their socket while an action runs.
 *
 * Return: 0, or -1 when the VMM has closed a channel.
 */
int pump(struct agent *agent, int timeout_ms)
{
	return pump_once(agent, timeout_ms, false);
}

/**
 * pump_requests() - the same for the main loop, which does what the guest asks for
 * @agent: the agent
 * @timeout_ms: how long to wait at most, in ms; negative for any time
 *
 * Return: 0, or -1 when the VMM has closed a channel.
 */
int pump_requests(struct agent *agent, int timeout_ms)
{
	return pump_once(agent, timeout_ms, true);
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
