"""The Home First audit by ward as a table: shares with what they are made of, and why where there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from bcf.periods import Period, label, next_start
from bcf.presenters.lines import HIDDEN, SUPPRESSED
from bcf.wards import Audit, Audited, Share, Span

NOBODY = "Nobody"
COLUMNS = (
    "Hospital", "Ward", "Period", "First day", "Complete", "Decisions", "Home considered first",
    "Home considered first, per cent", "Home chosen", "Home chosen, per cent", "Not home", "Not home, and says why",
    "Not home, and says why, per cent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One ward in words."""

    hospital: str
    ward: str
    decisions: str
    considered: str
    home: str
    reasons: str


def row(one: Audited) -> Row:
    """A line of the page."""
    decisions = HIDDEN if one.decisions is None else f"{one.decisions:,}"
    return Row(one.hospital, one.ward, decisions, words(one.considered), words(one.home), words(one.reasons))


def words(share: Share) -> str:
    """“84.6%: 11 of 13”."""
    if share.hidden:
        return HIDDEN
    return NOBODY if share.percent is None else f"{share.percent:.1f}%: {share.number:,} of {share.of:,}"


def quarter_words(quarter: date) -> str:
    """The quarter as people write it; the one that runs says so."""
    return label(Period.QUARTER, quarter) + ("" if is_complete(quarter) else ", so far")


def quarter_choice(quarter: date) -> str:
    """The quarter in few words, for a list to choose from."""
    last = next_start(Period.QUARTER, quarter) - timedelta(days=1)
    return f"{quarter:%b} to {last:%b %Y}"


def is_complete(quarter: date) -> bool:
    """Whether the quarter is over."""
    return next_start(Period.QUARTER, quarter) <= timezone.localdate()


def span_words(span: Span) -> str:
    """The quarter or year as people write it; a year that is not over says which months it has."""
    if span.period == Period.QUARTER:
        return quarter_words(span.start)
    months = f"{span.start:%b} to {span.end - timedelta(days=1):%b %Y}"
    return label(Period.YEAR, span.start) + ("" if span.is_complete else f", so far: {months}")


def span_choice(span: Span) -> str:
    """The same in few words, for a list to choose from."""
    if span.period == Period.QUARTER:
        return quarter_choice(span.start)
    return label(Period.YEAR, span.start) + ("" if span.is_complete else " so far")


def audit_rows(found: Audit, span: Span) -> Iterator[Sequence[Any]]:
    """The same as a file: every ward that is shown, the others together, and all."""
    yield COLUMNS
    about = (label(span.period, span.start), span.start, "yes" if span.is_complete else "so far")
    for one in found.wards:
        yield [one.hospital, one.ward, *about, *_numbers(one)]
    if found.others:
        yield ["", f"Other wards ({found.others})", *about, *[SUPPRESSED] * 8]
    yield ["All hospitals", "All decisions", *about, *_numbers(found.together)]


def _numbers(one: Audited) -> list[Any]:
    shares = (one.considered, one.home, one.reasons)
    considered, home, reasons = (SUPPRESSED if share.hidden else share.number for share in shares)
    percents = [_percent(share) for share in shares]
    elsewhere = SUPPRESSED if one.reasons.hidden else one.reasons.of
    decisions = SUPPRESSED if one.decisions is None else one.decisions
    return [decisions, considered, percents[0], home, percents[1], elsewhere, reasons, percents[2]]


def _percent(share: Share) -> str:
    if share.hidden:
        return SUPPRESSED
    return "" if share.percent is None else f"{share.percent:.1f}"
