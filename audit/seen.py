"""Which lines of the access log stand for this hour already: kept in the cache for all processes, and for some
minutes by the process that wrote or found them, so that a list that is read again and again asks nobody."""

from collections.abc import Collection
from time import monotonic

from django.core.cache import cache

HOUR = 3600
HERE_SECONDS = 600
"""How long a process trusts its own memory. The cache forgets as much earlier: the two together are an hour."""
ROOM = 50_000

_here: dict[str, float] = {}


def unseen(keys: Collection[str]) -> set[str]:
    """Those of these that nobody remembered within the hour."""
    now = monotonic()
    asked = {key for key in keys if _here.get(key, 0.0) <= now}
    if not asked:
        return asked
    known = set(cache.get_many(asked))
    _trust(known)
    return asked - known


def remember(keys: Collection[str]) -> None:
    """These were logged."""
    cache.set_many(dict.fromkeys(keys, 1), timeout=HOUR - HERE_SECONDS)
    _trust(keys)


def forget() -> None:
    """What this process remembers, not what the cache does."""
    _here.clear()


def _trust(keys: Collection[str]) -> None:
    if len(_here) + len(keys) > ROOM:
        forget()
    until = monotonic() + HERE_SECONDS
    for key in keys:
        _here[key] = until
