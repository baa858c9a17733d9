"""Charts of invented numbers for the gallery: every point type, icon, gap and line at least once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bcf.charts import (
    CountRow,
    Observed,
    PlaceNumbers,
    XmrChart,
    count_chart,
    funnel_chart,
    share_scale,
    xmr_chart,
)

KNOWN_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = "Invented numbers for the gallery."
REACHED = [68, 71, 66, 70, 69, 72, 67, 70, None, 68, 71, 69, 78, 80, 79, 82, 81, 84, 83, 82, 85, 84, 83, 86]
MINUTES = [41, 44, 39, 42, 40, 45, 43, 38, 44, 41, 42, 40, 43, 46, 47, 49, 51, 53, 56, 60]
HANDOFFS = [1.2, 1.3, 1.1, 1.4, 1.2, 1.3, 1.2, 1.1, 1.3, 1.2, 1.4, 1.3, 1.2, 1.9]
PLACES = [
    ("Melton", 31, 52), ("Charnwood", 163, 206), ("North West Leicestershire", 92, 118), ("Blaby", 70, 104),
    ("Harborough", 88, 98), ("Hinckley and Bosworth", 101, 149), ("Leicester", 402, 640), ("Rutland", None, 30),
]  # fmt: skip


def sample_charts() -> dict[str, Any]:
    """By macro: XmR charts, small multiples, funnel plots, and bars and lines."""
    reached = _series("reached", "Crisis referrals reached in time", "percent", "higher", REACHED, target=75.0)
    small = [
        _series(f"small-{at}", name, "percent", "higher", [v and v + shift for v in REACHED], target=60.0)
        for at, (name, shift) in enumerate([("Leicester", -4), ("Leicestershire", 2), ("Rutland", 0)])
    ]
    return {
        "series": [
            reached,
            _series("minutes", "Minutes to triage, median", "minutes", "lower", MINUTES, target=30.0),
            _series("handoffs", "Hand-offs per referral", "ratio", "neutral", HANDOFFS),
            _series("empty", "A metric that has no figures yet", "count", "higher", [None, None]),
        ],
        "small": [replace(chart, href="#") for chart in share_scale(small)],
        "funnels": [_funnel()],
        "numbers": [_numbers("bars"), _numbers("lines")],
    }


def _series(
    key: str, title: str, unit: str, direction: str, values: Sequence[float | None], target: float | None = None
) -> XmrChart:
    months = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(len(values))]
    afresh = {date(2025, 1, 1): "A second crisis team began"} if key == "reached" else None
    return xmr_chart(
        key=key,
        title=title,
        unit=unit,
        direction=direction,
        observed=[
            Observed(
                date=month,
                label=f"{month:%b %Y}",
                value=value,
                numerator=None if value is None or unit != "percent" else round(value),
                denominator=None if value is None or unit != "percent" else 100,
                target=target,
                status="provisional" if month == months[-1] else "final",
                note="Fewer than 5, not shown" if value is None else "",
            )
            for month, value in zip(months, values, strict=True)
        ],
        rebase=afresh,
        source=SOURCE,
        known_at=KNOWN_AT,
        csv_href="#csv",
        numerator_means="crisis referrals reached within their standard" if unit == "percent" else "",
        denominator_means="crisis referrals with a result" if unit == "percent" else "",
    )


def _funnel() -> Any:
    return funnel_chart(
        key="places",
        title="Crisis referrals reached in time, by district",
        kind="proportion",
        places=[
            PlaceNumbers(name=name, numerator=reached, denominator=all_, note="" if reached else "Not shown")
            for name, reached, all_ in PLACES
        ],
        average=69.0,
        average_name="the average of Leicester, Leicestershire and Rutland",
        source=SOURCE,
        known_at=KNOWN_AT,
        csv_href="#csv",
        numerator_means="crisis referrals reached within their standard",
        denominator_means="crisis referrals with a result",
    )


def _numbers(shape: Any) -> Any:
    return count_chart(
        key=f"received-{shape}",
        title="Referrals received" + ("" if shape == "bars" else ", as lines"),
        shape=shape,
        series=["Leicester", "Leicestershire", "Rutland"],
        rows=[
            CountRow(label="Jul 2026", values=(1204, 1511, 88)),
            CountRow(label="Aug 2026", values=(1180, 1420, None), note="Rutland: fewer than 5, not shown"),
            CountRow(label="Sep 2026", values=(1251, 1498, 91)),
            CountRow(label="Oct 2026", values=(1310, 1587, 95)),
        ],
        sentence="Leicester received 4,945 referrals from July to October 2026.",
        source=SOURCE,
        known_at=KNOWN_AT,
        csv_href="#csv",
    )
