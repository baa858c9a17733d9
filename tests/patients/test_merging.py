"""Two records, one person: joined, shown together, and separated exactly as they were."""

from datetime import date

import pytest

from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.events import Kind
from audit.models import Event
from patients import actions
from patients.duplicates import possible_duplicates
from patients.errors import AlreadyHere
from patients.models import Merge, NotDuplicate, Patient
from tests.factories import directory, people
from tests.factories.patients import patient, relate
from tests.factories.people import SYSTEM

pytestmark = pytest.mark.django_db
WHY = "Same address and daughter on the phone"


def merge(kept, absorbed, by=SYSTEM):
    return actions.merge(by=by, kept_id=kept.pk, absorbed_id=absorbed.pk, reason=WHY)


def unmerge(joined, by=SYSTEM):
    return actions.unmerge(by=by, merge_id=joined.pk, reason="Two people after all: twins")


def as_stored(*records):
    """Every column of the records but the two that say when they were last written."""
    rows = Patient.objects.filter(pk__in=[one.pk for one in records]).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in ("updated_at", "version")} for row in rows]


def points(*records):
    return [Patient.objects.get(pk=one.pk).merged_into_id for one in records]


def test_there_and_back_leaves_everything_as_it_was():
    kept, absorbed = patient(verified=True), patient(phone="0116 496 0009")
    before = as_stored(kept, absorbed)

    joined = merge(kept, absorbed)
    assert points(kept, absorbed) == [None, kept.pk]
    unmerge(joined)

    assert as_stored(kept, absorbed) == before
    joined.refresh_from_db()
    assert joined.undone_by_id == SYSTEM.id
    assert Event.objects.filter(kind=Kind.PATIENT_MERGED).get().data == {"absorbed": str(absorbed.pk)}
    assert Event.objects.filter(kind=Kind.PATIENT_UNMERGED).get().patient_id == kept.pk


def test_a_chain_is_never_made_and_each_link_comes_apart_by_itself():
    first, second, third = patient(), patient(), patient()
    inner = merge(second, third)
    outer = merge(first, second)
    assert points(first, second, third) == [None, first.pk, first.pk]

    unmerge(outer)
    assert points(first, second, third) == [None, None, second.pk]

    outer = merge(first, second)
    unmerge(inner)
    assert points(first, second, third) == [None, first.pk, None]
    unmerge(outer)
    assert points(first, second, third) == [None, None, None]


def test_merging_into_an_absorbed_record_goes_to_the_one_in_use():
    kept, absorbed, third = patient(), patient(), patient()
    merge(kept, absorbed)

    joined = merge(absorbed, third)

    assert joined.kept_id == kept.pk
    assert points(third) == [kept.pk]


def test_records_that_are_joined_cannot_be_joined_again():
    kept, absorbed = patient(), patient()
    merge(kept, absorbed)

    with pytest.raises(IllegalTransition, match="already joined"):
        merge(kept, absorbed)


def test_separated_records_cannot_be_separated_again():
    joined = merge(patient(), patient())
    unmerge(joined)

    with pytest.raises(IllegalTransition, match="already separate"):
        unmerge(joined)


def test_two_verified_numbers_are_two_people():
    with pytest.raises(Invalid, match="two people"):
        merge(patient(verified=True), patient(verified=True))


def test_the_verified_number_is_kept():
    with pytest.raises(Invalid, match="Keep the record with the verified"):
        merge(patient(), patient(verified=True))


def test_a_restricted_record_is_not_opened_by_merging():
    kept, absorbed = patient(), patient()
    actions.restrict(by=SYSTEM, patient_id=absorbed.pk, reason="Member of staff")

    with pytest.raises(Invalid, match="restricted"):
        merge(kept, absorbed)


def test_separating_is_refused_while_both_hold_the_same_verified_number():
    number = "9990000018"
    kept, absorbed = patient(nhs_number=number), patient(nhs_number=number, family_name="Other")
    joined = merge(kept, absorbed)
    Patient.objects.filter(pk=absorbed.pk).update(nhs_number_status="01")
    actions.verify_number(by=SYSTEM, patient_id=kept.pk, checked_with="Summary Care Record")

    with pytest.raises(AlreadyHere) as refusal:
        unmerge(joined)

    assert refusal.value.patient_id == kept.pk
    assert points(absorbed) == [kept.pk]


def test_an_absorbed_record_is_not_changed():
    kept, absorbed = patient(), patient()
    merge(kept, absorbed)

    with pytest.raises(IllegalTransition, match="merged into another"):
        actions.update_details(by=SYSTEM, patient_id=absorbed.pk, phone="0116 496 0000")


@pytest.mark.parametrize("direction", ["kept", "absorbed", "sibling"])
def test_what_opens_one_record_of_a_person_opens_all(direction):
    trust = directory.organisation()
    by = people.actor("community_worker", at=trust)
    kept, absorbed, sibling = patient(), patient(), patient()
    relate({"kept": kept, "absorbed": absorbed, "sibling": sibling}[direction], trust)
    assert Patient.objects.visible_to(by).count() == 1

    merge(kept, absorbed)
    merge(kept, sibling)

    assert set(Patient.objects.visible_to(by)) == {kept, absorbed, sibling}


def test_registration_with_a_practice_counts_for_all_records_of_a_person():
    surgery = directory.practice()
    by = people.actor("referrer", at=surgery)
    kept, absorbed = patient(), patient(practice=surgery)

    merge(kept, absorbed)

    assert set(Patient.objects.visible_to(by)) == {kept, absorbed}


def test_merging_needs_the_role_and_sight_of_one_record():
    trust = directory.organisation()
    kept, absorbed = patient(seen_by=trust), patient()

    with pytest.raises(NotPermitted, match="does not merge"):
        merge(kept, absorbed, by=people.actor("triage_clinician", at=trust))
    with pytest.raises(NotPermitted, match="open neither"):
        merge(kept, absorbed, by=people.actor("shift_lead"))

    assert merge(kept, absorbed, by=people.actor("shift_lead", at=trust)).kept_id == kept.pk


def test_a_merge_needs_a_reason_and_records_that_exist():
    kept = patient()

    with pytest.raises(Invalid, match="at least 10"):
        actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=patient().pk, reason="same")
    with pytest.raises(NotPermitted, match="no record here"):
        actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=SYSTEM.id, reason=WHY)
    with pytest.raises(NotPermitted, match="no record here"):
        actions.unmerge(by=SYSTEM, merge_id=SYSTEM.id, reason=WHY)


def test_duplicates_are_offered_until_judged_different():
    by = people.actor("shift_lead")
    one = patient(given_name="Margaret", family_name="Thompson", nhs_number="", postcode="LE2 3AB")
    same_day = patient(given_name="Margret", family_name="Thomson", nhs_number="", date_of_birth=one.date_of_birth)
    patient(given_name="Amina", family_name="Khan", nhs_number="", date_of_birth=one.date_of_birth)

    assert [found.id for found in possible_duplicates(one, by)] == [same_day.pk]

    relate(one, directory.organisation())
    actions.not_duplicate(by=SYSTEM, first_id=same_day.pk, second_id=one.pk)
    actions.not_duplicate(by=SYSTEM, first_id=one.pk, second_id=same_day.pk)

    assert possible_duplicates(one, by) == []
    assert possible_duplicates(same_day, by) == []
    assert NotDuplicate.objects.count() == 1
    assert Event.objects.filter(kind=Kind.PATIENT_NOT_DUPLICATE).count() == 1


def test_duplicates_by_number_and_by_home_say_why():
    by = people.actor("shift_lead")
    one = patient(given_name="Ada", family_name="Twin", postcode="LE2 3AB", date_of_birth=date(1940, 3, 4))
    number = patient(family_name="Elsewhere", nhs_number=one.nhs_number)
    home = patient(
        given_name="Ada",
        family_name="TWIN",
        postcode="LE2 3AB",
        date_of_birth=one.date_of_birth.replace(month=4, day=3),
    )

    reasons = {found.id: found.differs[0] for found in possible_duplicates(one, by)}

    assert reasons == {
        number.pk: "Same NHS number",
        home.pk: "Same name and postcode, similar date of birth",
    }


def test_records_that_are_joined_are_not_judged_different():
    kept, absorbed = patient(), patient()
    merge(kept, absorbed)

    with pytest.raises(IllegalTransition, match="joined"):
        actions.not_duplicate(by=SYSTEM, first_id=kept.pk, second_id=absorbed.pk)
    with pytest.raises(Invalid, match="one record"):
        actions.not_duplicate(by=SYSTEM, first_id=kept.pk, second_id=kept.pk)


def test_a_merge_row_is_never_deleted():
    joined = merge(patient(), patient())
    unmerge(joined)

    assert Merge.objects.filter(undone_at__isnull=False).get() == joined


def test_a_restricted_record_is_judged_only_by_whoever_opened_it():
    trust = directory.organisation()
    by = people.actor("shift_lead", at=trust)
    kept, hidden = patient(seen_by=trust), patient()
    actions.restrict(by=SYSTEM, patient_id=hidden.pk, reason="Member of staff")

    with pytest.raises(NotPermitted, match="One of these records is restricted"):
        merge(kept, hidden, by=by)


def test_rows_name_themselves_without_naming_anybody():
    kept, absorbed = patient(family_name="Secret"), patient(identifiers=(("https://example.org/id", "A-1"),))
    trust = directory.organisation()
    relate(kept, trust)
    joined = merge(kept, absorbed)
    judged = actions.not_duplicate(by=SYSTEM, first_id=patient().pk, second_id=patient().pk)
    glass = actions.open_glass(by=people.actor("shift_lead"), patient_id=kept.pk, reason="Fell, no answer at home")

    rows = [kept, joined, judged, glass, kept.changes.first(), kept.relationships.first(), absorbed.identifiers.get()]

    assert not any("Secret" in str(row) or "A-1" in str(row) for row in rows)
