"""Questions about people and the roles they hold."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone

from directory.models import Team


class UserQuerySet(models.QuerySet[Any]):
    """Questions about people."""

    def known_to_cis2(self, uid: str) -> Self:
        """The person with this CIS2 user id; nobody for an empty one."""
        return self.filter(cis2_uid=uid) if uid else self.none()

    def not_yet_linked(self, email: str) -> Self:
        """The person with this e-mail address who has never signed in with CIS2."""
        return self.filter(email__iexact=email, cis2_uid="") if email else self.none()

    def demonstration(self) -> Self:
        """Active people of the demonstration, whose passwords are public."""
        return self.filter(is_active=True, is_demo=True)


class MembershipQuerySet(models.QuerySet[Any]):
    """Questions about who holds which role, where and when."""

    def current(self, at: datetime | None = None) -> Self:
        """Memberships that hold at this moment."""
        moment = at or timezone.now()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=moment), valid_from__lte=moment)

    def ongoing(self, at: datetime) -> Self:
        """Memberships that hold at this moment or begin later."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at))

    def profiles(self, on: date | None = None) -> Self:
        """Memberships with all that an Actor needs, in one statement; teams as they are on a day, or today."""
        teams = Team.objects.in_force(on).filter(organisation=OuterRef("organisation")).values("pk")
        return self.select_related("user", "role", "organisation", "team").annotate(
            organisation_team_ids=ArraySubquery(teams)
        )

    def choices_for(self, user_id: UUID) -> Self:
        """What this person may choose from now, in reading order."""
        return self.current().filter(user_id=user_id).profiles().order_by("organisation__name", "role__name", "pk")
