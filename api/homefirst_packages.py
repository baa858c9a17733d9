"""Packages of care as councils read them and providers answer them: what comes in, rows, and what goes out.

A council sees its packages with what every provider said. A provider sees what it was asked, nearly without the person
until it is chosen, and nothing of what others said: not their answers, nor who or how many they are.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from rest_framework import serializers

from accounts.actors import Actor
from api.fields import Choice, DayAhead, DayLately, Hours, Input, Instant, Text
from api.homefirst_discharge import PERSON, after_key
from api.inputs import PageIn
from api.representations import whose
from homefirst import asked
from homefirst.codes import PackageAnswer
from homefirst.models import CarePackage, PackageReview, ProviderAnswer
from homefirst.presenters.packages import age_band, outward
from homefirst.states import PackageStatus

NEEDS = ("hours_a_week", "visits_a_day", "carers_a_visit", "wanted_from")
DAYS = ("started_on", "ended_on", "review_due")
SAID = ("answer", "hours", "can_start", "note", "answered_at")


class RequestState(TextChoices):
    """How a request stands, as the provider that was asked sees it."""

    TO_ANSWER = "to_answer", "To answer"
    ANSWERED = "answered", "Answered"
    CHOSEN = "chosen", "You were chosen"
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"
    CLOSED = "closed", "No longer asked"


MINE = {
    PackageStatus.OFFERED: RequestState.CHOSEN,
    PackageStatus.ACTIVE: RequestState.RUNNING,
    PackageStatus.ENDED: RequestState.ENDED,
}


class RequestFilters(PageIn):
    """Which requests, newest first."""

    state = serializers.ListField(child=Choice(RequestState), required=False, help_text="May be repeated.")
    updated_since = Instant(required=False, help_text="Something that concerns you happened at or after this moment.")


class PackageFilters(PageIn):
    """Which packages, newest first."""

    status = serializers.ListField(child=Choice(PackageStatus), required=False, help_text="May be repeated.")
    place = Text(required=False, max_length=50, help_text="Slug of a place, like leicestershire.")
    updated_since = Instant(required=False, help_text="Changed at or after this moment.")


class RequestAnswerIn(Input):
    """Whether you can take it. Having no hours is counted, so that hours can be found; it refuses nobody."""

    answer = Choice(PackageAnswer)
    hours = Hours(
        required=False, max_digits=5, decimal_places=1, min_value=0, max_value=168, help_text="Of a part: hours a week."
    )
    can_start = DayAhead(required=False, help_text="The first day you can come; not needed when you have no hours.")
    note = Text(required=False, allow_blank=True, max_length=500, help_text="Why not, or what the broker must know.")


class StartIn(Input):
    """Care has started."""

    started_on = DayLately(help_text="The first day of care.")


def requests_page(
    by: Actor, filters: Mapping[str, Any], after: tuple[str, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """A page of what one provider was asked and one more, newest first."""
    found = _requests(by)
    if "state" in filters:
        wanted = Q(pk__in=[])
        for state in filters["state"]:
            wanted |= _in_state(by, RequestState(state))
        found = found.filter(wanted)
    if "updated_since" in filters:
        since = filters["updated_since"]
        news = asked.acts_known_to(by, OuterRef("pk")).filter(at__gte=since)
        found = found.filter(Q(said__asked_at__gte=since) | Exists(news))
    return list(_request_values(after_key(found, after), by)[: limit + 1])


def one_request(by: Actor, package_id: UUID) -> dict[str, Any] | None:
    """What one provider was asked."""
    return _request_values(_requests(by).filter(pk=package_id), by).first()


def _requests(by: Actor) -> QuerySet[CarePackage]:
    """Packages that the provider was asked about or runs, with its own answer as `said`."""
    mine = FilteredRelation("answers", condition=Q(answers__provider=by.organisation_id))
    return CarePackage.objects.visible_to(by).alias(said=mine)


def _in_state(by: Actor, state: RequestState) -> Q:
    mine = Q(provider=by.organisation_id)
    wanted = Q(status=PackageStatus.WANTED)
    for status, name in MINE.items():
        if name == state:
            return mine & Q(status=status)
    if state == RequestState.TO_ANSWER:
        return wanted & (Q(said__answer="") | Q(said__answer=None))
    if state == RequestState.ANSWERED:
        return wanted & Q(said__answer__gt="")
    return Q(status=PackageStatus.CANCELLED) | (~wanted & ~mine)


def _request_values(found: QuerySet[CarePackage], by: Actor) -> QuerySet[Any]:
    own = {f"own_{name}": F(f"said__{name}") for name in (*SAID, "asked_at")}
    version = Coalesce(Subquery(asked.versions_known_to(by, OuterRef("pk"))), 0)
    return found.annotate(**own, seen_version=version).values(
        "id", "reference", "status", "provider_id", "created_at", "lot__slug", "lot__name", "place__slug",
        "patient__postcode", "seen_version", *NEEDS, *DAYS, *PERSON, *own,
    )  # fmt: skip


def state_of(row: Mapping[str, Any], by: Actor) -> RequestState:
    """How the request stands for this provider."""
    if row["status"] == PackageStatus.WANTED:
        return RequestState.ANSWERED if row["own_answer"] else RequestState.TO_ANSWER
    is_mine = row["provider_id"] == by.organisation_id
    return MINE.get(row["status"], RequestState.CLOSED) if is_mine else RequestState.CLOSED


def is_known(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether the provider may know who it is: once it is chosen."""
    return bool(row["provider_id"] == by.organisation_id)


def request(row: Mapping[str, Any], by: Actor, *, demographics: bool = True) -> dict[str, Any]:
    """A request; what the package has become elsewhere is nothing that this provider may know."""
    state, mine = state_of(row, by), is_known(row, by)
    person, sealed = whose(row, demographics=demographics), row["patient__restricted"]
    return {
        "id": row["id"],
        "href": f"/api/v1/package-requests/{row['id']}",
        "reference": row["reference"],
        "version": row["seen_version"],
        "state": state,
        "state_text": state.label,
        "lot": {"slug": row["lot__slug"], "name": row["lot__name"]},
        "place": row["place__slug"],
        "needs": None if state == RequestState.CLOSED else _numbers(row, NEEDS),
        "postcode_area": None if sealed else outward(row["patient__postcode"]) or None,
        "age_band": None if sealed else age_band(row["patient__date_of_birth"], timezone.localdate()),
        "asked_at": row["own_asked_at"],
        "answer": _numbers({name: row[f"own_{name}"] for name in SAID}, SAID) if row["own_answer"] else None,
        **{name: row[name] if mine else None for name in DAYS},
        **person | ({} if mine else {"patient": None}),
    }


def _numbers(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """These values, hours as numbers."""
    hours = {"hours", "hours_a_week"}
    return {name: float(row[name]) if name in hours and row[name] is not None else row[name] for name in names}


# Councils


def packages_page(
    by: Actor, filters: Mapping[str, Any], after: tuple[str, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """A page of a council's packages and one more, newest first; those for restricted people too."""
    found = packages_of(by)
    if "status" in filters:
        found = found.filter(status__in=filters["status"])
    if "place" in filters:
        found = found.filter(place__slug=filters["place"])
    if "updated_since" in filters:
        found = found.filter(updated_at__gte=filters["updated_since"])
    return list(_package_values(after_key(found, after))[: limit + 1])


def one_package(by: Actor, package_id: UUID) -> dict[str, Any] | None:
    """One of a council's packages with every answer and review."""
    answers = ProviderAnswer.objects.filter(package=OuterRef("pk")).order_by("asked_at", "id")
    said = {"organisation": JSONObject(id="provider_id", name="provider__name"), "asked_at": "asked_at"}
    reviews = PackageReview.objects.filter(package=OuterRef("pk")).order_by("on", "id")
    parts = {
        "answers_of": ArraySubquery(answers.values(row=JSONObject(**said, **{name: name for name in SAID}))),
        "reviews_of": ArraySubquery(
            reviews.values(row=JSONObject(on="on", hours_before="hours_before", hours_after="hours_after"))
        ),
    }
    visible = CarePackage.objects.visible_to(by).filter(pk=package_id)
    found = packages_of(by).filter(pk__in=visible.values("pk")).annotate(**parts)
    return _package_values(found, "end_reason", "rest_of_id", *parts).first()


def packages_of(by: Actor) -> QuerySet[CarePackage]:
    """Packages in the lots of the actor's council, of people that it has to do with."""
    return CarePackage.objects.listed_for(by).filter(lot__council=by.organisation_id)


def _package_values(found: QuerySet[CarePackage], *more: str) -> QuerySet[Any]:
    answers = ProviderAnswer.objects.filter(package=OuterRef("pk")).order_by().values("package")

    def many(**said: Any) -> Coalesce:
        return Coalesce(Subquery(answers.filter(**said).annotate(n=Count("pk")).values("n")), 0)

    counted = {
        "asked": many(),
        "offers": many(answer__in=[PackageAnswer.OFFER, PackageAnswer.PART]),
        "no_hours": many(answer=PackageAnswer.NO_HOURS),
    }
    return found.annotate(**counted).values(
        "id", "reference", "version", "status", "created_at", "updated_at", "lot__slug", "lot__name", "place__slug",
        "provider_id", "provider__name", "case_id", "case__reference", *NEEDS, *DAYS, *PERSON, *counted, *more,
    )  # fmt: skip


def package(row: Mapping[str, Any]) -> dict[str, Any]:
    """A package in a council's list."""
    case = {
        "id": row["case_id"],
        "reference": row["case__reference"],
        "href": f"/api/v1/discharge-cases/{row['case_id']}",
    }
    return {
        "id": row["id"],
        "href": f"/api/v1/packages/{row['id']}",
        "reference": row["reference"],
        "version": row["version"],
        "status": row["status"],
        "status_text": PackageStatus(row["status"]).label,
        "lot": {"slug": row["lot__slug"], "name": row["lot__name"]},
        "place": row["place__slug"],
        "provider": {"id": row["provider_id"], "name": row["provider__name"]} if row["provider_id"] else None,
        "needs": _numbers(row, NEEDS),
        **{name: row[name] for name in (*DAYS, "asked", "offers", "no_hours", "created_at", "updated_at")},
        "case": case if row["case_id"] else None,
        **whose(row),
    }


def package_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """One package, with what every provider said and what reviews released."""
    return package(row) | {
        "end_reason": row["end_reason"] or None,
        "rest_of": row["rest_of_id"],
        "answers": [_answer(one) for one in row["answers_of"]],
        "reviews": row["reviews_of"],
    }


def _answer(one: Mapping[str, Any]) -> dict[str, Any]:
    """An answer read as JSON; nothing for one that was not given yet."""
    moments = {name: datetime.fromisoformat(one[name]) if one[name] else None for name in ("asked_at", "answered_at")}
    return {**one, "answer": one["answer"] or None, **moments}
