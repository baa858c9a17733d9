"""Public identifiers: UUIDs that sort by creation time, so that primary keys stay dense on disk."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_source: ContextVar[Callable[[], uuid.UUID] | None] = ContextVar("ids", default=None)


def new_id() -> uuid.UUID:
    """A version 7 UUID of this moment, or the next of the source that a generator has set."""
    source = _source.get()
    return source() if source else version_7(time.time_ns() // 1_000_000, os.urandom(10))


def version_7(milliseconds: int, noise: bytes) -> uuid.UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then ten bytes less the bits that say what it is."""
    value = milliseconds << 80 | int.from_bytes(noise, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


@contextmanager
def ids_from(source: Callable[[], uuid.UUID]) -> Iterator[None]:
    """Take every identifier from this source for a while: the synthetic data is the same for the same seed."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
