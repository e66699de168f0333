# SPDX-License-Identifier: GPL-2.0-only
"""The programs that a run has started: none of them, nor their guests, outlives it."""

import os
import signal
import subprocess
import threading

# How long what was asked to end may take to, in seconds.
GRACE_S = 10

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


def _signal(number):
    for process in list(_running):
        if process.poll() is None:
            os.killpg(process.pid, number)


def end_all():
    """End what still runs, and wait for that."""
    _ending.set()
    _signal(signal.SIGTERM)
    for process in list(_running):
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            _signal(signal.SIGKILL)


def _end_by_signal(number, _frame):
    # Without waiting: what this interrupted may be a wait for the same program.
    signal.signal(number, signal.SIG_IGN)
    _ending.set()
    _signal(signal.SIGTERM)
    raise SystemExit(128 + number)


def end_by_signals():
    """Signals that end the run end what it started, too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end_by_signal)
