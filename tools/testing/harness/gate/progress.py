# SPDX-License-Identifier: GPL-2.0-only
"""Lines of progress from several things at a time, at least one every 20 s."""

import threading
import time

QUIET_S = 15


class Progress:
    """Prints; says what still runs when nothing was printed for a while."""

    def __init__(self):
        self.began = time.monotonic()
        self._lock = threading.Lock()
        self._spoke = self.began
        self._running = {}
        threading.Thread(target=self._tick, daemon=True).start()

    def seconds(self):
        """Since the beginning."""
        return int(time.monotonic() - self.began)

    def say(self, text):
        """One or more lines, with the time in front of the first."""
        with self._lock:
            self._print(f"[{self.seconds():4d}s] {text}")

    def lines(self, text):
        """Lines as they are."""
        with self._lock:
            self._print(text)

    def _print(self, text):
        print(text, flush=True)
        self._spoke = time.monotonic()

    def begin(self, what):
        """WHAT runs from now on; returns what end() is told."""
        begun = object()
        with self._lock:
            self._running[begun] = what, time.monotonic()
        return begun

    def end(self, begun):
        """That does not run any more; returns its seconds."""
        with self._lock:
            return int(time.monotonic() - self._running.pop(begun)[1])

    def _tick(self):
        while True:
            time.sleep(1)
            with self._lock:
                now = time.monotonic()
                if now - self._spoke < QUIET_S or not self._running:
                    continue
                what = ", ".join(f"{name} ({now - since:.0f} s)"
                                 for name, since in self._running.values())
                self._print(f"[{self.seconds():4d}s] ... {what}")
