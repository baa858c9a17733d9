"""XmR charts: what must hold for any series."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bcf.spc import Assurance, PointType, SpecialCause, Variation
from tests.factories.spc import day, flags, judged, kinds

C = SpecialCause
WHOLE = st.integers(-30, 30)
VALUES = st.lists(st.one_of(WHOLE, WHOLE, WHOLE, st.none()), max_size=40)
OPTIONS = st.fixed_dictionaries(
    {
        "fix_after_n_points": st.one_of(st.none(), st.integers(1, 20)),
        "screen_outliers": st.booleans(),
        "rebase": st.lists(st.integers(0, 40).map(day), max_size=2),
    }
)


class Literally:
    """The rules as they are written, window by window, in fractions; slow and plain."""

    def __init__(self, values: list[int], fix_after: int | None, screen: bool):
        base = values[:fix_after]
        ranges = [abs(after - before) for before, after in pairwise(base)]
        if screen and sum(ranges):
            ranges = [one for one in ranges if one < Fraction(3267, 1000) * Fraction(sum(ranges), len(ranges))]
        self.values, self.mean = values, Fraction(sum(base), len(base))
        self.amr = Fraction(sum(ranges), len(ranges)) if ranges else None

    def away(self, at: int) -> Fraction:
        """How many average moving ranges from the mean, or 0 when that cannot be said."""
        if self.amr is None:
            return Fraction(0)
        distance = abs(self.values[at] - self.mean)
        return distance / self.amr if self.amr else 1000 * distance

    def side(self, at: int) -> int:
        return (self.values[at] > self.mean) - (self.values[at] < self.mean)

    def near(self, at: int) -> bool:
        return Fraction(266, 150) < self.away(at) < Fraction(266, 100)

    def windows(self, at: int, size: int) -> list[range]:
        starts = range(max(0, at - size + 1), min(at, len(self.values) - size) + 1)
        return [range(start, start + size) for start in starts]

    def moves(self, window: range) -> set[int]:
        return {(self.values[i + 1] > self.values[i]) - (self.values[i + 1] < self.values[i]) for i in window[:-1]}

    def all_one_side(self, window: range) -> bool:
        return abs(sum(map(self.side, window))) == len(window)

    def cause(self, at: int) -> SpecialCause:
        up = self.side(at) > 0
        if self.away(at) > Fraction(266, 100):
            return C.ABOVE_LIMIT if up else C.BELOW_LIMIT
        trend = [self.moves(window) for window in self.windows(at, 7) if self.moves(window) in ({1}, {-1})]
        if trend:
            return C.INCREASING if trend[-1] == {1} else C.DECREASING
        threes = [window for window in self.windows(at, 3) if sum(map(self.near, window)) >= 2]
        if self.near(at) and any(map(self.all_one_side, threes)):
            return C.TWO_IN_THREE_ABOVE if up else C.TWO_IN_THREE_BELOW
        if any(map(self.all_one_side, self.windows(at, 7))):
            return C.SHIFT_ABOVE if up else C.SHIFT_BELOW
        return C.COMMON


@given(VALUES, OPTIONS)
def test_every_flag_is_what_the_rules_say_literally(values: list[int | None], options: dict[str, object]):
    spc = judged(values, **options)

    for group in spc.groups:
        members = [point for point in spc.points if point.rebase_group == group.rebase_group]
        plain = [int(point.value) for point in members]
        rules = Literally(plain, options["fix_after_n_points"], options["screen_outliers"])
        assert [point.special_cause_type for point in members] == [rules.cause(at) for at in range(len(plain))]


@given(VALUES, OPTIONS, st.decimals(-1000, 1000, places=3), st.decimals(Decimal("0.001"), 1000, places=3))
def test_neither_unit_nor_origin_changes_a_flag(
    values: list[int | None], options: dict[str, object], shift: Decimal, scale: Decimal
):
    moved = [None if value is None else value * scale + shift for value in values]

    assert flags(judged(moved, **options)) == flags(judged(values, **options))


@given(VALUES, OPTIONS)
def test_floats_are_judged_as_the_decimals_they_are_written_as(values: list[int | None], options: dict[str, object]):
    tenths = [None if value is None else value / 10 for value in values]

    assert flags(judged(tenths, **options)) == flags(judged(values, **options))


MIRRORED = {
    Variation.COMMON_CAUSE: Variation.COMMON_CAUSE,
    Variation.IMPROVEMENT_HIGH: Variation.IMPROVEMENT_LOW,
    Variation.CONCERN_LOW: Variation.CONCERN_HIGH,
    None: None,
}


@given(VALUES, OPTIONS, WHOLE)
def test_turned_upside_down_everything_is_mirrored(values: list[int | None], options: dict[str, object], target: int):
    upright = judged(values, "increase", target, **options)
    turned = judged([None if value is None else -value for value in values], "decrease", -target, **options)

    assert kinds(turned) == kinds(upright)
    assert [(-group.mean, group.amr) for group in turned.groups] == [(g.mean, g.amr) for g in upright.groups]
    assert turned.variation_icon == MIRRORED[upright.variation_icon]
    assert turned.assurance_icon == upright.assurance_icon


@given(VALUES, OPTIONS, WHOLE)
def test_the_other_direction_swaps_improvement_and_concern(
    values: list[int | None], options: dict[str, object], target: int
):
    more, less = judged(values, "increase", target, **options), judged(values, "decrease", target, **options)

    assert flags(more) == flags(less)
    swap = {PointType.IMPROVEMENT: PointType.CONCERN, PointType.CONCERN: PointType.IMPROVEMENT}
    assert [swap.get(kind, kind) for kind in kinds(more)] == kinds(less)
    assert {more.assurance_icon, less.assurance_icon} in (
        {Assurance.PASS, Assurance.FAIL}, {Assurance.INCONSISTENT}, {None},
    )  # fmt: skip


@given(VALUES, OPTIONS)
def test_a_point_lies_where_its_flag_says(values: list[int | None], options: dict[str, object]):
    for point in judged(values, **options).points:
        cause = point.special_cause_type
        if cause in {C.ABOVE_LIMIT, C.BELOW_LIMIT}:
            assert point.outside_limits
        elif not point.outside_limits and cause in {C.TWO_IN_THREE_ABOVE, C.TWO_IN_THREE_BELOW}:
            assert point.close_to_limits
        if "Trend" not in cause.value:
            assert cause.sign in (0, point.relative_to_mean)
        assert point.special_cause_flag is (cause is not C.COMMON)
        if point.upl is not None:
            assert point.lpl <= point.nlpl <= point.mean <= point.nupl <= point.upl


@given(VALUES)
def test_screening_never_widens_the_limits(values: list[int | None]):
    for tight, wide in zip(judged(values).groups, judged(values, screen_outliers=False).groups, strict=True):
        assert (tight.amr or 0) <= (wide.amr or 0)
        assert tight.mean == wide.mean
