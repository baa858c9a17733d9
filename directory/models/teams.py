"""The teams that do the work, often of several employers."""

from django.db import models

from audit.ids import new_id
from directory.effective import EffectiveDated
from directory.models.areas import Area
from directory.models.organisations import Organisation
from directory.models.services import Service
from directory.querysets import TeamQuerySet


class Team(EffectiveDated):
    """One team of one service, accountable to its employer; staff may come from shared employers too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="teams")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    shared_employers = models.ManyToManyField(Organisation, related_name="shared_teams", blank=True)
    areas = models.ManyToManyField(Area, related_name="teams")
    base_postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
