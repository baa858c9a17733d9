"""Bringing in published figures: choose a file, look at what it changes, import it; and undo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import DomainError, IllegalTransition, Invalid, StaleVersion
from bcf import actions, importing
from bcf.forms import CommitForm, UndoForm, UploadForm
from bcf.models import Batch
from bcf.presenters.published import change_rows, hidden_with
from bcf.published import PUBLISHED, RULE
from pages.downloads import csv_file
from pages.forms import show_refusal
from pages.words import count

MOST_SHOWN = 200
RECENT = 50
EXAMPLE = [
    "still_at_home",
    "leicestershire",
    "2016/17",
    "88",
    "",
    "",
    "84.2",
    "GREEN",
    "",
    "final",
    "Board paper of May",
]


@requires(Permission.PUBLISH_FIGURES)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Files so far, and a new one. A file with mistakes is kept too, to be looked at."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.upload_figures(by=request.actor, name=file.name, content=file.read())
            return redirect("import_batch", batch_id=made.pk)
        except Invalid as refusal:
            form.add_error("file", refusal.message)
    batches = Batch.objects.defer("content")[:RECENT]
    context = {"form": form, "batches": batches, "columns": importing.COLUMNS, "metrics": PUBLISHED, "rule": RULE.words}
    context |= {"most_rows": importing.MOST_ROWS, "most_megabytes": importing.MOST_BYTES // 1024**2}
    return render(request, "bcf/imports.jinja", context, status=422 if form.errors else 200)


@requires(Permission.PUBLISH_FIGURES)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A file with the columns and one row to write over."""
    return csv_file("figures-template", importing.COLUMNS, [EXAMPLE])


@requires(Permission.PUBLISH_FIGURES)
@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One file: its mistakes, what it would change, or what it changed."""
    return _show(request, _found(batch_id))


@requires(Permission.PUBLISH_FIGURES)
@require_safe
def mistakes(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Every mistake of a file, by row and column."""
    sheet = importing.check(_found(batch_id, with_content=True).content)
    rows = ([mistake.row, mistake.column, mistake.said] for mistake in sheet.mistakes)
    return csv_file("mistakes", ["Row", "Column", "What to put right"], rows)


@requires(Permission.PUBLISH_FIGURES)
@require_POST
def commit(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Import what the page showed; when something changed meanwhile, show what the file changes now."""
    form = CommitForm(request.POST)
    if not form.is_valid():
        return _show(request, _found(batch_id), form, status=422)
    try:
        done = actions.commit_import(by=request.actor, batch_id=batch_id, **form.cleaned_data)
    except StaleVersion as refusal:
        messages.warning(request, refusal.message)
        return _show(request, _found(batch_id), typed=form.cleaned_data["reason"], status=409)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return _show(request, _found(batch_id), form, status=422)
    messages.success(request, f"{count((done.new or 0) + (done.changed or 0), 'figure')} imported.")
    return redirect("import_batch", batch_id=batch_id)


@requires(Permission.PUBLISH_FIGURES)
@require_POST
def discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Throw the file away."""
    _found(batch_id)
    actions.discard_import(by=request.actor, batch_id=batch_id)
    messages.info(request, "The file was thrown away. No figure changed.")
    return redirect("imports")


@requires(Permission.PUBLISH_FIGURES)
@require_POST
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take an import back."""
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            _found(batch_id)
            actions.undo_import(by=request.actor, batch_id=batch_id, **form.cleaned_data)
            messages.success(request, "The import was undone. Figures are as they were before it.")
            return redirect("import_batch", batch_id=batch_id)
        except (Invalid, IllegalTransition) as refusal:
            show_refusal(form, refusal)
    return _show(request, _found(batch_id), form, status=422)


def _found(batch_id: UUID, *, with_content: bool = False) -> Batch:
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None or (with_content and not found.content):
        raise Http404
    return found


def _show(request: HttpRequest, batch: Batch, form: Any = None, *, typed: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"batch": batch, "form": form, "most": MOST_SHOWN}
    if batch.state in (Batch.State.FAULTY, Batch.State.READY):
        context |= _looked_at(batch, typed, form)
    elif batch.state == Batch.State.IMPORTED and form is None:
        context["form"] = UndoForm()
    return render(request, "bcf/import_batch.jinja", context, status=status)


def _looked_at(batch: Batch, typed: str, form: Any) -> dict[str, Any]:
    """What is wrong with the file, or what it would change."""
    try:
        sheet = importing.check(batch.content)
    except DomainError as refusal:
        return {"mistakes": [importing.Mistake(1, "", refusal.message)], "sheet": None}
    if sheet.mistakes:
        return {"mistakes": sheet.mistakes, "sheet": sheet}
    changes = importing.compare(sheet.lines)
    doing = [change for change in changes if change.kind is not importing.Kind.UNCHANGED]
    doing.sort(key=lambda change: change.kind is importing.Kind.NEW)
    initial = {"expected": importing.fingerprint(changes), "reason": typed}
    return {
        "sheet": sheet,
        "mistakes": [],
        "rows": change_rows(doing[:MOST_SHOWN], hidden_with(changes)),
        "changing": len(doing),
        "kinds": {kind.value: sum(change.kind is kind for change in changes) for kind in importing.Kind},
        "restates": sum(change.restates for change in changes),
        "form": form or CommitForm(initial=initial),
    }
