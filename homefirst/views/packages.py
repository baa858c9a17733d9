"""Packages of care for brokers and hubs: what is looked for, what runs, lots with gaps, and each step."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.access import log_read
from audit.errors import DomainError, Invalid, NotFound
from homefirst import opened_all_day
from homefirst import reading_packages as reading
from homefirst.actions import packages as finding
from homefirst.actions import packages_running as running
from homefirst.forms import packages as forms
from homefirst.forms.taking import NothingForm
from homefirst.lots import lot_of
from homefirst.models import DischargeCase, Lot
from homefirst.paging import Page
from homefirst.policies import packages as policies
from homefirst.presenters.packages import PackageFile, PackageLine, unfilled_chart
from homefirst.states import PackageStatus
from homefirst.views.listing import MOST_EXPORTED, Listing
from homefirst.views.taking import Taking, view_of
from pages.downloads import csv_file
from pages.forms import show_refusal
from pages.sending import see_other
from patients.models import Patient
from patients.presenters import banner
from referrals.views.lists import log_shown

OF_PACKAGE: dict[str, Any] = {"argument": "package_id"}
ASK_PROVIDERS = Taking(
    "package_ask_providers",
    action=finding.ask_providers,
    form=NothingForm,
    title="Ask providers",
    button="Ask providers",
    done="Asked. Answers appear here.",
    help="The lot’s own provider is asked first. Ask again to ask every other provider in the place.",
    check=policies.check_can_find,
    **OF_PACKAGE,
)
CHOOSE = Taking(
    "package_choose",
    action=finding.choose_offer,
    form=NothingForm,
    title="Choose this offer",
    button="Choose this offer",
    done="Chosen. The provider now sees who it is.",
    help="The provider sees the person’s name and address. If it takes only some of the hours, the portal looks for "
    "the rest.",
    check=policies.check_can_find,
    **OF_PACKAGE,
)
LOOK_AGAIN = Taking(
    "package_look_again",
    action=finding.look_again,
    form=forms.WhyForm,
    title="The provider cannot come",
    button="Look for another provider",
    done="You can ask other providers now.",
    grave=True,
    check=policies.check_can_look_again,
    **OF_PACKAGE,
)
START = Taking(
    "package_start",
    action=running.start_package,
    form=forms.StartForm,
    title="Care has started",
    button="Save",
    done="Care has started. The first review is due in six weeks.",
    check=policies.check_can_start,
    **OF_PACKAGE,
)
REVIEW = Taking(
    "package_review",
    action=running.review_package,
    form=forms.ReviewForm,
    title="Review the package",
    button="Save review",
    done="The review is saved.",
    check=policies.check_can_follow,
    **OF_PACKAGE,
)
END = Taking(
    "package_end",
    action=running.end_package,
    form=forms.EndForm,
    title="End the package",
    button="End the package",
    done="The package has ended.",
    grave=True,
    check=policies.check_can_follow,
    **OF_PACKAGE,
)
CANCEL = Taking(
    "package_cancel",
    action=running.cancel_package,
    form=forms.WhyForm,
    title="Package no longer wanted",
    button="Cancel the package",
    done="The package is cancelled.",
    grave=True,
    check=policies.check_can_cancel,
    **OF_PACKAGE,
)
WAYS = (ASK_PROVIDERS, CHOOSE, LOOK_AGAIN, START, REVIEW, END, CANCEL)


ask_providers, choose, look_again, start, review, end = (
    view_of(way, PackageFile.open, Permission.BROKER) for way in WAYS[:-1]
)
cancel = view_of(CANCEL, PackageFile.open, Permission.BROKER, Permission.DECIDE_DISCHARGE)


class Packages(Listing):
    """The broker's lists; at their beginning the questions are those that were compiled once."""

    def __init__(self, request: HttpRequest) -> None:
        self.actor, self.today, self.now = request.actor, timezone.localdate(), timezone.now()
        super().__init__(
            request,
            lambda: reading.packages_of(self.actor),
            reading.package_lists(self.today),
            lambda rows: reading.package_values(rows, self.actor),
        )

    def counts(self) -> dict[str, int]:
        return opened_all_day.package_counts(self.actor, self.today, self.now)

    def page(self) -> Page:
        if self.is_first:
            return opened_all_day.packages(self.actor, self.choice.slug, self.today, self.now)
        return super().page()


def _board(request: HttpRequest) -> dict[str, Any]:
    today, path = timezone.localdate(), reverse("packages")
    context = Packages(request).context(path)
    log_shown(request, context["rows"], "packages of care")
    return context | {
        "lines": [PackageLine(row, today) for row in context["rows"]],
        "rows_href": reverse("packages_rows") + context["query"],
        "page_href": path + context["query"],
        "csv_href": reverse("packages_csv") + context["export_query"],
    }


@requires(Permission.BROKER)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is looked for and how long, what runs, reviews due, and hours nobody gives yet."""
    context = _board(request)
    if not context["list"].slug:
        days = opened_all_day.unfilled(request.actor, timezone.localdate(), timezone.now())
        context["chart"] = unfilled_chart(days, reverse("packages_unfilled_csv"))
    return render(request, "homefirst/packages.jinja", context)


@requires(Permission.BROKER)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the board that refreshes itself."""
    return render(request, "homefirst/_packages.jinja", _board(request))


@requires(Permission.BROKER)
@require_safe
def board_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, without names."""
    header = (
        "Package", "Status", "Lot", "Place", "Hours a week", "Visits a day", "Carers", "Wanted from", "Provider",
        "Asked", "Offers", "Without hours", "Started", "Review due", "Ended",
    )  # fmt: skip
    return csv_file("packages", header, map(_cells, Packages(request).exported()), most=MOST_EXPORTED)


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["reference"], PackageStatus(row["status"]).label, row["lot_name"], row["place_name"], row["hours_a_week"],
        row["visits_a_day"], row["carers_a_visit"], row["wanted_from"], row["provider_name"], row["asked"],
        row["offers"], row["no_hours"], row["started_on"], row["review_due"], row["ended_on"],
    ]  # fmt: skip


@requires(Permission.BROKER)
@require_safe
def unfilled_csv(request: HttpRequest) -> HttpResponse:
    """Hours a week without care yet, by place and day."""
    days = opened_all_day.unfilled(request.actor, timezone.localdate(), timezone.now())
    header, *lines = unfilled_chart(days).csv_rows()
    return csv_file("unfilled-hours", header, lines)


@requires(Permission.BROKER, Permission.DECIDE_DISCHARGE)
@require_safe
def lots(request: HttpRequest) -> HttpResponse:
    """Lots: who holds them, and where hours are missing."""
    return render(request, "homefirst/lots.jinja", {"lots": reading.lots(timezone.localdate())})


@requires(Permission.BROKER, Permission.DECIDE_DISCHARGE)
@require_safe
def lots_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    header = ("Lot", "Place", "Council", "Provider", "Contracted hours", "Running hours", "Hours looked for", "Concern")
    return csv_file("lots", header, (_lot_cells(row) for row in reading.lots(timezone.localdate())))


def _lot_cells(row: dict[str, Any]) -> list[Any]:
    contract = row["contract"]
    held = [contract.provider.name, contract.hours_a_week] if contract else ["Vacant", ""]
    concern = contract.quality_concern if contract else ""
    return [row["lot"].name, row["lot"].place, row["lot"].council, *held, row["running"], row["wanted"], concern]


@requires(Permission.BROKER, Permission.DECIDE_DISCHARGE)
@require_safe
def page(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """One package: what is needed, who was asked, what was said, and what happened."""
    file = PackageFile.open(subject_id, request.actor)
    file.log()
    steps = [way for way in (START, REVIEW, LOOK_AGAIN, END, CANCEL) if way.is_open(file) and _may(request, way)]
    context = {
        "file": file,
        "package": file.package,
        "steps": steps,
        "may_find": CHOOSE.is_open(file),
    }
    return render(request, "homefirst/package.jinja", context)


def _may(request: HttpRequest, way: Taking) -> bool:
    return way is CANCEL or request.actor.can(Permission.BROKER)


@requires(Permission.BROKER, Permission.DECIDE_DISCHARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a package for a person: ?patient=, and ?case= when it is part of a way home."""
    patient, case = _for_whom(request)
    if patient is None:
        return render(request, "homefirst/package_ask.jinja", {"person": None})
    lot = lot_of(patient)
    data = request.POST if request.method == "POST" else None
    form = forms.AskForm(data, lot=lot, lots=list(Lot.objects.order_by("name")))
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            package = finding.ask_for_package(
                by=request.actor, patient_id=patient.pk, case_id=case.pk if case else None, **form.cleaned_data
            )
            return see_other(reverse("package", args=[package.pk]))
        except Invalid as refused:
            show_refusal(form, refused)
        except DomainError as refused:
            refusal = refused.message
    log_read(by=request.actor, patient_id=patient.pk, what="ask for a package")
    person = banner(patient, request.actor, opened=True)
    status = 422 if form.errors else 409 if refusal else 200
    context = {"form": form, "person": person, "case": case, "refusal": refusal, "lot": lot}
    return render(request, "homefirst/package_ask.jinja", context, status=status)


def _for_whom(request: HttpRequest) -> tuple[Patient | None, DischargeCase | None]:
    """The person, and the way home, that the address names; none where it names nobody."""
    case_id, patient_id = (_uuid(request.GET.get(name, "")) for name in ("case", "patient"))
    case = DischargeCase.objects.visible_to(request.actor).filter(pk=case_id).first() if case_id else None
    wanted = case.patient_id if case else patient_id
    if wanted is None:
        return None, None
    rows = Patient.objects.visible_to(request.actor).select_related("practice__practice", "merged_into__practice")
    patient = rows.filter(pk=wanted).first()
    if patient is None:
        raise NotFound("There is no such person, or you cannot open their record.")
    return patient, case


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
