"""A free place and somebody who waits for it are brought together, with why."""

import pytest
from django.urls import reverse

from audit.models import Access
from homefirst.models import Ward
from patients.models import Patient, Relationship
from referrals import actions as referral_actions
from referrals.states import Status
from tests.factories import homefirst_beds as make
from tests.factories import people
from tests.factories.referrals import Cast, make_referral, offer_of
from tests.homefirst.web.pages import keys, shown, walked
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


@pytest.fixture
def virtual(cast) -> Ward:
    return make.virtual_ward(runs=cast.trust)


def wait(cast, **more):
    """Somebody on a waiting list, after a fall."""
    referral = make_referral(cast, Status.OFFERED, **more)
    return referral_actions.waitlist_offer(referral_id=referral.pk, offer_id=offer_of(referral).pk, by=cast.nurse)


def test_free_places_and_people_who_wait_are_brought_together(as_, cast, virtual):
    manager = make.manager(virtual)
    browser = as_(manager)
    waits = [wait(cast) for _ in range(3)]
    unplaced = make_referral(cast, Status.ACCEPTED)
    page = words(browser.get(reverse("beds")))
    assert "4 people waiting would fit a free bed or place" in page
    assert f"{virtual.name}: 3 free, 4 could go there" in page
    found = words(browser.get(reverse("bed_matches")))
    assert waits[0].patient.display_name in found
    assert "On a service’s waiting list" in found
    assert "Accepted, and no service found yet" in found
    assert "Takes people with: fallen, with no apparent serious injury" in found
    assert Access.objects.filter(patient_id=unplaced.patient_id, what="beds_matches").exists()
    place = virtual.beds.get(number=1)
    form = browser.get(f"{reverse('bed_reserve', args=[place.pk])}?referral={waits[0].pk}").content.decode()
    assert f'value="{waits[0].reference}"' in form
    make.occupied(place, by=manager, whom=waits[0].patient)
    assert waits[0].patient.display_name not in words(browser.get(reverse("bed_matches")))
    assert "3 people waiting" in words(browser.get(reverse("beds")))


def test_whoever_fits_in_several_wards_is_listed_once_with_each_place(as_, cast, virtual):
    other = make.virtual_ward(runs=cast.trust)
    waits = wait(cast)
    page = as_(make.manager(virtual)).get(reverse("bed_matches"))
    found = words(page)
    assert keys(page) == [str(waits.pk)]
    assert found.count(waits.patient.display_name) == 1 + 2, "once by name, once for each place to keep"
    for ward in (virtual, other):
        assert f"{ward.name} , Bed 1" in found


def test_whoever_waits_by_two_referrals_is_listed_once_with_both(as_, cast, virtual):
    first = wait(cast)
    second = make_referral(cast, Status.ACCEPTED, patient=first.patient, needs=("falls", "frailty"))
    page = as_(make.manager(virtual)).get(reverse("bed_matches"))
    found = words(page)
    assert keys(page) == [str(first.pk)], "by the one that waits longest"
    assert "1 person waiting" in found and "1 of 1 shown" in found
    for said in (
        "On a service’s waiting list",
        "Accepted, and no service found yet",
        first.reference,
        second.reference,
    ):
        assert said in found
    keep = reverse("bed_reserve", args=[virtual.beds.get(number=1).pk])
    assert page.content.decode().count(keep) == 1, "a place that suits by both is shown once"
    assert f"{keep}?referral={first.pk}" in page.content.decode()
    unknown = words(as_(people.actor("bed_manager")).get(reverse("bed_matches")))
    assert unknown.count("Somebody you have no part in") == 1
    assert first.reference in unknown and second.reference in unknown


def test_a_long_list_goes_on_by_key_and_logs_only_whom_it_showed(as_, cast, virtual, monkeypatch):
    monkeypatch.setattr("homefirst.paging.PAGE", 2)
    waits = [wait(cast) for _ in range(5)]
    manager = make.manager(virtual)
    browser, path = as_(manager), reverse("bed_matches")
    assert shown(browser.get(path)) == 2
    assert Access.objects.filter(actor_id=manager.id, what="beds_matches").count() == 2
    assert walked(browser, path) == [str(one.pk) for one in waits]
    for unreadable in ("~", f"2026-11-22~{waits[0].pk}", f"~{waits[0].pk}"):
        page = browser.get(path, {"after": unreadable})
        assert shown(page) == 2
        assert "That page of the list cannot be found" in words(page)
    beyond = browser.get(path, {"after": f"2999-01-01T00:00:00+00:00~{waits[0].pk}"})
    assert "This page of the list is empty now" in words(beyond)


def test_somebody_whom_no_ward_takes_is_not_matched(as_, cast, virtual):
    waits = wait(cast, needs=("housing",))
    assert waits.patient.display_name not in words(as_(make.manager(virtual)).get(reverse("bed_matches")))


def test_bed_managers_see_a_need_and_whom_to_ask_and_not_the_person(as_, cast, virtual):
    waits = wait(cast)
    stranger = people.actor("bed_manager")
    browser = as_(stranger)
    assert "1 person waiting would fit a free bed or place" in words(browser.get(reverse("beds")))
    page = browser.get(reverse("bed_matches"))
    found = words(page)
    for said in (waits.reference, "Somebody you have no part in", "Takes people with: fallen", cast.door.name):
        assert said in found
    for secret in (waits.patient.family_name.upper(), waits.patient.given_name, waits.patient.nhs_number[-4:]):
        assert secret not in found
    text = page.content.decode()
    assert str(waits.patient_id) not in text
    assert reverse("bed_reserve", args=[virtual.beds.get(number=1).pk]) not in text
    assert not Access.objects.filter(patient_id=waits.patient_id, actor_id=stranger.id).exists()


def test_a_bed_manager_keeps_no_place_for_somebody_whom_they_may_not_open(as_, cast, virtual):
    waits = wait(cast)
    Relationship.objects.filter(patient=waits.patient).delete()
    manager = make.manager(virtual)
    assert "Somebody you have no part in" in words(as_(manager).get(reverse("bed_matches")))
    place = virtual.beds.get(number=1)
    form = as_(manager).get(f"{reverse('bed_reserve', args=[place.pk])}?referral={waits.pk}").content.decode()
    assert waits.reference not in form


def test_a_restricted_person_is_brought_together_by_those_who_opened_the_record_only(as_, cast, virtual):
    waits = wait(cast)
    Patient.objects.filter(pk=waits.patient_id).update(restricted=True)
    assert waits.reference not in words(as_(make.manager(virtual)).get(reverse("bed_matches")))
    assert waits.reference not in words(as_(people.actor("bed_manager")).get(reverse("bed_matches")))


def test_who_manages_no_beds_sees_their_own_people_only(as_, cast, virtual):
    wait(cast)
    elsewhere = as_(people.actor("ward_coordinator"))
    assert "Nobody who waits fits a free place" in words(elsewhere.get(reverse("bed_matches")))
    assert "waiting would fit" not in words(elsewhere.get(reverse("beds")))
