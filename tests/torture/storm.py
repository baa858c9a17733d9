"""Kills processes of a running portal outright, in an order that its seed repeats."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psutil

Found = list[psutil.Process]
SHORTEST, LONGEST = 2.0, 4.0
WORK, PATIENCE = 8, 15.0
AT_ONCE = 0.25


class Storm:
    """What is killed, and when: in the middle of work, and sometimes again before it was taken up."""

    def __init__(self, supervisor: int, seed: str):
        self.supervisor = psutil.Process(supervisor)
        self.dice = random.Random(f"{seed}/storm")
        self.killed: Counter[str] = Counter()
        self.order = self._order()
        self._plan(0)

    @property
    def spared(self) -> set[str]:
        """What was not killed yet."""
        return set(KINDS) - set(self.killed)

    def strike(self, answered: int) -> str:
        """Kill what is due, if anything is; answers what, or nothing. `answered` says how much work was done."""
        now = time.monotonic()
        if now < self.due or (answered < self.wanted and now < self.due + PATIENCE):
            return ""
        victims = KINDS[self.next](self)
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        if not victims:
            return ""
        killed = self.next
        self.killed[killed] += 1
        self._plan(answered)
        return killed

    def _plan(self, answered: int) -> None:
        """What is killed next, when, and after how much more work."""
        self.next = next(self.order)
        self.due = time.monotonic() + self.dice.uniform(SHORTEST, LONGEST)
        self.wanted = answered + (0 if self.dice.random() < AT_ONCE else WORK)

    def _order(self) -> Iterator[str]:
        """Everything once, then whatever the dice say."""
        yield from self.dice.sample(sorted(KINDS), len(KINDS))
        while True:
            yield self.dice.choice(sorted(KINDS))

    def programs(self, *words: str) -> Found:
        """What the supervisor itself started, with these words in the command line."""
        return [one for one in children(self.supervisor) if all(named(one, word) for word in words)]

    def one_child(self, *words: str) -> Found:
        """Any child of such a program, but not the one that only tidies up after Python."""
        found = [child for one in self.programs(*words) for child in children(one) if not named(child, "tracker")]
        return [self.dice.choice(found)] if found else []

    def whole_database(self) -> Found:
        """PostgreSQL's first process and then every other, as when a machine dies."""
        return [each for one in self.programs("/postgres") for each in (one, *children(one))]

    def one_session(self) -> Found:
        """The server process of one connection: PostgreSQL then ends all others and recovers."""
        found = [child for one in self.programs("/postgres") for child in children(one) if named(child, "127.0.0.1")]
        return [self.dice.choice(found)] if found else []


KINDS: dict[str, Callable[[Storm], Found]] = {
    "a process of the worker": lambda storm: storm.one_child("celery", "worker"),
    "the worker": lambda storm: storm.programs("celery", "worker"),
    "a web worker": lambda storm: storm.one_child("granian"),
    "the web server": lambda storm: storm.programs("granian"),
    "PostgreSQL": Storm.whole_database,
    "a session of PostgreSQL": Storm.one_session,
    "Valkey": lambda storm: storm.programs("valkey-server"),
    "the timetable": lambda storm: storm.programs("celery", "beat"),
}


def children(process: psutil.Process) -> Found:
    """Its children, those that are still there."""
    try:
        return sorted(process.children(), key=lambda one: one.pid)
    except psutil.NoSuchProcess:
        return []


def named(process: psutil.Process, word: str) -> bool:
    """Whether its command line holds the word."""
    try:
        return any(word in part for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
