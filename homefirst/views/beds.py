"""The bed board, the page of one ward, and free places beside waiting people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import log_list
from homefirst.actions import wards as ward_actions
from homefirst.board import OCCUPANCY, WardNow, wards_now
from homefirst.models import Ward
from homefirst.policies.beds import can_manage
from homefirst.presenters import beds as shown
from homefirst.underuse import free_with_takers, matches, people_of, waiting
from pages.downloads import csv_file
from pages.sending import see_other
from patients.models import Patient


def _board(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    wards = wards_now(request.actor, now, with_service=True)
    found = matches(wards, waiting(request.actor, now), now)
    return {
        "sections": shown.sections(wards),
        "key": shown.KEY,
        "definition": OCCUPANCY,
        "news": {ward.id: shown.news(ward.confirmed_at, now) for ward in wards},
        "takers": free_with_takers(found),
        "people_waiting": people_of(found),
        "rows_href": reverse("bed_rows"),
        "page_href": reverse("beds"),
    }


@requires(Permission.VIEW_BEDS)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Beds and places by ward and purpose, as they are now."""
    return render(request, "homefirst/beds.jinja", _board(request))


@requires(Permission.VIEW_BEDS)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the board that refreshes itself."""
    return render(request, "homefirst/_beds.jinja", _board(request))


@requires(Permission.VIEW_BEDS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The board as a file, without people."""
    now = timezone.now()
    name = f"beds-{timezone.localtime(now):%Y-%m-%d-%H%M}"
    return csv_file(name, shown.CSV, shown.csv_rows(wards_now(request.actor, now)))


def _ward(request: HttpRequest, slug: str) -> dict[str, Any]:
    now = timezone.now()
    wards = wards_now(request.actor, now, slug=slug)
    if not wards:
        raise Http404
    ward = wards[0]
    people = people_in(ward, request.actor)
    log_list(by=request.actor, patient_ids=people, what="ward")
    return {
        "ward": ward,
        "about": Ward.objects.visible_to(request.actor).select_related("site", "organisation").get(pk=ward.id),
        "lines": shown.ward_lines(ward, people, request.actor, now),
        "line": shown.Line(ward, "", ward),
        "news": shown.news(ward.confirmed_at, now),
        "definition": OCCUPANCY,
        "may_manage": can_manage(request.actor, ward.organisation_id),
        "noun": "place" if ward.row["ward_staff_hours_a_day"] is not None else "bed",
        "rows_href": reverse("ward_rows", args=[slug]),
        "page_href": reverse("ward", args=[slug]),
    }


def people_in(ward: WardNow, by: Actor) -> dict[UUID, Patient]:
    """The people in these beds, or coming, whom this reader may open."""
    spells = [spell for bed in ward.beds for spell in (bed.spell, bed.next_spell) if spell]
    return people_by_id(by, {spell["patient"] for spell in spells if spell["patient"]})


def people_by_id(by: Actor, ids: Iterable[UUID]) -> dict[UUID, Patient]:
    """Those of these people whom this reader may open; one statement, none for nobody."""
    wanted = set(ids)
    return {one.pk: one for one in Patient.objects.visible_to(by).filter(pk__in=wanted)} if wanted else {}


@requires(Permission.VIEW_BEDS)
@require_safe
def ward(request: HttpRequest, slug: str) -> HttpResponse:
    """One ward, bed by bed."""
    return render(request, "homefirst/ward.jinja", _ward(request, slug))


@requires(Permission.VIEW_BEDS)
@require_safe
def ward_rows(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the ward's page that refreshes itself."""
    return render(request, "homefirst/_ward.jinja", _ward(request, slug))


@requires(Permission.MANAGE_BEDS)
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """“The board is right.”"""
    found = Ward.objects.visible_to(request.actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    ward_actions.confirm_ward(ward_id=found.pk, by=request.actor)
    messages.success(request, "Thank you: others see that the board is right.")
    return see_other(reverse("ward", args=[slug]))
