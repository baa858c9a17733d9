"""What a home care provider sees: what it is asked, without a name, and the packages it was chosen for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.access import log_list
from homefirst import reading_packages as reading
from homefirst.actions import packages as finding
from homefirst.actions import packages_running as running
from homefirst.forms import packages as forms
from homefirst.policies import packages as policies
from homefirst.presenters.packages import PackageFile, RequestLine
from homefirst.reading_reablement import counts
from homefirst.views import listing
from homefirst.views.taking import Taking, view_of

ANSWER = Taking(
    "package_answer",
    "package_id",
    finding.answer_package,
    forms.AnswerForm,
    "Answer the request",
    "Send answer",
    "Your answer is with the broker.",
    check=policies.check_can_answer,
)
START = Taking(
    "package_request_start",
    "package_id",
    running.start_package,
    forms.StartForm,
    "Say that care has started",
    "Save",
    "The broker sees that care has started.",
    check=policies.check_can_start,
)

answer, start = (view_of(way, PackageFile.open, Permission.PROVIDE) for way in (ANSWER, START))


@requires(Permission.PROVIDE)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What my organisation is asked, what it said, and what it runs."""
    today = timezone.localdate()
    lists = reading.request_lists(request.actor)
    chosen = listing.chosen(request, lists)
    rows = reading.requests_of(request.actor)
    lines = [RequestLine(row, today, request.actor) for row in reading.request_values(rows, chosen)]
    named = [line.row["person_id"] for line in lines if line.is_mine]
    log_list(by=request.actor, patient_ids=named, what="packages of care")
    context = {
        "lines": lines,
        "tabs": listing.tabs(reverse("package_requests"), lists, chosen, counts(rows, lists)),
        "list": chosen,
        "most": reading.MOST,
    }
    return render(request, "homefirst/package_requests.jinja", context)


@requires(Permission.PROVIDE)
@require_safe
def page(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """One package: what is needed; who it is, once my organisation is chosen."""
    file = PackageFile.open(subject_id, request.actor)
    file.log()
    form = None
    if ANSWER.is_open(file):
        given = file.my_answer
        said = {"answer": given.answer, "can_start": given.can_start, "note": given.note} if given else {}
        form = forms.AnswerForm(held=file, initial=said)
    context = {
        "file": file,
        "package": file.package,
        "way": ANSWER,
        "form": form,
        "may_start": START.is_open(file),
    }
    return render(request, "homefirst/package_request.jinja", context)
