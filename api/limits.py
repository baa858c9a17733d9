"""How many requests a partner's system may make in a minute, counted together in Valkey.

It protects the portal from a system that repeats itself without end; it is no tariff. A minute is a minute of the
clock, so a system may use two minutes' worth around its turn. Each process tells Valkey of a fiftieth of the limit at
once, so that a busy system costs few round trips and goes over its limit by a fiftieth for each process at most. When
Valkey does not answer nobody is turned away: people are referred here. ADR 19 says why this is not a library.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.problems import Code, Problem

MINUTE = 60
PARTS = 50
TELLS_AFTER_SECONDS = 1
PATIENCE_SECONDS = 0.25
PAUSE_SECONDS = 5
log = structlog.get_logger("portal.api")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of this minute's requests one system has used."""

    limit: int
    used: int
    seconds_left: int

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit fields of the IETF's draft: the policy, and what is left of it."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={MINUTE}',
            "RateLimit": f'"minute";r={left};t={self.seconds_left}',
        }

    def check(self) -> None:
        """Refuse what goes beyond it, and say when to come again."""
        if self.used > self.limit:
            words = f"A system may make {self.limit} requests a minute. Wait for Retry-After seconds, then go on."
            raise Problem(Code.TOO_MANY_REQUESTS, words, headers={"Retry-After": str(self.seconds_left)})


class Counter:
    """Requests by system and minute. After a failure it does not ask Valkey for some seconds."""

    def __init__(self, url: str) -> None:
        self.valkey = redis.Redis.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 1)
        )
        self.clock = time.monotonic
        self.asks_again_at = 0.0
        self.tallies: dict[str, Tally] = {}
        self.lock = Lock()

    def count(self, key: str, *, batch: int = 1) -> int | None:
        """One more; how many that makes as far as this process knows, or None when nobody can tell."""
        now = self.clock()
        if now < self.asks_again_at:
            return None
        with self.lock:
            tally = self.tallies.get(key) or self._begin(key, now)
            tally.untold += 1
            if tally.untold < batch and now - tally.told_at < TELLS_AFTER_SECONDS:
                return tally.used
            untold, tally.untold, tally.told_at = tally.untold, 0, now
        return self._tell(key, tally, untold)

    def _begin(self, key: str, now: float) -> "Tally":
        """A system's first request of a minute here: it is told at once. Minutes that have passed are forgotten."""
        self.tallies = {name: one for name, one in self.tallies.items() if now - one.begun_at < MINUTE}
        return self.tallies.setdefault(key, Tally(begun_at=now))

    def _tell(self, key: str, tally: "Tally", untold: int) -> int | None:
        used = self.ask(lambda valkey: add(valkey, key, untold))
        if used is None:
            return None
        tally.told = used
        return tally.used

    def ask(self, question: Callable[[Any], Answer]) -> Answer | None:
        """What Valkey answers; None when it does not, and for some seconds after that."""
        if self.clock() < self.asks_again_at:
            return None
        try:
            return question(self.valkey)
        except redis.RedisError as error:
            self.asks_again_at = self.clock() + PAUSE_SECONDS
            log.warning("requests_not_counted", error=type(error).__name__, seconds=PAUSE_SECONDS)
            return None


def add(valkey: Any, key: str, many: int = 1) -> int:
    """So many more under a key that is forgotten after two minutes, in one trip; how many that makes."""
    with valkey.pipeline(transaction=False) as trip:
        used, _ = trip.incrby(key, many).expire(key, 2 * MINUTE).execute()
    return int(used)


@dataclass(slots=True)
class Tally:
    """What one process knows of a system's minute: the count when it last told Valkey, and its own since then."""

    begun_at: float
    told: int = 0
    untold: int = 0
    told_at: float = -math.inf

    @property
    def used(self) -> int:
        return self.told + self.untold


@cache
def counter(url: str) -> Counter:
    """One for each process."""
    return Counter(url)


def use(client_id: UUID) -> Quota | None:
    """Count one request of a system; None when there is no limit, or nobody can count."""
    limit = settings.API_REQUESTS_A_MINUTE
    if not limit:
        return None
    minute, passed = divmod(int(time.time()), MINUTE)
    batch = max(1, limit // PARTS)
    used = counter(settings.REDIS_URL).count(f"requests:{client_id}:{minute}", batch=batch)
    return None if used is None else Quota(limit, used, MINUTE - passed)
