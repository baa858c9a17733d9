"""What a chart says and shows, before it is drawn."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bcf.charts import (
    CountRow,
    Observed,
    PlaceNumbers,
    Unit,
    XmrChart,
    count_chart,
    funnel_chart,
    share_scale,
    xmr_chart,
)

KNOWN_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
STEADY = [69.04, 70, 71, 70, 69, 70, 71, 70, 69, 70, 71, 70, 70]


def chart(values: list[float | None], **options: object) -> XmrChart:
    target = options.pop("target", None)
    observed = [
        Observed(
            date=date(2025 + at // 12, at % 12 + 1, 1),
            label=f"{date(2025 + at // 12, at % 12 + 1, 1):%b %Y}",
            value=value,
            target=target,
            note="" if value is not None else "Not shown: fewer than 5",
        )
        for at, value in enumerate(values)
    ]
    fixed = {"key": "k", "title": "Reached in time", "unit": "percent", "direction": "higher"}
    given = {"source": "Made up.", "known_at": KNOWN_AT, "observed": observed}
    return xmr_chart(**fixed | given | options)


@pytest.mark.parametrize(
    ("unit", "value", "plain", "shown"),
    [
        (Unit.PERCENT, 94.06, "94.1", "94.1%"),
        (Unit.PERCENT, -0.04, "0.0", "0.0%"),
        (Unit.COUNT, 1204, "1204", "1,204"),
        (Unit.MINUTES, 18.4, "18", "18\N{NO-BREAK SPACE}minutes"),
        (Unit.MINUTES, 1, "1", "1\N{NO-BREAK SPACE}minute"),
        (Unit.RATIO, 1.256, "1.26", "1.26"),
        (Unit.RATE, 1312.44, "1312.4", "1,312.4 per 100,000"),
    ],
)
def test_a_number_is_shown_in_its_unit(unit: Unit, value: float, plain: str, shown: str):
    assert (unit.plain(value), unit.shown(value)) == (plain, shown)


def test_a_steady_series_says_so_and_what_to_expect_of_the_target():
    made = chart(STEADY, target=60.0)

    assert made.sentence == (
        "70.0% in Jan 2026. No real change: the latest point is where it can usually be expected. "
        "The target of 60.0% is expected to be met every time, unless something changes."
    )
    assert (made.variation.slug, made.assurance.slug) == ("variation-common-cause", "assurance-pass")
    assert (made.better, made.latest, made.target) == ("Higher is better.", "70.0%", "60.0%")
    assert made.notes == ()


def test_too_few_points_are_not_said_to_be_usual_or_to_promise_anything():
    """Two points of 100% have limits of exactly 100%: by the rules the target will be met; nobody may rely on it."""
    made = chart([100, 100], target=70.0)

    assert made.variation.words == "Too early to tell: 2 points cannot show what is usual."
    assert (made.variation.slug, made.assurance.slug) == ("variation-common-cause", "assurance-pass")
    assert made.assurance.words == (
        "Too early to tell: judged from 2 points only, the target of 70.0% is expected to be met every time, "
        "unless something changes."
    )


def test_a_rule_that_few_points_meet_is_still_named():
    made = chart([50, 58, 50, 62, 61, 63, 60, 64, 62, 61])

    assert made.variation.words == "Getting better: 7 or more points in a row are above the average."


def test_a_new_start_is_judged_from_its_own_points():
    made = chart([*STEADY, 90, 91], rebase={date(2026, 2, 1): "A new team"}, target=60.0)

    assert made.variation.words.startswith("Too early to tell: 2 points")
    assert "judged from 2 points only" in made.assurance.words


def test_a_special_cause_is_named_with_its_rule():
    high = chart([*STEADY, 90])
    low = chart([*STEADY, 90], direction="lower")
    neither = chart([*STEADY, 90], direction="neutral", target=60.0)

    assert high.variation.words == "Getting better: the latest point is above the upper limit."
    assert (high.variation.slug, high.variation.heading) == (
        "variation-improvement-high", "Special cause: improvement (high)",
    )  # fmt: skip
    assert low.variation.words == "Getting worse: the latest point is above the upper limit."
    assert (neither.variation.words, neither.assurance) == (
        "Going up: the latest point is above the upper limit.", None,
    )  # fmt: skip
    assert [high.points[-1].kind, low.points[-1].kind, neither.points[-1].kind] == ["improvement", "concern", "neutral"]
    assert high.points[-1].flag == "Above the upper limit: improvement"
    assert neither.points[-1].flag == "Above the upper limit: neither better nor worse"
    assert chart(STEADY).points[0].flag == "Usual variation"


def test_a_withheld_figure_is_nowhere_and_moves_no_line():
    withheld = chart([*STEADY[:5], None, *STEADY[5:]])

    gap = withheld.points[5]
    assert (gap.plain, gap.shown, gap.group, gap.flag, gap.note) == ("", "", None, "", "Not shown: fewer than 5")
    assert withheld.lines[0].mean == chart(STEADY).lines[0].mean
    assert "1 period without a figure: the line is broken there." in withheld.notes
    assert list(withheld.csv_rows())[6] == ["Jun 2025", "", "Percent", "", "", "", "", "", "", "", "Final", gap.note]


def test_nothing_to_show_is_said():
    empty = chart([None, None], target=5.0)

    assert (empty.sentence, empty.variation, empty.assurance, empty.is_drawn) == (
        "There are no figures to show.", None, None, False,
    )  # fmt: skip
    assert (empty.latest, empty.target, empty.notes, empty.lines) == ("", "", (), ())


def test_lines_that_start_afresh_say_why():
    made = chart(STEADY, rebase={date(2025, 7, 1): "A second team began", date(2024, 1, 1): "The portal opened"})

    assert [(line.first, line.last, line.n, line.reason) for line in made.lines] == [
        ("Jan 2025", "Jun 2025", 6, "The portal opened"),
        ("Jul 2025", "Jan 2026", 7, "A second team began"),
    ]
    assert made.notes[0] == "Limits from 6 points are trial limits: they settle at 13 or more."


def test_how_far_to_trust_the_lines_is_said():
    assert chart([*STEADY, 90]).notes == ("1 unusually large jump between points left out of the limits.",)
    assert chart([*STEADY, 90], screen_outliers=False).notes == (
        "Unusually large jumps between points are not left out of the limits.",
    )
    assert chart(STEADY, fix_after_n_points=12).notes == ("Average and limits come from the first 12 points.",)
    assert chart([1, 99] * 7).notes == (
        "The upper limit is above 100%, which no figure can reach.",
        "The lower limit is below 0, which no figure can reach.",
    )


def test_the_csv_has_the_rows_of_the_table_with_their_lines():
    rows = list(chart(STEADY, target=60.0).csv_rows())

    assert rows[0][:4] == ["Period", "Value", "Unit", "Numerator"]
    assert rows[1] == [
        "Jan 2025", "69.0", "Percent", "", "", "60.0", "70.0", "67.6", "72.4", "Usual variation", "Final", "",
    ]  # fmt: skip
    assert len(rows) == 1 + len(STEADY)


def test_small_charts_beside_each_other_share_a_scale():
    first, second = share_scale([chart([10, 20, 10] * 5), chart([50, 60, 50] * 5, target=95.0)])

    assert (first.y_min, first.y_max) == (second.y_min, second.y_max)
    assert float(first.y_min) < 10
    assert float(first.y_max) == 95
    assert share_scale([chart([None])]) == [chart([None])]


@pytest.mark.parametrize(
    ("values", "unit", "scale"),
    [
        ([98, 100, 90, 100] * 4, Unit.PERCENT, ("80.3", "100.0")),
        ([98, 104, 90, 104] * 4, Unit.PERCENT, ("71.7", "104.0")),
        ([0, 2, 0, 1] * 4, Unit.PERCENT, ("0.0", "4.8")),
        ([2, 0, 3, 1] * 4, Unit.COUNT, ("0", "7")),
    ],
)
def test_limits_that_no_figure_can_reach_do_not_stretch_a_shared_scale(
    values: list[float], unit: Unit, scale: tuple[str, str]
):
    (shared,) = share_scale([chart(values, unit=unit)])

    assert (shared.y_min, shared.y_max) == scale


def test_a_chart_knows_which_columns_it_needs():
    bare, full = chart(STEADY), chart(STEADY, target=1.0)
    point = replace(bare.points[0], numerator=0, denominator=3)
    counted = replace(bare, points=(point,))

    assert (bare.has_targets, bare.has_counts, bare.has_denominators) == (False, False, False)
    assert (full.has_targets, counted.has_counts, counted.has_denominators) == (True, True, True)


def places(*numbers: tuple[str, int | None, int | None], **options: object):
    return funnel_chart(
        key="f", title="By place", kind="proportion", source="Made up.", known_at=KNOWN_AT,
        places=[PlaceNumbers(name=name, numerator=one, denominator=of) for name, one, of in numbers], **options,
    )  # fmt: skip


def test_a_funnel_names_the_places_that_stand_out():
    made = places(("A", 20, 100), ("B", 90, 100), ("C", 50, 100), average=50.0)

    assert made.sentence == (
        "3 places compared with the average of these places, 50.0%. Higher than expected: B. Lower than expected: A. "
        "The rest are in the range expected by chance."
    )
    assert [row.position for row in made.rows] == ["low-998", "high-998", "inside"]
    assert list(made.csv_rows())[3][-2] == "In the range expected by chance"
    assert made.across == "Denominator (larger places to the right)"


def test_a_funnel_without_anything_unusual_says_so():
    assert places(("A", 50, 100), ("B", 51, 100)).sentence.endswith("All are in the range expected by chance.")
    assert places(("A", 5, 100), ("B", 95, 100)).sentence.endswith("Lower than expected: A.")


def test_a_place_withheld_from_a_funnel_is_named_only():
    made = places(("A", 50, 100), ("B", None, None), average=50.0, denominator_means="referrals")

    row = made.rows[1]
    assert (row.name, row.plain, row.numerator, row.denominator, row.note) == ("B", "", None, None, "No figure")
    assert made.notes[-1] == "1 place without a figure: not in the picture."
    assert list(made.csv_rows())[2] == ["B", "", "Percent", "", "", "50.0", "", "", "", "", "", "No figure"]
    assert made.across == "Referrals (larger places to the right)"
    assert (places().sentence, places().is_drawn, made.is_drawn) == ("There are no figures to show.", False, True)


def numbers(values: tuple[float | None, ...], series: tuple[str, ...] = ("A", "B")):
    return count_chart(
        key="n", title="Received", series=series, sentence="Said.", source="Made up.", known_at=KNOWN_AT,
        rows=[CountRow(label="Oct 2026", values=values, note="B: not shown")],
    )  # fmt: skip


def test_absolute_numbers_leave_out_what_is_withheld():
    made = numbers((1204, None))

    assert made.rows[0][1] == (("1204", "1,204"), ("", ""))
    assert list(made.csv_rows()) == [["Period", "A", "B", "Note"], ["Oct 2026", "1204", "", "B: not shown"]]
    assert (made.has_notes, made.is_drawn, numbers((None, None)).is_drawn) == (True, True, False)


def test_numbers_and_series_must_agree():
    with pytest.raises(ValueError, match="1 values for 2 series"):
        numbers((1,))
    with pytest.raises(ValueError, match="between 1 and 4"):
        numbers((1,) * 5, ("A", "B", "C", "D", "E"))
