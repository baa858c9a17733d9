"""Lots, providers and people who need care at home, by the real actions."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from directory.codes import AreaLevel, OrganisationKind
from directory.models import Organisation
from homefirst.actions import packages, packages_running
from homefirst.models import CarePackage, Lot, LotContract
from patients.models import Patient
from tests.factories import directory, patients, people


def today() -> date:
    """In London."""
    return timezone.localdate()


@dataclass
class Market:
    """A council with two lots, one of them vacant, two providers, and who works there."""

    council: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.COUNCIL))
    holder: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.HOME_CARE))
    other: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.HOME_CARE))
    lot: Lot = field(init=False)
    vacant: Lot = field(init=False)
    broker: Actor = field(init=False)
    colleague: Actor = field(init=False)
    provider: Actor = field(init=False)
    rival: Actor = field(init=False)

    def __post_init__(self) -> None:
        place = directory.area("leicestershire")
        self.lot, self.vacant, second = (
            self._lot(name, place) for name in ("hinckley", "harborough-kibworth", "coalville")
        )
        self.contract(self.lot, self.holder)
        self.contract(second, self.other)
        self.broker, self.colleague = (people.actor("broker", at=self.council) for _ in range(2))
        self.provider, self.rival = (people.actor("care_provider", at=one) for one in (self.holder, self.other))

    def _lot(self, slug: str, place: Any) -> Lot:
        lot = Lot.objects.create(slug=slug, name=slug.title(), council=self.council, place=place)
        lot.areas.add(directory.area(slug, level=AreaLevel.NEIGHBOURHOOD))
        return lot

    def contract(self, lot: Lot, provider: Organisation, hours: int = 100) -> LotContract:
        """A contract in force."""
        return LotContract.objects.create(lot=lot, provider=provider, hours_a_week=hours, valid_from=directory.LONG_AGO)

    def person(self, lot: Lot | None = None, **details: Any) -> Patient:
        """Somebody who lives in a lot, and whom the council knows."""
        area = (lot or self.lot).areas.get()
        patient = patients.patient(seen_by=self.council, postcode="LE10 1AB", **details)
        Patient.objects.filter(pk=patient.pk).update(place=(lot or self.lot).place, neighbourhood=area)
        patient.refresh_from_db()
        return patient

    def wanted(self, *, patient: Patient | None = None, hours: str = "14", **said: Any) -> CarePackage:
        """A package somebody needs."""
        asked = {"visits_a_day": 4, "carers_a_visit": 2, "wanted_from": today()} | said
        person = patient or self.person()
        return packages.ask_for_package(patient_id=person.pk, by=self.broker, hours_a_week=Decimal(hours), **asked)

    def asked(self, **options: Any) -> CarePackage:
        """A package about which both providers were asked."""
        package = self.wanted(**options)
        for _ in range(2):
            packages.ask_providers(package_id=package.pk, by=self.broker)
        package.refresh_from_db()
        return package

    def offer(self, package: CarePackage, by: Actor | None = None, **said: Any) -> Any:
        """A provider's answer; all of it from today unless told otherwise."""
        told = {"answer": "offer", "can_start": today()} | said
        return packages.answer_package(package_id=package.pk, by=by or self.provider, **told)

    def chosen(self, **options: Any) -> CarePackage:
        """A package with a provider."""
        package = self.asked(**options)
        answer = self.offer(package)
        return packages.choose_offer(package_id=package.pk, answer_id=answer.pk, by=self.broker)

    def running(self, *, days_ago: int = 10, **options: Any) -> CarePackage:
        """A package whose care started."""
        package = self.chosen(**options)
        day: date = today() - timedelta(days=days_ago)
        return packages_running.start_package(package_id=package.pk, by=self.broker, started_on=day)
