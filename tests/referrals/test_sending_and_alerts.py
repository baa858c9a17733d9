"""What is refused, or done only once, around a referral: sending, drafts, messages, alerts and reviews."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.models import Event
from referrals import actions, watch
from referrals.models import Alert, Breach, Clock, Draft, Referral
from tests.factories import people
from tests.factories.referrals import need
from tests.referrals.refusals import refused, rows

BLANK = " \n"


@pytest.fixture
def breach(desk):
    """Nobody acknowledged a crisis in time."""
    desk.send(received_at=timezone.now() - timedelta(minutes=50))
    watch.sweep(by=ESCALATION, now=timezone.now())
    return Breach.objects.earliest("id")


@pytest.fixture
def alert(desk, breach):
    """The shift lead was told."""
    return actions.escalate(clock=breach.clock, step=1, role="shift_lead", by=ESCALATION, at=timezone.now())


def sending(desk, **given):
    return {"patient": desk.patient, "need": need(), "point_of_access": desk.front_door} | given


def test_only_roles_that_refer_send_and_write(desk):
    reader = people.actor("spa_manager", at=desk.front_door.organisation)
    sentence = f"Your role ({reader.role_name}) cannot "
    refused(actions.submit, NotPermitted, f"{sentence}send referrals.", **sending(desk, by=reader))
    refused(actions.save_draft, NotPermitted, f"{sentence}write referrals.", by=reader, typed={"need": "Fell"})
    refused(actions.save_draft, NotPermitted, "cannot write referrals.", by=ESCALATION, typed={"need": "Fell"})


def test_a_referral_comes_from_somewhere_and_not_from_the_future(desk):
    nowhere = sending(desk, by=ESCALATION)
    refused(actions.submit, Invalid, "A referral must come from an organisation.", "NO_ORGANISATION", **nowhere)
    later = sending(desk, by=desk.gp, received_at=timezone.now() + timedelta(minutes=5))
    refused(actions.submit, Invalid, "The time is in the future.", "FUTURE_TIME", "received_at", **later)


def test_a_draft_sent_twice_is_sent_once(desk):
    draft = actions.save_draft(by=desk.gp, typed={"need": "Fell"})
    first = actions.submit(**sending(desk, by=desk.gp, draft_id=draft.pk))
    before = rows()
    again = actions.submit(**sending(desk, by=desk.gp, draft_id=draft.pk))
    assert again.pk == first.pk
    assert rows() == before
    assert Draft.objects.values_list("sent_as", "typed").get(pk=draft.pk) == (first.pk, {})


def test_somebody_elses_draft_is_neither_sent_nor_thrown_away(desk):
    draft = actions.save_draft(by=desk.gp, typed={"need": "Fell"})
    before = rows()
    actions.discard_draft(by=desk.clinician, draft_id=draft.pk)
    assert rows() == before
    actions.submit(**sending(desk, by=desk.clinician, draft_id=draft.pk))
    assert Draft.objects.values_list("sent_as", "typed").get(pk=draft.pk) == (None, {"need": "Fell"})


def test_a_message_has_words(desk):
    given = {"referral_id": desk.send().pk, "by": desk.clinician, "text": BLANK}
    refused(actions.send_message, Invalid, "Enter a message.", field="text", **given)


def test_news_is_seen_once_and_by_the_referrer_only(desk):
    referral = desk.send()
    actions.send_message(referral_id=referral.pk, by=desk.clinician, text="We are on our way.")
    told = Event.objects.filter(subject_id=referral.pk, data__news_seen=True)
    for reader, times in ((desk.clinician, 0), (desk.gp, 1), (desk.gp, 1)):
        actions.mark_read(referral=Referral.objects.get(pk=referral.pk), by=reader)
        assert told.count() == times
    assert not Referral.objects.with_news().filter(pk=referral.pk).exists()


def test_a_clock_is_told_of_once(desk):
    desk.send(received_at=timezone.now() - timedelta(minutes=14))
    clock = Clock.objects.select_related("referral", "policy").get(code="acknowledge")
    given = {"clock": clock, "by": ESCALATION, "at": timezone.now()}
    assert actions.warn_near(**given) is True
    before = rows()
    assert actions.warn_near(**given) is False
    assert rows() == before


def test_an_alert_is_taken_by_a_supervisor_of_its_place(desk, alert):
    given = {"alert_id": alert.pk}
    elsewhere = people.actor("shift_lead")
    refused(actions.take_alert, NotPermitted, "This alert is not for your organisation.", by=elsewhere, **given)
    refused(actions.take_alert, NotPermitted, "This alert is not for your organisation.", by=ESCALATION, **given)
    clinician = desk.clinician
    refused(actions.take_alert, NotPermitted, f"({clinician.role_name}) cannot take alerts.", by=clinician, **given)
    actions.take_alert(by=desk.lead, **given)
    second = people.actor("shift_lead", at=desk.front_door.organisation)
    refused(actions.take_alert, IllegalTransition, "A colleague has taken this alert already.", by=second, **given)
    assert Alert.objects.get(pk=alert.pk).taken_by_id == desk.lead.id


def test_a_breach_is_reviewed_by_a_supervisor_of_its_place_who_says_why(desk, breach):
    given = {"breach_id": breach.pk, "cause": "Nobody on the desk."}
    clinician, elsewhere = desk.clinician, people.actor("shift_lead")
    sentence = f"Your role ({clinician.role_name}) cannot review breaches."
    refused(actions.review_breach, NotPermitted, sentence, by=clinician, **given)
    refused(actions.review_breach, NotPermitted, "cannot review breaches.", by=ESCALATION, **given)
    refused(actions.review_breach, NotPermitted, "This breach is not at your point of access.", by=elsewhere, **given)
    blank = given | {"by": desk.lead, "cause": BLANK}
    refused(actions.review_breach, Invalid, "Say why the time ran out.", field="cause", **blank)


def test_the_same_review_sent_twice_counts_once(desk, breach):
    given = {"breach_id": breach.pk, "by": desk.lead, "cause": "Nobody on the desk.", "expected_review": ""}
    actions.review_breach(**given)
    before = rows()
    actions.review_breach(**given)
    assert rows() == before
