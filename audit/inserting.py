"""Rows made from defaults and inserted by SQL that were worked out once: the hot paths write the same tables again and
again, and building the statement cost Django more than PostgreSQL needed to run it. All that a step writes goes to the
database in one go, by statements that it prepared before.

Only for rows whose keys are known before, or that nobody asks for afterwards: numbers that the database gives are not
read back.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from audit.statements import execute_all

Row = TypeVar("Row", bound=models.Model)
Prepare = Callable[[Any], Any]
ROOM = 200
"""Rows in one statement at most."""


class Mould:
    """What a new row of one model begins with."""

    def __init__(self, model: type[models.Model]):
        fields = model._meta.concrete_fields
        drawn = [field for field in fields if field.has_default() and callable(field.default)]
        self.drawn = [(field.attname, field.get_default) for field in drawn]
        self.same = {field.attname: field.get_default() for field in fields if field not in drawn}
        self.related = {field.name for field in fields if field.is_relation}
        self.names = {field.attname for field in fields} | self.related


@cache
def _mould(model: type[models.Model]) -> Mould:
    return Mould(model)


def new_row(model: type[Row], **given: Any) -> Row:
    """model(**given), for columns and relations, in a third of the time. TypeError for a name that is neither."""
    mould = _mould(model)
    if unknown := given.keys() - mould.names:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
    row = model.__new__(model)
    row._state = ModelState()
    columns = row.__dict__
    columns.update(mould.same)
    for name, draw in mould.drawn:
        if name not in given:
            columns[name] = draw()
    for name, value in given.items():
        if name in mould.related:
            setattr(row, name, value)
        else:
            columns[name] = value
    return row


class Table:
    """One table: its columns, what each needs before it is sent, and the statement for so many rows."""

    def __init__(self, model: type[models.Model]):
        quote = connection.ops.quote_name
        every = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self.by_database = [field.attname for field in every if field.has_db_default()]
        fields = [field for field in every if not field.has_db_default()]
        self.name = quote(model._meta.db_table)
        self.columns = ", ".join(quote(str(field.column)) for field in fields)
        self.values = itemgetter(*(field.attname for field in fields))
        self.prepare = [(spot, prepare) for spot, field in enumerate(fields) if (prepare := _preparing(field))]
        self.row = f"({', '.join(map(_place, fields))})"

    def statement(self, rows: Sequence[models.Model], *, ignore_conflicts: bool) -> tuple[str, list[Any]]:
        """The INSERT of these rows, and its parameters. ValueError for a row that says what the database should."""
        parameters: list[Any] = []
        for row in rows:
            if any(not isinstance(row.__dict__[name], DatabaseDefault) for name in self.by_database):
                raise ValueError(f"{self.name}: {', '.join(self.by_database)} are given by the database.")
            values = list(self.values(row.__dict__))
            for spot, prepare in self.prepare:
                values[spot] = prepare(values[spot])
            parameters += values
        unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        places = ", ".join([self.row] * len(rows))
        return f"INSERT INTO {self.name} ({self.columns}) VALUES {places}{unless}", parameters  # noqa: S608  own names


def _place(field: Any) -> str:
    """Where the value goes; an array says of what type it is."""
    return field.get_placeholder(None, None, connection) if _is_array(field) else "%s"


def _is_array(field: models.Field) -> bool:
    return field.get_internal_type() == "ArrayField"


def _preparing(field: models.Field) -> Prepare | None:
    """What turns a value of this field into one that the driver takes; nothing when it takes it quickly as it is."""
    if isinstance(field.target_field if isinstance(field, models.ForeignKey) else field, models.UUIDField):
        return lambda value: value.hex if type(value) is UUID else value
    if isinstance(field, models.JSONField) or _is_array(field):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


@cache
def _table(model: type[models.Model]) -> Table:
    return Table(model)


class Inserting:
    """Rows of several tables that go to the database together, in the order in which they were added."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, list[Any]]] = []
        self.rows: list[models.Model] = []

    def add(self, rows: Iterable[models.Model], *, ignore_conflicts: bool = False) -> None:
        """Add rows of one model."""
        given = list(rows)
        for start in range(0, len(given), ROOM):
            some = given[start : start + ROOM]
            self.statements.append(_table(type(some[0])).statement(some, ignore_conflicts=ignore_conflicts))
        self.rows += given

    def run(self) -> None:
        """Insert them all."""
        if not self.statements:
            return
        with connection.cursor() as cursor:
            execute_all(cursor, self.statements)
        for row in self.rows:
            row._state.adding, row._state.db = False, connection.alias


def insert(*rows: models.Model) -> None:
    """Insert rows of one model."""
    inserting = Inserting()
    inserting.add(rows)
    inserting.run()
