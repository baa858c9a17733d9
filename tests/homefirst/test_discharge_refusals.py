"""What is refused about a way home, each with a sentence that says what to do."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.actors import system_actor
from accounts.models import Membership
from audit.errors import Invalid, NotPermitted
from audit.models import Access, ActorKind
from directory.models import Area, PointOfAccess
from homefirst.actions import assessing, deciding, discharge, discharge_tasks, leaving
from homefirst.case_file import CaseFile
from homefirst.case_parts import open_assessment, open_hours, open_task, open_with_tool
from homefirst.cases import council_of
from homefirst.codes import Destination
from homefirst.models import DelayReason, DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.states import DischargeStatus
from homefirst.steps import NotFound
from patients import actions as records
from patients.models import Patient
from tests.factories import directory, patients, people
from tests.factories.homefirst_discharge import HOME, Cast, assess_by, make_case, task
from tests.factories.referrals import draw_references
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def a_system(cast):
    return replace(cast.nurse, kind=ActorKind.CLIENT)


def test_nobody_comes_into_hospital_tomorrow(cast):
    with pytest.raises(Invalid, match="when they came into hospital"):
        make_case(cast, admitted_at=timezone.now() + timedelta(days=1))


def test_a_case_needs_a_person_a_place_and_a_hub(cast):
    with pytest.raises(NotFound, match="no such person"):
        discharge.identify(by=cast.ward, hospital_id=cast.hospital.pk)
    person = patients.patient()
    PointOfAccess.objects.update(active=False)
    with pytest.raises(Invalid, match="No hub is open"):
        make_case(cast, patient=person)
    Area.objects.update(valid_to=timezone.localdate())
    with pytest.raises(Invalid, match="does not know which place"):
        make_case(cast, patient=person)


def test_a_ward_names_its_own_hospital_and_a_hub_any(cast):
    asked = {"patient_id": patients.patient().pk}
    for by, hospital in ((cast.ward, cast.other_hospital), (cast.nurse, cast.stores)):
        with pytest.raises(Invalid, match="Choose the hospital that has the person") as refused:
            discharge.identify(by=by, hospital_id=hospital.pk, **asked)
        assert refused.value.field == "hospital"
    assert not DischargeCase.objects.exists()
    begun = discharge.identify(by=cast.nurse, hospital_id=cast.other_hospital.pk, **asked)
    assert (begun.hospital, begun.status) == (cast.other_hospital, DischargeStatus.IDENTIFIED)


def test_what_else_the_database_refuses_is_not_taken_for_a_second_case(cast, monkeypatch):
    case = make_case(cast)
    monkeypatch.setattr(discharge, "ONE_OPEN", "another constraint")
    with pytest.raises(IntegrityError):
        make_case(cast, patient=case.patient)


def test_a_reference_that_another_case_has_is_drawn_again(cast, monkeypatch):
    draw_references(monkeypatch, "AAB")
    assert [make_case(cast).reference for _ in range(2)] == ["HF-AAAA-AAAA", "HF-BBBB-BBBB"]


def test_systems_own_no_case_agree_to_nothing_and_assess_nobody(cast):
    case = make_case(cast, DischargeStatus.READY)
    with pytest.raises(Invalid, match="owned by a person"):
        discharge.take_case(case_id=case.pk, by=a_system(cast))
    with pytest.raises(NotPermitted, match="A person says this"):
        deciding.agree(case_id=case.pk, by=a_system(cast), **HOME)
    with pytest.raises(NotPermitted, match="A person says this"):
        assessing.assess(case_id=case.pk, by=a_system(cast), tool_id=cast.tool().pk, answers={}, summary="x")


def test_a_task_one_may_not_see_is_not_there(cast):
    wanted = task(cast, make_case(cast, DischargeStatus.DECIDED))
    with pytest.raises(NotFound, match="no such task"):
        discharge_tasks.finish_task(task_id=wanted.pk, by=cast.stranger)


def test_somebody_leaves_for_a_known_destination_and_may_go_to_another_hospital_undecided(cast):
    case = make_case(cast, DischargeStatus.READY)
    with pytest.raises(Invalid, match="where they went"):
        leaving.leave(case_id=case.pk, by=cast.ward, destination="the moon")
    with pytest.raises(Exception, match="Missing for the transfer"):
        leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.HOSPITAL)


def test_without_the_list_of_reasons_nobody_is_ready(cast):
    case = make_case(cast)
    DelayReason.objects.all().delete()
    with pytest.raises(Invalid, match="not loaded"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward)


def test_a_person_without_a_valid_number_misses_that_item(cast):
    case = make_case(cast, patient=patients.patient(nhs_number=""))
    assert case.transfer_complete == 0


def test_a_place_without_a_code_has_no_council(cast):
    assert council_of(Area(name="Nowhere")) is None


def test_the_portal_itself_may_do_what_the_state_allows(cast):
    portal = system_actor("tests")
    case = make_case(cast, DischargeStatus.READY)
    assert policies.can(CaseVerb.READY, portal, make_case(cast))
    assert not policies.can(CaseVerb.READY, portal, case)


def test_an_opened_restricted_record_is_logged_as_emergency_access(cast):
    case = make_case(cast, DischargeStatus.READY)
    doctor = people.actor("service_lead", team=directory.team(of=directory.service(employer=cast.trust)))
    lead = people.actor("shift_lead", at=cast.trust)
    records.restrict(by=lead, patient_id=case.patient_id, reason="Family member works here")
    with pytest.raises(NotFound):
        CaseFile.open(case.pk, doctor)
    records.open_glass(by=doctor, patient_id=case.patient_id, reason="Needs to leave hospital tonight")
    file = CaseFile.open(case.pk, doctor)
    file.log()
    assert file.opened
    assert Access.objects.filter(outcome=Access.Outcome.BREAK_GLASS, what="discharge case").count() == 1


def test_an_assessor_is_registered_for_a_tool_in_use(cast):
    member = Membership.objects.get(user=cast.ward.id)
    with pytest.raises(Invalid, match="in use"):
        assessing.register_assessor(by=cast.nurse, membership_id=member.pk, tool_id=member.pk, agreement="Agreement")


def test_parts_of_a_case_one_may_not_see_are_not_there(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    made = assess_by(cast, case)
    for opener, part in ((open_task, case.tasks.get()), (open_hours, case.delays.get()), (open_assessment, made)):
        assert opener(part.pk, cast.nurse).case == case
        with pytest.raises(NotFound):
            opener(part.pk, cast.stranger)
    with pytest.raises(NotFound, match="no such assessment in use"):
        open_with_tool(case.pk, "another", cast.nurse)


def test_pages_about_nobody_and_nothing_are_not_found(cast, as_):
    secret = patients.patient()
    Patient.objects.filter(pk=secret.pk).update(restricted=True)
    ward, nurse = as_(cast.ward), as_(cast.nurse)
    for page, about in (
        ("discharge_identify", secret.pk),
        ("discharge_identify", uuid4()),
        ("discharge_of_referral", uuid4()),
        ("discharge_case", uuid4()),
    ):
        assert ward.get(reverse(page, args=[about])).status_code == 404
    assert nurse.get(reverse("trusted_assessor_end", args=[uuid4()])).status_code == 404
    assert DischargeCase.objects.count() == 0


def test_a_second_case_of_a_stay_is_refused_on_the_page_and_the_first_is_shown(cast, as_):
    case = make_case(cast)
    page = reverse("discharge_identify", args=[case.patient_id])
    client = as_(cast.ward)
    assert "There is a case already" in words(client.get(page))
    answer = client.post(page, {"hospital": str(cast.hospital.pk)})
    assert answer.status_code == 422
    assert "already has an open case" in words(answer)
    wrong = client.post(page, {"hospital": ""})
    assert "Select the hospital" in words(wrong)


def test_the_record_of_somebody_without_a_case_offers_nothing_to_those_who_only_do_tasks(cast, as_):
    person = patients.patient(seen_by=cast.stores)
    assert "begin a case" not in words(as_(cast.equipment).get(reverse("patient", args=[person.pk])))
    referrer = people.actor("referrer", at=cast.stores)
    assert "Getting home" not in words(as_(referrer).get(reverse("patient", args=[person.pk])))


def test_the_live_part_of_the_tasks_is_the_page_without_its_frame(cast, as_):
    task(cast, make_case(cast, DischargeStatus.DECIDED))
    part = as_(cast.equipment).get(reverse("discharge_tasks_rows")).content.decode()
    assert part.count("data-row") == 1
    assert "<html" not in part
    assert directory.area("leicester").name in part
