"""Who works in a team: its own organisation's people and those of its shared employers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from accounts.querysets import MembershipQuerySet
from accounts.roles import Permission
from directory.models import Team


def employers(team: Team) -> set[UUID]:
    """The organisation that runs the team, and those that lend it staff."""
    return {team.organisation_id, *team.shared_employers.values_list("pk", flat=True)}


def workers(team: Team | None, organisation_id: UUID, at: datetime | None = None) -> MembershipQuerySet:
    """Memberships of people who may answer for this team now: of the team, or of nobody's team at an employer of it."""
    may = Membership.objects.current(at).filter(
        role__permissions__contains=[Permission.RESPOND.value], user__is_active=True
    )
    if team is None:
        return may.filter(organisation=organisation_id)
    lent = Q(organisation__in=employers(team) - {team.organisation_id})
    own = Q(organisation=team.organisation_id) & (Q(team=team) | Q(team=None))
    return may.filter(own | lent)


def works_in(team: Team | None, organisation_id: UUID, user_id: UUID) -> bool:
    """Whether somebody works in the team now."""
    return workers(team, organisation_id).filter(user=user_id).exists()


def choices(rows: MembershipQuerySet) -> list[tuple[str, str]]:
    """People as choices of a form, by name, each once."""
    found: Any = rows.order_by("user__name").values_list("user_id", "user__name")
    return [(str(pk), name) for pk, name in dict(found).items()]
