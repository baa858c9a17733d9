"""Writes copies: the gaps of each template filled, line after line, into COPY."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import blake2b
from io import BytesIO

from django.db import connection, models

from audit import partitions
from audit.partitions import Month
from patients.models import Relationship
from synthetic.desk import reference
from synthetic.loading import afresh, as_ever, defaults, run
from synthetic.placing import Placed
from synthetic.templates import Unit, copy_values
from synthetic.writer import ORDER, Table

ENOUGH = 16_000_000  # characters, then they are written
DAYS = date(2000, 1, 1).toordinal(), date(2100, 1, 1).toordinal()
BLOCK = 1 << 20
RELATED = "synthetic_related"


class Names:
    """References and tokens of copies: the nth referral's, the same for the same seed."""

    def __init__(self, seed: int, first: int):
        self.seed, self.first = seed, first

    def of(self, number: int, referrals: int) -> list[str]:
        """Reference, token and the partner's own number, for each of a unit's referrals."""
        texts: list[str] = []
        for one in range(self.first + number, self.first + number + referrals):
            token = blake2b(f"{self.seed}:{one}".encode(), digest_size=16).hexdigest()
            texts += reference(one), token, token[16:]
        return texts


class Stream:
    """Lines of one table, or of one month of it."""

    def __init__(self, table: Table, name: str, *, draft: bool = False):
        self.name, self.draft = name, draft
        self.sql = f"COPY {name} ({table.columns}) FROM STDIN{' WITH (FREEZE)' if draft else ''}"
        self.texts: list[str] = []
        self.rows = 0

    def flush(self) -> None:
        """Write them."""
        if not self.texts:
            return
        data = "\n".join(self.texts).encode() + b"\n"
        with connection.cursor() as cursor:
            cursor.copy_expert(self.sql, BytesIO(data), BLOCK)
            self.rows += cursor.rowcount
        self.texts = []


class Copying:
    """Writes the copies of some tables, all of them in one connection, so that their order is always the same."""

    def __init__(self, units: Sequence[Unit], placed: Placed, names: Names, models_: Iterable[type[models.Model]]):
        self.units, self.placed, self.names = units, placed, names
        self.tables = {model: Table(model) for model in ORDER if model in set(models_)}
        self.streams: dict[tuple[type[models.Model], int], Stream] = {}
        self.monthly = {one.name: one for one in partitions.tables()}

    def write(self, said: Callable[[int], None]) -> dict[str, int]:
        """Every copy; answers rows by table."""
        names = [model._meta.db_table for model in self.tables if model is not Relationship]
        afresh(name for name in names if name not in self.monthly)
        if Relationship in self.tables:
            columns = "LIKE patients_relationship"
            run(f"CREATE TEMPORARY TABLE {RELATED} ({columns})")
            run(f"ALTER TABLE {RELATED} ALTER id DROP NOT NULL")
        self._write(said)
        for (model, _), stream in self.streams.items():
            if stream.draft:
                as_ever(stream.name, model._meta.db_table)
        if Relationship in self.tables:
            self._relate()
        counts: dict[str, int] = {}
        for (model, _), stream in self.streams.items():
            name = model._meta.model_name or ""
            counts[name] = counts.get(name, 0) + stream.rows
        return counts

    def _write(self, said: Callable[[int], None]) -> None:
        mine = [
            [(model, one.day, one.text, one.pick) for model in self.tables for one in unit.pieces.get(model, ())]
            for unit in self.units
        ]
        names = {day: date.fromordinal(day).isoformat() for day in range(*DAYS)}
        months = {day: int(text[:4]) * 100 + int(text[5:7]) for day, text in names.items()}
        done = size = 0
        for number, days, copy, person in self.placed:
            unit = self.units[number]
            values = copy_values(unit, person, self.names.of(done, unit.referrals), days, copy, names)
            for model, day, text, pick in mine[number]:
                month = months[day + days] if day else 0
                stream = self.streams.get((model, month)) or self._stream(model, month)
                lines = text % pick(values)
                stream.texts.append(lines)
                size += len(lines)
            if size > ENOUGH:
                size = self._flush()
            done += unit.referrals
            said(done)
        self._flush()

    def _flush(self) -> int:
        """Write all that waits, months in order: rows of one referral are numbered in order of time."""
        for key in sorted(self.streams, key=lambda key: key[1]):
            self.streams[key].flush()
        return 0

    def _stream(self, model: type[models.Model], month: int) -> Stream:
        """A new stream."""
        name = RELATED if model is Relationship else model._meta.db_table
        stream = Stream(self.tables[model], name)
        if month:
            stream = self._month(model, Month(month // 100, month % 100))
        self.streams[model, month] = stream
        return stream

    def _month(self, model: type[models.Model], month: Month) -> Stream:
        """A month that is not there yet is a table of its own until it is attached, and need not be vacuumed."""
        whole, table = self.monthly[model._meta.db_table], self.tables[model]
        there = whole.months().get(month)
        if there:
            return Stream(table, there)
        name = partitions.draft(whole, month, indexes=False)
        for column, worked_out in defaults(whole.name).items():
            run(f"ALTER TABLE {name} ALTER {column} SET DEFAULT {worked_out}")
        return Stream(table, name, draft=True)

    def _relate(self) -> None:
        """Each organisation's first dealing with a person is when their relationship began."""
        run(
            f"INSERT INTO patients_relationship (kind, since, organisation_id, patient_id) "  # noqa: S608  own names
            f"SELECT kind, min(since), organisation_id, patient_id FROM {RELATED} "
            "GROUP BY kind, organisation_id, patient_id ORDER BY min(since), patient_id, organisation_id, kind"
        )
        run(f"DROP TABLE {RELATED}")
