"""How many requests a partner's system may make in a minute, counted in Valkey in one round trip.

It protects the portal from a system that repeats itself without end; it is no tariff. A minute is a minute of the
clock, so a system may use two minutes' worth around its turn. When Valkey does not answer nobody is turned away: people
are referred here. ADR 19 says why this is not a library.
"""

import time
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from api.problems import Code, Problem

MINUTE = 60
PATIENCE_SECONDS = 0.25
PAUSE_SECONDS = 5
log = structlog.get_logger("portal.api")


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
        self.asks_again_at = 0.0

    def count(self, key: str) -> int | None:
        """One more; how many that makes, or None when nobody can tell."""
        if time.monotonic() < self.asks_again_at:
            return None
        try:
            with self.valkey.pipeline(transaction=False) as trip:
                used, _ = trip.incr(key).expire(key, 2 * MINUTE).execute()
        except redis.RedisError as error:
            self.asks_again_at = time.monotonic() + PAUSE_SECONDS
            log.warning("requests_not_counted", error=type(error).__name__, seconds=PAUSE_SECONDS)
            return None
        return int(used)


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
    used = counter(settings.REDIS_URL).count(f"requests:{client_id}:{minute}")
    return None if used is None else Quota(limit, used, MINUTE - passed)
