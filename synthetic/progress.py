"""How far it is, for whoever waits at a terminal; one line at the end for everybody else."""

from time import monotonic
from typing import Any

from django.core.management.base import OutputWrapper

EVERY_SECONDS = 0.5


class Progress:
    """Counts one kind of thing at a time."""

    def __init__(self, out: Any):
        while isinstance(out, OutputWrapper):
            out = out._out  # a wrapper ends every piece with a new line
        self.out = out
        self.lively = hasattr(out, "isatty") and out.isatty()
        self.started = self.said = monotonic()

    def say(self, what: str, done: int, whole: int) -> None:
        """Done so many of the whole: shown with the rate and what remains, at most twice a second."""
        now = monotonic()
        if not self.lively or (now - self.said < EVERY_SECONDS and done < whole):
            return
        self.said = now
        rate = done / max(now - self.started, 0.001)
        left = (whole - done) / max(rate, 0.001)
        self.out.write(f"\r  {done:,} of {whole:,} {what}, {rate:,.0f} a second, {left:.0f} s left    ")
        self.out.flush()

    def tell(self, line: str) -> None:
        """A line that everybody may read."""
        self.out.write(f"  {line}\n")

    def next(self) -> None:
        """Another kind of thing begins."""
        if self.lively:
            self.out.write("\n")
        self.started = monotonic()
