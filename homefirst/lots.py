"""Which lot somebody lives in, and who may be asked for care there."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.models import Lot, LotContract
from patients.models import Patient


def lot_of(patient: Patient) -> Lot | None:
    """The lot with the person's neighbourhood, else the only lot of their place; None where it is not clear."""
    practice = getattr(patient.practice, "practice", None) if patient.practice else None
    neighbourhood = patient.neighbourhood_id or (practice and practice.neighbourhood_id)
    if neighbourhood:
        found = Lot.objects.filter(areas=neighbourhood).first()
        if found:
            return found
    place = patient.place_id or (practice and practice.place_id)
    of_place = list(Lot.objects.filter(place=place)[:2]) if place else []
    return of_place[0] if len(of_place) == 1 else None


def holder_of(lot: Lot, on: date | None = None) -> LotContract | None:
    """The contract in force for a lot; None for a vacant one."""
    return LotContract.objects.in_force(on).filter(lot=lot.pk).select_related("provider").first()


def next_to_ask(lot: Lot, asked: Iterable[UUID]) -> list[Organisation]:
    """Whom to ask now: the lot's own provider first, then every other one that works in the place.

    A place where nobody holds a lot is open to every home care provider.
    """
    known = set(asked)
    holder = holder_of(lot)
    if holder and holder.provider_id not in known:
        return [holder.provider]
    return [one for one in _in_place(lot) if one.pk not in known]


def _in_place(lot: Lot) -> QuerySet[Organisation]:
    providers = Organisation.objects.in_force().of_kind(OrganisationKind.HOME_CARE).order_by("name")
    here = LotContract.objects.in_force().filter(lot__place=lot.place_id)
    return providers.filter(pk__in=here.values("provider")) if here.exists() else providers
