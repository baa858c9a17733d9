"""What became of the referrals that my organisation sent, and the receipt for each."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.access import log_list
from directory.codes import Urgency
from pages.downloads import csv_file
from pages.words import moment
from referrals import actions
from referrals.reading import ReferralFile
from referrals.sent import EXPORTED, SentPage
from referrals.states import Status
from referrals.tracking import tracked

COLUMNS = ("Reference", "Status", "Urgency", "Sent", "First contact", "Closed", "Outcome", "Track")


@requires(Permission.TRACK_SENT)
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The list, newest first; those with news are marked."""
    page = SentPage(request)
    log_list(by=request.actor, patient_ids=[row["person_id"] for row in page.rows], what="sent referrals")
    return render(request, "referrals/sent.jinja", {"title": "Sent referrals", "wide": True, "page": page})


@requires(Permission.TRACK_SENT)
@require_safe
def sent_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, without names or numbers."""
    page = SentPage(request)
    lines = (_cells(row, request.build_absolute_uri(page.track_path(row))) for row in page.export())
    return csv_file("sent-referrals", COLUMNS, lines, most=EXPORTED)


def _cells(row: dict[str, Any], track: str) -> list[str]:
    return [
        row["reference"],
        Status(row["status"]).label,
        Urgency(row["urgency"]).label,
        moment(row["received_at"]),
        moment(row["first_contact_at"]) if row["first_contact_at"] else "",
        moment(row["closed_at"]) if row["closed_at"] else "",
        row["outcome_words"],
        track,
    ]


@requires(Permission.TRACK_SENT)
@require_safe
def receipt(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """A printable receipt: reference, what happens next, by when, whom to call, and the tracking link."""
    file = ReferralFile.find(referral_id, request.actor)
    if file.referral.referrer_organisation_id == request.actor.organisation_id:
        actions.mark_read(referral=file.referral, by=request.actor)
    context = {
        "title": "Referral sent",
        "referral": file.referral,
        "track": tracked(file.referral, timezone.now()),
    }
    return render(request, "referrals/receipt.jinja", context)
