"""The correlation id of the request or task in hand, carried into events and logs."""

from contextvars import ContextVar
from uuid import UUID

from audit.ids import new_id

_correlation: ContextVar[UUID | None] = ContextVar("correlation", default=None)


def correlation_id() -> UUID:
    """The current correlation id; a new one where none was set."""
    current = _correlation.get()
    if current is None:
        current = new_id()
        _correlation.set(current)
    return current


def known_correlation_id() -> UUID | None:
    """The current correlation id, where one was set."""
    return _correlation.get()


def set_correlation_id(value: UUID | None) -> UUID:
    """Start a new request or task under this id (or a new one) and return it."""
    current = value or new_id()
    _correlation.set(current)
    return current
