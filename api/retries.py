"""What the retry of a change is told: what was answered then, as far as its system may see it now.

A record can be restricted between a request and its retry. Then a key tells no more than reading would: steps on ways
home are refused like a read, and what goes on without a name (packages, beds, referrals) is answered without one.
"""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from api.idempotency import Again
from api.problems import not_found
from api.reading import record_of
from api.representations import is_told_who
from homefirst.models import CarePackage, DischargeCase, DischargeTask
from patients.models import Patient

SEALED: dict[str, Any] = {"restricted": True, "patient": None}


class Unseen(Exception):
    """The case that was begun under a key may not be read now."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__()
        self.case_id = case_id


def of_begun(by: Actor) -> Again:
    """A case, while it may be read; else Unseen, with its id."""

    def again(said: Any) -> Any:
        if not DischargeCase.objects.visible_to(by).filter(pk=said["id"]).exists():
            raise Unseen(UUID(said["id"]))
        return said

    return again


def of_case(by: Actor, case_id: UUID) -> Again:
    """A step on a case, while the case may be read."""
    return lambda said: _if_seen(DischargeCase.objects.visible_to(by).filter(pk=case_id), said)


def of_task(by: Actor, task_id: UUID) -> Again:
    """A step on a task, while the task may be read."""
    return lambda said: _if_seen(DischargeTask.objects.visible_to(by).filter(pk=task_id), said)


def _if_seen(rows: Any, said: Any) -> Any:
    if not rows.exists():
        raise not_found()
    return said


def of_request(by: Actor, package_id: UUID) -> Again:
    """A provider's answer; of somebody restricted without the person, where they live and how old they are."""

    def again(said: Any) -> Any:
        rows = CarePackage.objects.visible_to(by).filter(pk=package_id)
        restricted = rows.values_list("patient__restricted", flat=True).first()
        if restricted is None:
            raise not_found()
        return said | SEALED | {"postcode_area": None, "age_band": None} if restricted else said

    return again


def of_bed(by: Actor) -> Again:
    """A bed; of somebody restricted only that they are, of others while it has to do with them."""

    def again(said: Any) -> Any:
        if said["patient"] is None:
            return said
        rows = Patient.objects.related_to(by).filter(pk=said["patient"])
        restricted = rows.values_list("restricted", flat=True).first()
        return said if restricted is False else said | SEALED | {"restricted": bool(restricted)}

    return again


def of_referral(by: Actor, referral_id: UUID) -> Again:
    """A step on a referral; of somebody restricted with the id for those whose own it is."""

    def again(said: Any) -> Any:
        row = record_of(by, referral_id)
        if row is None:
            raise not_found()
        return said if is_told_who(row, by) else said | {"patient": {"id": None, "restricted": True}}

    return again
