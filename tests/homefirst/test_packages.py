"""A package of care is asked for, offered and chosen once; whoever was not asked sees nothing of it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from directory.codes import OrganisationKind
from homefirst.actions import packages as actions
from homefirst.codes import Destination
from homefirst.lots import lot_of
from homefirst.models import CarePackage, DischargeCase, Lot, LotContract, ProviderAnswer
from homefirst.states import DischargeStatus, PackageStatus
from homefirst.steps import NotFound, StepInHand
from patients.models import Patient, Relationship
from tests.factories import directory, patients, people
from tests.factories.homefirst_packages import Market, today
from tests.factories.referrals import draw_references
from tests.factories.told import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Market)]


class TestLots:
    def test_a_person_is_in_the_lot_of_their_neighbourhood_or_the_only_one_of_their_place(self, market):
        assert lot_of(market.person()) == market.lot
        assert lot_of(patients.patient()) is None
        alone = Lot.objects.create(
            slug="rutland", name="Rutland", council=market.council, place=directory.area("rutland")
        )
        rutland = patients.patient()
        Patient.objects.filter(pk=rutland.pk).update(place=alone.place)
        rutland.refresh_from_db()
        assert lot_of(rutland) == alone
        Patient.objects.filter(pk=rutland.pk).update(place=market.lot.place)
        rutland.refresh_from_db()
        assert lot_of(rutland) is None, "three lots there: nobody can tell"

    def test_two_providers_cannot_hold_one_lot(self, market):
        with pytest.raises(IntegrityError), transaction.atomic():
            market.contract(market.lot, market.other)


class TestAsking:
    def test_a_reference_that_another_package_has_is_drawn_again(self, market, monkeypatch):
        draw_references(monkeypatch, "AAB")
        assert [market.wanted().reference for _ in range(2)] == ["HF-AAAA-AAAA", "HF-BBBB-BBBB"]

    def test_for_a_person_in_their_lot(self, market):
        package = market.wanted()
        assert (package.status, package.lot, package.place) == ("wanted", market.lot, market.lot.place)
        assert kinds(package) == ["package.wanted.v1"]

    def test_from_a_way_home_by_the_decision_unit_lets_the_council_see_the_person(self, market):
        trust = directory.organisation()
        hub = people.actor("hub_member", at=trust)
        patient = market.person()
        Relationship.objects.all().delete()
        patients.relate(patient, trust)
        case = DischargeCase.objects.create(
            status=DischargeStatus.ARRANGING,
            patient=patient,
            place=market.lot.place,
            hub=directory.point_of_access(trust),
            hospital=trust,
            ready_at=timezone.now(),
            destination=Destination.USUAL_HOME,
            created_at=timezone.now(),
            updated_at=timezone.now(),
        )
        said = {"hours_a_week": Decimal(7), "visits_a_day": 1, "wanted_from": today(), "patient_id": patient.pk}
        package = actions.ask_for_package(by=hub, case_id=case.pk, **said)
        assert package.case == case
        assert CarePackage.objects.visible_to(market.broker).get() == package
        with pytest.raises(NotFound):
            actions.ask_for_package(by=hub, case_id=package.pk, **said)

    def test_where_the_lot_cannot_be_told_it_must_be_said(self, market):
        patient = patients.patient(seen_by=market.council)
        with pytest.raises(Invalid) as refusal:
            market.wanted(patient=patient)
        assert refusal.value.field == "lot_id"
        assert market.wanted(patient=patient, lot_id=market.vacant.pk).lot == market.vacant

    @pytest.mark.parametrize("hours", ["0", "-1", "168.5"])
    def test_hours_make_sense(self, market, hours):
        with pytest.raises(Invalid):
            market.wanted(hours=hours)

    def test_nobody_asks_for_somebody_they_may_not_open(self, market):
        stranger = patients.patient()
        with pytest.raises(NotFound):
            market.wanted(patient=stranger)
        said = {"hours_a_week": Decimal(7), "visits_a_day": 1, "wanted_from": today()}
        with pytest.raises(NotPermitted):
            actions.ask_for_package(by=market.provider, patient_id=market.person().pk, **said)

    def test_one_search_at_a_time_for_each_person(self, market):
        first = market.wanted()
        with pytest.raises(IllegalTransition, match=first.reference):
            market.wanted(patient=first.patient)
        assert CarePackage.objects.count() == 1

    def test_the_lots_own_provider_first_then_the_others_of_the_place(self, market):
        directory.organisation(OrganisationKind.HOME_CARE)  # works nowhere here
        package = market.wanted()
        ask = {"package_id": package.pk, "by": market.broker}
        actions.ask_providers(**ask)
        assert [one.provider for one in package.answers.all()] == [market.holder]
        actions.ask_providers(**ask)
        assert {one.provider for one in package.answers.all()} == {market.holder, market.other}
        with pytest.raises(IllegalTransition, match="Every provider has been asked"):
            actions.ask_providers(**ask)
        assert kinds(package)[1:] == ["package.asked.v1"] * 2

    def test_a_vacant_lot_asks_everybody_in_the_place_at_once(self, market):
        package = market.wanted(patient=market.person(market.vacant))
        actions.ask_providers(package_id=package.pk, by=market.broker)
        assert {one.provider for one in package.answers.all()} == {market.holder, market.other}

    def test_a_place_without_contracts_is_open_to_everybody(self, market):
        LotContract.objects.all().delete()
        package = market.wanted()
        actions.ask_providers(package_id=package.pk, by=market.broker)
        assert package.answers.count() == 2


class TestAnswering:
    def test_an_offer_takes_all_hours(self, market):
        answer = market.offer(market.asked())
        assert (answer.answer, answer.hours, answer.can_start) == ("offer", Decimal(14), today())

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"answer": "offer", "can_start": None}, "can_start"),
            ({"answer": "part"}, "hours"),
            ({"answer": "part", "hours": Decimal(14)}, "hours"),
            ({"answer": "part", "hours": Decimal(0)}, "hours"),
        ],
    )
    def test_an_offer_says_hours_and_first_day(self, market, said, field):
        with pytest.raises(Invalid) as refusal:
            market.offer(market.asked(), **said)
        assert refusal.value.field == field

    def test_no_hours_is_counted_and_refuses_nobody(self, market):
        package = market.asked()
        market.offer(package, answer="no_hours")
        package.refresh_from_db()
        assert package.status == PackageStatus.WANTED
        told = Event.objects.get(kind="package.answered.v1")
        assert (told.data["answer"], told.data["lot"]) == ("no_hours", market.lot.slug)

    def test_an_answer_may_be_changed_until_somebody_is_chosen(self, market):
        package = market.asked()
        market.offer(package, answer="no_hours")
        first = market.offer(package)
        assert ProviderAnswer.objects.filter(answer="offer").get() == first
        actions.choose_offer(package_id=package.pk, answer_id=first.pk, by=market.broker)
        with pytest.raises(IllegalTransition):
            market.offer(package, by=market.rival)

    def test_only_those_asked_answer(self, market):
        package = market.wanted()
        with pytest.raises(NotFound):
            market.offer(package)
        with pytest.raises(NotPermitted):
            market.offer(package, by=market.broker)

    def test_the_portal_is_no_provider(self, market):
        with pytest.raises(NotPermitted, match="was not asked"):
            market.offer(market.asked(), by=ESCALATION)

    def test_another_refusal_of_the_database_is_not_explained_away(self, market, monkeypatch):
        def refuse(step):
            raise IntegrityError("something else")

        monkeypatch.setattr(StepInHand, "save", refuse)
        with pytest.raises(IntegrityError, match="something else"):
            market.wanted()


class TestChoosing:
    def test_the_chosen_provider_takes_part_in_care(self, market):
        package = market.chosen()
        assert (package.status, package.provider) == (PackageStatus.OFFERED, market.holder)
        assert Relationship.objects.filter(organisation=market.holder, patient=package.patient, kind="care").exists()
        assert kinds(package)[-1] == "package.offered.v1"

    def test_what_a_part_leaves_over_is_looked_for_by_itself(self, market):
        package = market.asked()
        part = market.offer(package, answer="part", hours=Decimal("9.5"))
        actions.choose_offer(package_id=package.pk, answer_id=part.pk, by=market.broker)
        package.refresh_from_db()
        rest = package.rests.get()
        assert (package.hours_a_week, rest.hours_a_week, rest.status) == (Decimal("9.5"), Decimal("4.5"), "wanted")
        with pytest.raises(IllegalTransition, match=rest.reference):
            actions.look_again(package_id=package.pk, by=market.broker, reason="They cannot come")

    def test_no_hours_and_other_packages_answers_cannot_be_chosen(self, market):
        package = market.asked()
        none = market.offer(package, answer="no_hours")
        foreign = market.offer(market.asked())
        for answer in (none, foreign):
            with pytest.raises(Invalid):
                actions.choose_offer(package_id=package.pk, answer_id=answer.pk, by=market.broker)

    def test_the_provider_cannot_choose_itself(self, market):
        package = market.asked()
        answer = market.offer(package)
        with pytest.raises(NotPermitted):
            actions.choose_offer(package_id=package.pk, answer_id=answer.pk, by=market.provider)

    def test_an_older_page_is_refused(self, market):
        package = market.asked()
        answer = market.offer(package)
        with pytest.raises(StaleVersion):
            actions.choose_offer(
                package_id=package.pk, answer_id=answer.pk, by=market.broker, expected_version=package.version
            )

    def test_when_the_provider_cannot_come_the_search_goes_on_without_it(self, market):
        package = market.chosen()
        with pytest.raises(Invalid):
            actions.look_again(package_id=package.pk, by=market.broker, reason="")
        again = actions.look_again(package_id=package.pk, by=market.broker, reason="Nobody left on the round")
        assert (again.status, again.provider) == (PackageStatus.WANTED, None)
        assert package.answers.get(provider=market.holder).answer == "no_hours"


class TestWhoSees:
    def test_providers_see_what_they_were_asked_and_what_they_run(self, market):
        asked, foreign = market.asked(), market.wanted()
        seen = CarePackage.objects.visible_to(market.provider)
        assert asked in seen
        assert foreign not in seen

    def test_brokers_see_people_they_may_open(self, market):
        package = market.wanted()
        assert CarePackage.objects.visible_to(market.broker).get() == package
        assert not CarePackage.objects.visible_to(people.actor("broker")).exists()
        assert not CarePackage.objects.visible_to(people.actor("community_worker")).exists()
