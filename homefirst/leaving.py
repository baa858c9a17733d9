"""Whether somebody may leave now: the way home was decided, what it needs is done, what travels with them is there."""

from typing import Any

from django.db.models import Exists, OuterRef

from audit.errors import IllegalTransition, Invalid
from homefirst import pathways, transfer
from homefirst.cases import Along
from homefirst.codes import Destination
from homefirst.models import DischargeCase, DischargeTask

UNPLANNED = frozenset({Destination.HOSPITAL, Destination.DIED, Destination.ELSEWHERE})
"""How somebody may leave without a decision about a pathway."""


def check_destination(case: DischargeCase, destination: str) -> None:
    """A planned way home was decided, and leads there."""
    if destination in UNPLANNED:
        return
    if case.pathway is None:
        raise IllegalTransition("The pathway is not decided yet. Decide it before they leave.")
    pathways.check(case.pathway, destination, case.support)


def along() -> Along:
    """What check_complete needs to know of a case."""
    return {"has_open_tasks": Exists(_open(DischargeTask.objects.filter(case=OuterRef("pk")))),
            "answers_now": transfer.answers_now()}  # fmt: skip


def _open(tasks: Any) -> Any:
    return tasks.to_do().filter(required=True)


def check_complete(case: Any, *, despite_missing: bool) -> None:
    """Required tasks are done; hard items are there; the others are there, or were looked at."""
    tasks = _open(case.tasks).order_by("due_at").values_list("title", "organisation__name")
    if case.has_open_tasks and tasks:  # one may have been finished while the case was waited for
        listed = "; ".join(f"{title} ({owner})" for title, owner in tasks)
        raise IllegalTransition(f"These required tasks are open: {listed}.", code="TASKS_OPEN")
    hard, soft = transfer.missing(case)
    if hard:
        raise IllegalTransition(f"Missing for the transfer: {'; '.join(hard)}.", code="TRANSFER_INCOMPLETE")
    if soft and not despite_missing:
        words = f"Not filled in: {'; '.join(soft)}. Fill it in, or confirm that they leave without it"
        raise Invalid(words, field="despite_missing", code="TRANSFER_UNCONFIRMED")
