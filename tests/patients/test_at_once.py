"""Two people do the same thing in the same second: the database lets one through and the other reads why."""

import pytest

from patients import actions
from patients.errors import AlreadyHere
from patients.models import Merge, Patient
from tests.factories.patients import nhs_number, patient
from tests.factories.people import SYSTEM
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_number_is_verified_for_one_person():
    number = nhs_number()
    people = [patient(nhs_number=number, family_name=name) for name in ("One", "Other")]

    results = together(
        *[
            lambda one=one: actions.verify_number(by=SYSTEM, patient_id=one.pk, checked_with="Care record")
            for one in people
        ]
    )

    refused = [result for result in results if isinstance(result, AlreadyHere)]
    verified = Patient.objects.get(nhs_number_status="01")
    assert len(refused) == 1
    assert refused[0].patient_id == verified.pk


def test_two_merges_the_other_way_round_neither_wait_forever_nor_make_a_ring():
    one, other = patient(), patient()

    results = together(
        lambda: actions.merge(by=SYSTEM, kept_id=one.pk, absorbed_id=other.pk, reason="Same person, same home"),
        lambda: actions.merge(by=SYSTEM, kept_id=other.pk, absorbed_id=one.pk, reason="Same person, same home"),
    )

    assert sorted(isinstance(result, Merge) for result in results) == [False, True]
    assert Patient.objects.current().count() == 1


def test_a_chain_made_at_once_still_ends_in_one_record():
    first, second, third = patient(), patient(), patient()

    together(
        lambda: actions.merge(by=SYSTEM, kept_id=first.pk, absorbed_id=second.pk, reason="Same person, same home"),
        lambda: actions.merge(by=SYSTEM, kept_id=second.pk, absorbed_id=third.pk, reason="Same person, same home"),
    )

    assert list(Patient.objects.current()) == [first]
    assert set(Patient.objects.exclude(pk=first.pk).values_list("merged_into", flat=True)) == {first.pk}


def test_a_double_click_adds_one_person():
    details = {"family_name": "Click", "nhs_number": ""}
    known = patient(**details | {"family_name": "Somebody"})

    results = together(*[lambda: patient(**details, date_of_birth=known.date_of_birth)] * 2)

    assert sorted(isinstance(result, Patient) for result in results) == [False, True]
    assert Patient.objects.filter(family_name="Click").count() == 1
