"""How packages of care are documented."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from api.documentation.homefirst_discharge import MORE, CaseName
from api.documentation.parts import IF_MATCH, KEY_REQUIRED, LIST, ONE, STEP, documented, etag_of, path, replayed
from api.documentation.shapes import NULL, Moment, OrganisationName, PatientSummary, ServiceName, Text, Whose, one_of
from api.homefirst_packages import PackageFilters, RequestAnswerIn, RequestFilters, RequestState, StartIn
from homefirst.codes import PackageAnswer
from homefirst.states import PackageStatus

TAG = "Packages of care"
DAY = "2026-11-30"


class LotName(ServiceName):
    """An area for which one provider is contracted, or nobody is."""


class CareNeeds(serializers.Serializer):
    """What somebody needs at home."""

    hours_a_week = serializers.FloatField()
    visits_a_day = serializers.IntegerField()
    carers_a_visit = serializers.IntegerField()
    wanted_from = serializers.DateField()


class ProvidersAnswer(serializers.Serializer):
    """What one provider said."""

    answer = one_of(PackageAnswer, **NULL)
    hours = serializers.FloatField(help_text="Hours a week it can take.", **NULL)
    can_start = serializers.DateField(**NULL)
    note = Text()
    answered_at = Moment(**NULL)


class AskedProvider(ProvidersAnswer):
    organisation = OrganisationName()
    asked_at = Moment()


class ReviewPart(serializers.Serializer):
    """A review: what is no longer needed was released."""

    on = serializers.DateField()
    hours_before = serializers.FloatField()
    hours_after = serializers.FloatField()


class PackageRequest(Whose):
    """What your organisation was asked."""

    id = serializers.UUIDField()
    href = Text()
    reference = Text(help_text="To read out on the telephone.")
    version = serializers.IntegerField(help_text="Counts what concerns you; other providers’ answers do not.")
    state = one_of(RequestState)
    state_text = Text()
    lot = LotName()
    place = Text()
    needs = CareNeeds(help_text="Null once you are no longer asked.", **NULL)
    postcode_area = Text(help_text="The first half of the postcode; null when restricted.", **NULL)
    age_band = Text(help_text="Null when restricted.", **NULL)
    asked_at = Moment(**NULL)
    answer = ProvidersAnswer(help_text="Yours.", **NULL)
    started_on = serializers.DateField(**NULL)
    ended_on = serializers.DateField(**NULL)
    review_due = serializers.DateField(**NULL)
    patient = PatientSummary(help_text="Null until you are chosen, and when restricted.", **NULL)


class PackageRequestPage(serializers.Serializer):
    items = PackageRequest(many=True)
    next = Text(help_text="Address of the next page; null on the last.", **NULL)


class CarePackageSummary(Whose):
    id = serializers.UUIDField()
    href = Text()
    reference = Text(help_text="To read out on the telephone.")
    version = serializers.IntegerField()
    status = one_of(PackageStatus)
    status_text = Text()
    lot = LotName()
    place = Text()
    provider = OrganisationName(help_text="Null until one is chosen.", **NULL)
    needs = CareNeeds()
    started_on = serializers.DateField(**NULL)
    ended_on = serializers.DateField(**NULL)
    review_due = serializers.DateField(**NULL)
    asked = serializers.IntegerField(help_text="How many providers were asked.")
    offers = serializers.IntegerField(help_text="How many of them can take all or part.")
    no_hours = serializers.IntegerField(help_text="How many of them have no hours.")
    created_at = Moment()
    updated_at = Moment()
    case = CaseName(help_text="The way home that it is part of.", **NULL)


class CarePackagePage(serializers.Serializer):
    items = CarePackageSummary(many=True)
    next = Text(help_text="Address of the next page; null on the last.", **NULL)


class CarePackageRecord(CarePackageSummary):
    end_reason = Text(**NULL)
    rest_of = serializers.UUIDField(help_text="The package of which another provider took a part.", **NULL)
    answers = AskedProvider(many=True)
    reviews = ReviewPart(many=True)


PACKAGE = path("package", "Id of the package.")
REQUEST = path("package", "Id of the request: the package’s.")
packages = documented(
    "listPackages",
    TAG,
    "List your council’s packages of care",
    answers={200: (CarePackagePage, "Newest first.")},
    refusals=LIST,
    parameters=[PackageFilters, MORE],
    description="Care at home that is looked for, runs or has ended in your council’s lots.",
)
package = documented(
    "readPackage",
    TAG,
    "Read a package of care",
    answers={200: (CarePackageRecord, "As it stands now.")},
    refusals=ONE,
    parameters=[PACKAGE, etag_of(200)],
    description="With what every provider said and what reviews released. The read is logged.",
)
requests = documented(
    "listPackageRequests",
    TAG,
    "List what your organisation is asked",
    answers={200: (PackageRequestPage, "Newest first.")},
    refusals=LIST,
    parameters=[RequestFilters, MORE],
    description=(
        "As a provider of care at home. Who it is about you are told once you are chosen; what other providers say "
        "you are not told at all."
    ),
)
request = documented(
    "readPackageRequest",
    TAG,
    "Read what your organisation is asked",
    answers={200: (PackageRequest, "As it stands now.")},
    refusals=ONE,
    parameters=[REQUEST, etag_of(200)],
    description="Once you are chosen it says who it is about, and the read is logged.",
)


def _step(name: str, summary: str, description: str, shape: Any, **example: Any) -> Any:
    return documented(
        name,
        TAG,
        summary,
        answers={200: (PackageRequest, "As it stands after the step.")},
        refusals=STEP,
        parameters=[REQUEST, IF_MATCH, KEY_REQUIRED, etag_of(200), replayed(200)],
        request=shape,
        examples=[OpenApiExample("Example", value=example, request_only=True)],
        description=description,
    )


answered = _step(
    "answerPackageRequest",
    "Answer a request",
    "All of it, part of it with its hours, or no hours. You may answer again until somebody is chosen.",
    RequestAnswerIn,
    answer="part",
    hours=7,
    can_start=DAY,
    note="Mornings only.",
)
started = _step(
    "startPackage",
    "Care has started",
    "By the provider that was chosen. The first review is due in six weeks.",
    StartIn,
    started_on="2026-11-22",
)
