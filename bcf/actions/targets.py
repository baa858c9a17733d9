"""Setting and ending targets. A row is closed and written anew, so that what was aimed at then stays known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, StaleVersion
from audit.events import Kind, record
from bcf import policies, targets
from bcf.models import Target
from pages.words import short_date


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at, where, for how long a stretch of time (empty unless a number of things), and from when."""

    metric: str
    value: Decimal
    valid_from: date
    source: str
    level: str = ""
    scope_id: UUID | None = None
    period: str = ""
    valid_to: date | None = None

    def series(self) -> QuerySet[Target]:
        """The targets it follows, and is followed by."""
        return targets.known_targets().filter(metric=self.metric, scope_id=self.scope_id, period=self.period)


@transaction.atomic
def set_target(*, by: Actor, aim: Aim) -> Target:
    """From `valid_from` this is the target, until `valid_to` or the next that was already set. The one before ends.

    One that starts on the same day is corrected: the old row stays, known until now, and so does its end.
    """
    policies.check_can_publish(by)
    policies.check_target(aim.metric, aim.period, aim.value)
    policies.check_scope(aim.level, aim.scope_id)
    source = policies.check_source(aim.source)
    series = list(aim.series().select_for_update().order_by("valid_from"))
    replaced = next((row for row in series if row.holds_on(aim.valid_from)), None)
    ends = _end(aim, series, replaced)
    with _alone():
        if replaced:
            _close(replaced, ends=aim.valid_from)
        made = Target.objects.create(
            metric=aim.metric,
            level=aim.level,
            scope_id=aim.scope_id,
            period=aim.period,
            value=aim.value,
            source=source,
            valid_from=aim.valid_from,
            valid_to=ends,
            set_by_id=by.id,
        )
    before = str(replaced.pk) if replaced else None
    record(Kind.METRIC_TARGET_SET, by=by, subject=made, metric=made.metric, value=str(made.value), replaced=before)
    return made


@transaction.atomic
def end_target(*, by: Actor, target_id: UUID, valid_to: date) -> Target | None:
    """The target holds no longer from this day; None when that leaves it no day at all."""
    policies.check_can_publish(by)
    target = Target.objects.select_for_update().filter(pk=target_id).first()
    if target is None:
        raise Invalid("There is no such target. It may have been set anew: look at the list again.")
    if target.known_to is not None:
        raise StaleVersion("This target changed since you opened it. Look at the list again.")
    if target.valid_to is not None and target.valid_to <= valid_to:
        raise IllegalTransition("This target has already ended by then.")
    left = _close(target, ends=valid_to)
    record(Kind.METRIC_TARGET_ENDED, by=by, subject=target, metric=target.metric, valid_to=valid_to.isoformat())
    return left


@transaction.atomic
def load_targets(*, by: Actor) -> int:
    """Set the shipped targets of series that never had one; answers how many. What people set or ended stays."""
    aims = [Aim(**row) for row in targets.shipped()]
    kept = set(Target.objects.values_list("metric", "scope_id", "period"))
    missing = [aim for aim in aims if (aim.metric, aim.scope_id, aim.period) not in kept]
    for aim in missing:
        set_target(by=by, aim=aim)
    return len(missing)


def _end(aim: Aim, series: Sequence[Target], replaced: Target | None) -> date | None:
    """The first day on which the new target does not hold."""
    policies.check_ends(aim.valid_from, aim.valid_to)
    following = next((row.valid_from for row in series if row.valid_from > aim.valid_from), None)
    if aim.valid_to is None:
        corrects = replaced is not None and replaced.valid_from == aim.valid_from
        return (replaced.valid_to if replaced and corrects else None) or following
    if following and aim.valid_to > following:
        raise Invalid(f"Another target starts on {short_date(following)}. End this one by then", field="valid_to")
    return aim.valid_to


def _close(target: Target, *, ends: date) -> Target | None:
    """What was known of the target ends now; what remains of it is written as a new row."""
    now = timezone.now()
    Target.objects.filter(pk=target.pk).update(known_to=now)
    if ends <= target.valid_from:
        return None
    kept = ("metric", "level", "scope_id", "period", "value", "source", "valid_from", "set_by_id")
    return Target.objects.create(**{name: getattr(target, name) for name in kept}, valid_to=ends, known_from=now)


@contextmanager
def _alone() -> Iterator[None]:
    """Two people who set the same target at once: the database lets one of them."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise StaleVersion("Somebody else set this target just now. Look at the list again.") from clash
