"""Follows the make that started the portal: when it goes, or is interrupted, the portal stops.

Ctrl-C in a terminal reaches both. A script that interrupts make alone reaches only make, which passes SIGTERM on but
not SIGINT: it lets go of the signal and waits for us. On Linux that can be seen, so that we need not wait for each
other for ever.
"""

import os
import signal
from pathlib import Path

INTERRUPT = 1 << (signal.SIGINT - 1)


class Parent:
    """The process that started us, or nobody in particular."""

    def __init__(self, pid: int | None):
        self.pid = pid
        self.caught = self._catches_interrupts()

    def wants_to_stop(self) -> bool:
        """Whether it has gone, or was interrupted and waits."""
        if self.pid is None:
            return False
        return os.getppid() != self.pid or (self.caught and not self._catches_interrupts())

    def _catches_interrupts(self) -> bool:
        """Whether it handles SIGINT itself; unknown (False) where /proc does not say."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return False
        return any(int(line.split()[1], 16) & INTERRUPT for line in lines if line.startswith("SigCgt"))
