"""What the read endpoints ask the database: one statement each, with joins and arrays instead of further statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.actors import Actor, system_actor
from accounts.models import Membership
from accounts.prepared import Slots, as_actor, ids_of, rows, shape_of
from api.models import Client
from audit.access import DIRECT_CARE, log_read
from audit.models import Access
from patients.nhs_number import normalise
from referrals.models import Clock, Message, Question, Referral, ReferralOffer, Step, TriageDecision
from referrals.states import CLOSED, OPEN

SUMMARY = (
    "id",
    "reference",
    "version",
    "status",
    "urgency",
    "direction",
    "channel",
    "needs",
    "safeguarding",
    "external_id",
    "received_at",
    "updated_at",
    "closed_at",
    "first_contact_at",
    "outcome",
    "place__slug",
    "service__slug",
    "service__name",
    "service__organisation_id",
    "point_of_access__organisation_id",
    "referrer_organisation_id",
    "referrer_organisation__name",
    "referrer_organisation__ods_code",
    "patient_id",
    "patient__restricted",
    "patient__nhs_number",
    "patient__nhs_number_status",
    "patient__nhs_number_valid",
    "patient__family_name",
    "patient__given_name",
    "patient__date_of_birth",
)
CLOCK = (
    "code",
    "run",
    "offer_id",
    "minutes",
    "started_at",
    "due_at",
    "warn_at",
    "paused_since",
    "stopped_at",
    "result",
)
RECORD = (
    *SUMMARY,
    "need",
    "urgency_requested",
    "consent",
    "safeguarding_note",
    "scene_safety",
    "scene_safety_note",
    "access_note",
    "home_first_considered",
    "referrer_name",
    "referrer_role",
    "referrer_phone",
    "avoided_admission",
    "tracking_token",
    "patient__updated_at",
    "point_of_access__slug",
    "point_of_access__name",
    "point_of_access__phone",
)
PORTAL = system_actor("partner_door")
COMPARED = {
    "urgency": "urgency",
    "place": "place__slug",
    "received_from": "received_at__gte",
    "received_to": "received_at__lt",
    "external_id": "external_id",
    "nhs_number": "patient__nhs_number",
}


def _objects(found: QuerySet[Any], **columns: str) -> ArraySubquery:
    """The rows as an array of JSON objects."""
    return ArraySubquery(found.values(row=JSONObject(**columns)))


def _clocks(found: QuerySet[Clock]) -> ArraySubquery:
    return _objects(found, **{name: name for name in CLOCK})


def summaries(by: Actor, filters: Mapping[str, Any], after: tuple[str, ...] | None, limit: int) -> list[dict[str, Any]]:
    """A page of referrals and one more, newest first."""
    if "nhs_number" in filters and not normalise(filters["nhs_number"]):
        return []
    values = ids_of(by) | _values(filters)
    if after:
        values |= {"after_at": datetime.fromisoformat(after[0]), "after_id": UUID(after[1])}
    fixed = {name: tuple(filters[name]) for name in ("status",) if name in filters}
    if "open" in filters:
        fixed["open"] = OPEN if filters["open"] else CLOSED
    shape = ("summaries", shape_of(by), limit, tuple(fixed.items()), frozenset(values))
    return rows(shape, values, lambda slots: _summaries(as_actor(by, slots), slots, fixed.values(), limit))


def _values(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that compare with one value."""
    values = {name: filters[name] for name in COMPARED if name in filters}
    if "nhs_number" in values:
        values["nhs_number"] = normalise(values["nhs_number"])
    if "updated_since" in filters:
        moment = filters["updated_since"]
        values |= {"since": moment, "since_id": UUID(int=int(moment.timestamp() * 1000) << 80)}
    return values


def _summaries(by: Actor, slots: Slots, statuses: Iterable[Sequence[str]], limit: int) -> Any:
    found = Referral.objects.visible_to(by).filter(
        **{COMPARED[name]: slots[name] for name in COMPARED if name in slots}
    )
    for wanted in statuses:
        found = found.filter(status__in=wanted)
    if "nhs_number" in slots:
        found = found.filter(patient__restricted=False)
    if "since" in slots:
        found = found.filter(_changed_since(slots))
    if "after_at" in slots:
        at, last = slots["after_at"], slots["after_id"]
        found = found.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=last), received_at__lte=at)
    running = Clock.objects.filter(referral=OuterRef("pk"), offer=None, stopped_at=None).order_by("due_at")
    found = found.annotate(clocks_now=_clocks(running)).order_by("-received_at", "-id")
    return found.values(*SUMMARY, "clocks_now")[: limit + 1]


def _changed_since(slots: Slots) -> Any:
    """Steps recorded since, whatever time they state, and messages: the id of a step holds when it was recorded."""
    here = OuterRef("pk")
    return Exists(Step.objects.filter(referral=here, id__gte=slots["since_id"])) | Exists(
        Message.objects.filter(referral=here, for_referrer=True, at__gte=slots["since"])
    )


def record_of(by: Actor, referral_id: UUID) -> dict[str, Any] | None:
    """One referral with its offers, clocks, questions, messages and decision; None when it cannot be seen."""
    values = ids_of(by) | {"referral": referral_id}
    found = rows(("record", shape_of(by)), values, lambda slots: _record(as_actor(by, slots), slots["referral"]))
    return found[0] if found else None


def _record(by: Actor, referral_id: UUID) -> Any:
    here = OuterRef("pk")
    taken = Step.objects.filter(referral=here, version=OuterRef("version"))
    return (
        Referral.objects.visible_to(by)
        .filter(pk=referral_id)
        .annotate(
            clocks_now=_clocks(Clock.objects.filter(referral=here).order_by("started_at", "code", "run")),
            offers_now=_offers(ReferralOffer.objects.visible_to(PORTAL).filter(referral=here)),
            questions_now=_questions(Question.objects.filter(referral=here).standing()),
            messages_now=_messages(Message.objects.filter(referral=here, for_referrer=True), by),
            decisions_now=_decisions(TriageDecision.objects.filter(referral=here).standing()),
            step_at=Subquery(taken.values("at")[:1]),
        )
        .values(*RECORD, "clocks_now", "offers_now", "questions_now", "messages_now", "decisions_now", "step_at")
    )


def _offers(found: Any) -> ArraySubquery:
    columns = ("id", "status", "team_id", "requested_at", "responded_at", "closed_at", "due_at", "note")
    return _objects(
        found.order_by("requested_at", "id"),
        service_slug="service__slug",
        service_name="service__name",
        organisation_id="service__organisation_id",
        criterion_code="decline_criterion__code",
        criterion_text="decline_criterion__text",
        **{name: name for name in columns},
    )


def _questions(found: Any) -> ArraySubquery:
    columns = ("id", "offer_id", "text", "asked_at", "answer_by")
    return _objects(
        found.order_by("asked_at"),
        answer="answer__text",
        answered_at="answer__answered_at",
        **{name: name for name in columns},
    )


def _messages(found: Any, by: Actor) -> ArraySubquery:
    """`own`: written by somebody, or by a system, of the reader's organisation. Two organisations may share a name."""
    columns = ("id", "text", "at", "automatic", "by_name", "by_role", "by_organisation")
    author = OuterRef("by_id")
    people = Membership.objects.filter(user=author, organisation=by.organisation_id)
    systems = Client.objects.filter(public_id=author, organisation=by.organisation_id)
    own = Exists(people) | Exists(systems)
    return _objects(found.order_by("at", "id"), own=own, **{name: name for name in columns})


def _decisions(found: Any) -> ArraySubquery:
    return _objects(
        found.order_by("id"),
        outcome="outcome",
        at="at",
        advice="advice",
        signpost="signpost",
        criterion_code="criterion__code",
        criterion_text="criterion__text",
    )


def log_refusal(by: Actor, referral_id: UUID) -> None:
    """A client asked for a referral that exists and is none of its organisation's business."""
    patients = Referral.objects.visible_to(PORTAL).filter(pk=referral_id).annotate(whose=F("patient_id"))
    patient_id = patients.values_list("whose", flat=True).first()
    if patient_id is not None:
        log_read(
            by=by,
            patient_id=patient_id,
            what="referral",
            subject_id=referral_id,
            purpose=DIRECT_CARE,
            via=Access.Via.API,
            outcome=Access.Outcome.REFUSED,
        )
