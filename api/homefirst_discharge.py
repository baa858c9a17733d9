"""Ways home as partners send and read them: shapes of what comes in, rows, and what goes out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.actors import Actor
from api.fields import Admitted, Ahead, Choice, DayAhead, Flag, Id, Input, Instant, Lately, Text
from api.inputs import PageIn
from api.representations import whose
from homefirst.codes import Destination, TaskKind
from homefirst.discharge_board import case_columns, case_values
from homefirst.models import DelaySpell, DischargeCase, DischargeTask
from homefirst.presenters.discharge import CaseLine
from homefirst.states import DischargeStatus
from homefirst.transfer import hard_items
from homefirst.waiting import FIRST_REASON

PERSON = (
    "patient_id", "patient__restricted", "patient__nhs_number", "patient__nhs_number_status",
    "patient__nhs_number_valid", "patient__family_name", "patient__given_name", "patient__date_of_birth",
)  # fmt: skip
PLAIN = (
    "admitted_at", "expected_on", "ready_at", "decided_at", "discharged_at", "assessed_at", "closed_at", "created_at",
    "updated_at", "transfer_complete", "ward", "direction", "pathway", "version", "reference", "status",
)  # fmt: skip
TASK = ("id", "version", "kind", "title", "required", "due_at", "done_at", "cancelled_at", "note", "updated_at")


class CaseFilters(PageIn):
    """Which ways home, newest first."""

    status = serializers.ListField(child=Choice(DischargeStatus), required=False, help_text="May be repeated.")
    open = Flag(required=False, help_text="true: not closed; false: closed or stopped.")
    place = Text(required=False, max_length=50, help_text="Slug of a place, like leicester.")
    updated_since = Instant(required=False, help_text="The case or one of its tasks changed at or after this moment.")


class TaskFilters(PageIn):
    """Which tasks of your organisation, newest first."""

    open = Flag(required=False, help_text="true: to do; false: done or no longer needed.")
    updated_since = Instant(required=False, help_text="Changed at or after this moment.")


class BeginIn(Input):
    """Whose way home begins, and where they are."""

    patient = Id(required=False, help_text="Id of a person your organisation may open.")
    nhs_number = Text(required=False, max_length=20, help_text="Instead of patient.")
    referral = Id(required=False, help_text="Instead of patient: a referral to get somebody home that you may see.")
    hospital = Id(required=False, help_text="Yours, or one of your trust. Left out: your own organisation.")
    ward = Text(required=False, allow_blank=True, max_length=100)
    admitted_at = Admitted(required=False, allow_null=True, help_text="When they came into hospital.")
    expected_on = DayAhead(required=False, allow_null=True, help_text="The day they are expected to leave.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if len({"patient", "nhs_number", "referral"} & set(given)) != 1:
            raise ValidationError({"patient": "Send one of patient, nhs_number and referral."}, code="required")
        return given


class HappenedIn(Input):
    """When it happened."""

    at = Lately(required=False, help_text="Left out: now. Never the future, never more than a year ago.")


class ReadyIn(HappenedIn):
    """Since when the person is ready to leave."""


class LeftIn(HappenedIn):
    """Where they went."""

    destination = Choice(Destination)
    despite_missing = Flag(
        required=False, help_text="true: they leave without the items of the transfer data set that only warn."
    )


class TaskIn(Input):
    """Something that must happen, and who does it: they may then open the person."""

    kind = Choice(TaskKind)
    title = Text(max_length=200, help_text="What must be done, in a few words.")
    organisation = Id(help_text="Id of the organisation that does it.")
    due_at = Ahead()
    required = Flag(required=False, help_text="Left out: true. The person has to wait for it.")
    note = Text(required=False, allow_blank=True, max_length=1000, help_text="For whoever does it.")


class DoneIn(HappenedIn):
    """What was done."""

    note = Text(required=False, allow_blank=True, max_length=1000)


class MoveIn(Input):
    """Another time, and what is in the way."""

    due_at = Ahead()
    note = Text(max_length=1000)


class NoLongerIn(Input):
    """Why nobody needs it any more."""

    reason = Text(max_length=1000)


def cases_page(
    by: Actor, filters: Mapping[str, Any], after: tuple[str, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """A page of cases and one more, newest first; those of restricted people too, so that no ward loses one."""
    found = DischargeCase.objects.listed_for(by)
    if "status" in filters:
        found = found.filter(status__in=filters["status"])
    if "open" in filters:
        found = found.filter(closed_at__isnull=filters["open"])
    if "place" in filters:
        found = found.filter(place__slug=filters["place"])
    if "updated_since" in filters:
        since = filters["updated_since"]
        tasks = DischargeTask.objects.filter(case=OuterRef("pk"), updated_at__gte=since)
        found = found.filter(Q(updated_at__gte=since) | Exists(tasks))
    columns = ("id", "place__slug", "hospital_id", "hospital__name", *PLAIN, *PERSON)
    return list(after_key(found, after).values(*columns)[: limit + 1])


def tasks_page(
    by: Actor, filters: Mapping[str, Any], after: tuple[str, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """A page of the organisation's tasks and one more, newest first; those for restricted people too."""
    found = DischargeTask.objects.related_to(by).of_organisation(by)
    if "open" in filters:
        to_do = Q(done_at=None, cancelled_at=None)
        found = found.filter(to_do if filters["open"] else ~to_do)
    if "updated_since" in filters:
        found = found.filter(updated_at__gte=filters["updated_since"])
    return list(task_rows(after_key(found, after))[: limit + 1])


def after_key(found: QuerySet[Any], after: tuple[str, ...] | None) -> QuerySet[Any]:
    if after:
        at, last = datetime.fromisoformat(after[0]), UUID(after[1])
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    return found.order_by("-created_at", "-id")


def task_rows(found: QuerySet[Any]) -> QuerySet[Any]:
    """Tasks with their case and person."""
    person = {name: F(f"case__{name}") for name in PERSON}
    owner = {"owner_name": F("organisation__name"), "reference": F("case__reference")}
    return found.annotate(**person, **owner).values(*TASK, "case_id", "organisation_id", "created_at", *person, *owner)


def one_task(by: Actor, task_id: UUID) -> dict[str, Any] | None:
    """One task of a case that the actor may see."""
    return task_rows(DischargeTask.objects.visible_to(by).filter(pk=task_id)).first()


def key_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Where a page ends."""
    return row["created_at"].isoformat(), str(row["id"])


def case_summary(row: Mapping[str, Any], *, demographics: bool = True) -> dict[str, Any]:
    """A case in a list; of a restricted person without the ward, which was typed and may name somebody."""
    return {
        "id": row["id"],
        "href": f"/api/v1/discharge-cases/{row['id']}",
        **{name: row[name] for name in PLAIN},
        "ward": None if row["patient__restricted"] else row["ward"],
        "status_text": DischargeStatus(row["status"]).label,
        "place": row["place__slug"],
        "hospital": {"id": row["hospital_id"], "name": row["hospital__name"]},
        **whose(row, demographics=demographics),
    }


def begun(case: DischargeCase) -> dict[str, Any]:
    """A case that has just begun, from the row in hand; without demographics."""
    row = {name: getattr(case, name) for name in ("id", "hospital_id", "patient_id", *PLAIN)}
    row |= {"place__slug": case.place.slug, "hospital__name": case.hospital.name, "patient__restricted": False}
    return case_summary(row, demographics=False)


def added(task_: DischargeTask) -> dict[str, Any]:
    """A task that was just added, from the row in hand; without demographics."""
    row = {name: getattr(task_, name) for name in ("case_id", "organisation_id", *TASK)}
    case = task_.case
    row |= {"owner_name": task_.organisation.name, "reference": case.reference, "patient_id": case.patient_id}
    row["patient__restricted"] = False
    return task(row, demographics=False)


def task(row: Mapping[str, Any], *, demographics: bool = True) -> dict[str, Any]:
    """A task in a list; of a restricted person without what was typed."""
    typed = dict.fromkeys(("title", "note")) if row["patient__restricted"] else {}
    return {
        **{name: row[name] for name in TASK} | typed,
        "href": f"/api/v1/discharge-tasks/{row['id']}",
        "case": {
            "id": row["case_id"],
            "reference": row["reference"],
            "href": f"/api/v1/discharge-cases/{row['case_id']}",
        },
        "organisation": {"id": row["organisation_id"], "name": row["owner_name"]},
        **whose(row, demographics=demographics),
    }  # fmt: skip


def record_of(by: Actor, case_id: UUID, now: datetime, *, demographics: bool) -> dict[str, Any] | None:
    """One case with what holds the person, agreements, tasks and who owns the hours; None when it cannot be seen."""
    seen = DischargeCase.objects.visible_to(by).filter(pk=case_id)
    parts = {"tasks_of": _tasks(), "delays_of": _delays(by)}
    row = case_values(seen, by).annotate(**parts).values(*LINE, *NAMED, *OUTCOME, *PLAIN, *PERSON, *parts).first()
    return row and _record(row, now, demographics=demographics)


def along(by: Actor) -> dict[str, Any]:
    """What a step reads with the case, to answer with the whole of it."""
    return case_columns(by) | {"tasks_of": _tasks(), "delays_of": _delays(by)}


def waiting(case: Any, now: datetime) -> dict[str, Any]:
    """A case whose waiting has just begun, from what its step read along; without demographics."""
    reason = {"reason": FIRST_REASON, "reason_text": case.first_reason["text"], "state": DelaySpell.State.ATTRIBUTED}
    began = {"organisation": case.hub.organisation.name, "start": case.ready_at.isoformat(), "end": None} | reason
    columns = (name for name in LINE if name != "restricted")
    row = {name: getattr(case, name) for name in (*columns, *OUTCOME, *PLAIN, "patient_id", "tasks_of")}
    row |= {"place__slug": case.place.slug, "hospital__name": case.hospital.name, "delays_of": [*case.delays_of, began]}
    row["patient__restricted"] = row["restricted"] = case.patient.restricted
    return _record(row, now, demographics=False)


def _record(row: dict[str, Any], now: datetime, *, demographics: bool) -> dict[str, Any]:
    held = CaseLine(row, now, hard_items()).holding
    return case_summary(row, demographics=demographics) | {
        **{name: row[name] or None for name in ("destination", "support")},
        "home_first_considered": row["home_first_considered"],
        "holding": {"kind": held.kind, "text": held.words, "organisation": held.who or None},
        "agreements": [{name: one[name] for name in AGREED} for one in row["said_now"]],
        "tasks": [_moments(one) for one in row["tasks_of"]],
        "delays": [_moments(one) for one in row["delays_of"]],
    }  # fmt: skip


def _moments(one: Mapping[str, Any]) -> dict[str, Any]:
    """An object read as JSON, its moments as every other answer writes them."""
    return {name: datetime.fromisoformat(value) if name in MOMENTS and value else value for name, value in one.items()}


AGREED = ("organisation", "pathway", "destination")
MOMENTS = ("due_at", "done_at", "cancelled_at", "updated_at", "start", "end")
NAMED = ("place__slug", "hospital__name")
OUTCOME = ("destination", "support", "home_first_considered")
LINE = (
    "id", "reference", "status", "hospital_id", "hospital_name", "hub_name", "council_name", "said_now", "tasks_now",
    "filled_now", "restricted", "opened",
)  # fmt: skip


def _tasks() -> ArraySubquery:
    mine = DischargeTask.objects.filter(case=OuterRef("pk")).order_by("due_at", "id")
    return ArraySubquery(
        mine.values(row=JSONObject(organisation="organisation__name", **{name: name for name in TASK}))
    )


def _delays(by: Actor) -> ArraySubquery:
    spells = DelaySpell.objects.visible_to(by).filter(case=OuterRef("pk")).exclude(span__isempty=True).order_by("span")
    columns = {"start": "span__startswith", "end": "span__endswith", "state": "state", "reason": "reason__code"}
    named = JSONObject(organisation="organisation__name", reason_text="reason__text", **columns)
    return ArraySubquery(spells.values(row=named))
