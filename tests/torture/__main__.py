"""`make torture MINUTES=10 SEED=7`: the storm at length, with a progress bar, a table and an exit code."""
# ruff: noqa: T201  it speaks to whoever started it

import argparse
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.stack.conftest import ROOT, Portal, forget, until
from tests.torture.proof import Line
from tests.torture.trial import Trial

WIDTH = 30


class Bar:
    """How far the storm is: a bar on a terminal, a line for every kill elsewhere."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.live = sys.stdout.isatty()

    def show(self, share: float, killed: str, trial: Trial) -> None:
        """Called many times a second."""
        answered, kills = len(trial.ledger.referrals), trial.storm.killed.total()
        words = f"{share:4.0%}  {answered:,} answered, {trial.ledger.again:,} tried again, {kills} killed"
        if self.live:
            bar = "█" * int(share * WIDTH)
            print(f"\r{bar:░<{WIDTH}} {words}  {killed:<28}" if killed else f"\r{bar:░<{WIDTH}} {words}", end="")
        elif killed:
            print(f"{time.monotonic() - self.started:6.1f} s {words}: {killed}", flush=True)


def table(lines: list[Line]) -> str:
    """What has to be so, what is, and whether they are the same."""
    width = max(len(line.words) for line in lines)
    rows = [f"{'':4} {'what has to be so':<{width}} {'expected':>10} {'found':>10}"]
    for line in lines:
        expected, found = (len(each) if isinstance(each, list) else each for each in (line.expected, line.found))
        rows.append(f"{'ok' if line.holds else 'FAIL':4} {line.words:<{width}} {expected!s:>10} {found!s:>10}")
    rows += [
        f"     {words}" for line in lines if not line.holds and isinstance(line.found, list) for words in line.found
    ]
    return "\n".join(rows)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def torture(minutes: float, seed: str) -> bool:
    """One trial in a var directory of its own, which is kept when something was not as it has to be."""
    (ROOT / "var" / "test").mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="torture-", dir=ROOT / "var" / "test"))
    var.chmod(0o755)
    print(f"Seed {seed}: the same seed kills in the same order. Logs are in {var / 'log'}", flush=True)
    portal = Portal(var, free_port(), var / "words")
    good = False
    try:
        portal.wait_until_ready()
        trial, bar = Trial(portal, seed), Bar()
        lines = trial.run(minutes * 60, lambda share, killed: bar.show(share, killed, trial))
        print(f"\nKilled: {', '.join(f'{kind} {count}x' for kind, count in sorted(trial.storm.killed.items()))}")
        print(f"Calm after {trial.calm_after:.0f} s; the slowest answer took {trial.ledger.slowest:.0f} s\n")
        print(table(lines), flush=True)
        good = all(line.holds for line in lines)
    finally:
        portal.family()
        portal.process.terminate()
        portal.process.wait()
        until(lambda: not portal.family())
        if good:
            forget(var)
            shutil.rmtree(var, ignore_errors=True)
    return good


def main() -> int:
    """Exit code 0 when everything that was acknowledged is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 10))
    parser.add_argument("--seed", default=os.environ.get("SEED") or secrets.token_hex(3))
    given = parser.parse_args()
    return 0 if torture(given.minutes, given.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
