"""Home First's synthetic data: boards that live today, and a history to count.

It is made after the referrals, and from them: whoever is in crisis care, in reablement or on a virtual ward today has
a referral that says so.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from synthetic.dice import Dice
from synthetic.home_first import beds, crisis, discharge, packages, planner, reablement
from synthetic.staff import Staff


@dataclass
class Scene:
    """What every part is made from; history reaches so many months back."""

    now: datetime
    dice: Dice
    staff: Staff
    months: int


@transaction.atomic
def fill(now: datetime, *, seed: int, months: int) -> None:
    """Every part, in the order in which they build on one another."""
    staff = Staff.read()
    for part in (discharge, crisis, reablement, beds, packages, planner):
        part.fill(Scene(now, Dice(seed, f"home first {part.__name__}"), staff, months))
