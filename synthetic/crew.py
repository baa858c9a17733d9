"""Two hands: jobs side by side, each in a process and with a database connection of its own."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, connections

from synthetic.errors import NotReady

Job = Callable[[], Any]


def together(*jobs: Job) -> list[Any]:
    """What each job answers. The first one runs here, so the progress that it shows is seen.

    Inside a transaction, one after the other: another connection would not see what this one has not committed.
    """
    if connection.in_atomic_block:
        return [job() for job in jobs]
    connections.close_all()
    context, started = get_context("fork"), []
    for job in jobs[1:]:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(job, there), daemon=True)
        process.start()
        there.close()
        started.append((process, here))
    try:
        found = [jobs[0](), *(_answer(here) for _, here in started)]
    finally:
        for process, _ in started:
            if process.is_alive():
                process.terminate()
            process.join()
    return found


def _work(job: Job, there: Connection) -> None:
    """In the other process: send the answer, or what went wrong. A session that came along belongs to the first one."""
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None
    try:
        there.send((job(), ""))
    except Exception as error:  # noqa: BLE001  told to the first process, which raises it
        there.send((None, f"{type(error).__name__}: {error}"))
    finally:
        connections.close_all()
        there.close()
        os._exit(0)


def _answer(here: Connection) -> Any:
    try:
        answer, trouble = here.recv()
    except EOFError:
        trouble = "a process ended without an answer, perhaps for want of memory"
    if trouble:
        raise NotReady(f"The filling failed: {trouble}. Begin again with an empty database.")
    return answer
