"""Who waits, and what there is: questions that are compiled once answer each reader as if asked anew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import prepared
from homefirst.board import wards_now
from homefirst.underuse import _waiting, by_person, matches, waiting
from patients import actions as records
from patients.models import Patient
from referrals import actions as referral_actions
from referrals.states import Status
from tests.factories import homefirst_beds as make
from tests.factories import people
from tests.factories.people import SYSTEM
from tests.factories.referrals import Cast, make_referral, offer_of

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def wait(cast):
    referral = make_referral(cast, Status.OFFERED)
    return referral_actions.waitlist_offer(referral_id=referral.pk, offer_id=offer_of(referral).pk, by=cast.nurse)


def test_each_reader_is_answered_as_if_nobody_had_asked_before(cast):
    ward = make.virtual_ward(runs=cast.trust)
    waits = [wait(cast) for _ in range(3)]
    Patient.objects.filter(pk=waits[0].patient_id).update(restricted=True)
    clinician, opener = people.actor("triage_clinician"), people.actor("triage_clinician")
    records.open_glass(patient_id=waits[0].patient_id, by=opener, reason="Fell at night, alone at home")
    readers = [
        clinician,
        opener,
        make.manager(ward),
        people.actor("bed_manager"),
        people.actor("ward_coordinator"),
        SYSTEM,
    ]
    prepared._plans.clear()
    for order in (readers, readers[::-1]):
        for reader in order:
            now = timezone.now()
            assert waiting(reader, now) == list(_waiting(reader, now))
    seen = {reader.id: {row["id"] for row in waiting(reader, timezone.now())} for reader in (clinician, opener)}
    assert waits[0].pk in seen[opener.id]
    assert waits[0].pk not in seen[clinician.id]
    later = timezone.now() + timedelta(days=9)
    assert waits[0].pk not in {row["id"] for row in waiting(opener, later)}, "the emergency access has ended by then"


def test_the_board_is_of_its_moment_and_of_one_ward_when_asked(cast):
    ward, other = (make.virtual_ward(runs=cast.trust) for _ in range(2))
    manager = make.manager(ward)
    bed = ward.beds.get(number=1)
    stay = make.occupied(bed, by=manager)
    for _ in range(2):
        now = timezone.now()
        found = {one.slug: one for one in wards_now(manager, now, with_service=True)}
        assert {ward.slug, other.slug} <= found.keys()
        assert (found[ward.slug].occupied, found[other.slug].occupied) == (1, 0)
        assert [one.slug for one in wards_now(manager, now, slug=ward.slug)] == [ward.slug]
        before = wards_now(manager, stay.span.lower - timedelta(minutes=1), slug=ward.slug)[0]
        assert before.occupied == 0
        assert not wards_now(people.actor("referrer"), now)


def test_somebody_is_brought_together_with_every_ward_once(cast):
    wards = [make.virtual_ward(runs=cast.trust) for _ in range(2)]
    waits = wait(cast)
    now = timezone.now()
    manager = make.manager(wards[0])
    found = by_person(matches(wards_now(manager, now, with_service=True), waiting(manager, now), now))
    assert [match.ward.slug for match in found[waits.patient_id]] == sorted(ward.slug for ward in wards)
