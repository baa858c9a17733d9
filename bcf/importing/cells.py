"""One cell each: numbers, periods, areas and words, with a sentence that says what to write instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

from bcf.periods import Period
from bcf.published import PUBLISHED, PublishedMetric
from directory.codes import AreaLevel
from directory.models import Area

NUMBER = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,4})?")
WHOLE = re.compile(r"[0-9]{1,12}")
YEAR = re.compile(r"(20[0-9]{2})[/-]([0-9]{2})")
QUARTER = re.compile(r"Q([1-4]) +(20[0-9]{2})[/-]([0-9]{2})|(20[0-9]{2})[/-]([0-9]{2}) +Q([1-4])", re.IGNORECASE)
MONTHS = ("%Y-%m", "%b %Y", "%B %Y", "%b-%y", "%Y-%m-01", "01/%m/%Y")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LEVELS = (AreaLevel.PLACE, AreaLevel.SYSTEM)


class Wrong(ValueError):
    """What is wrong with a cell, in words."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas that figures may be about, by every name a file may use: slug, name or GSS code."""

    by_name: Mapping[str, Area]

    @classmethod
    def known(cls) -> "Areas":
        """Places and the system; one statement."""
        found = list(Area.objects.filter(level__in=LEVELS))
        names = {name.lower(): area for area in found for name in (area.slug, area.name, area.gss_code or area.slug)}
        return cls(names)

    def find(self, cell: str) -> Area:
        """The area of this name."""
        if not cell:
            raise Wrong("Say which area the figure is for, for example leicestershire")
        area = self.by_name.get(cell.lower())
        if area is None:
            raise Wrong(
                f"There is no area “{shown(cell)}”. Write {_either(sorted({a.slug for a in self.by_name.values()}))}"
            )
        return area


def metric(cell: str) -> PublishedMetric:
    """The metric of this key."""
    if not cell:
        raise Wrong("Say which metric the figure is of, for example still_at_home")
    found = PUBLISHED.get(cell.lower())
    if found is None:
        close = get_close_matches(cell.lower(), PUBLISHED, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Write {_either(list(PUBLISHED))}"
        raise Wrong(f"There is no metric “{shown(cell)}”. {hint}")
    return found


def period(cell: str, today: date) -> tuple[Period, date]:
    """A year (2016/17), a quarter (2016/17 Q3) or a month (2016-12), and the day it starts on."""
    found = _year(cell) or _quarter(cell) or _month(cell)
    if found is None:
        asked = f"“{shown(cell)}” is no period. Write" if cell else "Write"
        raise Wrong(
            f"{asked} a financial year such as 2016/17, a quarter such as 2016/17 Q3, or a month such as 2016-12"
        )
    if found[1] > today:
        raise Wrong("This period has not begun")
    if found[1].year < 2000:
        raise Wrong("This period is before 2000")
    return found


def number(cell: str, *, comma: bool) -> Decimal | None:
    """A number with at most 4 decimals; None for an empty cell. With `comma`, 606,4 is 606.4."""
    if not cell:
        return None
    text = cell.replace(",", ".") if comma and cell.count(",") == 1 else cell
    if not NUMBER.fullmatch(text):
        raise Wrong(f"“{shown(cell)}” is not a number. Write digits only, with a point and at most 4 decimals: 84.2")
    if text.startswith("-"):
        raise Wrong("A figure cannot be below 0")
    return Decimal(text)


def whole(cell: str) -> int | None:
    """How many people or things; None for an empty cell."""
    if not cell:
        return None
    if not WHOLE.fullmatch(cell):
        raise Wrong(f"“{shown(cell)}” is not a whole number. Write digits only: 1204")
    return int(cell)


def words(cell: str, *, longest: int) -> str:
    """Words that no spreadsheet will take for a formula when they are downloaded again."""
    text = " ".join(cell.split())
    if text.startswith(FORMULA_STARTS):
        raise Wrong(f"Words cannot begin with “{text[0]}”: a spreadsheet would calculate it. Begin with a letter")
    if len(text) > longest:
        raise Wrong(f"Write {longest} characters or fewer. There are {len(text):,}")
    return text


def shown(cell: str) -> str:
    """A cell as an error quotes it."""
    return cell if len(cell) <= 40 else f"{cell[:39]}…"


def _year(cell: str) -> tuple[Period, date] | None:
    found = YEAR.fullmatch(cell)
    return (Period.YEAR, _april(found[1], found[2])) if found and _follows(found[1], found[2]) else None


def _quarter(cell: str) -> tuple[Period, date] | None:
    found = QUARTER.fullmatch(cell)
    if not found:
        return None
    quarter, first, second = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
    if not _follows(first, second):
        return None
    april = _april(first, second)
    return Period.QUARTER, date(april.year + (quarter == "4"), (4, 7, 10, 1)[int(quarter) - 1], 1)


def _month(cell: str) -> tuple[Period, date] | None:
    for form in MONTHS:
        try:
            return Period.MONTH, datetime.strptime(cell, form).date().replace(day=1)  # noqa: DTZ007  a month has no zone
        except ValueError:
            continue
    return None


def _follows(first: str, second: str) -> bool:
    return (int(first) + 1) % 100 == int(second)


def _april(first: str, _second: str) -> date:
    return date(int(first), 4, 1)


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
