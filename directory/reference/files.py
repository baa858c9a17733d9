"""Reading the data files: rows that know file and line, so a mistake is found where it was made."""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

TRUE, FALSE = {"true", True}, {"false", "", False, None}
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "bank_holidays"]
SPELL = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})")


class RowError(Exception):
    """A row that cannot be loaded; the message starts with file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV file or one table of a TOML file."""

    file: str
    line: int
    values: dict[str, Any]

    def error(self, message: str) -> RowError:
        """An error that says where it is."""
        return RowError(f"{self.file}:{self.line}: {message}")

    def text(self, name: str, default: str = "") -> str:
        """A text without spaces around it."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise self.error(f"{name} must be text, not {value!r}")
        return value.strip()

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise self.error(f"{name} is missing")
        return value

    def code(self, name: str) -> str | None:
        """A text, or None when it is empty."""
        return self.text(name) or None

    def number(self, name: str) -> int | None:
        """A whole number, or None when it is left out."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not str(value).isdigit():
            raise self.error(f"{name} must be a whole number, not {value!r}")
        return int(value)

    def day(self, name: str) -> date | None:
        """A date, or None when it is left out."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.error(f"{name} must be a date such as 2026-04-01, not {value!r}") from None

    def required_day(self, name: str) -> date:
        """A date that must be there."""
        value = self.day(name)
        if value is None:
            raise self.error(f"{name} is missing")
        return value

    def flag(self, name: str) -> bool:
        """True or false; left out is false."""
        value = self.values.get(name)
        if value in TRUE or value in FALSE:
            return value in TRUE
        raise self.error(f"{name} must be true or false, not {value!r}")

    def items(self, name: str) -> list[str]:
        """A list of texts; left out is empty."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"{name} must be a list of texts, not {value!r}")
        return value

    def children(self, name: str) -> list["Row"]:
        """The tables inside this one, with this line number."""
        return [Row(self.file, self.line, values) for values in self.values.get(name, [])]

    def spells(self) -> list[tuple[int, time, time]]:
        """`hours` as (weekday, opens, closes); a later key replaces an earlier one for the same day."""
        by_day: dict[int, str] = {}
        for key, value in self.values.get("hours", {}).items():
            by_day.update(dict.fromkeys(self._days(key), str(value)))
        return [(day, *spell) for day, value in sorted(by_day.items()) for spell in self._times(value)]

    def _days(self, key: str) -> list[int]:
        if key == "every_day":
            return list(range(7))
        first, _, last = key.partition("_to_")
        if first in DAYS and (not last or last in DAYS):
            return list(range(DAYS.index(first), DAYS.index(last or first) + 1))
        raise self.error(f"hours do not know {key}: use every_day, monday, monday_to_friday or bank_holidays")

    def _times(self, value: str) -> list[tuple[time, time]]:
        spells = []
        for part in value.split(","):
            match = SPELL.fullmatch(part.strip())
            if not match:
                raise self.error(f"hours must look like 08:00-20:00, not {part.strip()!r}")
            try:
                spells.append((time.fromisoformat(match[1]), time.fromisoformat(match[2])))
            except ValueError:
                raise self.error(f"{part.strip()!r} is not a time of day") from None
        return spells


def csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file with a header line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for values in reader:
            row = Row(path.name, reader.line_num, values)
            if None in values or None in values.values():
                raise row.error(f"expected {len(reader.fieldnames or [])} columns")
            yield row


def toml_tables(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RowError(f"{path.name}: {error}") from error


def toml_rows(path: Path, table: str) -> Iterator[Row]:
    """The [[table]] rows of a TOML file, each with the line of its heading."""
    headings = (
        number
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() == f"[[{table}]]"
    )
    for line, values in zip(headings, toml_tables(path).get(table, []), strict=True):
        yield Row(path.name, line, values)
