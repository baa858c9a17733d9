"""Refer a person on one page; a draft is kept on every step, and sending twice sends once."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import Invalid
from patients.actions import add_patient
from patients.errors import AlreadyHere
from referrals import actions
from referrals.models import Draft, Referral
from referrals.refer_page import ReferPage, open_drafts, own_draft
from referrals.routing import front_door

TEMPLATE = "referrals/refer.jinja"


@requires(Permission.REFER)
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """The form. Its buttons find, choose or add a person, keep the draft, or send."""
    draft = own_draft(request.actor, draft_id) if draft_id else None
    if draft is not None and draft.sent_as is not None:
        messages.info(request, "You have sent this referral. This is its receipt.")
        return redirect("referral_receipt", draft.sent_as.pk)
    page = ReferPage(request, draft)
    if request.method != "POST":
        return _show(request, page)
    if page.do == "send":
        return _send(request, page)
    draft = _keep(page)
    if page.do == "find" and page.found is None:
        page.draft = draft
        return _show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if page.do == "save":
        messages.success(request, "Draft saved. You can come back to it from your home page.")
    anchor = "#need" if page.patient else "#person"
    return HttpResponseRedirect(reverse("refer_draft", args=[draft.pk]) + anchor, status=HTTPStatus.SEE_OTHER)


def _keep(page: ReferPage) -> Draft:
    return actions.save_draft(
        by=page.actor,
        typed=page.kept(),
        draft_id=page.draft.pk if page.draft else None,
        patient_id=page.patient.pk if page.patient else None,
    )


def _send(request: HttpRequest, page: ReferPage) -> HttpResponse:
    draft = page.draft or _keep(page)
    page.draft = draft
    forms = [page.need_form] + ([page.person_form] if page.adds_person else [])
    whole = not [form for form in forms if not form.is_valid()]
    if page.patient is None and not page.adds_person:
        page.ask_for_person()
        whole = False
    if whole:
        try:
            sent = _submit(page, draft)
        except AlreadyHere as known:
            return _offer_known(request, page, known)
        except Invalid as refusal:
            _place(page, refusal)
        else:
            return HttpResponseRedirect(reverse("referral_receipt", args=[sent.pk]), status=HTTPStatus.SEE_OTHER)
    _keep(page)
    return _show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@transaction.atomic
def _submit(page: ReferPage, draft: Draft) -> Referral:
    """Add the person if need be, and send: both or neither."""
    patient = page.patient or add_patient(by=page.actor, **page.person_form.details)
    return actions.submit(
        by=page.actor,
        patient=patient,
        need=page.need_form.as_need,
        point_of_access=front_door(patient.place_id),
        draft_id=draft.pk,
    )


def _offer_known(request: HttpRequest, page: ReferPage, known: AlreadyHere) -> HttpResponse:
    """The person typed in has a record: choose it, keep everything else."""
    draft = actions.save_draft(
        by=page.actor, typed=page.kept() | {"mode": [""]}, draft_id=page.draft.pk, patient_id=known.patient_id
    )
    messages.warning(
        request, "This person already has a record, which is now chosen. Check that it is the right person, then send."
    )
    return HttpResponseRedirect(reverse("refer_draft", args=[draft.pk]), status=HTTPStatus.SEE_OTHER)


def _place(page: ReferPage, refusal: Invalid) -> None:
    """Put a refusal beside the field it is about."""
    for form in (page.person_form, page.need_form):
        if form.is_bound and refusal.field in form.fields:
            form.add_error(refusal.field, refusal.message)
            return
    page.need_form.add_error(None, refusal.message)


def _show(request: HttpRequest, page: ReferPage, status: int = HTTPStatus.OK) -> HttpResponse:
    found = page.found
    context = {"title": "Refer a person", "page": page, "found": found, "drafts": []}
    if page.draft is None and not page.started:
        context["drafts"] = open_drafts(page.actor)
    return render(request, TEMPLATE, context, status=status)


@requires(Permission.REFER)
@require_POST
def save(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Keep what is typed, asked by the page itself every few seconds."""
    page = ReferPage(request, own_draft(request.actor, draft_id) if draft_id else None)
    if page.draft is not None and page.draft.sent_as_id is not None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    draft = _keep(page)
    return JsonResponse({"url": reverse("refer_save_draft", args=[draft.pk]), "fields": {"draft": str(draft.pk)}})


@requires(Permission.REFER)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking."""
    draft = own_draft(request.actor, draft_id)
    if request.method != "POST":
        return render(request, "referrals/discard_draft.jinja", {"title": "Delete this draft?", "draft": draft})
    actions.discard_draft(by=request.actor, draft_id=draft.pk)
    messages.success(request, "Draft deleted.")
    return redirect("refer", permanent=False)
