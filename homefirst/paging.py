"""Pages of lists in order of a day or a moment, by key: nobody is left out, skipped or shown twice as lists move."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from audit.errors import Invalid
from referrals.worklist import PAGE

ID = "id"


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page of a list begins or ends."""

    at: date | datetime | None
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat() if self.at else ''}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """The key that a link carried. Raises Invalid when it is not one."""
        at, _, pk = text.partition("~")
        try:
            return cls(_moment(at) if at else None, UUID(pk))
        except ValueError as unreadable:
            raise Invalid("That page of the list cannot be found, so this is its beginning.") from unreadable


def _moment(text: str) -> date | datetime:
    found = parse_datetime(text) if "T" in text else parse_date(text)
    if found is None or (isinstance(found, datetime) and found.tzinfo is None):
        raise ValueError(text)
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the keys of the pages around it."""

    rows: list[dict[str, Any]]
    previous: Key | None = None
    next: Key | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """By one column, rising or falling, those without a value last; equal ones by id."""

    column: str
    falling: bool = False

    @classmethod
    def of(cls, name: str) -> "Order":
        """As Django writes it: “-ended_at” falls."""
        return cls(name.removeprefix("-"), name.startswith("-"))

    def apply(self, values: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in this order."""
        column = F(self.column)
        first = column.desc(nulls_last=True) if self.falling else column.asc(nulls_last=True)
        return values.order_by(first, ID)

    def reverse(self, values: QuerySet[Any]) -> QuerySet[Any]:
        """The rows the other way round."""
        column = F(self.column)
        first = column.asc(nulls_first=True) if self.falling else column.desc(nulls_first=True)
        return values.order_by(first, f"-{ID}")

    def after(self, key: Key) -> Q:
        """What comes later in this order."""
        if key.at is None:
            return Q(**{self.column: None, "id__gt": key.id})
        beyond = Q(**{f"{self.column}__{'lt' if self.falling else 'gt'}": key.at})
        return beyond | Q(**{self.column: key.at, "id__gt": key.id}) | Q(**{self.column: None})

    def before(self, key: Key) -> Q:
        """What comes earlier in this order."""
        if key.at is None:
            return Q(**{f"{self.column}__isnull": False}) | Q(**{self.column: None, "id__lt": key.id})
        beyond = Q(**{f"{self.column}__{'gt' if self.falling else 'lt'}": key.at})
        return beyond | Q(**{self.column: key.at, "id__lt": key.id})

    def key(self, rows: Sequence[dict[str, Any]], at: int) -> Key | None:
        """Of the row at this position; None where there are no rows."""
        return Key(rows[at][self.column], rows[at][ID]) if rows else None


def part_of(
    rows: Sequence[dict[str, Any]], order: Order, *, after: Key | None = None, before: Key | None = None
) -> Page:
    """One page of rows that were read already: in this order, which rises, each with a value."""
    keys = [(row[order.column], row[ID]) for row in rows]
    if before is not None:
        end = bisect_left(keys, (before.at, before.id))
        start = max(end - PAGE, 0)
    else:
        start = bisect_right(keys, (after.at, after.id)) if after else 0
        end = start + PAGE
    shown = list(rows[start:end])
    previous = (order.key(shown, 0) or after) if start else None
    return Page(shown, previous, (order.key(shown, -1) or before) if end < len(rows) else None)


def first_of(found: list[dict[str, Any]], order: Order) -> Page:
    """The first page of these rows, of which there is one more than it shows when another page follows."""
    rows, more = found[:PAGE], len(found) > PAGE
    return Page(rows, next=order.key(rows, -1) if more else None)


def page_of(values: QuerySet[Any], order: Order, *, after: Key | None = None, before: Key | None = None) -> Page:
    """One page; `values` holds the column of the order and the id."""
    if before is not None:
        found = list(order.reverse(values.filter(order.before(before)))[: PAGE + 1])
        rows, more = found[:PAGE][::-1], len(found) > PAGE
        return Page(rows, order.key(rows, 0) if more else None, order.key(rows, -1) or before)
    if after is not None:
        values = values.filter(order.after(after))
    found = list(order.apply(values)[: PAGE + 1])
    rows, more = found[:PAGE], len(found) > PAGE
    return Page(rows, (order.key(rows, 0) or after) if after else None, order.key(rows, -1) if more else None)
