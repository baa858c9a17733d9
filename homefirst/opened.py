"""What somebody has open in Home First, for its page and for the forms of what can be done with it."""

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import Actor
from homefirst.models import Act
from homefirst.presenters.acts import entries
from patients.opened import PersonFile

SHOWN = 100


class Opened(PersonFile):
    """An episode, a case, a package or a bed, as one actor may see it now."""

    case_template = ""
    """What its pages begin with instead of the person's banner."""
    about = ""
    """One line under the title of a form."""

    @classmethod
    def rows(cls, actor: Actor) -> QuerySet[Any]:
        """Those that the actor's lists hold; whoever is not told that something is there cannot ask for it either."""
        return cls.model.objects.listed_for(actor)

    def __init__(self, row: Any, actor: Actor) -> None:
        super().__init__(row, actor)
        self.subject: Any = row
        """What the forms are about: the row, or something that belongs to it."""
        self.acted_on: UUID = row.pk
        """Whose acts raise the version that the forms carry."""

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def heading(self) -> str:
        """What links to its page say."""
        return self.noun.capitalize()

    @cached_property
    def acts(self) -> list[Act]:
        """What everybody did, newest first."""
        return acts_on([self.acted_on])

    def acts_since(self, version: int) -> list[Act]:
        """What happened to the subject after somebody saw this version of it."""
        return [act for act in self.acts if act.subject_id == self.acted_on and act.version > version]

    @property
    def history(self) -> list[dict[str, Any]]:
        """What happened, for components/timeline.jinja."""
        return entries(self.acts)


def acts_on(subject_ids: Collection[UUID]) -> list[Act]:
    """What everybody did to these, the latest first."""
    return list(Act.objects.filter(subject_id__in=subject_ids).order_by("-at", "-version")[:SHOWN])
