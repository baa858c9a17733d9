"""Who may import figures and set targets, and what an import or a target must be."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import Invalid, NotPermitted
from bcf.metrics import METRICS, Unit
from bcf.models import Level
from bcf.periods import Period
from directory.codes import AreaLevel
from directory.models import Area, Service

SHORTEST_REASON = 10
LONGEST_REASON = 200
LARGEST = Decimal(1_000_000_000)


def check_can_publish(by: Actor) -> None:
    """Imports and targets are the Better Care Fund manager's."""
    if not by.can(Permission.PUBLISH_FIGURES):
        raise NotPermitted("Your role does not change figures. Ask a Better Care Fund manager.")


def check_reason(reason: str, *, field: str = "reason") -> str:
    """A reason that can stand beside a figure."""
    text = " ".join(reason.replace("\x00", "").split())
    if len(text) < SHORTEST_REASON:
        raise Invalid(f"Say why in at least {SHORTEST_REASON} characters", code="REASON_NEEDED", field=field)
    if len(text) > LONGEST_REASON:
        raise Invalid(f"Say why in {LONGEST_REASON} characters or fewer", code="REASON_TOO_LONG", field=field)
    return text


def check_source(source: str) -> str:
    """Who set the target."""
    text = " ".join(source.replace("\x00", "").split())
    if not text or len(text) > 300:
        raise Invalid("Say who set this target, in 300 characters or fewer", field="source")
    return text


def check_target(metric: str, period: str, value: Decimal) -> None:
    """A target that the metric can be held to."""
    definition = METRICS.get(metric)
    if definition is None:
        raise Invalid("Select a metric", field="metric")
    if definition.unit == Unit.COUNT and period not in Period.values:
        raise Invalid("Select the period that this number is for", field="period")
    most = Decimal(100) if definition.unit == Unit.PERCENT else LARGEST
    if not value.is_finite() or not 0 <= value <= most:
        raise Invalid(f"Enter a number from 0 to {most:,}", field="value")


def check_scope(level: str, scope_id: UUID | None) -> None:
    """A target is for everywhere, or for one area or service that there is."""
    if not level and scope_id is None:
        return
    if scope_id is None:
        there = False
    elif level == Level.SERVICE:
        there = Service.objects.filter(pk=scope_id).exists()
    else:
        there = level in Level.values and Area.objects.filter(pk=scope_id, level=AreaLevel(level)).exists()
    if not there:
        raise Invalid("Select where the target holds", field="scope")


def check_ends(valid_from: date, valid_to: date | None) -> None:
    """A target holds on one day at least."""
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid("The target must end after the day it starts on", field="valid_to")
