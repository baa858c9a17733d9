"""Running what was asked: in a worker, with progress in the row, and never left without a result or a reason."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.actors import system_actor
from audit.errors import DomainError
from homefirst.actions import plans
from homefirst.models import PlanRun
from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import History
from homefirst.planner.model import simulate
from homefirst.states import PlanStatus

log = logging.getLogger(__name__)
PLANNER = system_actor("planner")
SEND_AGAIN_AFTER = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(minutes=10)
IMPATIENT = {"socket_timeout": 1, "socket_connect_timeout": 1}
"""Somebody waits for the page: a broker that hangs is left, and the sweep sends the plan again."""
STOPPED = "The worker stopped before it had finished. Run it again."


def run(plan_id: UUID) -> None:
    """Run a plan that waits; anything else is left alone."""
    plan = plans.start_plan(by=PLANNER, plan_id=plan_id)
    if plan is None:
        return
    try:
        history, assumptions = History.from_json(plan.history), Assumptions(**plan.assumptions)
        result = simulate(history, assumptions, plan.seed, lambda percent: _tell(plan_id, percent))
    except Exception as broken:
        log.exception("a plan failed", extra={"plan": str(plan_id)})
        plans.fail_plan(by=PLANNER, plan_id=plan_id, problem=_why(broken))
        return
    try:
        plans.finish_plan(by=PLANNER, plan_id=plan_id, result=result)
    except DomainError as refused:
        log.info("left alone", extra={"row": str(plan_id), "code": refused.code})


def _why(broken: Exception) -> str:
    if isinstance(broken, DomainError):
        return broken.message
    return f"The model met something it cannot calculate with ({type(broken).__name__}). Tell whoever runs the portal."


def _tell(plan_id: UUID, percent: int) -> None:
    """Show how far it is. Not an act: nobody did anything."""
    waiting = PlanRun.objects.filter(pk=plan_id, status=PlanStatus.RUNNING)
    waiting.update(progress=min(percent, 99), updated_at=timezone.now())


def send(plan_id: UUID) -> None:
    """Hand a plan to a worker once it is written. Where that fails, the sweep sends it again."""
    transaction.on_commit(lambda: _send(plan_id))


def _send(plan_id: UUID) -> None:
    from homefirst.tasks import run_plan

    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            run_plan.apply_async(
                [str(plan_id)],
                expires=settings.CELERY_TASK_TIME_LIMIT,
                connection=broker,
                retry_policy={"max_retries": 0},
            )
    except OperationalError:
        log.warning("no broker: the sweep sends it again", extra={"plan": str(plan_id)})


def planner_keep_up(now: datetime) -> int:
    """Send again what no worker took, and say of runs whose worker stopped that they failed; how many of both."""
    waiting = PlanRun.objects.filter(status=PlanStatus.QUEUED, updated_at__lt=now - SEND_AGAIN_AFTER)
    again = list(waiting.values_list("pk", flat=True)[:10])
    PlanRun.objects.filter(pk__in=again, status=PlanStatus.QUEUED).update(updated_at=now)
    for plan_id in again:
        send(plan_id)
    silent = PlanRun.objects.filter(status=PlanStatus.RUNNING, updated_at__lt=now - GIVEN_UP_AFTER)
    failed = list(silent.values_list("pk", flat=True)[:10])
    for plan_id in failed:
        _give_up(plan_id)
    return len(again) + len(failed)


def _give_up(plan_id: UUID) -> None:
    try:
        plans.fail_plan(by=PLANNER, plan_id=plan_id, problem=STOPPED)
    except DomainError as refused:
        log.info("left alone", extra={"row": str(plan_id), "code": refused.code})
