"""A small question to the planner, and the history it is asked of."""

from datetime import date
from typing import Any

from accounts.actors import Actor
from homefirst.actions import plans
from homefirst.models import PlanRun
from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import History

SMALL = History(
    first=date(2026, 1, 1),
    requests=tuple([2, 1, 3, 0, 1, 2, 4] * 8),
    stays=((2.0, 10), (5.5, 20), (14.0, 8)),
    waited=1,
)
FEW = Assumptions(fewest=8, most=12, replications=4, days=120, warm_up_days=30)


def ask(by: Actor, **said: Any) -> PlanRun:
    """A run that waits."""
    told = {"assumptions": FEW, "seed": 7, "history": SMALL} | said
    return plans.ask_plan(by=by, **told)
