"""Runs of the planner: asked for, started by one worker, finished or failed; each keeps what it needs to run again."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid
from homefirst.models import PlanRun
from homefirst.planner.assumptions import MODEL_VERSION, MOST_ARRIVALS, Assumptions
from homefirst.planner.history import LEAST_STAYS, History, count_history
from homefirst.policies.planner import check_can_plan
from homefirst.states import PLAN_EVENTS, PLAN_TRANSITIONS, PlanStatus
from homefirst.steps import StepInHand, locked


@transaction.atomic
def ask_plan(*, by: Actor, assumptions: Assumptions, seed: int, history: History | None = None) -> PlanRun:
    """Ask how many places are needed. Demand and stays are counted now, and kept with the run."""
    check_can_plan(by)
    assumptions.check()
    known = history or count_history(timezone.now())
    if known.number_of_stays < LEAST_STAYS:
        raise Invalid(f"Fewer than {LEAST_STAYS} stays have ended in the last year: too few to plan with.")
    if assumptions.arrivals(known.requests_a_day) > MOST_ARRIVALS:
        raise Invalid(
            "That would take too long. Ask for fewer simulated years, or a narrower range.", field="replications"
        )
    plan = PlanRun(
        status="",
        assumptions=assumptions.as_json(),
        history=known.as_json(),
        seed=seed,
        model_version=MODEL_VERSION,
        asked_by_id=by.id,
        asked_by_name=by.name,
    )
    _move(StepInHand(plan, "ask", by), PlanStatus.QUEUED)
    return plan


@transaction.atomic
def run_plan_again(*, by: Actor, plan_id: UUID) -> PlanRun:
    """The same question of the same history with the same seed; the result is the same."""
    check_can_plan(by)
    plan: PlanRun = locked(PlanRun.objects.visible_to(by), plan_id, "run of the planner")
    history = History.from_json(plan.history)
    return ask_plan(by=by, assumptions=Assumptions(**plan.assumptions), seed=plan.seed, history=history)


@transaction.atomic
def start_plan(*, by: Actor, plan_id: UUID) -> PlanRun | None:
    """Take a run in hand; None when another worker has, or it is over."""
    plan: PlanRun = locked(PlanRun.objects.visible_to(by), plan_id, "run of the planner")
    if plan.status != PlanStatus.QUEUED:
        return None
    _move(StepInHand(plan, "start", by), PlanStatus.RUNNING)
    return plan


@transaction.atomic
def finish_plan(*, by: Actor, plan_id: UUID, result: dict[str, Any]) -> PlanRun:
    """Keep the result."""
    plan: PlanRun = locked(PlanRun.objects.visible_to(by), plan_id, "run of the planner")
    step = StepInHand(plan, "finish", by)
    plan.result, plan.progress, plan.finished_at = result, 100, step.at
    _move(step, PlanStatus.DONE)
    return plan


@transaction.atomic
def fail_plan(*, by: Actor, plan_id: UUID, problem: str) -> PlanRun:
    """Say why there is no result."""
    plan: PlanRun = locked(PlanRun.objects.visible_to(by), plan_id, "run of the planner")
    step = StepInHand(plan, "fail", by)
    plan.problem, plan.finished_at = problem[:300], step.at
    _move(step, PlanStatus.FAILED)
    return plan


def _move(step: StepInHand, to: PlanStatus) -> None:
    step.move(to, PLAN_TRANSITIONS, PLAN_EVENTS)
    step.save()
