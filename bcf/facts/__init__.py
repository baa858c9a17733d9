"""Facts: what counts of a referral, a case, an episode or a ward, worked out anew whenever an event names it.

The same SQL refreshes a few and rebuilds them all, so that both give the same figures.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from bcf.facts import home_first, referrals
from bcf.facts.owners import Owners, growing, owners_of
from bcf.facts.source import Source

SCOPES = ("place_id", "locality_id", "neighbourhood_id", "service_id")
SOURCES: tuple[Source, ...] = (*referrals.SOURCES, *home_first.SOURCES)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after; None where there was none."""

    model: type[models.Model]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def refresh(owners: Owners) -> list[Change]:
    """Work out the facts of these owners anew; answers what changed. The caller holds the transaction."""
    return [
        change for source in SOURCES if owners.get(source.owner) for change in _refresh(source, owners[source.owner])
    ]


def rebuild() -> None:
    """Throw every fact away and work them all out. The caller holds the transaction, and marks figures stale."""
    with connection.cursor() as cursor:
        for source in SOURCES:
            table, columns = source.table, ", ".join(source.columns)
            cursor.execute(f"TRUNCATE {table}")  # only counting reads facts, and only one worker counts
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({source.select(some=False)}) fact",
                {"today": timezone.localdate()},
            )
            cursor.execute(f"ANALYZE {table}")


def _refresh(source: Source, owners: Iterable[UUID]) -> list[Change]:
    columns, ids = source.columns, sorted(owners)
    key, listed = columns[0], ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM {source.table} WHERE {source.owner} = ANY(%s) FOR UPDATE", [ids])
        before = {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
        given: dict[str, Any] = {"ids": ids, "today": timezone.localdate()}
        cursor.execute(f"SELECT {listed} FROM ({source.select(some=True)}) fact", given)
        after = {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
    changes = [
        Change(source.model, before.get(pk), after.get(pk))
        for pk in {**before, **after}
        if before.get(pk) != after.get(pk)
    ]
    gone = [change.before[key] for change in changes if change.before and not change.after]
    if gone:
        source.model._default_manager.filter(pk__in=gone).delete()
    rows = [source.model(**change.after) for change in changes if change.after]
    updated = [name for name in columns if name != key]
    source.model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=updated)
    return changes


__all__ = ["SCOPES", "SOURCES", "Change", "Owners", "growing", "owners_of", "rebuild", "refresh"]
