"""What a restated figure was before, as much of it as could be shown then."""

from datetime import date

import pytest

from bcf import reading
from bcf.models import Disclosure, Observation
from bcf.periods import Period
from tests.factories import figures

pytestmark = pytest.mark.django_db
START, CHANGED = date(2026, 5, 1), date(2026, 8, 3)


def now_and_before() -> tuple[reading.Figure, reading.Figure | None]:
    area = figures.system()
    [figure] = reading.figures(["crisis_reached"], level="system", period="month", first=START, last=START)
    return figure, reading.earlier([figure]).get(("crisis_reached", area.pk, START))


def restate(before: int, after: int) -> None:
    area = figures.system()
    old = figures.figure("crisis_reached", area, START, before, 100)
    Observation.objects.filter(pk=old.pk).update(known_to=CHANGED)
    figures.figure("crisis_reached", area, START, after, 100, known_from=CHANGED, restated=True, reason="Late")


def test_is_what_was_known_the_day_before():
    restate(30, 11)

    now, before = now_and_before()

    assert before is not None
    assert (before.numerator, now.numerator) == (30, 11)


def test_is_hidden_when_it_could_not_be_shown_then():
    restate(30, 11)
    Disclosure.objects.update(known_from=CHANGED)
    Disclosure.objects.create(
        metric="crisis_reached",
        quarter=date(2026, 4, 1),
        level="system",
        scope_id=figures.system().pk,
        counts="",
        parts="",
        known_from=figures.LONG_KNOWN,
        known_to=CHANGED,
    )

    _, before = now_and_before()

    assert before is not None
    assert before.hidden
    assert (before.numerator, before.denominator, before.value) == (None, None, None)


def test_a_figure_that_was_never_otherwise_has_none(django_assert_num_queries):
    figures.figure("crisis_reached", figures.system(), START, 30, 100, period=Period.MONTH)

    assert now_and_before()[1] is None
    with django_assert_num_queries(0):
        assert reading.earlier([]) == {}
