"""How ways home are documented."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from api.documentation.parts import (
    IF_MATCH,
    KEY_REQUIRED,
    LIST,
    ONE,
    STEP,
    WRITE,
    documented,
    etag_of,
    header,
    path,
    replayed,
)
from api.documentation.shapes import NULL, Moment, OrganisationName, Text, Whose, one_of
from api.homefirst_discharge import (
    BeginIn,
    CaseFilters,
    DoneIn,
    LeftIn,
    MoveIn,
    NoLongerIn,
    ReadyIn,
    TaskFilters,
    TaskIn,
)
from homefirst.codes import Destination, Support, TaskKind
from homefirst.holding import Kind
from homefirst.models import DelaySpell, DischargeCase
from homefirst.states import DischargeStatus

TAG = "Getting home"
WHEN = "2026-11-22T14:05:00Z"


class CaseName(serializers.Serializer):
    id = serializers.UUIDField()
    reference = Text()
    href = Text()


class TaskPart(serializers.Serializer):
    """Something that must happen, and whose it is."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kind = one_of(TaskKind)
    title = Text()
    organisation = Text(help_text="Name of the organisation that does it.")
    required = serializers.BooleanField(help_text="Whether the person has to wait for it.")
    due_at = Moment()
    done_at = Moment(**NULL)
    cancelled_at = Moment(**NULL)
    note = Text()
    updated_at = Moment()


class DischargeTaskItem(TaskPart, Whose):
    href = Text()
    case = CaseName()
    title = Text(help_text="Null when restricted.", **NULL)
    note = Text(help_text="Null when restricted.", **NULL)
    organisation = OrganisationName()


class DischargeTaskPage(serializers.Serializer):
    items = DischargeTaskItem(many=True)
    next = Text(help_text="Address of the next page; null on the last.", **NULL)


class DischargeCaseSummary(Whose):
    id = serializers.UUIDField()
    href = Text()
    reference = Text(help_text="To read out on the telephone.")
    version = serializers.IntegerField()
    status = one_of(DischargeStatus)
    status_text = Text()
    direction = one_of(DischargeCase.Direction)
    place = Text()
    hospital = OrganisationName()
    ward = Text(help_text="Null when restricted.", **NULL)
    pathway = serializers.IntegerField(min_value=0, max_value=3, **NULL)
    admitted_at = Moment(**NULL)
    expected_on = serializers.DateField(**NULL)
    ready_at = Moment(help_text="When the readiness that counts began.", **NULL)
    decided_at = Moment(**NULL)
    discharged_at = Moment(**NULL)
    assessed_at = Moment(**NULL)
    closed_at = Moment(**NULL)
    created_at = Moment()
    updated_at = Moment()
    transfer_complete = serializers.IntegerField(help_text="How much of the transfer data set is filled in, per cent.")


class DischargeCasePage(serializers.Serializer):
    items = DischargeCaseSummary(many=True)
    next = Text(help_text="Address of the next page; null on the last.", **NULL)


class HoldingPart(serializers.Serializer):
    """The first thing that holds the person, and whose turn it is."""

    kind = one_of(Kind)
    text = Text()
    organisation = Text(**NULL)


class AgreementPart(serializers.Serializer):
    """What one organisation agreed to, and has not taken back."""

    organisation = Text()
    pathway = serializers.IntegerField(min_value=0, max_value=3)
    destination = one_of(Destination)


class DelayPart(serializers.Serializer):
    """Hours of waiting and who owns them; together they cover the readiness exactly."""

    organisation = Text()
    reason = Text(help_text="Code of the delay reason.")
    reason_text = Text()
    state = one_of(DelaySpell.State)
    start = Moment()
    end = Moment(**NULL)


class DischargeCaseRecord(DischargeCaseSummary):
    destination = one_of(Destination, **NULL)
    support = one_of(Support, **NULL)
    home_first_considered = serializers.BooleanField(**NULL)
    holding = HoldingPart()
    agreements = AgreementPart(many=True)
    tasks = TaskPart(many=True)
    delays = DelayPart(many=True)


CASE = path("case", "Id of the case.")
TASK = path("task", "Id of the task.")
MORE = header("Link", "The next page, as rel=next.", answers=[200])
SOMEBODY = "0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11"


def location(words: str) -> OpenApiParameter:
    return header("Location", words, answers=[201])


def _example(**value: Any) -> list[OpenApiExample]:
    return [OpenApiExample("Example", value=value, request_only=True)]


cases = documented(
    "listDischargeCases",
    TAG,
    "List ways home",
    answers={200: (DischargeCasePage, "Newest first.")},
    refusals=LIST,
    parameters=[CaseFilters, MORE],
    description="People getting home from hospital, or needing a decision at home, in whose case you take part.",
)
case = documented(
    "readDischargeCase",
    TAG,
    "Read a way home",
    answers={200: (DischargeCaseRecord, "As it stands now.")},
    refusals=ONE,
    parameters=[CASE, etag_of(200)],
    description="With what holds the person, what was agreed, tasks and who owns the waiting. The read is logged.",
)
begun = documented(
    "beginWayHome",
    TAG,
    "Begin a way home",
    answers={201: (DischargeCaseSummary, "The case, which everybody involved now sees.")},
    refusals=WRITE,
    parameters=[KEY_REQUIRED, etag_of(201), replayed(201), location("Address of the case.")],
    request=BeginIn,
    examples=_example(nhs_number="999 000 0018", ward="Ward 23", admitted_at=WHEN),
    description=(
        "By the hospital that has the person, for somebody it may open already. Each person has one open case at a "
        "hospital. The hub and the council of their place may open them from now on."
    ),
)
tasks = documented(
    "listDischargeTasks",
    TAG,
    "List your organisation’s tasks",
    answers={200: (DischargeTaskPage, "Newest first.")},
    refusals=LIST,
    parameters=[TaskFilters, MORE],
    description="What people on their way home wait for from your organisation.",
)


task = documented(
    "readDischargeTask",
    TAG,
    "Read a task",
    answers={200: (DischargeTaskItem, "As it stands now.")},
    refusals=ONE,
    parameters=[TASK, etag_of(200)],
    description="Of a case in which your organisation takes part, whoever does it. The read is logged.",
)
added = documented(
    "addDischargeTask",
    TAG,
    "Ask for something to be done",
    answers={201: (DischargeTaskItem, "The task. The case has a new version.")},
    refusals=STEP,
    parameters=[CASE, IF_MATCH, KEY_REQUIRED, etag_of(201), replayed(201), location("Address of the task.")],
    request=TaskIn,
    examples=_example(
        kind="equipment", title="Bring a hospital bed", organisation=SOMEBODY, due_at="2026-11-23T10:00:00Z"
    ),
    description=(
        "By the hospital that has the person, the hub’s organisation, or the council of their place. If-Match is the "
        "version of the case. Whoever does the task may open the person from then on. A required one holds them up."
    ),
)


def _step(name: str, summary: str, description: str, shape: Any, about: Any, answer: Any, **example: Any) -> Any:
    return documented(
        name,
        TAG,
        summary,
        answers={200: (answer, "As it stands after the step.")},
        refusals=STEP,
        parameters=[about, IF_MATCH, KEY_REQUIRED, etag_of(200), replayed(200)],
        request=shape,
        examples=_example(**example),
        description=description,
    )


ready = _step(
    "markReadyToLeave",
    "Ready to leave",
    "By the hospital. From that moment each hour of waiting has an owner. It may be earlier than now, never later.",
    ReadyIn,
    CASE,
    DischargeCaseRecord,
    at=WHEN,
)
left = _step(
    "markLeft",
    "They have left",
    "By the hospital, once the way home was decided, required tasks are done and hard transfer items are there.",
    LeftIn,
    CASE,
    DischargeCaseRecord,
    destination="usual_home",
    at=WHEN,
)
done = _step(
    "markTaskDone",
    "A task is done",
    "By the organisation that owns it.",
    DoneIn,
    TASK,
    DischargeTaskItem,
    note="In the living room, tested.",
    at=WHEN,
)
moved = _step(
    "moveTask",
    "Another time",
    "By the organisation that owns it, saying what is in the way. Everybody involved sees the new time.",
    MoveIn,
    TASK,
    DischargeTaskItem,
    due_at="2026-11-24T10:00:00Z",
    note="The van is full until then.",
)
cancelled = _step(
    "cancelTask",
    "A task is no longer needed",
    "By the organisation that owns it, saying why.",
    NoLongerIn,
    TASK,
    DischargeTaskItem,
    reason="Her daughter has lent her a bed.",
)
