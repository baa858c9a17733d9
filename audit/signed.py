"""Rows that say who did what when, as they were called then: history outlives a change of name, role or employer."""

from typing import Any

from django.db import models

from audit.actors import Acting
from audit.models import ActorKind


class Signed(models.Model):
    """Whoever did it, and when."""

    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10, choices=ActorKind)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=80, blank=True)
    by_organisation = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        """Name and role, as colleagues are told."""
        return _listed(self.by_name, self.by_role)

    @property
    def signature(self) -> str:
        """Name, role and organisation, as history shows them."""
        return _listed(self.by_name, self.by_role, self.by_organisation)


def signed(by: Acting) -> dict[str, Any]:
    """Whoever does it, as the columns of a signed row."""
    return {
        "by_kind": by.kind,
        "by_id": by.id,
        "by_name": by.name,
        "by_role": by.role_name,
        "by_organisation": by.organisation_name,
    }


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
