"""Two people, two tabs, two clicks: nothing happens twice, nothing typed is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import end_membership
from accounts.models import Membership
from referrals.models import Message, Step
from referrals.states import Status
from tests.factories import people
from tests.factories.referrals import Cast, make_referral, offer_of
from tests.referrals.web.pages import done, open_page, take, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def test_the_second_clinician_sees_who_did_what_and_decides_again_with_what_they_typed(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    seen = referral.version
    done(take(as_(cast.colleague), referral, "assign", to=str(cast.colleague.id)))

    second = as_(cast.clinician)
    refused = take(second, referral, "advise", version=seen, advice="Try the falls clinic.")
    page = words(refused)
    assert refused.status_code == 409
    assert "This referral changed since you opened it" in page
    assert f"{cast.colleague.name}, Triage clinician assigned it at" in page
    assert "Try the falls clinic." in page
    assert f'name="version" value="{seen + 1}"' in refused.content.decode()

    done(take(second, referral, "advise", advice="Try the falls clinic."))
    referral.refresh_from_db()
    assert referral.status == Status.ADVICE_GIVEN


def test_when_the_step_is_no_longer_possible_what_was_typed_can_be_copied(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    seen = referral.version
    done(take(as_(cast.colleague), referral, "cancel", reason="Sent twice."))
    refused = take(as_(cast.clinician), referral, "advise", version=seen, advice="Rest, fluids, call if worse.")
    assert refused.status_code == 409
    assert "It was not saved. Copy anything you still need." in words(refused)
    assert "Rest, fluids, call if worse." in words(refused)
    assert "Sent twice." in words(refused)


def test_a_double_click_takes_the_step_once(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    seen = referral.version
    clinician = as_(cast.clinician)
    typed = {"urgency": "crisis", "services": [str(cast.service.pk)]}
    done(take(clinician, referral, "accept", version=seen, **typed))
    done(take(clinician, referral, "accept", version=seen, **typed))
    assert referral.offers.count() == 1
    assert Step.objects.filter(referral=referral, verb="accept").count() == 1


def test_the_back_button_after_a_step_does_not_repeat_it(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    seen = referral.version
    clinician = as_(cast.clinician)
    done(take(clinician, referral, "ask", version=seen, question="Who has the key?"))
    done(take(clinician, referral, "resume"))
    again = take(clinician, referral, "ask", version=seen, question="Who has the key?")
    done(again)
    assert referral.questions.count() == 1


def test_other_words_from_the_page_before_are_not_swallowed(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    seen = referral.version
    clinician = as_(cast.clinician)
    done(take(clinician, referral, "ask", version=seen, question="Who has the key?"))
    other = take(clinician, referral, "ask", version=seen, question="Is she on her own?")
    assert other.status_code == 409
    assert "Is she on her own?" in words(other)
    assert referral.questions.count() == 1


def test_one_message_form_writes_one_message(cast, as_):
    referral = make_referral(cast)
    clinician = as_(cast.clinician)
    before = Message.objects.filter(referral=referral).count()
    form = open_page(clinician, referral).content.decode()
    message_id = form.split('name="message_id" value="')[1].split('"')[0]
    for _ in range(2):
        sent = clinician.post(f"/referrals/{referral.pk}/message/", {"text": "On my way", "message_id": message_id})
        assert sent.status_code == 303
    assert Message.objects.filter(referral=referral).count() == before + 1
    elsewhere = make_referral(cast)
    for other in (referral, elsewhere):
        clinician.post(f"/referrals/{other.pk}/message/", {"text": "Now at the door", "message_id": message_id})
        assert Message.objects.filter(referral=other, text="Now at the door").count() == 1


def test_two_tabs_of_one_person_are_two_decisions(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    seen, offer = referral.version, offer_of(referral)
    nurse = as_(cast.nurse)
    done(take(nurse, referral, "see-offer", version=seen, offer=offer.pk))
    second = take(nurse, referral, "waitlist-offer", version=seen, offer=offer.pk, note="No one free tonight")
    assert second.status_code == 409
    assert "No one free tonight" in words(second)


def test_a_role_that_ends_stops_the_next_step(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    clinician = as_(cast.clinician)
    assert open_page(clinician, referral).status_code == 200
    end_membership(by=people.SYSTEM, membership_id=Membership.objects.get(user=cast.clinician.id).pk)
    stopped = take(clinician, referral, "advise", advice="Too late")
    assert stopped.status_code in {302, 401, 403}
    referral.refresh_from_db()
    assert referral.status == Status.IN_TRIAGE


@pytest.mark.parametrize("garbage", ["", "x", "-1", "9" * 30, "\x00"])
def test_a_version_that_makes_no_sense_is_refused_in_words(cast, as_, garbage):
    referral = make_referral(cast, Status.IN_TRIAGE)
    refused = as_(cast.clinician).post(f"/referrals/{referral.pk}/advise/", {"version": garbage, "advice": "Rest"})
    assert refused.status_code in {409, 422}
    assert "Rest" in words(refused)


def test_undo_is_offered_for_ten_minutes_and_takes_the_step_back(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    clinician, colleague = as_(cast.clinician), as_(cast.colleague)
    done(take(clinician, referral, "advise", advice="Try the falls clinic."))
    assert "Undo" in words(open_page(clinician, referral))
    assert "Undo" not in words(open_page(colleague, referral))
    assert take(colleague, referral, "undo").status_code == 403
    done(take(clinician, referral, "undo"))
    page = open_page(clinician, referral)
    assert "(undone)" in words(page)
    referral.refresh_from_db()
    assert referral.status == Status.IN_TRIAGE


def test_undo_is_gone_after_ten_minutes(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    clinician = as_(cast.clinician)
    done(take(clinician, referral, "advise", advice="Rest."))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "Last step" not in words(open_page(clinician, referral))
        refused = take(clinician, referral, "undo")
    assert refused.status_code == 409
    assert "A step can be taken back for 10 minutes." in words(refused)
