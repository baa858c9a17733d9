"""Sending a referral: who it is about, what is stored, what comes back."""

from datetime import date

import pytest

from audit.models import Event
from patients.actions import add_patient, merge
from patients.models import NumberStatus, Patient, Relationship
from referrals.models import Referral
from tests.api.world import PERSON, REFERRAL, World, sent
from tests.factories import directory
from tests.factories.people import SYSTEM
from tests.factories.referrals import draw_references

FAILS_CHECK_DIGIT = "3478526985"


def test_a_referral_is_received_and_its_clocks_run(world: World):
    answer = world.surgery.send(
        external_id="A-1", referrer={"name": "Dr B", "role": "GP"}, safeguarding=True, safeguarding_note="Bruises"
    )
    body = answer.json()
    assert answer.status_code == 201
    assert (answer["Location"], answer["ETag"]) == (body["href"], 'W/"1"')
    assert (body["status"], body["urgency"], body["external_id"]) == ("submitted", "crisis", "A-1")
    assert body["referrer"]["name"] == "Dr B"
    assert {clock["code"] for clock in body["clocks"]} == {"acknowledge", "respond"}
    assert body["received_at"].endswith("Z")
    stored = Referral.objects.get(pk=body["id"])
    assert stored.referrer_organisation == world.practice
    assert stored.safeguarding_note == "Bruises"
    assert Event.objects.filter(kind="referral.submitted.v1", actor_kind="client", subject_id=stored.pk).exists()


def test_the_answer_holds_no_demographics_and_equals_what_is_read_but_for_them(world: World):
    body = world.surgery.send().json()
    assert set(body["patient"]) == {"id"}
    again = world.surgery.get(body["href"]).json()
    for name in ("warnings", "patient"):
        body.pop(name), again.pop(name, None)
    for clock in (*body["clocks"], *again["clocks"]):
        clock.pop("seconds_left")
    assert body == again


def test_a_number_that_fails_its_check_digit_is_stored_and_flagged(world: World):
    answer = world.surgery.send(patient=PERSON | {"nhs_number": "347 852 6985"})
    assert answer.status_code == 201
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["NHS_NUMBER_CHECK_DIGIT"]
    stored = Patient.objects.get(pk=answer.json()["patient"]["id"])
    assert (stored.nhs_number, stored.nhs_number_valid) == (FAILS_CHECK_DIGIT, False)
    assert stored.nhs_number_status == NumberStatus.TO_RESOLVE


def test_a_person_without_number_or_birth_date_is_welcome(world: World):
    answer = world.surgery.send(patient={"family_name": "Unknown"})
    assert answer.status_code == 201
    assert {warning["code"] for warning in answer.json()["warnings"]} == {"NO_NHS_NUMBER", "NO_DATE_OF_BIRTH"}


def test_a_verified_number_with_its_birth_date_is_the_person(world: World):
    known = add_patient(
        by=SYSTEM,
        verified=True,
        nhs_number=PERSON["nhs_number"],
        family_name="Former",
        given_name="Ada",
        date_of_birth=date(1941, 3, 2),
    )
    answer = world.surgery.send()
    assert answer.json()["patient"]["id"] == str(known.pk)
    assert answer.json()["warnings"] == []
    assert Relationship.objects.filter(patient=known, organisation=world.practice).exists()


def test_the_same_person_sent_twice_is_one_person(world: World):
    first, second = world.surgery.send().json(), world.surgery.send().json()
    assert first["patient"] == second["patient"]
    assert Patient.objects.count() == 1


def test_a_verified_number_with_another_birth_date_is_not_the_person_and_says_nothing_of_them(world: World):
    known = add_patient(
        by=SYSTEM,
        verified=True,
        nhs_number=PERSON["nhs_number"],
        family_name="Secret",
        given_name="Name",
        date_of_birth=date(1950, 1, 1),
    )
    answer = world.surgery.send()
    assert answer.status_code == 201
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["NHS_NUMBER_CONFLICT"]
    assert answer.json()["patient"]["id"] != str(known.pk)
    assert b"Secret" not in answer.content
    assert Patient.objects.get(pk=answer.json()["patient"]["id"]).nhs_number == ""


def test_a_merged_record_leads_to_the_one_kept(world: World):
    absorbed = Patient.objects.get(pk=world.surgery.send().json()["patient"]["id"])
    kept = add_patient(by=SYSTEM, family_name="Example", given_name="Ada", date_of_birth=date(1941, 3, 2))
    merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="The same person, checked")
    assert world.surgery.send().json()["patient"]["id"] == str(kept.pk)
    assert world.surgery.send(patient={"id": str(absorbed.pk)}).json()["patient"]["id"] == str(kept.pk)


def test_somebody_referred_before_may_be_named_by_id_and_nobody_else(world: World):
    person = sent(world).patient_id
    assert world.surgery.send(patient={"id": str(person)}).status_code == 201
    stranger = add_patient(by=SYSTEM, family_name="Stranger", given_name="A")
    answers = [world.surgery.send(patient={"id": str(pk)}) for pk in (stranger.pk, Referral().pk)]
    assert {answer.status_code for answer in answers} == {422}
    first, second = (answer.json() | {"correlation_id": None} for answer in answers)
    assert first == second


def test_a_practice_tells_the_place_and_an_unknown_one_is_flagged(world: World):
    code = world.practice.ods_code.lower()
    assert world.surgery.send(patient=PERSON | {"practice_ods_code": code}).json()["place"] == "leicester"
    person = PERSON | {"practice_ods_code": "X99999", "nhs_number": "9990000026"}
    assert "UNKNOWN_PRACTICE" in str(world.surgery.send(patient=person).json()["warnings"])


def test_the_point_of_access_of_the_place_receives_it(world: World):
    other = directory.point_of_access(slug="a-first-by-name")
    other.areas.clear()
    other.name = "A door elsewhere"
    other.save()
    person = PERSON | {"practice_ods_code": world.practice.ods_code}
    assert world.surgery.send(patient=person).json()["point_of_access"]["slug"] == world.door.slug


def test_with_no_point_of_access_nobody_can_receive_it(world: World):
    world.door.active = False
    world.door.save()
    assert world.surgery.send().json()["code"] == "NO_POINT_OF_ACCESS"


def test_a_reference_that_somebody_has_is_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch):
    draw_references(monkeypatch, "AAB")
    first, second = world.surgery.send(key="a"), world.surgery.send(key="b")
    assert (first.status_code, second.status_code) == (201, 201)
    assert [sent.json()["reference"] for sent in (first, second)] == ["HF-AAAA-AAAA", "HF-BBBB-BBBB"]
    assert world.surgery.send(key="b").content == second.content


def test_an_external_id_is_used_once(world: World):
    world.surgery.send(external_id="A-1")
    answer = world.surgery.send(external_id="A-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_EXTERNAL_ID")
    assert Referral.objects.count() == 1
    assert world.surgery.send(external_id="").status_code == 201


@pytest.mark.parametrize("name", ["Зоя", "李", "مريم", "O’Brien‑Łuk", "Ada 🙂", "\u202eevil"])
def test_names_in_any_script_are_kept(world: World, name: str):
    answer = world.surgery.send(patient={"family_name": name, "given_name": "A"})
    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        assert Patient.objects.get().family_name == name


def test_the_example_of_the_document_is_accepted(world: World):
    from api.documentation.examples import SENT

    answer = world.surgery.post("/api/v1/referrals", SENT, **{"Idempotency-Key": "example"})
    assert answer.status_code == 201
    assert set(SENT) >= set(REFERRAL)
