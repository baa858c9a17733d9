"""Numbers and findings in words: units, what a flag means, what the icons say."""

from dataclasses import dataclass

from bcf.spc import Assurance, Direction, PointType, SpecialCause, Variation
from pages.words import count

DIRECTIONS = {"higher": Direction.INCREASE, "lower": Direction.DECREASE, "neutral": Direction.NEUTRAL}


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon of static/icons.svg, its name in the words of Making Data Count, and what it means here."""

    slug: str
    heading: str
    words: str


BETTER = {
    Direction.INCREASE: "Higher is better.",
    Direction.DECREASE: "Lower is better.",
    Direction.NEUTRAL: "Neither higher nor lower is better.",
}
FLAGS = {
    SpecialCause.COMMON: "Usual variation",
    SpecialCause.ABOVE_LIMIT: "Above the upper limit",
    SpecialCause.BELOW_LIMIT: "Below the lower limit",
    SpecialCause.INCREASING: "Part of 7 or more points rising",
    SpecialCause.DECREASING: "Part of 7 or more points falling",
    SpecialCause.TWO_IN_THREE_ABOVE: "One of 2 in 3 points close to the upper limit",
    SpecialCause.TWO_IN_THREE_BELOW: "One of 2 in 3 points close to the lower limit",
    SpecialCause.SHIFT_ABOVE: "Part of 7 or more points above the average",
    SpecialCause.SHIFT_BELOW: "Part of 7 or more points below the average",
}
REASONS = {
    SpecialCause.ABOVE_LIMIT: "the latest point is above the upper limit",
    SpecialCause.BELOW_LIMIT: "the latest point is below the lower limit",
    SpecialCause.INCREASING: "7 or more points have risen in a row",
    SpecialCause.DECREASING: "7 or more points have fallen in a row",
    SpecialCause.TWO_IN_THREE_ABOVE: "2 of 3 points in a row are close to the upper limit",
    SpecialCause.TWO_IN_THREE_BELOW: "2 of 3 points in a row are close to the lower limit",
    SpecialCause.SHIFT_ABOVE: "7 or more points in a row are above the average",
    SpecialCause.SHIFT_BELOW: "7 or more points in a row are below the average",
}
MEANINGS = {
    PointType.COMMON_CAUSE: "",
    PointType.IMPROVEMENT: "improvement",
    PointType.CONCERN: "concern",
    PointType.NEUTRAL_HIGH: "neither better nor worse",
    PointType.NEUTRAL_LOW: "neither better nor worse",
}
TOO_EARLY = "Too early to tell"
VARIATIONS = {
    Variation.COMMON_CAUSE: ("Common cause", "No real change"),
    Variation.IMPROVEMENT_HIGH: ("Special cause: improvement (high)", "Getting better"),
    Variation.IMPROVEMENT_LOW: ("Special cause: improvement (low)", "Getting better"),
    Variation.CONCERN_HIGH: ("Special cause: concern (high)", "Getting worse"),
    Variation.CONCERN_LOW: ("Special cause: concern (low)", "Getting worse"),
    Variation.NEUTRAL_HIGH: ("Special cause: neutral (high)", "Going up"),
    Variation.NEUTRAL_LOW: ("Special cause: neutral (low)", "Going down"),
}
ASSURANCES = {
    Assurance.PASS: ("Target will be met", "is expected to be met every time, unless something changes"),
    Assurance.FAIL: ("Target will be missed", "is expected to be missed every time, unless something changes"),
    Assurance.INCONSISTENT: ("Target hit and miss", "will be met at some times and missed at others, by chance"),
}


def variation(icon: Variation, cause: SpecialCause, few: int = 0) -> Icon:
    """The variation icon, with the rule that the latest point meets. `few`: how many points there are, when too few."""
    heading, meaning = VARIATIONS[icon]
    slug = f"variation-{icon.value.replace('_', '-')}"
    if few and cause is SpecialCause.COMMON:
        return Icon(slug, heading, f"{TOO_EARLY}: {count(few, 'point')} cannot show what is usual.")
    why = REASONS.get(cause, "the latest point is where it can usually be expected")
    return Icon(slug, heading, f"{meaning}: {why}.")


def assurance(icon: Assurance, target: str, few: int = 0) -> Icon:
    """The assurance icon against this target."""
    heading, meaning = ASSURANCES[icon]
    early = f"{TOO_EARLY}: judged from {count(few, 'point')} only, the" if few else "The"
    return Icon(f"assurance-{icon.value}", heading, f"{early} target of {target} {meaning}.")


def flag(cause: SpecialCause, kind: PointType) -> str:
    """What one point shows: "Above the upper limit: improvement"."""
    meaning = MEANINGS[kind]
    return f"{FLAGS[cause]}: {meaning}" if meaning else FLAGS[cause]


def text(number: int | None) -> str:
    """A whole number for a spreadsheet, "" when there is none."""
    return "" if number is None else str(number)
