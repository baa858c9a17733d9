"""The Home First audit by ward: of decisions on a way out of hospital, whether home was considered first, and chosen.

Counted from the facts of one quarter whenever somebody asks, through the gate that decides of every figure what may be
shown (bcf/disclosure.py): wards split the system's decisions, so neither a small ward nor what the shown ones leave of
the system may be few. What a ward is called was typed by people: it is said of wards that are shown, of no others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from bcf.disclosure import cells_of, counts_of, parts_of, quarters_of
from bcf.facts.source import name_of
from bcf.metrics import METRICS
from bcf.models import DischargeFact
from bcf.periods import Period, next_start
from bcf.sums import FINENESS, WARD, Cell, Scope, Sums, size
from directory.models import Organisation
from homefirst.models import DischargeCase

AUDITED = ("home_considered", "not_home_reason")
CONSIDERED, NOT_HOME = (METRICS[key] for key in AUDITED)
DAY = CONSIDERED.day
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
class Audit:
    """One quarter: every ward that may be shown, how many others there are, and all decisions together."""

    wards: tuple[Audited, ...]
    others: int
    together: Audited


def quarters() -> list[date]:
    """Quarters in which anything was decided, the newest first."""
    return quarters_of(name_of(DischargeFact), DAY)[::-1]


def audit(quarter: date) -> Audit:
    """The audit of a quarter; two statements."""
    cells = cells_of(DECISIONS.format(**_words()), DAY, quarter, FORMS, (WARD,))
    wards = sorted({scope for cell in cells for scope in cell.scopes})
    sums = Sums(cells, SYSTEM, dict.fromkeys(wards, SYSTEM))
    alone = {form: sums.finest([place]) for place, form in enumerate(FORMS)}
    counted = {scope: _summed(cells, scope) for scope in (SYSTEM, *wards)}
    shown = [scope for scope in wards if _is_shown(alone, counts_of(CONSIDERED), scope)]
    names = _names([scope[1] for scope in shown], quarter) if shown else {}
    found = [_audited(*names[scope[1]], scope, counted[scope], alone) for scope in shown]
    return Audit(
        wards=tuple(sorted(found, key=lambda one: (one.hospital, one.ward == NOT_SAID, one.ward))),
        others=len(wards) - len(shown),
        together=_audited("", "", SYSTEM, counted[SYSTEM], alone),
    )


def _summed(cells: Iterable[Cell], scope: Scope) -> dict[str, int]:
    here = [cell.counts for cell in cells if scope == SYSTEM or scope in cell.scopes]
    return {form: sum(size(counts[place]) for counts in here) for place, form in enumerate(FORMS)}


def _is_shown(alone: Mapping[str, Mapping[Scope, str]], forms: Iterable[str], scope: Scope) -> bool:
    """Whether all these counts may be shown of a quarter."""
    return all(FINENESS[alone[form].get(scope, "")] >= FINENESS[Period.QUARTER] for form in forms)


def _audited(
    hospital: str, ward: str, scope: Scope, counted: Mapping[str, int], alone: Mapping[str, Mapping[Scope, str]]
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


def _names(wards: Sequence[UUID], quarter: date) -> dict[UUID, tuple[str, str]]:
    """Hospital and ward, as most people write it."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(**_words()), [quarter, next_start(Period.QUARTER, quarter), list(wards)])
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
