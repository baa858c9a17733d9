"""Bringing in figures that somebody else published: upload, look, import; and undo.

An import is one transaction against what the page showed. Imports and undos go one at a time, so what was compared is
what is written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, StaleVersion
from audit.events import Kind, event, record, record_all
from audit.models import Event
from bcf import importing, policies
from bcf.importing import Change
from bcf.models import Batch, PublishedFigure
from bcf.published import Smallness
from pages.words import count

ONE_AT_A_TIME = 20_260_112
"""The number of PostgreSQL's advisory lock that an import holds until it is done."""
CHANGED = "Somebody changed these figures since you opened this page. Look at what the file changes now."
UNDONE = "An import was undone"


@transaction.atomic
def upload_figures(*, by: Actor, name: str, content: bytes) -> Batch:
    """Keep a file to look at, with what is wrong in it. Raises Invalid when it is no table of figures at all."""
    policies.check_can_publish(by)
    text = importing.decode(content)
    sheet = importing.check(text)
    batch = Batch.objects.create(
        name=name.replace("\x00", "")[-150:] or "figures.csv",
        content=text,
        checksum=importing.checksum(text),
        state=Batch.State.FAULTY if sheet.mistakes else Batch.State.READY,
        rows=sheet.rows,
        mistakes=len(sheet.mistakes),
        uploaded_by_id=by.id,
        uploaded_by_name=by.name,
    )
    record(Kind.METRIC_UPLOADED, by=by, subject=batch, rows=batch.rows, mistakes=batch.mistakes)
    return batch


@transaction.atomic
def commit_import(*, by: Actor, batch_id: UUID, expected: str, reason: str = "") -> Batch:
    """Import a file, all of it or nothing. `expected` is the fingerprint of what the page said it would change.

    Figures whose numbers change are restated, with the reason beside them. Raises StaleVersion when a figure is no
    longer the one that was shown.
    """
    policies.check_can_publish(by)
    batch = _hold(batch_id, Batch.State.READY)
    sheet = importing.check(batch.content)
    if sheet.mistakes:
        raise Invalid("What the portal knows changed, and this file now has mistakes. Upload it again.")
    changes = importing.compare(sheet.lines)
    if importing.fingerprint(changes) != expected:
        raise StaleVersion(CHANGED)
    restated = [change for change in changes if change.restates]
    reason = policies.check_reason(reason) if restated else ""
    if not any(change.kind is not importing.Kind.UNCHANGED for change in changes):
        raise Invalid("Nothing in this file is new: every figure is already known as it says.", code="NOTHING_NEW")
    _imported(batch, by, changes, reason)
    written = _write(batch, changes, reason)
    done = event(
        Kind.METRIC_IMPORTED, by=by, subject=batch, new=batch.new, changed=batch.changed, checksum=batch.checksum
    )
    record_all([done, *(_restated(by, figure) for figure, restates in written if restates)])
    return batch


@transaction.atomic
def discard_import(*, by: Actor, batch_id: UUID) -> Batch:
    """Throw away a file that was not imported; what it said is no longer kept."""
    policies.check_can_publish(by)
    batch = _hold(batch_id, Batch.State.READY, Batch.State.FAULTY)
    batch.state, batch.content = Batch.State.DISCARDED, ""
    batch.save(update_fields=["state", "content"])
    record(Kind.METRIC_DISCARDED, by=by, subject=batch)
    return batch


@transaction.atomic
def undo_import(*, by: Actor, batch_id: UUID, reason: str) -> Batch:
    """Take an import back: figures as they were before it are known again. What it said stays in their history.

    Refused while a later import stands on one of its figures; that one is undone first.
    """
    policies.check_can_publish(by)
    batch = _hold(batch_id, Batch.State.IMPORTED)
    reason = policies.check_reason(reason)
    now = timezone.now()
    current = list(batch.figures.filter(known_to=None).select_related("follows"))
    if len(current) != (batch.new or 0) + (batch.changed or 0):
        later = (batch.new or 0) + (batch.changed or 0) - len(current)
        raise IllegalTransition(f"A later import changed {count(later, 'figure')} of this one. Undo that one first.")
    batch.figures.filter(known_to=None).update(known_to=now)
    back = [_again(figure.follows, f"{UNDONE}: {reason}", now) for figure in current if figure.follows]
    PublishedFigure.objects.bulk_create(back)
    batch.state, batch.undone_at, batch.undone_by_name, batch.undone_reason = Batch.State.UNDONE, now, by.name, reason
    batch.save(update_fields=["state", "undone_at", "undone_by_name", "undone_reason"])
    taken = event(Kind.METRIC_IMPORT_UNDONE, by=by, subject=batch, figures=len(current), back=len(back))
    record_all([taken, *(_restated(by, figure) for figure in back)])
    return batch


def _hold(batch_id: UUID, *states: str) -> Batch:
    """The batch, locked, in one of these states; and no other import until this one is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise Invalid("There is no such import.", code="NOT_FOUND")
    if batch.state not in states:
        raise IllegalTransition(f"This file is: {batch.get_state_display().lower()}. Look at it again.")
    return batch


def _imported(batch: Batch, by: Actor, changes: Sequence[Change], reason: str) -> None:
    kinds = [change.kind for change in changes]
    batch.new, batch.changed, batch.unchanged = (kinds.count(kind) for kind in importing.Kind)
    batch.state, batch.reason = Batch.State.IMPORTED, reason
    batch.imported_at, batch.imported_by_name = timezone.now(), by.name
    batch.save(update_fields=["new", "changed", "unchanged", "state", "reason", "imported_at", "imported_by_name"])


def _write(batch: Batch, changes: Iterable[Change], reason: str) -> list[tuple[PublishedFigure, bool]]:
    """Close what is followed, then add what follows; answers each new figure and whether it restates one."""
    now = batch.imported_at or timezone.now()
    doing = [change for change in changes if change.kind is not importing.Kind.UNCHANGED]
    closing = [change.before.pk for change in doing if change.before]
    PublishedFigure.objects.filter(pk__in=closing, known_to=None).update(known_to=now)
    small = Smallness.known()
    written = PublishedFigure.objects.bulk_create(
        [_figure(batch, change, reason, now, small.of(change.line)) for change in doing]
    )
    return [(figure, change.restates) for figure, change in zip(written, doing, strict=True)]


def _figure(batch: Batch, change: Change, reason: str, now: datetime, small: bool) -> PublishedFigure:
    line, before = change.line, change.before
    why = reason if change.restates else before.reason if before else ""
    figure = PublishedFigure(
        metric=line.metric,
        area_id=line.area_id,
        period=line.period,
        start=line.start,
        status=line.status,
        source=line.source,
        rag_reason=line.rag_reason,
        small=small,
        restated=bool(why),
        reason=why,
        batch=batch,
        row=line.row,
        follows=before,
        known_from=now,
    )
    for name in ("value", "numerator", "denominator", "target", "rag"):
        setattr(figure, name, getattr(line, name))
    return figure


def _again(figure: PublishedFigure, reason: str, now: datetime) -> PublishedFigure:
    """A copy of what was known before, known from now on; it follows what the original followed."""
    kept = (
        "metric", "area_id", "period", "start", "value", "numerator", "denominator", "target", "rag", "rag_reason",
        "status", "source", "small", "batch_id", "row", "follows_id",
    )  # fmt: skip
    said = {name: getattr(figure, name) for name in kept}
    return PublishedFigure(**said, restated=True, reason=reason, known_from=now)


def _restated(by: Actor, figure: PublishedFigure) -> Event:
    return event(
        Kind.METRIC_RESTATED,
        by=by,
        subject=figure,
        metric=figure.metric,
        area=str(figure.area_id),
        period=figure.period,
        start=figure.start.isoformat(),
    )
