"""What a run of the planner assumes, checked, and kept as plain JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from audit.errors import Invalid

MODEL_VERSION = 1
MOST_PLACES = 500
WARM_UP_DAYS = 60
MOST_ARRIVALS = 12_000_000
"""A worker goes through about a million arrivals a second; a run must not keep it from other work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """47 to 74 home places is the range of a local summary of community health services, 2015."""

    fewest: int = 47
    most: int = 74
    demand_percent: int = 100
    patience_days: float = 1.0
    refused_at_most: float = 1.0
    replications: int = 20
    days: int = 365
    warm_up_days: int = WARM_UP_DAYS

    def check(self) -> None:
        """Raise Invalid, with the field to put right."""
        if not 1 <= self.fewest <= MOST_PLACES:
            raise Invalid(f"Enter between 1 and {MOST_PLACES} places.", field="fewest")
        if not self.fewest <= self.most <= min(MOST_PLACES, self.fewest + 99):
            raise Invalid("Enter at least as many places as the fewest, and at most 99 more.", field="most")
        _within(self.demand_percent, 1, 5000, "demand_percent", "Enter between 1 and 5,000 per cent.")
        _within(self.patience_days, 0, 60, "patience_days", "Enter between 0 and 60 days.")
        _within(self.refused_at_most, 0, 100, "refused_at_most", "Enter between 0 and 100 per cent.")
        _within(self.replications, 2, 100, "replications", "Enter between 2 and 100.")

    def arrivals(self, requests_a_day: float) -> float:
        """About how many arrivals a run goes through."""
        places, days = self.most - self.fewest + 1, self.days + self.warm_up_days
        return requests_a_day * self.demand_percent / 100 * days * places * self.replications

    def as_json(self) -> dict[str, Any]:
        """What is kept."""
        return asdict(self)


def _within(value: float, least: float, most: float, field: str, sentence: str) -> None:
    if not least <= value <= most:
        raise Invalid(sentence, field=field)
