"""What figures can be about: the system, places, localities, neighbourhoods and services, by a name for links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bcf.models import Level
from directory.codes import AreaLevel
from directory.models import Area, Service

PLURALS = {
    Level.SYSTEM: "The whole system",
    Level.PLACE: "Places",
    Level.LOCALITY: "Localities",
    Level.NEIGHBOURHOOD: "Neighbourhoods",
    Level.SERVICE: "Services",
}
AREA_LEVELS = {
    AreaLevel.SYSTEM: Level.SYSTEM,
    AreaLevel.PLACE: Level.PLACE,
    AreaLevel.LOCALITY: Level.LOCALITY,
    AreaLevel.NEIGHBOURHOOD: Level.NEIGHBOURHOOD,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """One area or service. `key` is what an address calls it."""

    level: Level
    slug: str
    id: UUID
    name: str

    @property
    def title(self) -> str:
        """The name for a heading. Small areas say what they are: Rutland is a place and a neighbourhood."""
        small = self.level in (Level.LOCALITY, Level.NEIGHBOURHOOD)
        return f"{self.name} ({self.level.label.lower()})" if small else self.name

    @property
    def key(self) -> str:
        return f"{self.level.value}.{self.slug}"


NOWHERE = Scope(Level.SYSTEM, "none", UUID(int=0), "the whole system")
"""For a portal that knows no areas yet."""


def all_scopes() -> list[Scope]:
    """Everything that figures are counted for, coarse to fine, each level by name; two statements.

    What has ended is there too: its figures stay.
    """
    areas = Area.objects.filter(level__in=AREA_LEVELS).values_list("level", "slug", "pk", "name")
    found = [Scope(AREA_LEVELS[AreaLevel(level)], *rest) for level, *rest in areas]
    found += [Scope(Level.SERVICE, *row) for row in Service.objects.values_list("slug", "pk", "name")]
    order = list(Level)
    return sorted(found, key=lambda scope: (order.index(scope.level), scope.name))


def grouped(scopes: Iterable[Scope]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a select, under the name of their level."""
    known = list(scopes)
    groups = [(PLURALS[level], [(one.key, one.name) for one in known if one.level == level]) for level in Level]
    return [(name, choices) for name, choices in groups if choices]


def whole_system(scopes: Sequence[Scope]) -> Scope:
    """What is shown when nobody chose."""
    return next((scope for scope in scopes if scope.level == Level.SYSTEM), NOWHERE)
