"""Valkey as a cache that may be away: pages go on from PostgreSQL, which holds everything that must not be lost.

After a failure Valkey is not asked for some seconds, so that a page does not wait for it again and again. ADR 24 says
what each kind of thing kept here becomes meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE_SECONDS = 5
MEANWHILE = "meanwhile"
SESSION_SECONDS = 90

log = structlog.get_logger("portal.cache")
_asks_again_at: dict[str, float] = {}


class SharedCache(RedisCache):
    """What all processes share. While Valkey is away nothing is found here and nothing is kept."""

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask("add", lambda: True, key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", lambda: default, key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", lambda: None, key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask("touch", lambda: False, key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._ask("delete", lambda: False, key, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return self._ask("get_many", dict, list(keys), version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._ask("has_key", lambda: False, key, version)

    def set_many(
        self, data: Mapping[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        return self._ask("set_many", lambda: list(data), data, timeout, version)

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._ask("delete_many", lambda: None, list(keys), version)

    def _ask(self, name: str, without: Callable[[], Any], *args: Any) -> Any:
        """What Valkey says; while it is away, what is said without it."""
        place = self._servers[0]
        if time.monotonic() >= _asks_again_at.get(place, 0.0):
            try:
                return getattr(RedisCache, name)(self, *args)
            except RedisError as error:
                _asks_again_at[place] = time.monotonic() + PAUSE_SECONDS
                log.warning("cache_away", error=type(error).__name__, seconds=PAUSE_SECONDS)
        return self._without(name, without, *args)

    def _without(self, name: str, without: Callable[[], Any], *args: Any) -> Any:
        return without()


class SessionCache(SharedCache):
    """Copies of sessions, believed for a short time: one that Valkey kept through its absence would bring back what
    the session said before."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int:
        asked = super().get_backend_timeout(timeout)
        return SESSION_SECONDS if asked is None else min(asked, SESSION_SECONDS)


class CountingCache(SharedCache):
    """For what counts tries at signing in: while Valkey is away each process counts for itself, so that a password
    cannot be guessed at will."""

    def _without(self, name: str, without: Callable[[], Any], *args: Any) -> Any:
        return getattr(caches[MEANWHILE], name)(*args)


def forget_absence() -> None:
    """Ask Valkey at once, whatever happened before."""
    _asks_again_at.clear()
