"""Funnel limits: what they are by definition, where they meet the approximation, and where a place lies."""

from math import comb, exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf import funnel as module
from bcf.funnel import Count, Kind, Limits, Position, funnel, limits, position

AT = Limits(10, 20, 40, 50)


def binomial(count: int, size: int, share: float) -> float:
    return sum(comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(count + 1))


def poisson(count: int, mean: float) -> float:
    return sum(exp(-mean) * mean**k / factorial(k) for k in range(count + 1))


def by_definition(below, wanted: float) -> float:
    """The interpolated quantile, straight from the published formula."""
    count = next(k for k in range(1000) if below(k) >= wanted)
    before = below(count - 1) if count else 0.0
    return max(0.0, count - (below(count) - wanted) / (below(count) - before))


@pytest.mark.parametrize(("share", "size"), [(0.7, 50), (0.05, 40), (0.5, 8), (0.97, 30), (0.31, 200)])
def test_limits_of_a_proportion_are_the_published_formula(share: float, size: int):
    expected = [by_definition(lambda k: binomial(k, size, share), p) for p in (0.001, 0.025, 0.975, 0.999)]

    assert [one * size / 100 for one in limits(Kind.PROPORTION, 100 * share, size)] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("mean", [0.4, 3.0, 12.5, 80.0])
def test_limits_of_a_rate_are_the_published_formula(mean: float):
    expected = [by_definition(lambda k: poisson(k, mean), p) for p in (0.001, 0.025, 0.975, 0.999)]

    assert list(limits(Kind.RATE, mean, 100_000)) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    ("kind", "average", "size"),
    [
        ("proportion", 70.0, 11_904),
        ("proportion", 5.0, 52_000),
        ("proportion", 95.0, 52_000),
        ("rate", 250.0, 999_900),
    ],
)
def test_the_approximation_takes_over_without_a_step(monkeypatch, kind: str, average: float, size: int):
    what = Kind(kind)
    exact = limits.__wrapped__(what, average, size)
    monkeypatch.setattr(module, "EXACT_UP_TO", 0.0)
    near = limits.__wrapped__(what, average, size)

    assert [one * size / what.scale for one in exact] == pytest.approx(
        [one * size / what.scale for one in near], abs=0.01
    )


def test_limits_stay_between_nothing_and_the_whole():
    assert limits(Kind.PROPORTION, 0.0, 10) == (0, 0, 0, 0)
    assert limits(Kind.PROPORTION, 100.0, 10) == (100, 100, 100, 100)
    assert limits(Kind.RATE, 0.0, 10) == (0, 0, 0, 0)
    assert limits(Kind.PROPORTION, 1.0, 3).low_998 == 0


@given(st.sampled_from(list(Kind)), st.floats(1, 99), st.integers(1, 3000))
def test_limits_are_in_order_and_the_outer_hold_the_inner(kind: Kind, average: float, size: int):
    low_998, low_95, high_95, high_998 = limits(kind, average, size)

    assert 0 <= low_998 <= low_95 <= high_95 <= high_998
    if kind is Kind.PROPORTION:
        assert high_998 <= 100


@given(st.floats(5, 95), st.integers(20, 2000))
def test_a_place_ten_times_as_large_has_narrower_limits(average: float, size: int):
    small, large = limits(Kind.PROPORTION, average, size), limits(Kind.PROPORTION, average, 10 * size)

    assert large.high_998 - large.low_998 < small.high_998 - small.low_998


@pytest.mark.parametrize(
    ("value", "where"),
    [(9.9, "low_998"), (10, "low_95"), (19.9, "low_95"), (20, "inside"), (30, "inside"), (40, "inside"),
     (40.1, "high_95"), (50, "high_95"), (50.1, "high_998")],
)  # fmt: skip
def test_a_place_lies_where_its_value_is(value: float, where: str):
    assert position(value, AT) == where


def test_every_position_has_words():
    assert all(one.words for one in Position)


def test_places_are_compared_with_their_pooled_average():
    compared = funnel([Count("A", 30, 100), Count("B", 80, 100), Count("Nobody", 0, 0)], kind="proportion")

    assert compared.average == 55
    assert [(place.name, place.value, place.position) for place in compared.places] == [
        ("A", 30, Position.LOW_998), ("B", 80, Position.HIGH_998),
    ]  # fmt: skip


def test_the_curve_reaches_from_below_the_smallest_place_to_beyond_the_largest():
    compared = funnel([Count("A", 30, 100), Count("B", 800, 1000)], kind="proportion", average=70.0)

    across = [at for at, _ in compared.curve]
    assert (across[0], across[-1]) == (50, 1100)
    assert across == sorted(set(across))


def test_no_places_no_curve():
    assert (funnel([], kind="rate").places, funnel([], kind="rate").curve) == ((), ())


@pytest.mark.parametrize(
    ("count", "kind", "average"),
    [(Count("A", 5, 4), "proportion", None), (Count("A", -1, 4), "rate", None), (Count("A", 1, -4), "rate", None),
     (Count("A", 1, 4), "proportion", 101.0), (Count("A", 1, 4), "rate", -1.0)],
)  # fmt: skip
def test_counts_that_cannot_be_are_refused(count: Count, kind: str, average: float | None):
    with pytest.raises(ValueError, match="cannot"):
        funnel([count], kind=kind, average=average)
