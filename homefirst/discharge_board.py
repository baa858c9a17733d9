"""The boards of people getting home: who waits, for how long, what holds them, whose turn it is.

One statement reads a page with everything that the line about what holds somebody is made of.
"""

from datetime import datetime
from typing import Any

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.actors import Actor
from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.models import Agreement, DischargeCase, DischargeTask, TransferAnswer
from homefirst.policies.discharge import BEFORE, DECIDED, LEFT, STILL_THERE
from homefirst.states import DischargeStatus
from referrals.filters import ActorFilterSet
from referrals.worklist import PERSON, Listed, opened_by, person_of

READY_AT, DUE_AT = "ready_at", "due_at"
Direction = DischargeCase.Direction
OPEN_STATUSES = [(status.value, status.label) for status in (*STILL_THERE, *LEFT)]
KEPT = (
    "id", "reference", "direction", "status", "ward", "ready_at", "expected_on", "pathway", "destination",
    "discharged_at", "transfer_complete", "hospital_id",
)  # fmt: skip


def case_lists() -> list[Listed]:
    """The lists of the board, each a condition."""
    down = Q(direction=Direction.STEP_DOWN)
    return [
        Listed("", "Still in hospital", down & Q(status__in=STILL_THERE)),
        Listed("not_ready", "Not ready", down & Q(status__in=BEFORE)),
        Listed("undecided", "To decide", down & Q(status=DischargeStatus.READY)),
        Listed("arranging", "To arrange", down & Q(status__in=DECIDED)),
        Listed("left", "Left hospital", down & Q(status__in=LEFT)),
        Listed("step_up", "Step up: from home", Q(direction=Direction.STEP_UP)),
    ]


def task_lists(now: Any) -> list[Listed]:
    """The lists of my organisation's tasks."""
    open_now = Q(done_at=None, cancelled_at=None)
    return [
        Listed("", "To do", open_now),
        Listed("overdue", "Overdue", open_now & Q(due_at__lte=now)),
        Listed("required", "Somebody waits for it", open_now & Q(required=True, case__status__in=STILL_THERE)),
        Listed("done", "Done", ~Q(done_at=None)),
    ]


class CaseFilter(ActorFilterSet):
    """Filters of the board."""

    place = django_filters.ChoiceFilter(label="Place", empty_label="Any place", field_name="place__slug")
    hospital = django_filters.ChoiceFilter(label="Hospital", empty_label="Any hospital", field_name="hospital")
    status = django_filters.ChoiceFilter(label="Status", empty_label="Any status", choices=OPEN_STATUSES)
    ward = django_filters.CharFilter(label="Ward", field_name="ward", lookup_expr="icontains", max_length=100)

    class Meta:
        model = DischargeCase
        fields: list[str] = []


class TaskFilter(ActorFilterSet):
    """Filters of the tasks."""

    place = django_filters.ChoiceFilter(label="Place", empty_label="Any place", field_name="case__place__slug")

    class Meta:
        model = DischargeTask
        fields: list[str] = []


def cases_on(actor: Actor, *, ward: bool, at: datetime | None = None) -> QuerySet[DischargeCase]:
    """Open cases of people that the actor has to do with; on a ward's board those at its own hospital, or one of
    their trust. A restricted person is there without a name, for those who take part."""
    cases = DischargeCase.objects.listed_for(actor, at).open()
    ours = Q(hospital=actor.organisation_id) | Q(hospital__parent=actor.organisation_id)
    return cases.filter(ours) if ward else cases


def nothing() -> QuerySet[DischargeCase]:
    """For a page whose questions were compiled once (opened_all_day.py) and which filters nothing."""
    return DischargeCase.objects.none()


def hospital_choices() -> list[tuple[str, str]]:
    """Hospitals to choose from, by id."""
    kinds = (OrganisationKind.HOSPITAL, OrganisationKind.ACUTE_TRUST)
    found = Organisation.objects.in_force().of_kind(*kinds).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in found]


def case_values(rows: QuerySet[DischargeCase], actor: Actor, at: datetime | None = None) -> QuerySet[Any]:
    """What a line of the board shows."""
    named = case_columns(actor, at)
    return rows.annotate(**named, **person_of("patient")).values(*KEPT, *named, *PERSON)


def case_columns(actor: Actor, at: datetime | None = None) -> dict[str, Any]:
    """What it shows beside the columns of the case and the person."""
    councils = Organisation.objects.filter(
        kind=OrganisationKind.COUNCIL, gss_code=OuterRef("place__gss_code"), valid_to=None
    )
    return {
        "opened": opened_by(actor, "patient", at),
        "place_name": F("place__name"),
        "hospital_name": F("hospital__name"),
        "hub_name": F("hub__organisation__name"),
        "owner_name": F("owner__name"),
        "council_name": Subquery(councils.values("name")[:1]),
        "said_now": _said(),
        "tasks_now": _tasks(),
        "filled_now": ArraySubquery(
            TransferAnswer.objects.filter(case=OuterRef("pk")).exclude(text="").values("item__code")
        ),
    }


def _said() -> ArraySubquery:
    standing = Agreement.objects.filter(case=OuterRef("pk"), superseded_at=None).order_by("at", "id")
    columns = {"organisation": "organisation__name", "kind": "organisation__kind", "pathway": "pathway"}
    return ArraySubquery(standing.values(row=JSONObject(**columns, destination="destination")))


def _tasks() -> ArraySubquery:
    to_do = DischargeTask.objects.filter(case=OuterRef("pk"), required=True, done_at=None, cancelled_at=None)
    columns = {"what": "title", "kind": "kind", "organisation": "organisation__name", "due_at": "due_at"}
    return ArraySubquery(to_do.order_by("due_at", "id").values(row=JSONObject(**columns)))


def my_tasks(actor: Actor) -> QuerySet[DischargeTask]:
    """Tasks of the actor's organisation about people that it has to do with; restricted ones without a name."""
    return DischargeTask.objects.related_to(actor).of_organisation(actor)


def task_values(rows: QuerySet[DischargeTask], actor: Actor) -> QuerySet[Any]:
    """What a line of the tasks shows."""
    named = {
        "opened": opened_by(actor, "case__patient"),
        "reference": F("case__reference"),
        "case_status": F("case__status"),
        "place_name": F("case__place__name"),
        "hospital_name": F("case__hospital__name"),
        "ward": F("case__ward"),
        "ready_at": F("case__ready_at"),
    }
    kept = ("id", "case_id", "kind", "title", "required", "due_at", "done_at", "note")
    return rows.annotate(**named, **person_of("case__patient")).values(*kept, *named, *PERSON)
