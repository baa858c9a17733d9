"""What a provider may know of a package that it was asked about: what concerns it, and nothing that others said.

Every answer of every provider is an act on the package and raises its version. For a provider only some of these acts
are news: its own answers, and what the broker decides. Their number is the version that a provider reads, so that the
competition's answers neither show, nor name anybody, nor make an answer that is being written out of date.
"""

from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from audit.errors import StaleVersion
from homefirst.models import Act, ProviderAnswer

ANSWER, ASK_PROVIDERS = "answer", "ask_providers"
STALE = "This request has changed since you opened it. Check what changed, then answer again."


def known_to(by: Actor) -> Q:
    """Acts on a package that its provider may know of. Acts of the first release only name the organisation."""
    own = Q(by_organisation_id=by.organisation_id)
    own |= Q(by_organisation_id=None, by_organisation=by.organisation_name)
    return (own | ~Q(verb=ANSWER)) & ~Q(verb=ASK_PROVIDERS)


def acts_known_to(by: Actor, package_id: UUID | F) -> QuerySet[Act]:
    """The acts on one package that its provider may know of."""
    return Act.objects.filter(known_to(by), subject_id=package_id)


def versions_known_to(by: Actor, package_id: UUID | F) -> QuerySet[Act]:
    """Their number, for a subquery."""
    return acts_known_to(by, package_id).order_by().values("subject_id").annotate(n=Count("pk")).values("n")


def own_answer(by: Actor, package_id: UUID) -> ProviderAnswer | None:
    """What the actor's provider was asked and said, with read_version: how many acts it may know of."""
    rows = ProviderAnswer.objects.filter(package=package_id, provider=by.organisation_id)
    return rows.annotate(read_version=Coalesce(Subquery(versions_known_to(by, package_id)), 0)).first()


def check_read(by: Actor, package_id: UUID, read_version: int) -> None:
    """Raise StaleVersion when something that concerns this provider happened since it read the package."""
    if acts_known_to(by, package_id).count() != read_version:
        raise StaleVersion(STALE)


def has_changed(by: Actor, package_id: UUID, seen: int) -> bool:
    """Whether anything that concerns this provider happened after this version of the package."""
    return acts_known_to(by, package_id).filter(version__gt=seen).exists()
