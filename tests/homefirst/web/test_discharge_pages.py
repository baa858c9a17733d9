"""Pages of one way home as people use them: J5, forms that keep what was typed, steps that others were quicker with."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from homefirst.actions import deciding, discharge
from homefirst.codes import Pathway
from homefirst.models import Act, Assessment, DelaySpell, DischargeCase, DischargeTask, TrustedAssessor
from homefirst.states import DischargeStatus
from tests.factories import directory, patients, people
from tests.factories import referrals as referred
from tests.factories.homefirst_discharge import Cast, fill, make_case
from tests.homefirst.web.pages import moment, send
from tests.referrals.web.pages import done, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
TOO_LATE, UNPROCESSABLE = 409, 422


def open_case(client: Client, case: DischargeCase) -> str:
    return words(client.get(reverse("discharge_case", args=[case.pk])))


def test_j5_from_the_ward_to_home_by_three_people(cast, as_):
    """Ward co-ordinator, hub nurse and council social worker, and an equipment store that disputes its hours."""
    person = patients.patient(practice=directory.practice(), family_name="Homeward")
    ward, nurse, social, stores = (as_(one) for one in (cast.ward, cast.nurse, cast.social_worker, cast.equipment))

    # The ward finds the person, begins the case and says that they are ready since this morning.
    found = ward.post(reverse("discharge_find"), {"nhs_number": person.nhs_number}, follow=True)
    assert "HOMEWARD" in words(found)
    begun = ward.post(
        reverse("discharge_identify", args=[person.pk]), {"hospital": str(cast.hospital.pk), "ward": "Ward 23"}
    )
    done(begun)
    case = DischargeCase.objects.get()
    ready = timezone.now() - timedelta(hours=4)
    done(send(ward, "discharge_ready", case, **moment(ready)))
    done(send(ward, "discharge_take", case))

    # The data set is nearly complete; the hub asks for what is missing, and the ward fills it in.
    fill(cast, case, but=("medicines",))
    assert "What travels with them: 92%" in open_case(nurse, case)
    done(send(nurse, "discharge_ask", case, items=["medicines"]))
    assert "Asked for" in open_case(ward, case)
    answers = {row.item.code: row.text for row in case.transfer.select_related("item")}
    done(send(ward, "discharge_fill", case, **(answers | {"medicines": "Two weeks supplied"})))

    # One assessment by a trusted assessor is enough for both.
    registered = nurse.post(
        reverse("trusted_assessors"),
        {
            "person": str(User.objects.get(pk=cast.ward.id).memberships.get().pk),
            "tool": str(cast.tool().pk),
            "agreement": "Trusted assessment, version 2",
        },
    )
    done(registered)
    assessed = {one["code"]: one["choices"][0] for one in cast.tool().questions}
    form = reverse("discharge_assess", args=[case.pk, "going-home"])
    case.refresh_from_db()
    done(ward.post(form, {"version": case.version, "summary": "Manages with one person", **assessed}))
    made = Assessment.objects.get()
    assert made.trusted
    done(send(social, "discharge_rely", made))
    assert f"{cast.council.name}: relied on" in open_case(nurse, case)

    # Both agree; home first was considered, and it is home.
    plan = {"destination": "usual_home", "support": "new", "pathway": "", "home_first_considered": "yes"}
    done(send(nurse, "discharge_agree", case, **plan))
    assert f"{cast.council.name} has not agreed yet" in open_case(nurse, case)
    done(send(social, "discharge_agree", case, **plan))
    case.refresh_from_db()
    assert (case.status, case.pathway) == (DischargeStatus.DECIDED, Pathway.P1)

    # A bed must come; hours of waiting go to the store, which disputes them; the hub settles.
    due = timezone.now() + timedelta(days=1)
    wanted = {"kind": "equipment", "title": "Bring a hospital bed", "organisation": str(cast.stores.pk)}
    done(send(nurse, "discharge_add_task", case, required="yes", **wanted, **moment(due)))
    assert "Bring a hospital bed" in words(stores.get(reverse("discharge_tasks")))
    owner = {"organisation": str(cast.stores.pk), "reason": str(cast.reason().pk)}
    done(send(nurse, "discharge_reattribute", case, **owner, **moment(timezone.now() - timedelta(hours=2))))
    hours = DelaySpell.objects.get(organisation=cast.stores)
    case.refresh_from_db()
    refuse = reverse("discharge_hours_dispute", args=[hours.pk])
    done(stores.post(refuse, {"version": case.version, "reason": "Nobody opened the door"}))
    assert "Disputed: Nobody opened the door" in open_case(nurse, case)
    back = {"organisation": str(cast.acute.pk), "reason": str(cast.reason("hospital-transport").pk)}
    case.refresh_from_db()
    at = hours.span.lower + timedelta(minutes=1)
    done(send(nurse, "discharge_reattribute", case, note="The porter was late", **back, **moment(at)))
    settled = DelaySpell.objects.get(organisation=cast.acute)
    assert settled.state == DelaySpell.State.AGREED

    # Not before the bed is there; then home, seen at home, closed.
    early = send(ward, "discharge_leave", case, destination="usual_home", **moment(timezone.now()))
    assert early.status_code == TOO_LATE
    assert "Bring a hospital bed" in words(early)
    done(send(stores, "discharge_task_finish", DischargeTask.objects.get(), note="In the living room"))
    done(send(ward, "discharge_leave", case, destination="usual_home", **moment(timezone.now())))
    done(send(nurse, "discharge_at_home", case, **moment(timezone.now())))
    done(send(nurse, "discharge_close", case))
    case.refresh_from_db()
    assert case.status == DischargeStatus.CLOSED
    total = sum((one.span.upper - one.span.lower for one in case.delays.all()), timedelta())
    assert total == case.discharged_at - case.ready_at
    kinds = set(Event.objects.filter(patient_id=person.pk).values_list("kind", flat=True))
    told = ("ready", "pathway_decided", "delay_disputed", "delay_reattributed", "completed", "assessed_at_home")
    assert {f"discharge.{kind}.v1" for kind in told} <= kinds


@pytest.mark.parametrize("status", DischargeStatus)
def test_the_page_of_a_case_opens_in_every_status_for_everybody_involved(cast, as_, status):
    case = make_case(cast, status)
    for who in (cast.ward, cast.nurse, cast.social_worker):
        assert DischargeStatus(status).label in open_case(as_(who), case)


def test_what_was_typed_stays_and_each_error_is_beside_its_field(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    bed = {"destination": "community_bed", "support": "short_term", "pathway": "1", "home_first_considered": "yes"}
    answer = send(as_(cast.nurse), "discharge_agree", case, **bed, not_home_reason="Nights need nursing")
    assert answer.status_code == UNPROCESSABLE
    shown = words(answer)
    assert "Pathway 1 does not fit" in shown
    assert "Nights need nursing" in shown
    assert "There is a problem" in shown


def test_a_form_overtaken_by_a_colleague_says_so_and_keeps_what_was_typed(cast, as_):
    case = make_case(cast, DischargeStatus.DECIDED)
    client = as_(cast.nurse)
    seen = case.version
    deciding.reconsider(case_id=case.pk, by=cast.social_worker, reason="The daughter rang")
    answer = send(client, "discharge_reconsider", case, version=seen, reason="The stairs are too steep")
    assert answer.status_code in (TOO_LATE, 412)
    assert "The stairs are too steep" in words(answer)
    assert Act.objects.filter(subject_id=case.pk, verb="reconsider").count() == 1


def test_the_same_form_twice_is_done_once(cast, as_):
    case = make_case(cast, DischargeStatus.PLANNING)
    client = as_(cast.ward)
    typed = {"version": case.version, **moment(timezone.now() - timedelta(hours=1))}
    for _ in range(2):
        done(client.post(reverse("discharge_ready", args=[case.pk]), typed))
    assert case.delays.count() == 1


def test_leaving_with_soft_items_missing_asks_to_confirm(cast, as_):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case, but=("eating",))
    client = as_(cast.ward)
    gone = {"destination": "usual_home", **moment(timezone.now())}
    asked = send(client, "discharge_leave", case, **gone)
    assert asked.status_code == UNPROCESSABLE
    assert "Not filled in: Eating, drinking and skin" in words(asked)
    done(send(client, "discharge_leave", case, **gone, despite_missing="on"))


def test_a_step_that_is_not_mine_shows_no_form(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    answer = as_(cast.nurse).get(reverse("discharge_reconsider", args=[case.pk]))
    assert answer.status_code == TOO_LATE
    assert "This is not possible now" in words(answer)
    assert as_(cast.equipment).get(reverse("discharge_ready", args=[case.pk])).status_code == 403


def test_a_case_begins_from_a_referral_that_is_offered_on_the_find_page(cast, as_):
    team = referred.Cast(trust=cast.trust)
    sent = referred.make_referral(
        team, by=people.actor("referrer", at=cast.acute), direction="step_down", channel="ward"
    )
    client = as_(cast.ward)
    assert sent.reference in words(client.get(reverse("discharge_find")))
    page = reverse("discharge_of_referral", args=[sent.pk])
    assert client.get(page).status_code == 200
    done(client.post(page, {"hospital": str(cast.hospital.pk)}))
    again = client.post(page, {"hospital": str(cast.hospital.pk)})
    assert "already has a case" in words(again)


def test_a_search_without_enough_says_what_is_missing(cast, as_):
    answer = as_(cast.ward).post(reverse("discharge_find"), {"name": "Smith"})
    assert answer.status_code == UNPROCESSABLE
    assert "Enter the date of birth" in words(answer)


def test_a_registration_ends_and_an_unregistered_assessment_is_not_relied_on(cast, as_):
    client = as_(cast.nurse)
    held = {
        "person": str(User.objects.get(pk=cast.therapist.id).memberships.get().pk),
        "tool": str(cast.tool().pk),
    }
    wrong = client.post(reverse("trusted_assessors"), held)
    assert "Name the agreement" in words(wrong)
    done(client.post(reverse("trusted_assessors"), {**held, "agreement": "Agreement 1"}))
    assert "already registered" in words(client.post(reverse("trusted_assessors"), {**held, "agreement": "Again"}))
    named = TrustedAssessor.objects.get()
    end = reverse("trusted_assessor_end", args=[named.pk])
    assert "Say why the registration ends" in words(client.post(end, {}))
    done(client.post(end, {"reason": "Left the team"}))
    named.refresh_from_db()
    assert named.valid_to == timezone.localdate() + timedelta(days=1)


def test_the_persons_record_leads_to_the_case_and_to_a_new_one(cast, as_):
    case = make_case(cast)
    client = as_(cast.ward)
    record = client.get(reverse("patient", args=[case.patient_id])).content.decode()
    assert reverse("discharge_case", args=[case.pk]) in record
    assert reverse("discharge_identify", args=[case.patient_id]) not in record
    discharge.stop_case(case_id=case.pk, by=cast.ward, reason="Stays after all")
    record = client.get(reverse("patient", args=[case.patient_id])).content.decode()
    assert reverse("discharge_identify", args=[case.patient_id]) in record


def test_the_pathway_is_worked_out_from_the_answers(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    page = as_(cast.nurse).get(reverse("discharge_agree", args=[case.pk])).content.decode()
    assert re.search(r'value="work_out"[^>]* checked', page)
    plan = {"destination": "usual_home", "support": "lapsed", "pathway": "work_out", "home_first_considered": "no"}
    done(send(as_(cast.nurse), "discharge_agree", case, **plan))
    assert case.agreements.get().pathway == Pathway.P1


def test_an_hour_that_autumn_repeats_asks_which_and_one_that_spring_leaves_out_is_refused(cast, as_):
    case = make_case(cast, admitted_at=timezone.now() - timedelta(days=400))
    client = as_(cast.ward)
    twice = {"on_day": "25", "on_month": "10", "on_year": "2026", "at": "1:30am"}
    asked = send(client, "discharge_ready", case, **twice)
    assert "happens twice" in words(asked)
    assert "The second, after the clocks went back" in words(asked)
    skipped = send(client, "discharge_ready", case, **(twice | {"on_day": "29", "on_month": "3"}))
    assert "does not happen" in words(skipped)
    done(send(client, "discharge_ready", case, **twice, which="second"))
    case.refresh_from_db()
    assert case.ready_at.isoformat() == "2026-10-25T01:30:00+00:00"
