"""A question that nobody answers in time holds nobody up: the portal carries on, once, and with nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals import actions, watch
from referrals.models import Answer, Question, Referral
from referrals.states import OfferStatus, Status
from referrals.tasks import ESCALATION
from tests.factories.referrals import Cast, make_referral, offer_of

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def asked_by_triage(cast) -> Referral:
    referral = make_referral(cast)
    actions.acknowledge(referral_id=referral.pk, by=cast.clinician)
    return actions.ask(referral_id=referral.pk, by=cast.clinician, question="Who has the key?")


def asked_by_a_service(cast) -> Referral:
    referral = make_referral(cast, Status.OFFERED)
    offer = offer_of(referral)
    return actions.ask_about_offer(referral_id=referral.pk, offer_id=offer.pk, by=cast.nurse, question="Any dogs?")


def sweep(at=None) -> int:
    return watch.expire_questions(by=ESCALATION, now=at or timezone.now() + timedelta(days=30))


def test_triage_goes_on_without_the_answer_and_once(cast):
    referral = asked_by_triage(cast)
    until = Question.objects.get(referral=referral).answer_by

    assert sweep(until) == 0, "there is time until then"
    assert (sweep(until + timedelta(seconds=1)), sweep()) == (1, 0)
    assert Referral.objects.get(pk=referral.pk).status == Status.IN_TRIAGE
    assert Answer.objects.get(question__referral=referral).text == ""


def test_a_service_is_asked_for_its_answer_again_and_once(cast):
    referral = asked_by_a_service(cast)

    assert (sweep(), sweep()) == (1, 0)
    assert offer_of(referral).status == OfferStatus.ACKNOWLEDGED
    assert Referral.objects.get(pk=referral.pk).status == Status.OFFERED


def test_what_was_answered_undone_or_closed_is_left_alone(cast):
    answered, undone, closed = (asked_by_triage(cast) for _ in range(3))
    actions.answer(referral_id=answered.pk, by=cast.gp, text="The neighbour.")
    actions.undo(referral_id=undone.pk, by=cast.clinician)
    actions.cancel(referral_id=closed.pk, by=cast.gp, reason="Sent in error.")

    assert sweep() == 0
