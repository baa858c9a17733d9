"""Parts of pages that come out the same again and again: drawn once, and kept by this process until they change."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import caches
from markupsafe import Markup

PROCESS = "process"
"""The cache of each process by itself: what is kept cannot outlive the code that drew it."""
A_MINUTE = 60
T = TypeVar("T")


def kept(name: str, make: Callable[[], T]) -> T:
    """What seldom changes and may be a minute old, such as the choices of a filter."""
    found: T | None = caches[PROCESS].get(name)
    if found is None:
        found = make()
        caches[PROCESS].set(name, found, A_MINUTE)
    return found


def drawn_once(kind: str, stamp: object, caller: Callable[[], Markup]) -> Markup:
    """What the block draws. The stamp holds everything that it depends on: whoever has the same sees the same."""
    key = f"{kind}:{sha256(repr(stamp).encode()).hexdigest()}"
    found: Markup | None = caches[PROCESS].get(key)
    if found is None:
        found = caller()
        caches[PROCESS].set(key, found)
    return found
