"""Referrals of restricted people: whose own the referral is keeps the id; whoever is only asked answers without it."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from api.scopes import Scope
from audit.models import Access
from patients.models import Patient
from referrals.models import Referral
from tests.api.world import Partner, World, offered, partner, sent
from tests.factories import directory, patients

LIST = "/api/v1/referrals"


class TestRestrictedAndAsked:
    """An organisation that knows somebody from before must not learn by their id that they have a new referral."""

    def asked(self, world: World) -> tuple[Partner, Referral, str]:
        trust = directory.organisation()
        service = directory.service("asked-only", employer=trust)
        system = partner(trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND)
        earlier, referral = (offered(world, service)[0] for _ in range(2))
        offer_id = str(referral.offers.get(service=service).pk)
        assert {row["patient"]["id"] for row in system.get(LIST).json()["items"]} == {str(earlier.patient_id)}
        Patient.objects.update(restricted=True)
        return system, referral, offer_id

    def test_whoever_is_only_asked_gets_no_id(self, world: World):
        system, referral, offer_id = self.asked(world)
        nobody = {"id": None, "restricted": True}
        answers = [system.get(LIST), system.get(f"{LIST}/{referral.pk}")]
        answers.append(system.step(referral, f"offers/{offer_id}/acknowledge"))
        for answer in answers:
            assert answer.status_code == 200, answer.content
            assert str(referral.patient_id) not in answer.content.decode()
        assert [row["patient"] for row in answers[0].json()["items"]] == [nobody] * 2
        assert [answer.json()["patient"] for answer in answers[1:]] == [nobody] * 2

    def test_whoever_takes_it_on_and_both_ends_get_it(self, world: World):
        system, referral, offer_id = self.asked(world)
        taken = system.step(referral, f"offers/{offer_id}/accept", {})
        assert taken.json()["patient"] == {"id": str(referral.patient_id)}
        for reader in (system, world.surgery):
            row = next(row for row in reader.get(LIST).json()["items"] if row["id"] == str(referral.pk))
            assert row["patient"] == {"id": str(referral.patient_id), "restricted": True}
        point = partner(world.trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND)
        again, _ = offered(world)
        assert point.get(f"{LIST}/{again.pk}").json()["patient"]["id"] == str(referral.patient_id)

    def test_a_page_that_tells_nobody_is_no_look(self, world: World):
        system, referral, _ = self.asked(world)
        with time_machine.travel(timezone.now() + timedelta(hours=2)):
            before = Access.objects.count()
            system.token = system.get_token()
            system.get(LIST)
            assert Access.objects.count() == before

    def test_whoever_is_merely_related_sees_no_row_come_or_go(self, world: World):
        elsewhere = directory.organisation()
        system = partner(elsewhere, *Scope)
        first = sent(world)
        patients.relate(Patient.objects.get(pk=first.patient_id), elsewhere)
        Patient.objects.update(restricted=True)
        before = system.get(LIST).content
        sent(world, patient={"id": str(first.patient_id)})
        assert system.get(LIST).content == before
