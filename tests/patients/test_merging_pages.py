"""Two records that may be of one person: compared, joined, kept apart and separated, on pages."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients import actions
from patients.models import Merge, NotDuplicate, Patient
from tests.factories.patients import patient
from tests.factories.people import SYSTEM
from tests.patients.pages import looks, page, words

pytestmark = pytest.mark.django_db


def test_the_address_of_an_absorbed_record_leads_to_the_one_in_use(client, lead, thompson):
    absorbed = patient()
    actions.merge(by=SYSTEM, kept_id=thompson.pk, absorbed_id=absorbed.pk, reason="Same person, really")

    response = page(client, "patient_edit", absorbed.pk)

    assert response.status_code == 302
    assert response["Location"] == reverse("patient_edit", args=[thompson.pk])


def test_verify_a_number_that_another_holds_leads_to_the_comparison(client, lead, thompson):
    other = patient(nhs_number=thompson.nhs_number, family_name="Other")
    actions.verify_number(by=SYSTEM, patient_id=other.pk, checked_with="Summary Care Record")

    response = client.post(reverse("patient_verify", args=[thompson.pk]), {"checked_with": "Summary Care Record"})

    assert response.status_code == 409
    assert reverse("patient_merge", args=[thompson.pk, other.pk]) in words(response)


def test_compare_confirm_merge_and_separate(client, lead, thompson):
    other = patient(given_name="Margret", family_name="Thomson", date_of_birth=thompson.date_of_birth)
    record = page(client, "patient", thompson.pk)
    compare = reverse("patient_merge", args=[thompson.pk, other.pk])
    assert compare in words(record)

    assert "Thomson" in words(client.get(compare))
    confirm = f"{compare}?keep={thompson.pk}"
    assert "How do you know that they are one person?" in words(client.get(confirm))
    assert client.post(confirm, {"reason": "same"}).status_code == 422

    response = client.post(confirm, {"reason": "Same address and phone number"}, follow=True)
    assert "now one person’s" in words(response)
    assert "Joined records" in words(response)

    separate = reverse("patient_unmerge", args=[thompson.pk, Merge.objects.get().pk])
    assert "Same address and phone number" in words(client.get(separate))
    assert client.post(separate, {"reason": "no"}).status_code == 422
    assert "separate again" in words(client.post(separate, {"reason": "They are twins after all"}, follow=True))
    assert "already separate" in words(client.post(separate, {"reason": "They are twins after all"}, follow=True))
    assert looks(patient_id=other.pk) == [("comparison", "allowed")] * 2


def test_keeping_the_wrong_record_is_refused_with_what_to_do(client, lead, thompson):
    other = patient(verified=True)
    confirm = f"{reverse('patient_merge', args=[thompson.pk, other.pk])}?keep={thompson.pk}"

    response = client.post(confirm, {"reason": "Same address and phone number"})

    assert response.status_code == 422
    assert "Keep the record with the verified NHS number" in words(response)


def test_a_keep_that_is_neither_record_is_asked_again(client, lead, thompson):
    other = patient()

    response = page(client, "patient_merge", thompson.pk, other.pk, keep="somebody")

    assert response.status_code == 422


def test_a_restricted_or_missing_record_is_not_compared(client, lead, thompson):
    hidden = patient()
    actions.restrict(by=SYSTEM, patient_id=hidden.pk, reason="Member of staff")

    assert page(client, "patient_merge", thompson.pk, hidden.pk).status_code == 403
    assert page(client, "patient_merge", thompson.pk, uuid4()).status_code == 403


def test_these_are_different_people(client, lead, thompson):
    twin = patient(given_name="Margret", family_name="Thompson", date_of_birth=thompson.date_of_birth)

    client.post(reverse("patient_not_duplicate", args=[thompson.pk, twin.pk]))

    assert NotDuplicate.objects.count() == 1
    assert "possible duplicate" not in words(page(client, "patient", thompson.pk))


def test_comparing_with_an_absorbed_record_compares_with_the_one_in_use(client, lead, thompson):
    kept, absorbed = patient(), patient()
    actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="Same person, really")

    response = page(client, "patient_merge", thompson.pk, absorbed.pk)

    assert response["Location"] == reverse("patient_merge", args=[thompson.pk, kept.pk])


def test_separating_two_holders_of_one_verified_number_says_what_to_do(client, lead, thompson):
    other = patient(nhs_number=thompson.nhs_number, family_name="Other")
    joined = actions.merge(by=SYSTEM, kept_id=thompson.pk, absorbed_id=other.pk, reason="Same person, really")
    Patient.objects.filter(pk=other.pk).update(nhs_number_status="01")
    actions.verify_number(by=SYSTEM, patient_id=thompson.pk, checked_with="Summary Care Record")

    response = client.post(
        reverse("patient_unmerge", args=[thompson.pk, joined.pk]), {"reason": "Two people after all"}
    )

    assert response.status_code == 422
    assert "Correct one number before you separate" in words(response)
