"""Which client holds a token, and whether it may still act: one statement for every request of a partner."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils import timezone

from accounts.prepared import Slots, rows
from directory.models import Team

KEYS_KEPT = timedelta(days=7)
HOLDING = (
    "pk",
    "public_id",
    "name",
    "scopes",
    "granted",
    "organisation_id",
    "organisation__name",
    "organisation__ods_code",
    "team_id",
    "organisation_team_ids",
    "answered",
)


class ClientQuerySet(models.QuerySet[Any]):
    """Partner systems."""

    def in_use(self, now: datetime | None = None, today: date | None = None) -> Self:
        """Clients that were not ended, of organisations and teams that still exist."""
        now, today = now or timezone.now(), today or timezone.localdate()
        return self.filter(
            Q(ended_at=None) | Q(ended_at__gt=now),
            Q(organisation__valid_to=None) | Q(organisation__valid_to__gt=today),
            Q(team=None) | Q(team__valid_to=None) | Q(team__valid_to__gt=today),
            organisation__valid_from__lte=today,
        )

    def demonstration(self) -> Self:
        """Clients of the demonstration that still work: their secrets are public."""
        return self.in_use().filter(is_demo=True)

    def holding(self, token: str, key: str = "") -> dict[str, Any] | None:
        """What an actor is made of, for the client that holds this unexpired token, and whether they were answered
        under this idempotency key; one statement."""
        checksum = sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
        values = {"checksum": checksum, "now": timezone.now(), "today": timezone.localdate()}
        values |= {"key": key} if key else {}
        found = rows(("holding", bool(key)), values, lambda slots: _holding(self.model, slots))
        return found[0] if found else None


def _holding(model: type[models.Model], slots: Slots) -> Any:
    """Asked of all clients, whatever the queryset at hand: the question is kept for everybody."""
    now, today = slots["now"], slots["today"]
    teams = Team.objects.in_force(today).filter(organisation=OuterRef("organisation")).values("pk")
    return (
        model._default_manager.in_use(now, today)
        .filter(accesstoken__token_checksum=slots["checksum"], accesstoken__expires__gt=now)
        .annotate(
            granted=F("accesstoken__scope"), organisation_team_ids=ArraySubquery(teams), answered=_answered(slots)
        )
        .values(*HOLDING)
    )


def _answered(slots: Slots) -> Any:
    """Whether the client has an answer under the key; nobody has without one."""
    if "key" not in slots:
        return Value(False)
    records = apps.get_model("api", "IdempotencyRecord")._default_manager
    return Exists(records.filter(client=OuterRef("pk"), key=slots["key"]))


class IdempotencyQuerySet(models.QuerySet[Any]):
    """Answers that were given under a key."""

    def outlived(self) -> Self:
        """Keys that a client may use again: a retry comes within minutes, not weeks."""
        return self.filter(created_at__lt=timezone.now() - KEYS_KEPT)
