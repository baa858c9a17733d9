"""Red, amber, green: the rule, what it gives, and what to say when a published rating is another one.

Boards publish ratings that no rule gives: in 2016/17 one measure was rated amber though it was better than its
target. Such a rating is allowed, but never silent: the page shows both, and the reason. Pure: numbers in, words out.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HIGHER, LOWER = "higher", "lower"


class Rag(StrEnum):
    """A rating; compared, stored and posted in small letters."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Standing(StrEnum):
    """How a value stands to its target."""

    BETTER = "better than"
    SAME = "the same as"
    WORSE = "worse than"


@dataclass(frozen=True, slots=True)
class Rule:
    """How far worse than its target, in percent of the target, a value may be and still be amber."""

    tolerance: Decimal

    @property
    def words(self) -> str:
        """The rule as the page states it."""
        within = f"{self.tolerance.normalize():f}%"
        return (
            f"Green: at the target or better. Amber: worse than the target, by no more than {within} of it. "
            f"Red: worse by more than {within}."
        )

    def rate(self, value: Decimal, target: Decimal | None, direction: str) -> Rag | None:
        """The rating by the rule; None without a target, or where neither higher nor lower is better."""
        if target is None or direction not in (HIGHER, LOWER):
            return None
        shortfall = target - value if direction == HIGHER else value - target
        if shortfall <= 0:
            return Rag.GREEN
        return Rag.AMBER if shortfall * 100 <= abs(target) * self.tolerance else Rag.RED


def standing(value: Decimal, target: Decimal, direction: str) -> Standing:
    """Whether the value is better than its target."""
    if value == target:
        return Standing.SAME
    return Standing.BETTER if (value > target) == (direction == HIGHER) else Standing.WORSE


def contradicts(published: Rag | None, computed: Rag | None) -> bool:
    """Whether a published rating is not the one that the rule gives."""
    return published is not None and published != computed


def explain(published: Rag, computed: Rag | None, how: Standing, *, value: str, target: str, reason: str) -> str:
    """Two sentences about a published rating that the rule does not give, and why it was given.

    `value` and `target` are as shown on the page.
    """
    gives = f"the rule gives {computed}" if computed else "the rule gives no rating"
    why = reason.rstrip(".") or "Reason not stated in the source"
    return f"Published as {published}, although {value} is {how} the target of {target} and {gives}. {why}."
