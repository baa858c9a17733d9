"""What is asked all day is prepared: PostgreSQL parses and plans it once for each connection, not each time.

PostgreSQL goes on planning for the values at hand wherever one plan for all of them would cost more.
"""

import re
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

PLACE = re.compile("%[s%]")
MOST = 500
"""Statements that one connection keeps. PostgreSQL holds each in memory."""
MANY = 200

Kept = dict[tuple[str, tuple[str, ...]], str]
_kept: WeakKeyDictionary[Any, Kept] = WeakKeyDictionary()


def execute(cursor: CursorWrapper, sql: str, parameters: Sequence[Any], types: tuple[str, ...] = ()) -> None:
    """Run it with these values; a place's type is named where the SQL does not show it ("unknown" where it does)."""
    cursor.execute(call(sql, len(parameters), types), parameters)


def execute_all(cursor: CursorWrapper, several: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Run each with its values, all in one go. Those with many values are of every length, so they are not kept."""
    kept = _make_room(len(several))
    calls = [_call(kept, sql, len(values)) if len(values) <= MANY else sql for sql, values in several]
    cursor.execute("; ".join(calls), [value for _, parameters in several for value in parameters])


def call(sql: str, places: int, types: tuple[str, ...] = ()) -> str:
    """The statement that runs this one by the name under which the open connection keeps it."""
    return _call(_kept_here(), sql, places, types)


def _call(kept: Kept, sql: str, places: int, types: tuple[str, ...] = ()) -> str:
    name = kept.get((sql, types)) or _prepare(sql, types)
    values = f"({', '.join(['%s'] * places)})" if places else ""
    return f"EXECUTE {name} {values}"


def _kept_here() -> Kept:
    return _kept.setdefault(connection.connection, {})


def _make_room(wanted: int) -> Kept:
    """What is kept: nothing rather than only some of what is about to run."""
    kept = _kept_here()
    if len(kept) + wanted > MOST:
        with connection.connection.cursor() as plain:
            plain.execute("DEALLOCATE ALL")
        kept.clear()
    return kept


def _prepare(sql: str, types: tuple[str, ...]) -> str:
    """Names outlive the transaction, whatever becomes of it."""
    kept = _make_room(1)
    with connection.connection.cursor() as plain:
        name = f"portal_{len(kept)}"
        typed = f"({', '.join(types)})" if types else ""
        plain.execute(f"PREPARE {name} {typed} AS {_numbered(sql)}")
    kept[sql, types] = name
    return name


def _numbered(sql: str) -> str:
    """$1, $2 … for each %s, and one percent sign for two."""
    numbers = count(1)
    return PLACE.sub(lambda place: "%" if place[0] == "%%" else f"${next(numbers)}", sql)
