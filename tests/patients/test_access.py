"""Emergency access, restriction, and what comes after: the review."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction

from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.events import Kind
from audit.models import Event
from patients import actions
from patients.models import BreakGlass, Change, Patient
from patients.presenters import banner
from tests.factories import directory, people
from tests.factories.patients import patient, relate
from tests.factories.people import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHY = "Fell at home, nobody who knows them on duty"


@pytest.fixture
def clinician():
    return people.actor("triage_clinician")


@pytest.fixture
def guardian():
    return people.actor("caldicott_guardian")


def open_glass(by, person, reason=WHY):
    return actions.open_glass(by=by, patient_id=person.pk, reason=reason)


def sees(by, person):
    return Patient.objects.visible_to(by).filter(pk=person.pk).exists()


def test_it_opens_one_record_for_one_person_until_it_ends(clinician):
    person, other = patient(), patient()

    with time_machine.travel(NOON, tick=False) as now:
        glass = open_glass(clinician, person)
        assert sees(clinician, person)
        assert not sees(clinician, other)
        assert not sees(people.actor("triage_clinician"), person)
        now.shift(settings.BREAK_GLASS_LASTS - timedelta(seconds=1))
        assert sees(clinician, person)
        now.shift(1)
        assert not sees(clinician, person)

    assert glass.expires_at == NOON + timedelta(hours=4)
    event = Event.objects.get(kind=Kind.BREAK_GLASS)
    assert (event.patient_id, event.subject_id) == (person.pk, glass.pk)
    assert WHY not in str(event.data)


def test_a_second_click_answers_the_first(clinician):
    person = patient()

    assert open_glass(clinician, person) == open_glass(clinician, person)
    assert BreakGlass.objects.count() == 1


def test_it_opens_every_record_of_the_person(clinician):
    kept, absorbed = patient(), patient()
    actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="Same person, really")

    glass = open_glass(clinician, absorbed)

    assert glass.patient_id == kept.pk
    assert sees(clinician, kept)
    assert sees(clinician, absorbed)


def test_it_needs_a_role_a_reason_and_a_need(clinician):
    person = patient()

    with pytest.raises(NotPermitted, match="no emergency access"):
        open_glass(people.actor("referrer"), person)
    with pytest.raises(Invalid, match="at least 10"):
        open_glass(clinician, person, "  urgent \n ")
    with pytest.raises(Invalid, match="500 characters or fewer"):
        open_glass(clinician, person, "x" * 501)
    with pytest.raises(NotPermitted, match="no record here"):
        actions.open_glass(by=clinician, patient_id=SYSTEM.id, reason=WHY)
    relate(person, directory.Organisation.objects.get(pk=clinician.organisation_id))
    with pytest.raises(Invalid, match="need no emergency access"):
        open_glass(clinician, person)


def test_a_restricted_record_needs_it_even_with_a_relationship(clinician):
    person = patient(seen_by=directory.Organisation.objects.get(pk=clinician.organisation_id))
    assert sees(clinician, person)

    actions.restrict(by=SYSTEM, patient_id=person.pk, reason="Works in the team")
    assert not sees(clinician, person)
    assert Patient.objects.related_to(clinician).filter(pk=person.pk).exists()

    open_glass(clinician, person)
    assert sees(clinician, person)


def test_a_restriction_covers_every_record_of_the_person_and_is_lifted_by_governance(guardian):
    kept, absorbed = patient(), patient()
    actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="Same person, really")

    actions.restrict(by=guardian, patient_id=kept.pk, reason="Works in the team")
    assert Patient.objects.filter(restricted=True).count() == 2
    with pytest.raises(IllegalTransition):
        actions.restrict(by=guardian, patient_id=absorbed.pk, reason="Works in the team")

    with pytest.raises(NotPermitted, match="Only information governance"):
        actions.unrestrict(by=people.actor("shift_lead"), patient_id=kept.pk, reason="No longer in the team")
    actions.unrestrict(by=guardian, patient_id=kept.pk, reason="No longer in the team")
    actions.unrestrict(by=guardian, patient_id=kept.pk, reason="No longer in the team")

    assert not Patient.objects.filter(restricted=True).exists()
    assert list(Change.objects.filter(what__contains="restricted").values_list("what", "note")) == [
        ("restricted", "Works in the team"),
        ("unrestricted", "No longer in the team"),
    ]
    assert Event.objects.filter(kind=Kind.PATIENT_UNRESTRICTED).count() == 1


def test_restricting_needs_a_role_and_sight_of_the_record(clinician):
    person = patient()

    with pytest.raises(NotPermitted, match="does not restrict"):
        actions.restrict(by=clinician, patient_id=person.pk, reason="Works in the team")
    with pytest.raises(NotPermitted, match="no record here"):
        actions.restrict(by=people.actor("shift_lead"), patient_id=person.pk, reason="Works in the team")


def test_the_banner_of_a_restricted_record_says_nothing_else(clinician):
    person = patient(given_name="Ada", family_name="Secret")
    actions.restrict(by=SYSTEM, patient_id=person.pk, reason="Works in the team")
    person.refresh_from_db()

    masked = banner(person, clinician)
    glass = open_glass(clinician, person)
    opened = banner(person, clinician, opened=glass)

    assert "Secret" not in str(masked)
    assert person.nhs_number not in str(masked)
    assert opened["family_name"] == "Secret"
    assert opened["opened_until"] == glass.expires_at


@pytest.mark.parametrize(
    ("details", "status"),
    [
        ({"verified": True}, "verified"),
        ({}, "unverified"),
        ({"nhs_number": ""}, "none"),
        ({"nhs_number": "3478526985", "typed": False}, "invalid"),
    ],
)
def test_the_banner_says_how_far_the_number_can_be_trusted(clinician, details, status):
    assert banner(patient(**details), clinician)["nhs_number_status"] == status


def test_the_banner_of_an_absorbed_record_shows_the_one_in_use(clinician):
    kept, absorbed = patient(family_name="Kept"), patient()
    actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="Same person, really")
    absorbed.refresh_from_db()

    assert banner(absorbed, clinician)["family_name"] == "Kept"


def review(by, glass, verdict="justified", note=""):
    return actions.review_glass(by=by, glass_id=glass.pk, verdict=verdict, note=note)


def test_another_person_judges_once(clinician, guardian):
    glass = open_glass(clinician, patient())

    with pytest.raises(NotPermitted, match="Only information governance"):
        review(clinician, glass)
    with pytest.raises(Invalid, match="Select whether"):
        review(guardian, glass, verdict="maybe")
    with pytest.raises(Invalid, match="at least 10"):
        review(guardian, glass, verdict="not_justified")
    judged = review(guardian, glass, verdict="not_justified", note="Curiosity: raised with the manager")
    with pytest.raises(IllegalTransition, match="already been reviewed"):
        review(guardian, glass)
    with pytest.raises(Invalid, match="does not exist"):
        actions.review_glass(by=guardian, glass_id=SYSTEM.id, verdict="justified")

    assert (judged.review, judged.reviewed_by_id) == ("not_justified", guardian.id)
    assert Event.objects.get(kind=Kind.BREAK_GLASS_REVIEWED).data == {"verdict": "not_justified"}


def test_nobody_judges_their_own():
    person = people.user()
    trust = directory.organisation()
    both = [people.actor(role, at=trust, of=person) for role in ("triage_clinician", "caldicott_guardian")]
    glass = open_glass(both[0], patient())

    with pytest.raises(NotPermitted, match="your own"):
        review(both[1], glass)
    with pytest.raises(IntegrityError, match="break_glass_reviewed_by_another"), transaction.atomic():
        BreakGlass.objects.update(reviewed_by=person, reviewed_at=glass.granted_at, review="justified")


def test_death_closes_nothing_here_but_is_told(clinician):
    person = patient()
    day = person.date_of_birth.replace(year=2025)

    actions.record_death(by=SYSTEM, patient_id=person.pk, on=day)
    actions.record_death(by=SYSTEM, patient_id=person.pk, on=day)

    event = Event.objects.get(kind=Kind.PATIENT_DECEASED)
    assert (event.patient_id, event.data) == (person.pk, {"on": day.isoformat()})
    assert Change.objects.filter(what="died").count() == 1


def test_a_death_that_never_was(clinician):
    person = patient()

    same = actions.withdraw_death(by=SYSTEM, patient_id=person.pk, reason="Wrong person’s certificate")

    assert same.deceased_at is None
    assert not Event.objects.filter(kind=Kind.PATIENT_DEATH_WITHDRAWN).exists()


def test_only_a_number_that_passes_the_check_is_verified():
    person = patient(nhs_number="3478526985", typed=False)

    with pytest.raises(Invalid, match="passes the check"):
        actions.verify_number(by=SYSTEM, patient_id=person.pk, checked_with="Summary Care Record")


def test_verifying_twice_changes_nothing_more():
    person = patient(verified=True)

    assert actions.verify_number(by=SYSTEM, patient_id=person.pk, checked_with="Summary Care Record").version == 1


def test_changing_needs_a_role_that_changes(clinician):
    trust = directory.organisation()
    person = patient(seen_by=trust)

    with pytest.raises(NotPermitted, match="does not change"):
        actions.update_details(by=people.actor("bed_manager", at=trust), patient_id=person.pk, phone="0116 496 0000")
    with pytest.raises(NotPermitted, match="no record here"):
        actions.update_details(by=clinician, patient_id=person.pk, phone="0116 496 0000")
