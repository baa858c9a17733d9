"""Steps on a referral that are refused: what the user reads, beside which field, and that nothing changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import IllegalTransition, Invalid, NotPermitted
from directory.models import Capacity, Criterion
from referrals import actions
from referrals.models import Answer, Question, Referral
from referrals.states import OfferStatus, Status
from tests.factories import directory, patients
from tests.referrals.refusals import refused

BLANK = " \n"


def in_triage(desk):
    referral = desk.send()
    return actions.acknowledge(referral_id=referral.pk, by=desk.clinician)


def with_crisis_team(desk):
    """Taken on by the crisis team."""
    referral = desk.accepted()
    return actions.accept_offer(referral_id=referral.pk, offer_id=referral.offers.get().pk, by=desk.worker)


def completed(desk):
    referral = with_crisis_team(desk)
    step = {"referral_id": referral.pk, "by": desk.worker}
    actions.first_contact(**step)
    return actions.complete(**step, outcome="admitted", avoided_admission="no")


def offer_to(referral, service):
    return referral.offers.get(service=service)


# Triage


def test_the_portal_takes_a_referral_in_for_nobody(desk):
    referral = actions.acknowledge(referral_id=desk.send().pk, by=ESCALATION)
    fresh = Referral.objects.get(pk=referral.pk)
    assert (fresh.status, fresh.assigned_to_id) == (Status.IN_TRIAGE, None)


def test_whoever_refers_does_not_take_referrals_in(desk):
    given = {"referral_id": desk.send().pk, "by": desk.gp}
    refused(actions.acknowledge, NotPermitted, f"Your role ({desk.gp.role_name}) cannot do this.", **given)


def test_assign_only_to_somebody_at_this_point_of_access(desk):
    given = {"referral_id": in_triage(desk).pk, "by": desk.clinician, "to": desk.worker.id}
    refused(actions.assign, Invalid, "Choose somebody who works at this point of access.", field="to", **given)


def test_a_question_and_an_answer_have_words(desk):
    referral = in_triage(desk)
    asking = {"referral_id": referral.pk, "by": desk.clinician, "question": BLANK}
    refused(actions.ask, Invalid, "Enter the question.", field="question", **asking)
    actions.ask(**asking | {"question": "Who has the key?"})
    answering = {"referral_id": referral.pk, "by": desk.gp, "text": BLANK}
    refused(actions.answer, Invalid, "Enter the answer.", field="text", **answering)


def test_no_answer_without_a_question(desk):
    given = {"referral_id": desk.accepted().pk, "by": desk.gp, "text": "The neighbour has it."}
    refused(actions.answer, Invalid, "There is no open question on this referral.", "NO_QUESTION", **given)


def test_an_answer_after_the_service_decided_changes_no_offer(desk):
    referral = desk.accepted()
    own = {"referral_id": referral.pk, "offer_id": referral.offers.get().pk, "by": desk.worker}
    actions.ask_about_offer(**own, question="Any dogs?")
    actions.waitlist_offer(**own)

    actions.answer(referral_id=referral.pk, by=desk.gp, text="Two.")

    assert referral.offers.get().status == OfferStatus.WAITLISTED
    assert Answer.objects.get(question=Question.objects.get(referral=referral)).text == "Two."


def test_advice_has_words(desk):
    given = {"referral_id": in_triage(desk).pk, "by": desk.clinician, "advice": BLANK}
    refused(actions.advise, Invalid, "Enter the advice for the referrer.", field="advice", **given)


def test_reject_says_where_to_turn_and_cites_what_must_be_met(desk):
    given = {"referral_id": in_triage(desk).pk, "by": desk.clinician, "criterion": desk.criterion, "signpost": BLANK}
    refused(actions.reject, Invalid, "Say where the referrer should turn instead.", field="signpost", **given)
    desk.criterion.hard = False
    refused(actions.reject, Invalid, "That criterion is advisory", "CRITERION_NOT_HARD", "criterion", **given)


# Offers


def test_offers_are_to_at_least_one_service_that_has_none(desk):
    given = {"referral_id": desk.accepted().pk, "by": desk.clinician}
    refused(actions.make_offers, Invalid, "Choose at least one service.", field="services", services=[], **given)
    again = given | {"services": [desk.crisis.pk]}
    refused(
        actions.make_offers,
        Invalid,
        "These services have the referral already.",
        "ALREADY_OFFERED",
        "services",
        **again,
    )


def test_one_more_service_is_asked_while_another_has_an_offer(desk):
    referral = desk.accepted()
    both = [desk.crisis.pk, desk.nursing.pk]
    actions.make_offers(referral_id=referral.pk, by=desk.clinician, services=both)
    assert sorted(referral.offers.live().values_list("service", flat=True)) == sorted(both)
    assert Referral.objects.get(pk=referral.pk).status == Status.OFFERED


def test_redirect_says_why_and_goes_somewhere_else(desk):
    given = {"referral_id": desk.accepted().pk, "by": desk.clinician, "service": desk.nursing.pk, "reason": BLANK}
    refused(actions.redirect, Invalid, "Say why it moves to another service.", field="reason", **given)
    same = given | {"service": desk.crisis.pk, "reason": "Wrong team."}
    refused(actions.redirect, Invalid, "That service has the referral already.", "ALREADY_OFFERED", "service", **same)


def test_redirect_before_any_offer_comes_from_no_service(desk):
    referral = in_triage(desk)
    given = {"referral_id": referral.pk, "by": desk.clinician}
    actions.accept(**given, urgency="crisis")
    actions.redirect(**given, service=desk.nursing.pk, reason="Needs a nurse.")
    handed = referral.handoffs.get()
    assert (handed.from_service_id, handed.to_service_id) == (None, desk.nursing.pk)
    assert Referral.objects.get(pk=referral.pk).status == Status.OFFERED


def test_an_answered_offer_neither_expires_nor_is_taken_back(desk):
    referral = desk.accepted(desk.crisis, desk.nursing)
    crisis, nursing = (offer_to(referral, service).pk for service in (desk.crisis, desk.nursing))
    actions.waitlist_offer(referral_id=referral.pk, offer_id=crisis, by=desk.worker)
    gone = {"referral_id": referral.pk, "offer_id": crisis, "by": ESCALATION}
    refused(actions.expire_offer, IllegalTransition, "That offer has been answered.", **gone)
    actions.decline_offer(referral_id=referral.pk, offer_id=crisis, by=desk.worker, criterion=desk.criterion)
    back = {"referral_id": referral.pk, "offer_id": crisis, "by": desk.clinician}
    refused(actions.withdraw_offer, IllegalTransition, "That offer has already been answered.", **back)
    assert referral.offers.get(pk=nursing).status == OfferStatus.REQUESTED


def test_an_offer_of_another_referral_is_none_of_this_one(desk):
    elsewhere, referral = desk.accepted(patient=patients.patient()), desk.accepted()
    given = {"referral_id": referral.pk, "offer_id": elsewhere.offers.get().pk, "by": desk.clinician}
    refused(
        actions.withdraw_offer, Invalid, "That offer does not belong to this referral.", "NOT_FOUND", "offer", **given
    )


# The service's answer


def test_a_team_answers_its_own_offer_only(desk):
    referral = desk.accepted(desk.crisis, desk.nursing)
    given = {"referral_id": referral.pk, "offer_id": offer_to(referral, desk.nursing).pk, "by": desk.worker}
    refused(actions.see_offer, NotPermitted, "That offer is to another team.", "NO_RELATIONSHIP", **given)


def test_a_worker_is_of_the_team(desk):
    given = {"referral_id": with_crisis_team(desk).pk, "by": desk.worker, "worker": desk.gp.id}
    refused(actions.allocate, Invalid, "Choose somebody who works in this team.", field="worker", **given)


def test_a_service_declines_on_its_own_criteria(desk):
    referral = desk.accepted()
    theirs = Criterion.objects.create(
        service=desk.nursing, code="wound", text="Has a wound.", hard=True, valid_from=directory.LONG_AGO
    )
    given = {"referral_id": referral.pk, "offer_id": referral.offers.get().pk, "by": desk.worker, "criterion": theirs}
    refused(actions.decline_offer, Invalid, "Choose one of this service's own criteria.", field="criterion", **given)


def test_a_free_place_takes_the_other_offers_back(desk):
    Capacity.objects.create(service=desk.crisis, places=1, valid_from=directory.LONG_AGO)
    referral = desk.accepted(desk.crisis, desk.nursing)
    waiting = {"referral_id": referral.pk, "offer_id": offer_to(referral, desk.crisis).pk}
    refused(actions.promote_waiting, IllegalTransition, "There is no free place", by=ESCALATION, **waiting)
    actions.waitlist_offer(**waiting, by=desk.worker)

    actions.promote_waiting(**waiting, by=ESCALATION)

    assert offer_to(referral, desk.crisis).status == OfferStatus.ACCEPTED
    assert offer_to(referral, desk.nursing).status == OfferStatus.WITHDRAWN


def test_reopening_says_why_and_within_a_week(desk):
    referral = completed(desk)
    given = {"referral_id": referral.pk, "by": desk.worker, "reason": BLANK}
    refused(actions.reopen, Invalid, "Say why it is reopened.", field="reason", **given)
    Referral.objects.filter(pk=referral.pk).update(closed_at=timezone.now() - timedelta(days=7, minutes=1))
    late = given | {"reason": "Fell again."}
    refused(actions.reopen, IllegalTransition, "A referral can be reopened for 7 days.", **late)


# Ends


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (actions.cancel, "Say why it is cancelled."),
        (actions.withdraw, "Say what the person told you."),
        (actions.call_999, "Say what you found and when 999 was called."),
    ],
)
def test_an_early_end_has_its_reason(desk, end, sentence):
    refused(end, Invalid, sentence, field="reason", referral_id=desk.send().pk, by=desk.clinician, reason=BLANK)


def test_a_duplicate_repeats_another_referral_of_the_same_person(desk):
    referral, other = desk.send(), desk.send(patient=patients.patient())
    mark = {"referral_id": referral.pk, "by": desk.clinician}
    for original, sentence in (
        (referral, "Choose the referral that this one repeats."),
        (other, "Those two referrals are about different people."),
    ):
        refused(actions.mark_duplicate, Invalid, sentence, field="duplicate_of", duplicate_of=original.pk, **mark)
