# SPDX-License-Identifier: GPL-2.0-only
"""The programs that a run has started: none of them, nor their guests, outlives it."""

import os
import signal
import subprocess
import threading
import time

# For how long a signal is given a chance, in seconds.
GRACE_S = 5

_running = set()
_ending = threading.Event()


def start(command, **how):
    """Start COMMAND, in a process group of its own."""
    if _ending.is_set():
        raise SystemExit("the run is being ended")
    # pylint: disable=consider-using-with
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **how)
    _running.add(process)
    return process


def wait(process):
    """Wait for its end; returns its exit status."""
    status = process.wait()
    _running.discard(process)
    return status


def _send(number):
    for process in list(_running):
        process.poll()
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            _running.discard(process)


def end_all():
    """End what still runs. A shell that is just starting something may lose the first
    signal, so there is a second one."""
    _ending.set()
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        _send(number)
        until = time.monotonic() + GRACE_S
        while _running and time.monotonic() < until:
            time.sleep(0.1)
            _send(0)


def _end_by_signal(number, _frame):
    # Not here: what this interrupted may hold what a wait, or a new thread, needs.
    signal.signal(number, signal.SIG_IGN)
    _ending.set()
    raise SystemExit(128 + number)


def end_by_signals():
    """Signals that end the run end what it started, too."""
    threading.Thread(target=lambda: _ending.wait() and end_all(), daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end_by_signal)
