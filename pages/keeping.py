"""Parts of pages that come out the same again and again: drawn once, and kept by this process until they change."""

from collections.abc import Callable
from hashlib import sha256

from django.core.cache import caches
from markupsafe import Markup

PROCESS = "process"
"""The cache of each process by itself: what is kept cannot outlive the code that drew it."""


def drawn_once(kind: str, stamp: object, caller: Callable[[], Markup]) -> Markup:
    """What the block draws. The stamp holds everything that it depends on: whoever has the same sees the same."""
    key = f"{kind}:{sha256(repr(stamp).encode()).hexdigest()}"
    found: Markup | None = caches[PROCESS].get(key)
    if found is None:
        found = caller()
        caches[PROCESS].set(key, found)
    return found
