"""From events to figures: read events once and in order, refresh the facts they name, count stale figures again.

Events are read up to the oldest transaction still running, so that one committed late is never passed over. The
cursor's row is the lock: one worker counts at a time, and a second finds nothing to do. Facts, marks and the
cursor move in one transaction; figures follow in the next, from marks that are only removed when they were
counted. A crash between any two steps repeats work and loses none.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils import timezone

from audit.events import Kind
from audit.models import Event
from audit.positions import OLDEST_RUNNING, Moved, lift_needed
from bcf import facts, figures
from bcf.metrics import METRICS, Metric
from bcf.models import Cursor, SetAside, Stale

READER = "figures"
BATCH = 500
MARKS = 5000
ALIVE = timedelta(seconds=20)
AGAIN = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))

UNCOUNTED = (
    "metric.", "referral.draft_", "access.", "referral.message_", "referral.alert_", "clock.near_",
    "rota.", "package.", "plan_run.", "assessment.", "discharge.task_", "discharge.transfer_",
)  # fmt: skip
"""Beginnings of kinds that change no figure."""

REASONS: dict[str, str] = {
    Kind.REFERRAL_UNDONE: "A step was undone",
    Kind.PATIENT_MERGED: "Records of the same person were joined",
    Kind.PATIENT_UNMERGED: "Records joined in error were separated",
    Kind.PATIENT_NUMBER_VERIFIED: "An NHS number was verified",
    Kind.REFERRAL_DUPLICATE: "A referral was found to be a duplicate",
    Kind.REFERRAL_FIRST_CONTACT: "A contact was recorded later",
    Kind.REFERRAL_SUBMITTED: "A referral was recorded later",
    Kind.REFERRAL_UPDATED: "A referrer read an outcome",
    Kind.CRISIS_VOIDED: "A crisis episode was found to be none",
    Kind.AVOIDED_ADMISSION_VOIDED: "A claim that an admission was avoided was withdrawn",
    Kind.REABLEMENT_VOIDED: "A reablement episode was found to be none",
    Kind.FOLLOW_UP_RECORDED: "A follow-up was recorded later",
    Kind.FOLLOW_UP_CORRECTED: "A follow-up was corrected",
    Kind.DELAY_REATTRIBUTED: "Waiting was given to another owner",
}
RECORDED_LATER = "Something was recorded after the period had closed"


def count() -> int:
    """Bring every figure up to the last event that can safely be read; answers how many events were read.

    Does nothing when another worker is counting.
    """
    read, batch = 0, BATCH
    while batch == BATCH:
        read += (batch := follow())
        while count_marks():
            pass
    return read


@transaction.atomic
def follow(limit: int = BATCH) -> int:
    """Read one batch of events: refresh facts, mark figures stale, move the cursor. Answers how many were read."""
    cursor = _hold()
    if cursor is None:
        return 0
    oldest = _oldest_running()
    if cursor.transaction_id > oldest and lift_needed(cursor.transaction_id) > 0:
        raise Moved("Figures were read further than this database has come. Run `manage.py after_restore`.")
    _try_again()
    _let_days_pass(cursor)
    after = TupleGreaterThan(Tuple(F("transaction_id"), F("id")), (cursor.transaction_id, cursor.event_id))
    unread = Event.objects.filter(after, transaction_id__lt=oldest)
    events = list(unread.order_by("transaction_id", "id")[:limit])
    if not events:
        _say_alive(cursor)
        return 0
    _absorb([event for event in events if not event.kind.startswith(UNCOUNTED)])
    cursor.transaction_id, cursor.event_id = events[-1].transaction_id, events[-1].id
    cursor.moved_at = timezone.now()
    cursor.save()
    return len(events)


@transaction.atomic
def count_marks(limit: int = MARKS) -> int:
    """Count again what is marked stale; answers how many marks were cleared."""
    if _hold() is None:
        return 0
    marks = list(Stale.objects.order_by("id")[:limit])
    if marks:
        figures.count_again(marks)
        Stale.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


@transaction.atomic
def count_everything(reason: str = "Counted anew") -> None:
    """Work out all facts and figures from the beginning. What comes out differently is restated with the reason."""
    cursor = Cursor.objects.select_for_update().get_or_create(name=READER)[0]
    started = timezone.now()
    with connection.cursor() as sql:
        sql.execute("SET LOCAL work_mem = '256MB'")
    read = Event.objects.filter(transaction_id__lt=_oldest_running()).order_by("-transaction_id", "-id")
    last = read.values_list("transaction_id", "id").first()
    facts.rebuild()
    figures.count_all(reason)
    Stale.objects.all().delete()
    SetAside.objects.filter(counted_at=None).update(counted_at=timezone.now())
    cursor.transaction_id, cursor.event_id = last or (0, 0)
    cursor.moved_at = started
    cursor.save()


def _hold() -> Cursor | None:
    """The cursor, locked; None while another worker holds it."""
    if not Cursor.objects.filter(name=READER).exists():
        Cursor.objects.get_or_create(name=READER)
    return Cursor.objects.select_for_update(skip_locked=True).filter(name=READER).first()


def _say_alive(cursor: Cursor) -> None:
    """Nothing new is news too: readers see that counting is not behind."""
    now = timezone.now()
    if now - cursor.moved_at > ALIVE:
        Cursor.objects.filter(pk=cursor.pk).update(moved_at=now)


def _let_days_pass(cursor: Cursor) -> None:
    """Waiting and wards count one night more each day, though nothing happens."""
    now = timezone.now()
    if timezone.localdate(cursor.moved_at) < timezone.localdate(now):
        _mark(facts.refresh(facts.growing()), [])
        cursor.moved_at = now
        cursor.save()


def _oldest_running() -> int:
    """Every transaction below this position has ended, so its events are there to be read."""
    with connection.cursor() as sql:
        sql.execute(OLDEST_RUNNING)
        return int(sql.fetchone()[0])


def _absorb(events: Sequence[Event]) -> None:
    """All events at once; where that fails, one by one, and those that fail alone are set aside."""
    try:
        with transaction.atomic():
            _mark(facts.refresh(facts.owners_of(events)), events)
    except (DatabaseError, ValueError, TypeError) as failed:
        if len(events) == 1:
            _set_aside(events[0], failed)
            return
        half = len(events) // 2
        _absorb(events[:half])
        _absorb(events[half:])


def _mark(changes: Iterable[facts.Change], events: Sequence[Event]) -> None:
    """Mark every metric whose inputs changed, for the scopes it left and those it came to."""
    reason = next((REASONS[event.kind] for event in events if event.kind in REASONS), RECORDED_LATER)
    marks = {
        (metric.key, side[metric.day], *(side[name] for name in facts.SCOPES))
        for change in changes
        for metric in METRICS.values()
        if metric.fact is change.model and _differs(change, metric)
        for side in (change.before, change.after)
        if side and side[metric.day]
    }
    columns = ("metric", "day", *facts.SCOPES)
    Stale.objects.bulk_create(Stale(reason=reason, **dict(zip(columns, mark, strict=True))) for mark in marks)


def _differs(change: facts.Change, metric: Metric) -> bool:
    """Whether the metric may see the change: a fact counts nothing for it where all the inputs are empty."""
    before, after = change.before or {}, change.after or {}
    if metric.inputs and all(side.get(name) is None for side in (before, after) for name in metric.inputs):
        return False
    return any(before.get(name) != after.get(name) for name in (*metric.columns, *facts.SCOPES)) or not (
        before and after
    )


def _set_aside(event: Event, failed: Exception) -> None:
    now = timezone.now()
    SetAside.objects.update_or_create(
        event_id=event.id,
        create_defaults={"kind": event.kind, "error": type(failed).__name__, "try_again_at": now + AGAIN[0]},
        defaults={"error": type(failed).__name__},
    )


def _try_again(everything: bool = False) -> None:
    """Events set aside whose time has come, each on its own."""
    now = timezone.now()
    waiting = SetAside.objects.filter(counted_at=None)
    for row in waiting if everything else waiting.filter(try_again_at__lte=now):
        event = list(Event.objects.filter(pk=row.event_id))
        try:
            with transaction.atomic():
                _mark(facts.refresh(facts.owners_of(event)), event)
        except (DatabaseError, ValueError, TypeError) as failed:
            wait = AGAIN[min(row.tries, len(AGAIN) - 1)]
            SetAside.objects.filter(pk=row.pk).update(
                tries=F("tries") + 1, try_again_at=now + wait, error=type(failed).__name__
            )
        else:
            SetAside.objects.filter(pk=row.pk).update(counted_at=now)


@transaction.atomic
def try_again() -> None:
    """Try every event that was set aside now, whatever its time."""
    if _hold() is not None:
        _try_again(everything=True)
