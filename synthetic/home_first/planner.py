"""One run of the planner, finished: the demonstration has fewer people than the area, so demand is scaled up to it."""

from typing import TYPE_CHECKING

from homefirst.actions import plans
from homefirst.planner import running
from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import LEAST_STAYS, count_history
from synthetic.staff import SYNTHETIC

if TYPE_CHECKING:
    from synthetic.home_first import Scene

PLACES_IN_USE = 52
"""Demand is scaled so that about so many places are in use: inside the range that is asked about."""
MOST_PER_CENT = 5000
YEARS = 10


def fill(scene: "Scene") -> None:
    """Make it, where there is enough history."""
    history = count_history(scene.now)
    if history.number_of_stays < LEAST_STAYS:
        return
    in_use = history.requests_a_day * history.mean_stay
    percent = min(MOST_PER_CENT, max(1, round(100 * PLACES_IN_USE / in_use))) if in_use else 100
    by = next(iter(scene.staff.by_role.get("commissioner", [])), SYNTHETIC)
    asked = Assumptions(demand_percent=percent, replications=YEARS)
    plan = plans.ask_plan(by=by, assumptions=asked, seed=scene.dice.randrange(10**6), history=history)
    running.run(plan.pk)
