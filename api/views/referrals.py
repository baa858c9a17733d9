"""Sending referrals, and reading what became of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from api import paging, people
from api.conditions import already_has, etag
from api.documentation import referrals as documented
from api.fields import read, read_address
from api.fresh import row_of
from api.idempotency import Rows, once_in_one_go
from api.inputs import ReferralFilters, ReferralIn
from api.problems import Code, FieldCode, FieldError, Problem, not_found
from api.reading import log_refusal, record_of, summaries
from api.representations import is_told_who, record, summary, unchanged
from api.scopes import Scope
from api.views.base import Endpoint, identifier
from audit.access import log_list, log_read
from audit.inserting import Inserting
from audit.models import Access
from directory.models import PointOfAccess
from patients.models import Patient
from referrals.actions import submit
from referrals.actions.send import Need
from referrals.desk import TransactionDesk
from referrals.models import Clock, Referral
from referrals.references import drawn_again
from referrals.steps import at_desk

EXTERNAL_ID_ONCE = "referral_external_id_once"
PLAIN = (
    "channel",
    "need",
    "direction",
    "consent",
    "safeguarding",
    "safeguarding_note",
    "scene_safety",
    "scene_safety_note",
    "access_note",
    "home_first_considered",
    "external_id",
)

send_once = drawn_again(once_in_one_go)


def changed(endpoint: Endpoint, referral_id: UUID, *, status: int = 200) -> Response:
    """The referral after a change, with its new version; without demographics."""
    row = record_of(endpoint.actor, referral_id)
    if row is None:
        raise not_found()
    body = record(row, endpoint.caller, timezone.now(), demographics=False)
    return Response(body, status=status, headers={"ETag": etag(row["version"])})


class Referrals(Endpoint):
    """The referrals your organisation sent or was offered."""

    scopes = {"GET": (Scope.REFERRALS_READ,), "POST": (Scope.REFERRALS_WRITE,)}

    @documented.listed
    def get(self, request: Request) -> Response:
        """List referrals, newest first."""
        page = paging.page_of(request, read_address(ReferralFilters, request.query_params))
        rows = summaries(self.actor, page.filters, page.after, page.limit)
        now = timezone.now()
        shown = {row["patient_id"] for row in rows[: page.limit] if is_told_who(row, self.actor)}
        log_list(by=self.actor, patient_ids=shown, what="referrals", via=Access.Via.API)
        return paging.answer(
            request,
            page,
            rows,
            lambda row: summary(row, self.actor, now),
            lambda row: (row["received_at"].isoformat(), str(row["id"])),
        )

    @documented.sent
    def post(self, request: Request) -> Response:
        """Send a referral."""
        given = read(ReferralIn, request.data)
        try:
            return send_once(request, lambda rows: self._send(given, rows), required=True)
        except IntegrityError as error:
            if EXTERNAL_ID_ONCE not in str(error):
                raise
            message = "Use another external_id, or read the referral that has it."
            errors = [FieldError("external_id", FieldCode.INVALID_VALUE, message)]
            raise Problem(Code.DUPLICATE_EXTERNAL_ID, errors=errors) from error

    def _send(self, given: Mapping[str, Any], rows: Rows) -> Response:
        who = people.identify(self.actor, given["patient"], rows.begin)
        door = who.door
        referral = send(self.actor, who.patient, door.point, given, rows)
        clocks = [row for row in rows.rows if isinstance(row, Clock)]
        row = row_of(referral, clocks, door, self.caller)
        body = record(row, self.caller, timezone.now(), demographics=False)
        body["warnings"] = people.warnings(who.warnings)
        headers = {"ETag": etag(referral.version), "Location": body["href"]}
        return Response(body, status=201, headers=headers)


def send(by: Actor, patient: Patient, point: PointOfAccess, given: Mapping[str, Any], rows: Inserting) -> Referral:
    """Hand the referral to a point of access: everything about it is left in `rows`, to be written last."""
    referrer = {f"referrer_{name}": value for name, value in given.get("referrer", {}).items()}
    plain = {name: given[name] for name in PLAIN if name in given}
    need = Need(needs=tuple(given["needs"]), urgency_requested=given["urgency"], **plain, **referrer)
    with at_desk(TransactionDesk(rows)):
        return submit(by=by, patient=patient, need=need, point_of_access=point)


class OneReferral(Endpoint):
    """One referral."""

    scopes = {"GET": (Scope.REFERRALS_READ,)}

    @documented.one
    def get(self, request: Request, referral: str) -> Response:
        """Read one referral, with its clocks, offers, messages and what you may do now."""
        referral_id, now = identifier(referral), timezone.now()
        row = record_of(self.actor, referral_id)
        if row is None:
            log_refusal(self.actor, referral_id)
            raise not_found()
        headers = {"ETag": etag(row["version"])}
        if already_has(request, row["version"]) and unchanged(row, now):
            return Response(status=304, headers=headers)
        log_read(
            by=self.actor,
            patient_id=row["patient_id"],
            what="referral",
            subject_id=referral_id,
            via=Access.Via.API,
        )
        return Response(record(row, self.caller, now, demographics=True), headers=headers)
