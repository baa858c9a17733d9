"""The floor: what plain Django needs for the same rows of the same tables.

No sign-in, no rights, no clock, no log of who looked, no checks of what was sent, no middleware: one statement (two
for a create) and orjson. Lists and searches answer the columns that the portal's own answers are made of.
"""

from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from api.reading import RECORD, SUMMARY
from audit.models import ActorKind, Event
from patients.models import Patient
from referrals.models import Referral

ROWS = 50
FOUND = (
    "id",
    "nhs_number",
    "family_name",
    "given_name",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "practice__name",
)


def answer(value: object, status: int = 200) -> HttpResponse:
    """JSON, encoded once, with the length that keeps the connection open."""
    body = orjson.dumps(value)
    return HttpResponse(body, content_type="application/json", status=status, headers={"Content-Length": len(body)})


def nothing(request: HttpRequest) -> HttpResponse:
    """No statement at all: what the server, the network and the client cost."""
    return answer({})


def page(request: HttpRequest) -> HttpResponse:
    """Fifty referrals that an organisation sent, the newest first, from a moment on."""
    rows = Referral.objects.filter(
        referrer_organisation=request.GET["organisation"], received_at__lte=parse_datetime(request.GET["until"])
    )
    return answer(list(rows.order_by("-received_at", "-id").values(*SUMMARY)[:ROWS]))


def create(request: HttpRequest) -> HttpResponse:
    """A referral and an audit row, in one transaction."""
    given, now = orjson.loads(request.body), timezone.now()
    referral = Referral(**given, received_at=now, status="submitted", synthetic=True)
    with transaction.atomic():
        referral.save(force_insert=True)
        Event(
            kind="bench.created.v1",
            occurred_at=now,
            actor_kind=ActorKind.SYSTEM,
            actor_id=referral.id,
            actor_role="bench",
            subject_kind="referral",
            subject_id=referral.id,
            patient_id=referral.patient_id,
            data={"status": referral.status},
        ).save(force_insert=True)
    return answer({"id": referral.id, "reference": referral.reference}, 201)


def read(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """One referral with its person."""
    return answer(Referral.objects.filter(pk=referral_id).values(*RECORD).first())


def search(request: HttpRequest, number: str) -> HttpResponse:
    """Who has this NHS number."""
    return answer(list(Patient.objects.filter(nhs_number=number).values(*FOUND)[:ROWS]))
