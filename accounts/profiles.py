"""The role profile of a session: asked before every page, so its SQL is built once (prepared.py)."""

from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.prepared import Slots, rows
from directory.models import Organisation, Team

PARTS: tuple[tuple[str, type[models.Model]], ...] = (
    ("", Membership),
    ("user", User),
    ("role", Role),
    ("organisation", Organisation),
    ("team", Team),
)
TEAMS = "organisation_team_ids"


def _columns(part: str, model: type[models.Model]) -> list[tuple[str, str]]:
    """Each column as the question names it, and as the model does."""
    names = [field.attname for field in model._meta.concrete_fields]
    return [(f"{part}__{name}" if part else name, name) for name in names]


COLUMNS = {part: _columns(part, model) for part, model in PARTS}


def profile(*, membership_id: UUID | str, user_id: UUID | str) -> Membership | None:
    """The membership of this session with person, role, organisation and teams, whether or not it still holds."""
    wanted = {"membership": UUID(str(membership_id)), "user": UUID(str(user_id)), "day": timezone.localdate()}
    found = rows("profile", wanted, _question)
    return _membership(found[0]) if found else None


def _question(slots: Slots) -> QuerySet[Any]:
    held = Membership.objects.profiles(on=slots["day"]).filter(pk=slots["membership"], user_id=slots["user"])
    return held.values(TEAMS, *(asked for columns in COLUMNS.values() for asked, _ in columns))


def _membership(row: dict[str, Any]) -> Membership:
    made = {part: _row(part, model, row) for part, model in PARTS}
    membership = made.pop("")
    membership.organisation_team_ids = row[TEAMS]
    for part, one in made.items():
        setattr(membership, part, one)
    return membership


def _row(part: str, model: type[models.Model], row: dict[str, Any]) -> Any:
    if part and row[f"{part}_id"] is None:
        return None
    columns = COLUMNS[part]
    return model.from_db(DEFAULT_DB_ALIAS, [name for _, name in columns], [row[asked] for asked, _ in columns])
