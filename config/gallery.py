"""Every component on one page, with and without errors; only served in the demonstration.

For the people who build pages, and for the browser tests that check each component by eye, keyboard and axe.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import public
from accounts.actors import Actor
from config.gallery_charts import sample_charts
from pages.fields import BirthDateField, NHSTimeField

VISITOR = Actor(
    kind="person",
    id=UUID(int=1),
    name="Example Visitor",
    role="gallery",
    role_name="Looking at components",
    organisation_name="Demonstration",
)
MINUTES = {"breached": -5, "near": 12, "running": 72, "met": 38, "missed": -12, "paused": 600, "ended": 30}


class SampleForm(forms.Form):
    """One field of each kind."""

    nhs_number = forms.CharField(
        label="NHS number", max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    email = forms.EmailField(label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    born = BirthDateField(label="Date of birth")
    seen_at = NHSTimeField(label="Time seen", required=False)
    need = forms.CharField(label="What does the person need?", max_length=200, widget=forms.Textarea)
    urgency = forms.ChoiceField(
        label="Urgency",
        choices=[("crisis", "Crisis"), ("urgent", "Urgent"), ("other", "Other")],
        widget=forms.RadioSelect,
    )
    other = forms.CharField(label="Say more", required=False)
    place = forms.ChoiceField(label="Place", choices=[("", "Choose a place"), ("le", "Leicester"), ("ru", "Rutland")])
    help_with = forms.MultipleChoiceField(
        label="Help with",
        choices=[("wash", "Washing"), ("move", "Moving about"), ("eat", "Eating and drinking")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="The person agrees to this referral")
    password = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)


class SampleFilters(forms.Form):
    """A worklist's filters."""

    place = forms.ChoiceField(
        label="Place", required=False, choices=[("", "Any"), ("le", "Leicester"), ("ru", "Rutland")]
    )
    urgency = forms.ChoiceField(label="Urgency", required=False, choices=[("", "Any"), ("crisis", "Crisis")])
    mine = forms.BooleanField(label="Mine only", required=False)


@public
@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """The components; a POST shows the form with what was typed and its errors."""
    if not getattr(request, "actor", None):
        request.actor, request.session_ends_at = VISITOR, datetime.now(UTC) + settings.SESSION_IDLE_LIMIT
    form = SampleForm(request.POST or None)
    if form.is_bound and form.is_valid():
        messages.success(request, "The form has no errors.")
    now = datetime.now(UTC)
    context = {
        "form": form,
        "filters": SampleFilters(request.GET, auto_id="filter_%s"),
        "people": _people(),
        "clocks": [_clock(state, now) for state in MINUTES],
        "rows": _rows(now, 14),
        "entries": _history(now),
        "charts": sample_charts(),
    }
    return render(request, "pages/gallery.jinja", context)


@public
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The live fragment: one row more on each refresh, as a stand-in for a new referral."""
    seen = int(request.session.get("gallery_rows", 14)) + 1
    request.session["gallery_rows"] = seen if seen < 20 else 14
    return render(request, "pages/gallery_rows.jinja", {"rows": _rows(datetime.now(UTC), seen)})


@public
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Accepts a draft and keeps nothing."""
    return JsonResponse({})


def _clock(state: str, now: datetime) -> dict[str, Any]:
    due = now + timedelta(minutes=MINUTES[state], seconds=30)
    return {
        "label": "2-hour response",
        "state": state,
        "due_at": due,
        "warn_at": due - timedelta(minutes=30),
        "stopped_at": now if state in {"met", "missed"} else None,
    }


def _rows(now: datetime, number: int) -> list[dict[str, Any]]:
    states = ("breached", "near", "running")
    return [
        {
            "key": f"row-{index}",
            "clock": _clock(states[min(index // 3, 2)], now + timedelta(minutes=index)),
            "name": f"EXAMPLE-{index}, Person",
            "need": "Fell at home, cannot get up the stairs",
            "place": "Leicester",
            "status": "submitted" if index % 2 else "in_triage",
        }
        for index in range(number)
    ]


def _history(now: datetime) -> list[dict[str, Any]]:
    return [
        {"at": now, "what": "Accepted", "by": "A Clinician", "detail": "Crisis response.\nTwo visits a day."},
        {"at": now - timedelta(minutes=6), "what": "Declined", "by": "A Clinician", "undone": True},
        {"at": now - timedelta(hours=1), "what": "Received", "by": "A Referrer, Example Practice", "detail": ""},
    ]


def _people() -> list[dict[str, Any]]:
    return [
        {
            "family_name": "Example",
            "given_names": "Person <b>Middle</b>",
            "title": "Mrs",
            "date_of_birth": date(1938, 2, 1),
            "nhs_number": "9990000018",
            "nhs_number_status": "verified",
            "sex": "Female",
            "address": "1 Example Street, Leicester LE1 1AA",
            "phone": "0116 496 0000",
            "practice": "Example Practice",
            "href": "#",
            "restricted": True,
            "alerts": [
                {"kind": "safeguarding", "text": "Concern about a visitor to the house. Speak to the person alone."},
                {"kind": "scene_safety", "text": "Dog. Two staff after dark."},
            ],
        },
        {
            "family_name": "مثال",
            "given_names": "Zoë 😀",
            "date_of_birth": date(1950, 6, 30),
            "deceased_on": date(2026, 1, 5),
            "nhs_number": "",
            "nhs_number_status": "none",
        },
    ]


urlpatterns = [
    path("", gallery, name="gallery"),
    path("rows/", rows, name="gallery_rows"),
    path("draft/", draft, name="gallery_draft"),
]
