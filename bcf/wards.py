"""The Home First audit by ward: of decisions on a way out of hospital, whether home was considered first, and chosen.

Counted from the facts of a year or quarter whenever somebody asks, through the gate that decides of every figure what
may be shown (bcf/disclosure.py): wards split the system's decisions, so neither a small ward nor what the shown ones
leave of the system may be few. A year is a financial year's complete quarters. A ward is shown by the quarter where
each of them may be shown, and by the year alone otherwise: so no quarter is what is left of a year. What a ward is
called was typed by people: it is said of wards that are shown, of no others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bcf.disclosure import cells_of, counts_of, parts_of, quarters_of
from bcf.facts.source import name_of
from bcf.metrics import METRICS
from bcf.models import DischargeFact
from bcf.periods import Period, next_start, start_of
from bcf.sums import FINENESS, PIECE, PIECE_OF_YEAR, WARD, Cell, Scope, Sums, is_safe, size
from directory.models import Organisation
from homefirst.models import DischargeCase

AUDITED = ("home_considered", "not_home_reason")
CONSIDERED, NOT_HOME = (METRICS[key] for key in AUDITED)
DAY = CONSIDERED.day
GROUPS = tuple(some(METRICS[key]) for key in AUDITED for some in (counts_of, parts_of))
"""SQL of the counts that the metrics show or hide together, of the whole system."""
FORMS = tuple(dict.fromkeys(form for key in AUDITED for some in (counts_of, parts_of) for form in some(METRICS[key])))
SYSTEM: Scope = ("system", UUID(int=0))
NOT_SAID = "Ward not recorded"
WARD_ID = r"md5(c.hospital_id::text || ' ' || lower(regexp_replace(btrim(c.ward), '\s+', ' ', 'g')))::uuid"
"""A ward is a hospital and a name, however it was spaced and capitalised."""
DECISIONS = """(
    SELECT f.*, CASE WHEN c.direction = '{step_down}' THEN {ward_id} END AS ward_id
    FROM {fact} f JOIN {case} c ON c.id = f.case_id
) decisions"""
NAMES = """
SELECT {ward_id}, min(o.name), mode() WITHIN GROUP (ORDER BY btrim(c.ward))
FROM {fact} f JOIN {case} c ON c.id = f.case_id JOIN {organisation} o ON o.id = c.hospital_id
WHERE f.{day} >= %s AND f.{day} < %s AND {ward_id} = ANY(%s::uuid[]) AND c.direction = '{step_down}' GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, fit to be shown; both are None where they are hidden."""

    number: int | None
    of: int | None

    @property
    def percent(self) -> float | None:
        """None where it is hidden, or there is nobody to take a share of."""
        return 100 * self.number / self.of if self.of and self.number is not None else None

    @property
    def hidden(self) -> bool:
        return self.number is None


@dataclass(frozen=True, slots=True)
class Audited:
    """The decisions of one ward, or of all: home considered first, home chosen, and why not where it was not."""

    hospital: str
    ward: str
    decisions: int | None
    considered: Share
    home: Share
    reasons: Share


@dataclass(frozen=True, slots=True)
class Span:
    """A quarter, or the complete quarters of a financial year. `end` is the first day after it."""

    period: Period
    start: date

    @property
    def end(self) -> date:
        ends = next_start(self.period, self.start)
        return ends if self.period == Period.QUARTER else min(ends, running_quarter())

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return next_start(self.period, self.start) <= timezone.localdate()

    @property
    def decided_with(self) -> tuple[date, date]:
        """What is decided together: all complete quarters of the year, and the running quarter for itself."""
        if self.start == running_quarter() and self.period == Period.QUARTER:
            return self.start, self.end
        year = start_of(Period.YEAR, self.start)
        return year, min(next_start(Period.YEAR, year), running_quarter())


@dataclass(frozen=True, slots=True)
class Audit:
    """One quarter or year: every ward that may be shown, how many others there are, and all decisions together."""

    wards: tuple[Audited, ...]
    others: int
    together: Audited


def running_quarter() -> date:
    """The first day of the quarter that is not over."""
    return start_of(Period.QUARTER, timezone.localdate())


def spans() -> list[Span]:
    """Years and quarters in which anything was decided: years first, the newest first."""
    quarters = quarters_of(name_of(DischargeFact), DAY)[::-1]
    years = dict.fromkeys(start_of(Period.YEAR, quarter) for quarter in quarters if quarter < running_quarter())
    return [Span(Period.YEAR, year) for year in years] + [Span(Period.QUARTER, quarter) for quarter in quarters]


def audit(span: Span) -> Audit:
    """The audit of a quarter or year; two statements."""
    first, end = span.decided_with
    cells = cells_of(DECISIONS.format(**_words()), DAY, first, FORMS, (WARD,), end)
    wards = sorted({scope for cell in cells for scope in cell.scopes})
    alone = _alone(span, cells, wards)
    cells = [cell for cell in cells if span.start <= cell.day < span.end]
    wards = sorted({scope for cell in cells for scope in cell.scopes})
    counted = {scope: _summed(cells, scope) for scope in (SYSTEM, *wards)}
    shown = [scope for scope in wards if _is_shown(alone, counts_of(CONSIDERED), scope)]
    names = _names([scope[1] for scope in shown], span) if shown else {}
    found = [_audited(*names[scope[1]], scope, counted[scope], alone) for scope in shown]
    return Audit(
        wards=tuple(sorted(found, key=lambda one: (one.hospital, one.ward == NOT_SAID, one.ward))),
        others=len(wards) - len(shown),
        together=_audited("", "", SYSTEM, counted[SYSTEM], alone),
    )


def _alone(span: Span, cells: Sequence[Cell], wards: Sequence[Scope]) -> Mapping[str, set[Scope]]:
    """For each count, of whom it may be shown: of a quarter, all who may be shown by quarters."""
    is_running = span.decided_with == (span.start, span.end) and span.period == Period.QUARTER
    cut_by = {Period.QUARTER.value: PIECE[Period.QUARTER]} if is_running else PIECE_OF_YEAR
    sums = Sums(cells, SYSTEM, dict.fromkeys(wards, SYSTEM), cut_by)
    by_quarter = {form: _by_quarter(cells, place) for place, form in enumerate(FORMS)}
    alone = {}
    for place, form in enumerate(FORMS):
        found = sums.finest([place])
        alone[form] = {scope for scope, finest in found.items() if FINENESS[finest] >= FINENESS[span.period]}
        if span.period == Period.QUARTER and is_safe(by_quarter[form].get(span.start, 0)):
            alone[form].add(SYSTEM)
        if span.period == Period.YEAR and not is_safe(_left_of_year(form, by_quarter)):
            alone[form] = set()
    return alone


def _by_quarter(cells: Iterable[Cell], place: int) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for cell in cells:
        found[start_of(Period.QUARTER, cell.day)] += size(cell.counts[place])
    return found


def _left_of_year(form: str, by_quarter: Mapping[str, Mapping[date, int]]) -> int:
    """What a year would tell of the quarters that the metrics hide of the whole system."""
    group = min((some for some in GROUPS if form in some), key=len)
    quarters = by_quarter[form]
    return sum(
        count for quarter, count in quarters.items() if not all(is_safe(by_quarter[one][quarter]) for one in group)
    )


def _summed(cells: Iterable[Cell], scope: Scope) -> dict[str, int]:
    here = [cell.counts for cell in cells if scope == SYSTEM or scope in cell.scopes]
    return {form: sum(size(counts[place]) for counts in here) for place, form in enumerate(FORMS)}


def _is_shown(alone: Mapping[str, Collection[Scope]], forms: Iterable[str], scope: Scope) -> bool:
    """Whether all these counts may be shown."""
    return all(scope in alone[form] for form in forms)


def _audited(
    hospital: str, ward: str, scope: Scope, counted: Mapping[str, int], alone: Mapping[str, Collection[Scope]]
) -> Audited:
    decisions, elsewhere = counted[CONSIDERED.denominator], counted[NOT_HOME.denominator]

    def share(forms: Sequence[str], number: int, of: int) -> Share:
        return Share(number, of) if _is_shown(alone, forms, scope) else Share(None, None)

    return Audited(
        hospital=hospital,
        ward=ward,
        decisions=decisions if _is_shown(alone, counts_of(CONSIDERED), scope) else None,
        considered=share(parts_of(CONSIDERED), counted[CONSIDERED.numerator], decisions),
        home=share((*counts_of(CONSIDERED), *counts_of(NOT_HOME)), decisions - elsewhere, decisions),
        reasons=share(parts_of(NOT_HOME), counted[NOT_HOME.numerator], elsewhere),
    )


def _names(wards: Sequence[UUID], span: Span) -> dict[UUID, tuple[str, str]]:
    """Hospital and ward, as most people write it."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(**_words()), [span.start, span.end, list(wards)])
        return {pk: (hospital, ward or NOT_SAID) for pk, hospital, ward in cursor.fetchall()}


def _words() -> dict[str, str]:
    return {
        "fact": name_of(DischargeFact),
        "case": name_of(DischargeCase),
        "organisation": name_of(Organisation),
        "day": DAY,
        "step_down": DischargeCase.Direction.STEP_DOWN.value,
        "ward_id": WARD_ID,
    }
