"""What a home care provider sees: what it is asked, without a name, and the packages it was chosen for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from homefirst import reading_packages as reading
from homefirst.actions import packages as finding
from homefirst.actions import packages_running as running
from homefirst.forms import packages as forms
from homefirst.policies import packages as policies
from homefirst.presenters.packages import PackageFile, RequestLine
from homefirst.views.listing import Listing
from homefirst.views.taking import Taking, view_of
from referrals.views.lists import log_shown

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
    today, actor = timezone.localdate(), request.actor
    rows, lists = reading.requests_of(actor), reading.request_lists(actor)
    context = Listing(request, lambda: rows, lists, lambda found: reading.request_values(found, actor)).context(
        reverse("package_requests")
    )
    lines = [RequestLine(row, today, actor) for row in context["rows"]]
    log_shown(request, [line.row for line in lines if line.is_mine], "packages of care")
    return render(request, "homefirst/package_requests.jinja", context | {"lines": lines})


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
