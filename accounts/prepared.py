"""Questions compiled once: the hot paths ask the same with other values, and building the SQL costs more than asking.

A question is built like any other, from visible_to() on, with a stand-in for each value that will differ. The compiled
SQL is kept under its shape, which names everything else that the SQL depends on (permissions, filters, page size).
Later calls put the values where the stand-ins were. Measured: reading one referral took a quarter of the time.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField, QuerySet
from orjson import loads

from accounts.actors import Actor

Slots = Mapping[str, Any]
Converter = Callable[[Any, Any, Any], Any]
MOST_PLANS = 200
LONG_AGO = datetime(1801, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL with, for each parameter, the name of a slot or a constant."""

    sql: str
    names: tuple[str, ...]
    slots: tuple[str | None, ...]
    constants: tuple[Any, ...]
    converters: tuple[Any, ...]

    def rows(self, values: Slots) -> list[dict[str, Any]]:
        """The rows for these values, as dicts."""
        if not self.sql:
            return []
        filled = [values[slot] if slot else constant for slot, constant in zip(self.slots, self.constants, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            return [self._row(row) for row in cursor.fetchall()]

    def _row(self, row: tuple[Any, ...]) -> dict[str, Any]:
        found = dict(zip(self.names, row, strict=True))
        for position, (functions, expression) in self.converters:
            name = self.names[position]
            for function in functions:
                found[name] = function(found[name], expression, connection)
        return found


_plans: dict[Hashable, Plan] = {}
NOTHING = Plan("", (), (), (), ())


def rows(shape: Hashable, values: Slots, build: Callable[[Slots], QuerySet[Any]]) -> list[dict[str, Any]]:
    """What the question answers for these values. `build` makes the .values() queryset from stand-ins for them."""
    plan = _plans.get(shape)
    if plan is None:
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        plan = _plans[shape] = compile_plan(values, build)
    return plan.rows(values)


def compile_plan(values: Slots, build: Callable[[Slots], QuerySet[Any]]) -> Plan:
    """Build the question with stand-ins, and find where each went. What was given never enters the SQL that is kept."""
    marks = {name: _stand_in(value, number) for number, (name, value) in enumerate(values.items())}
    query = build(marks).query
    compiler = query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return NOTHING
    names = {mark: name for name, mark in marks.items()}
    slots = tuple(names.get(value) if isinstance(value, str | UUID | date) else None for value in parameters)
    constants = [value for value, slot in zip(parameters, slots, strict=True) if slot is None]
    if any(isinstance(value, date) for value in constants):
        raise LookupError("A moment was built into the question: give it as a value.")
    converters = compiler.get_converters([entry[0] for entry in compiler.select[: compiler.col_count]])
    kept = tuple((position, _faster(*converter)) for position, converter in converters.items())
    return Plan(sql, tuple(query.selected), slots, tuple(parameters), kept)


def _faster(functions: Sequence[Converter], expression: Any) -> tuple[Sequence[Converter], Any]:
    """Arrays of JSON read by orjson, in one go: a page of fifty referrals has fifty of them."""
    field = expression.output_field
    is_json = isinstance(field, ArrayField) and type(field.base_field) is JSONField and field.base_field.decoder is None
    return ([_objects] if is_json else functions), expression


def _objects(value: list[str] | None, _expression: Any, _connection: Any) -> list[Any] | None:
    return None if value is None else [None if one is None else loads(one) for one in value]


def _stand_in(value: Any, number: int) -> Any:
    """A value of the same type that occurs nowhere else."""
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, datetime):
        return LONG_AGO + timedelta(seconds=number)
    if isinstance(value, date):
        return (LONG_AGO + timedelta(days=number)).date()
    return f"\u2063{number} {uuid4()}"


def shape_of(actor: Actor) -> Hashable:
    """What visible_to() depends on, apart from ids."""
    return actor.kind, actor.permissions, len(actor.team_ids)


def ids_of(actor: Actor) -> dict[str, UUID | None]:
    """The ids that visible_to() asks about, as slots."""
    teams = {f"team {number}": team_id for number, team_id in enumerate(sorted(actor.team_ids))}
    return teams | {"organisation": actor.organisation_id}


def as_actor(actor: Actor, slots: Slots) -> Actor:
    """The actor with the ids of these slots."""
    teams = frozenset(value for name, value in slots.items() if name.startswith("team "))
    return replace(actor, organisation_id=slots["organisation"], team_ids=teams)
