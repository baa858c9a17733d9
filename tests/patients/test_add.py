"""Adding a person: what is stored, what is refused, and with which words."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.errors import Invalid, NotPermitted
from audit.events import Kind
from audit.models import Event
from directory.codes import OrganisationKind
from patients import actions
from patients.actions.identity import number_held_once
from patients.errors import AlreadyHere
from patients.models import Change, NumberStatus, Patient, Relationship
from tests.factories import directory, people
from tests.factories.patients import nhs_number, patient

pytestmark = pytest.mark.django_db
NHS_ENGLANDS_EXAMPLE = "3478526985"
"""The number in NHS England's own booking and referral examples; it fails modulus 11."""


def refuse(**details) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        patient(**details)
    return refusal.value


def test_add_writes_history_event_and_a_relationship():
    by = people.actor("referrer")

    added = patient(by=by, nhs_number="999 000 0018", practice=directory.practice())

    assert (added.nhs_number, added.nhs_number_valid, added.nhs_number_status) == ("9990000018", True, "02")
    assert added.place.slug == "leicester"
    assert added.neighbourhood.slug == "city-centre"
    event = Event.objects.get(kind=Kind.PATIENT_CREATED, subject_id=added.pk)
    assert event.patient_id == added.pk
    assert "Ada" not in str(event.data)
    assert Change.objects.get(patient=added).what == Change.What.ADDED
    assert Relationship.objects.get(patient=added).organisation_id == by.organisation_id
    assert Patient.objects.visible_to(by).get() == added


def test_add_needs_a_role_that_refers():
    with pytest.raises(NotPermitted, match="does not add people"):
        patient(by=people.actor("bed_manager"))


def test_a_typed_number_that_fails_the_check_is_refused_kindly():
    refusal = refuse(nhs_number=NHS_ENGLANDS_EXAMPLE)

    assert refusal.field == "nhs_number"
    assert refusal.message == "Check the NHS number: one of its numbers is wrong or two are swapped"


def test_a_sent_number_that_fails_the_check_is_stored_and_flagged():
    added = patient(nhs_number=NHS_ENGLANDS_EXAMPLE, typed=False, verified=True)

    assert added.nhs_number == NHS_ENGLANDS_EXAMPLE
    assert not added.nhs_number_valid
    assert added.nhs_number_status == NumberStatus.TO_RESOLVE


@pytest.mark.parametrize("number", ["123", "12345678901", "99900000I8", "٩٩٩٠٠٠٠٠١٨"])
@pytest.mark.parametrize("typed", [True, False])
def test_a_number_of_another_shape_is_refused(number, typed):
    assert refuse(nhs_number=number, typed=typed).code == "INVALID_NHS_NUMBER"


def test_a_person_without_a_number_can_be_added_twice_over():
    first = patient(nhs_number="")
    second = patient(nhs_number="")

    assert first.nhs_number_status == second.nhs_number_status == NumberStatus.TRACE_REQUIRED


def test_the_trace_of_a_newborn_is_postponed():
    born = timezone.localdate() - timedelta(days=10)

    assert patient(nhs_number="", date_of_birth=born).nhs_number_status == NumberStatus.POSTPONED


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("family_name", " ", "Enter the family name"),
        ("family_name", "x" * 101, "100 characters or fewer"),
        ("given_name", "Ada\x00", "cannot be stored"),
        ("address", "1\x07 High Street", "cannot be stored"),
        ("date_of_birth", date(2999, 1, 1), "today or in the past"),
        ("date_of_birth", date(1850, 1, 1), "nobody here is older than 120"),
        ("deceased_at", date(1930, 1, 1), "must not be before the date of birth"),
        ("deceased_at", date(2999, 1, 1), "today or in the past"),
        ("postcode", "LE1", "full postcode"),
        ("phone", "ring me", "Enter a phone number"),
        ("sex", "F", "Select sex"),
        ("residence", "castle", "where the person lives"),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_field(field, value, says):
    refusal = refuse(**{field: value})

    assert refusal.field == field
    assert says in refusal.message


def test_an_organisation_of_another_kind_is_no_practice_and_no_care_home():
    hospice = directory.organisation(OrganisationKind.HOSPICE)

    assert refuse(practice=hospice).field == "practice"
    assert refuse(care_home=hospice).field == "care_home"


@pytest.mark.parametrize("name", ["Zoë", "مريم", "😀 Smith", "O’Brien-Nguyễn", "ସୁନୀତା", "שרה", "\u200fעדה\u200f"])
def test_names_in_any_script_are_kept(name):
    added = patient(given_name=name, family_name=name)

    added.refresh_from_db()
    assert added.family_name == name


def test_a_name_is_tidied():
    assert patient(family_name="  van \t der   Berg ").family_name == "van der Berg"


def test_a_person_with_one_name():
    assert patient(given_name="", family_name="Suharto").display_name == "SUHARTO"


def test_the_place_follows_the_postcode_where_every_practice_agrees():
    directory.reference_data()

    assert patient(postcode="le15 6nt").place.slug == "rutland"
    assert patient(postcode="LE8 0LG").neighbourhood is None
    assert patient(postcode="ZZ99 3VZ").place is None
    home = directory.organisation(OrganisationKind.CARE_HOME, postcode="LE15 6NT")
    assert patient(care_home=home, postcode="").place.slug == "rutland"


def test_a_number_that_is_verified_for_somebody_is_not_added_again():
    known = patient(verified=True)

    with pytest.raises(AlreadyHere) as refusal:
        patient(nhs_number=known.nhs_number)

    assert refusal.value.patient_id == known.pk
    assert refusal.value.status == 409


def test_an_unverified_number_may_be_held_twice():
    known = patient()

    assert patient(nhs_number=known.nhs_number, family_name="Other").pk != known.pk


def test_a_double_click_adds_nobody_twice():
    details = {"family_name": "Twice", "date_of_birth": date(1944, 4, 4), "nhs_number": ""}
    first = patient(**details)

    with pytest.raises(AlreadyHere) as refusal:
        patient(**details | {"family_name": "TWICE"})

    assert refusal.value.patient_id == first.pk


def test_other_systems_numbers_are_kept():
    added = patient(identifiers=(("https://example.org/id", "A-1"),), typed=False)

    assert added.identifiers.get().value == "A-1"


def test_update_keeps_what_was_there_before():
    by = people.actor("referrer")
    added = patient(by=by, phone="0116 496 0001")

    changed = actions.update_details(by=by, patient_id=added.pk, expected_version=1, phone="0116 496 0002")

    assert (changed.phone, changed.version) == ("0116 496 0002", 2)
    assert Change.objects.filter(what="updated").get().before == {"phone": "0116 496 0001"}
    assert Event.objects.get(kind=Kind.PATIENT_UPDATED).data == {"changed": ["phone"]}


def test_update_without_a_change_writes_nothing():
    added = patient()

    same = actions.update_details(by=people.SYSTEM, patient_id=added.pk, phone=added.phone)

    assert same.version == 1
    assert not Event.objects.filter(kind=Kind.PATIENT_UPDATED).exists()


def test_a_changed_number_is_no_longer_verified():
    added = patient(verified=True)

    changed = actions.update_details(by=people.SYSTEM, patient_id=added.pk, nhs_number=nhs_number())

    assert changed.nhs_number_status == NumberStatus.NOT_TRACED


def test_a_number_cannot_be_changed_to_that_of_somebody_verified():
    known, added = patient(verified=True), patient()

    with pytest.raises(AlreadyHere) as refusal:
        actions.update_details(by=people.SYSTEM, patient_id=added.pk, nhs_number=known.nhs_number)

    assert refusal.value.patient_id == known.pk


def test_a_sent_number_that_fails_the_check_does_not_block_other_changes():
    added = patient(nhs_number=NHS_ENGLANDS_EXAMPLE, typed=False)

    changed = actions.update_details(
        by=people.SYSTEM, patient_id=added.pk, nhs_number=NHS_ENGLANDS_EXAMPLE, phone="0116 496 0003"
    )

    assert changed.phone == "0116 496 0003"
    assert changed.nhs_number == NHS_ENGLANDS_EXAMPLE


def test_only_the_rule_about_verified_numbers_means_that_somebody_is_here():
    with pytest.raises(IntegrityError), number_held_once("9990000018"):
        Patient.objects.create(family_name="Impossible", nhs_number="short")


def test_a_change_of_practice_is_kept_by_name_and_moves_the_person():
    added = patient(postcode="")

    changed = actions.update_details(
        by=people.SYSTEM, patient_id=added.pk, practice=directory.practice("North Surgery", place="rutland")
    )
    moved = actions.update_details(by=people.SYSTEM, patient_id=added.pk, practice=None, sex="female")

    assert changed.place.slug == "rutland"
    assert moved.place is None
    assert Change.objects.filter(what="updated").last().before == {"sex": "unknown", "practice": "North Surgery"}


def test_a_practice_that_is_not_yet_placed_leaves_the_place_open():
    unplaced = directory.organisation(OrganisationKind.PRACTICE)

    assert patient(practice=unplaced).place is None
