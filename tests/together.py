"""Several at the same moment, on real connections: for tests of races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from audit.errors import DomainError

PATIENCE = 30
"""Seconds until a test gives up on threads that do not start."""


def together(*calls: Callable[[], Any], refusals: tuple[type[Exception], ...] = (DomainError,)) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; answers and refusals in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=PATIENCE)
            return call()
        except refusals as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
