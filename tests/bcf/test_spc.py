"""XmR charts: the published numbers, and each rule in one example."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from bcf.spc import Assurance, Direction, PointType, Reading, SpecialCause, Variation, analyse
from bcf.spc.rules import assurance_icon, point_type, shifts, trends, twos_in_three, variation_icon
from tests.factories.spc import START, day, flags, judged, kinds, series

C = SpecialCause
RANDOM = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
    -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
    0.70135590, -0.47279141,
]  # fmt: skip
"""R: set.seed(123); rnorm(20). The series of the published package's own tests."""
ONE_JUMP = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


# Lines


@pytest.mark.parametrize("screen", [True, False])
def test_the_published_random_series(screen: bool):
    spc = judged(RANDOM, target=0.5, screen_outliers=screen)

    (group,) = spc.groups
    assert group.mean == pytest.approx(0.1416238, abs=5e-8)
    assert group.lpl == pytest.approx(-3.01138, abs=5e-6)
    assert group.upl == pytest.approx(3.294627, abs=5e-7)
    assert (group.n, group.n_screened, group.short_group_warning) == (20, 0, False)
    assert set(kinds(spc)) == {PointType.COMMON_CAUSE}
    assert (spc.variation_icon, spc.assurance_icon) == (Variation.COMMON_CAUSE, Assurance.INCONSISTENT)


def test_the_published_halves_of_the_random_series():
    first, second = judged(RANDOM, rebase=[day(10)]).groups

    assert (round(first.mean, 4), round(first.lpl, 2), round(first.upl, 2)) == (0.0746, -2.60, 2.75)
    assert (round(second.mean, 3), round(second.lpl, 2), round(second.upl, 2)) == (0.209, -3.28, 3.70)
    assert first.short_group_warning and second.short_group_warning


def test_the_published_jump_is_screened_out_of_the_limits_once():
    screened, whole = judged(ONE_JUMP), judged(ONE_JUMP, screen_outliers=False)

    assert (round(screened.groups[0].mean, 2), screened.groups[0].n_screened) == (1.94, 2)
    assert (round(screened.groups[0].upl, 2), round(screened.groups[0].lpl, 2)) == (4.60, -0.72)
    assert (round(whole.groups[0].upl, 2), round(whole.groups[0].lpl, 2)) == (6.95, -3.06)
    assert (screened.screen_outliers, whole.screen_outliers) == (True, False)


def test_screening_happens_once_and_not_again():
    values = [0, 1] * 20 + [0, 4, 0, 40, 0]

    (group,) = judged(values).groups

    # 44 differences: 39 of 1 or 0, two of 4, two of 40; the average of all is 2.9 and hides the 4s from screening
    ranges = [abs(after - before) for before, after in pairwise(values)]
    kept = [one for one in ranges if one < 3.267 * sum(ranges) / len(ranges)]
    assert (len(ranges) - len(kept), max(kept)) == (group.n_screened, 4)
    assert group.amr == pytest.approx(sum(kept) / len(kept))


def test_a_range_of_exactly_the_screening_bound_is_left_out():
    # three differences of 1000, 1000 and x with x equal to 3.267 times their average: x = 3.267 (2000 + x) / 3
    x = Fraction(3267 * 2000, 3000) / (1 - Fraction(3267, 3000))
    assert x < 0  # no third range can: it would be larger than the sum of all
    four = Fraction(3267 * 3000, 4000) / (1 - Fraction(3267, 4000))

    (group,) = judged([0, 1000, 2000, 3000, 3000 + four]).groups

    assert (group.n_screened, group.amr) == (1, 1000)


def test_near_limits_are_two_thirds_of_the_way():
    (group,) = judged([9, 10, 11, 10] * 5).groups

    assert group.amr == 1
    assert (group.upl, group.lpl) == (12.66, 7.34)
    assert group.nupl == pytest.approx(10 + 2 * 2.66 / 3)
    assert group.nlpl == pytest.approx(10 - 2 * 2.66 / 3)


def test_limits_fixed_after_some_points_still_judge_all():
    spc = judged([9, 10, 11, 10] * 3 + [20, 10], fix_after_n_points=12)

    (group,) = spc.groups
    assert (group.n, group.n_for_limits, group.mean, group.upl) == (14, 12, 10, 12.66)
    assert flags(spc)[12:] == [C.ABOVE_LIMIT, C.COMMON]
    assert spc.fix_after_n_points == 12


def test_a_rebase_starts_new_lines_and_ends_every_run():
    values = [1, 2, 3, 4, 5, 6, 7, 8]

    assert C.COMMON not in flags(judged(values))
    spc = judged(values, rebase=[day(4)])
    assert [point.rebase_group for point in spc.points] == [0] * 4 + [1] * 4
    assert [group.mean for group in spc.groups] == [2.5, 6.5]
    assert set(flags(spc)) == {C.COMMON}


def test_a_rebase_between_points_before_them_or_after_them_makes_no_empty_group():
    rows = [Reading(day(at), value) for at, value in ((2, 5), (4, 6), (8, 7))]

    spc = analyse(rows, improvement_direction="increase", rebase=[day(5), day(0), day(6), day(9)])

    assert [(group.rebase_group, group.first, group.n) for group in spc.groups] == [(0, day(2), 2), (1, day(8), 1)]


def test_rows_are_taken_in_order_of_date():
    assert analyse(series(RANDOM)[::-1], improvement_direction="increase") == judged(RANDOM)


# What is not there, and what is all the same


def test_a_gap_is_no_point_and_is_bridged():
    spc = judged([1, None, 3, 4, 5, None, 6, 7, 8])

    assert spc.gaps == (day(1), day(5))
    assert (spc.groups[0].n, spc.groups[0].amr) == (7, pytest.approx(7 / 6))
    assert flags(spc) == flags(judged([1, 3, 4, 5, 6, 7, 8]))
    assert flags(spc)[1:-1] == [C.INCREASING] * 5
    assert judged([None, 1, None, 3, 100], fix_after_n_points=2).groups[0].mean == 2


def test_no_points_no_icons():
    assert (judged([]).points, judged([None]).variation_icon, judged([None], target=1).assurance_icon) == (
        (),
        None,
        None,
    )


def test_one_point_has_a_mean_and_no_limits():
    spc = judged([5], target=4)

    assert (spc.points[0].mean, spc.points[0].upl, spc.groups[0].amr) == (5, None, None)
    assert (spc.variation_icon, spc.assurance_icon) == (Variation.COMMON_CAUSE, None)


def test_limits_from_one_point_only_are_unknown_but_a_shift_is_seen():
    spc = judged([5] + [6] * 7, fix_after_n_points=1)

    assert spc.points[0].upl is None
    assert flags(spc) == [C.COMMON] + [C.SHIFT_ABOVE] * 7


@pytest.mark.parametrize("value", [0, 0.1, 5, 1 / 3, Decimal("0.3")])
@pytest.mark.parametrize("number", [2, 3, 7, 10, 23])
def test_values_all_alike_have_limits_equal_to_their_mean_and_nothing_to_flag(value: object, number: int):
    spc = judged([value] * number)

    (group,) = spc.groups
    assert group.mean == group.upl == group.lpl == group.nupl == float(value)
    assert set(flags(spc)) == {C.COMMON}


def test_a_point_on_a_limit_is_not_outside_whatever_the_decimals():
    base = [9, 10, 11, 10] * 3
    for scale in (1, Decimal("0.1"), Decimal("0.01"), 3):
        values = [value * scale for value in [*base, Decimal("12.66"), 10, Decimal("7.34")]]
        spc = judged(values, fix_after_n_points=12)

        assert flags(spc)[12:] == [C.COMMON] * 3
        assert not any(point.close_to_limits for point in spc.points)
        assert flags(judged([*values, Decimal("12.67") * scale], fix_after_n_points=12))[-1] == C.ABOVE_LIMIT


@pytest.mark.parametrize(
    ("values", "problem"),
    [([1, float("nan")], "finite"), ([float("inf")], "finite"), ([Decimal("NaN")], "finite")],
)
def test_what_is_not_a_number_is_refused(values: list[object], problem: str):
    with pytest.raises(ValueError, match=problem):
        judged(values)


def test_two_readings_of_one_date_are_refused():
    with pytest.raises(ValueError, match="two readings for 2024-01-01"):
        analyse([Reading(START, 1), Reading(START, 2)], improvement_direction="increase")


def test_limits_cannot_be_fixed_after_no_points():
    with pytest.raises(ValueError, match="at least one point"):
        judged([1, 2], fix_after_n_points=0)


@pytest.mark.parametrize(("number", "short"), [(12, True), (13, False)])
def test_limits_from_fewer_than_thirteen_points_are_trial_limits(number: int, short: bool):
    spc = judged(range(number))

    assert spc.groups[0].short_group_warning is spc.short_group_warning is short


# Rules


def test_seven_rising_points_are_all_flagged_and_six_or_a_tie_are_not():
    assert trends([1, 2, 3, 4, 5, 6, 7]) == [1] * 7
    assert trends([1, 2, 3, 4, 5, 6]) == [0] * 6
    assert trends([1, 2, 3, 3, 4, 5, 6]) == [0] * 7
    assert trends([2, 1, 2, 3, 4, 5, 6, 7, 3]) == [0, *[1] * 7, 0]
    assert trends([7, 6, 5, 4, 3, 2, 1]) == [-1] * 7
    assert trends([]) == []


def test_the_turn_of_a_rise_into_a_fall_takes_the_later_direction():
    assert trends([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]) == [1] * 6 + [-1] * 7


def test_two_rises_with_a_drop_between_are_both_rises():
    assert trends([1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7, 8, 9]) == [1] * 14


def test_seven_points_on_one_side_are_all_flagged():
    assert shifts([1] * 8 + [-1]) == [1] * 8 + [0]
    assert shifts([1] * 6 + [-1]) == [0] * 7
    assert shifts([-1, 1, 1, 1, 0, 1, 1, 1, 1]) == [0] * 9  # a point on the mean ends a run
    assert shifts([-1] * 7) == [-1] * 7
    assert shifts([0] * 9) == [0] * 9


def test_two_in_three_flags_only_those_near_a_limit_with_all_three_on_one_side():
    same = [1, 1, 1]
    for close in ([True, False, True], [True, True, False], [False, True, True], [True] * 3):
        assert twos_in_three(close, same) == close
    assert twos_in_three([True, False, False], same) == [False] * 3
    assert twos_in_three([True, False, True], [1, -1, 1]) == [False] * 3
    assert twos_in_three([True, False, True], [1, 0, 1]) == [False] * 3
    assert twos_in_three([True, True], [1, 1]) == [False] * 2  # there is no third
    assert twos_in_three([True, False, False, True], [1] * 4) == [False] * 4
    assert twos_in_three([True, False, False, True, True], [-1] * 5) == [False, False, False, True, True]


def test_two_near_opposite_limits_are_common_cause():
    spc = judged([1, -1] * 7 + [5.5, -5.5])

    assert flags(spc)[-2:] == [C.COMMON, C.COMMON]


def test_the_first_rule_that_fits_names_the_point():
    base = [9, 10, 11, 10] * 3

    def after(values: list[float]) -> list[SpecialCause]:
        return flags(judged(base + values, fix_after_n_points=12))[12:]

    assert after([10.1, 10.2, 10.3, 10.4, 12, 12.1, 13]) == [C.INCREASING] * 6 + [C.ABOVE_LIMIT]
    assert after([12, 11, 12.5]) == [C.TWO_IN_THREE_ABOVE, C.COMMON, C.TWO_IN_THREE_ABOVE]
    assert after([8, 9, 7.5]) == [C.TWO_IN_THREE_BELOW, C.COMMON, C.TWO_IN_THREE_BELOW]
    assert after([11, 12, 11, 12, 11, 10.5, 11]) == [
        C.SHIFT_ABOVE, C.TWO_IN_THREE_ABOVE, C.SHIFT_ABOVE, C.TWO_IN_THREE_ABOVE, *[C.SHIFT_ABOVE] * 3,
    ]  # fmt: skip
    assert after([7, 9]) == [C.BELOW_LIMIT, C.COMMON]
    assert after([13, 12, 12]) == [C.ABOVE_LIMIT, C.TWO_IN_THREE_ABOVE, C.TWO_IN_THREE_ABOVE]


@pytest.mark.parametrize(
    ("cause", "increase", "decrease", "neutral"),
    [
        (C.COMMON, "common_cause", "common_cause", "common_cause"),
        (C.ABOVE_LIMIT, "special_cause_improvement", "special_cause_concern", "special_cause_neutral_high"),
        (C.BELOW_LIMIT, "special_cause_concern", "special_cause_improvement", "special_cause_neutral_low"),
        (C.INCREASING, "special_cause_improvement", "special_cause_concern", "special_cause_neutral_high"),
        (C.DECREASING, "special_cause_concern", "special_cause_improvement", "special_cause_neutral_low"),
        (C.TWO_IN_THREE_ABOVE, "special_cause_improvement", "special_cause_concern", "special_cause_neutral_high"),
        (C.TWO_IN_THREE_BELOW, "special_cause_concern", "special_cause_improvement", "special_cause_neutral_low"),
        (C.SHIFT_ABOVE, "special_cause_improvement", "special_cause_concern", "special_cause_neutral_high"),
        (C.SHIFT_BELOW, "special_cause_concern", "special_cause_improvement", "special_cause_neutral_low"),
    ],
)
def test_a_flag_means_better_or_worse_by_direction(cause: SpecialCause, increase: str, decrease: str, neutral: str):
    assert [point_type(cause, direction) for direction in Direction] == [increase, decrease, neutral]


def test_a_rise_below_the_mean_is_high_not_low():
    rising = judged([1, 2, 3, 4, 5, 6, 7], "decrease").points[1]

    assert (rising.relative_to_mean, rising.special_cause_type) == (-1, C.INCREASING)
    assert rising.point_type == PointType.CONCERN


@pytest.mark.parametrize(
    ("kind", "increase", "decrease"),
    [
        (PointType.COMMON_CAUSE, "common_cause", "common_cause"),
        (PointType.IMPROVEMENT, "improvement_high", "improvement_low"),
        (PointType.CONCERN, "concern_low", "concern_high"),
    ],
)
def test_the_variation_icon_of_the_last_point(kind: PointType, increase: str, decrease: str):
    assert variation_icon(kind, Direction.INCREASE) == increase
    assert variation_icon(kind, Direction.DECREASE) == decrease


def test_the_variation_icon_when_neither_way_is_better():
    assert judged([10, 11] * 8 + [30], "neutral").variation_icon == Variation.NEUTRAL_HIGH
    assert judged([10, 11] * 8 + [-30], "neutral").variation_icon == Variation.NEUTRAL_LOW
    assert judged([10, 11] * 8, "neutral").variation_icon == Variation.COMMON_CAUSE


@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [(13, "fail", "pass"), (12.66, "inconsistent", "inconsistent"), (10, "inconsistent", "inconsistent"),
     (7.34, "inconsistent", "inconsistent"), (7, "pass", "fail"), (None, None, None)],
)  # fmt: skip
def test_the_assurance_icon(target: float | None, increase: str | None, decrease: str | None):
    values = [9, 10, 11, 10] * 5

    assert judged(values, "increase", target).assurance_icon == increase
    assert judged(values, "decrease", target).assurance_icon == decrease
    assert judged(values, "neutral", target).assurance_icon is None
    assert assurance_icon(target, None, 1, Direction.INCREASE) is None


def test_the_last_target_and_the_last_limits_decide():
    rows = [Reading(day(at), value, 1) for at, value in enumerate([9, 10, 11, 10] * 4)]
    later = [Reading(day(20 + at), value, 50) for at, value in enumerate([90, 100, 110, 100] * 4)]

    spc = analyse(rows + later, improvement_direction="increase", rebase=[day(20)])

    assert spc.assurance_icon == Assurance.PASS
    raised = [*rows, Reading(day(30), 10, 13)]
    assert analyse(raised, improvement_direction="increase").assurance_icon == Assurance.FAIL
