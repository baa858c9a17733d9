"""Ten minutes to take a step back: a compensating step, with everything the step changed put back."""

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from audit.errors import IllegalTransition, NotPermitted, StaleVersion
from referrals import actions
from referrals.models import Clock, Referral, Step, UnmetNeed
from referrals.states import OfferStatus, Status

UNCHANGED = {"version", "updated_at", "news_at", "escalation"}


def state(referral):
    fresh = Referral.objects.get(pk=referral.pk)
    seen = {name: value for name, value in model_to_dict(fresh).items() if name not in UNCHANGED}
    return seen | {"live": set(fresh.offers.live().values_list("service", flat=True))}


def running(referral):
    clocks = Clock.objects.filter(referral=referral, offer=None)
    return {c.code: (c.started_at, c.due_at, c.stopped_at, c.result) for c in clocks if c.result != "ended"}


def take_back(referral, step, by):
    """Do the step, undo it, and compare everything that people see."""
    before, clocks = state(referral), running(referral)
    step()
    assert state(referral) != before
    actions.undo(referral_id=referral.pk, by=by)
    assert state(referral) == before
    assert running(referral) == clocks


def test_undo_acknowledge(desk):
    referral = desk.send()
    take_back(referral, lambda: actions.acknowledge(referral_id=referral.pk, by=desk.clinician), desk.clinician)


def test_undo_accept_withdraws_the_offers_it_made(desk):
    referral = desk.send()
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician)
    accept = {"referral_id": referral.pk, "by": desk.clinician, "urgency": "urgent", "services": [desk.crisis.pk]}
    take_back(referral, lambda: actions.accept(**accept), desk.clinician)
    assert list(referral.offers.values_list("status", flat=True)) == [OfferStatus.WITHDRAWN]
    actions.accept(**accept)
    assert referral.offers.live().count() == 1


def test_undo_accept_offer_brings_the_other_offers_back(desk):
    referral = desk.accepted(desk.crisis, desk.nursing)
    offer = referral.offers.get(service=desk.crisis)
    take_back(
        referral,
        lambda: actions.accept_offer(referral_id=referral.pk, offer_id=offer.pk, by=desk.worker),
        desk.worker,
    )
    assert set(referral.offers.values_list("status", flat=True)) == {OfferStatus.REQUESTED}


def test_undo_decline(desk):
    referral = desk.accepted()
    offer = referral.offers.get()
    take_back(
        referral,
        lambda: actions.decline_offer(
            referral_id=referral.pk, offer_id=offer.pk, by=desk.worker, criterion=desk.criterion
        ),
        desk.worker,
    )
    offer.refresh_from_db()
    assert (offer.status, offer.decline_criterion) == (OfferStatus.REQUESTED, None)


def test_undo_waitlist_takes_the_unmet_need_out_of_the_count(desk):
    referral = desk.accepted()
    actions.waitlist_offer(referral_id=referral.pk, offer_id=referral.offers.get().pk, by=desk.worker)
    assert UnmetNeed.objects.standing().count() == 1
    actions.undo(referral_id=referral.pk, by=desk.worker)
    assert UnmetNeed.objects.standing().count() == 0
    assert UnmetNeed.objects.count() == 1


def test_undo_first_contact_and_complete(desk):
    referral = desk.accepted()
    actions.accept_offer(referral_id=referral.pk, offer_id=referral.offers.get().pk, by=desk.worker)
    contact = {"referral_id": referral.pk, "by": desk.worker}
    take_back(referral, lambda: actions.first_contact(**contact), desk.worker)
    actions.first_contact(**contact)
    finish = contact | {"outcome": "admitted", "avoided_admission": "no"}
    take_back(referral, lambda: actions.complete(**finish), desk.worker)


def test_undo_redirect(desk):
    referral = desk.accepted()
    move = {"referral_id": referral.pk, "by": desk.clinician, "service": desk.nursing.pk, "reason": "Wrong team."}
    take_back(referral, lambda: actions.redirect(**move), desk.clinician)
    assert referral.offers.live().get().service == desk.crisis


def test_undo_redirect_gives_it_back_to_the_team_and_the_worker(desk):
    referral = desk.accepted()
    own = {"referral_id": referral.pk, "by": desk.worker}
    actions.accept_offer(**own, offer_id=referral.offers.get().pk, worker=desk.worker.id)
    take_back(referral, lambda: actions.redirect(**own, service=desk.nursing.pk, reason="Needs a nurse."), desk.worker)
    fresh = Referral.objects.get(pk=referral.pk)
    assert (fresh.service, fresh.team, fresh.worker_id) == (desk.crisis, desk.crisis_team, desk.worker.id)


def test_undo_reopen_closes_it_when_it_was_closed(desk):
    referral = desk.accepted()
    own = {"referral_id": referral.pk, "by": desk.worker}
    actions.accept_offer(**own, offer_id=referral.offers.get().pk)
    actions.first_contact(**own)
    closed_at = actions.complete(**own, outcome="admitted", avoided_admission="no").closed_at
    take_back(referral, lambda: actions.reopen(**own, reason="Fell again."), desk.worker)
    assert Referral.objects.get(pk=referral.pk).closed_at == closed_at


def test_history_keeps_both_steps_and_says_which_undoes_which(desk):
    referral = desk.send()
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician)
    actions.undo(referral_id=referral.pk, by=desk.clinician)
    steps = list(Step.objects.filter(referral=referral).order_by("version"))
    assert [step.verb for step in steps] == ["submit", "acknowledge", "undo"]
    assert steps[2].undoes == steps[1]


def test_only_the_actor_or_a_supervisor_may_undo(desk):
    referral = desk.send()
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician)
    with pytest.raises(NotPermitted, match="took this step"):
        actions.undo(referral_id=referral.pk, by=desk.colleague)
    actions.undo(referral_id=referral.pk, by=desk.lead)


def test_after_ten_minutes_it_stands(desk):
    referral = desk.send(received_at=timezone.now() - timedelta(hours=1))
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician, at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(IllegalTransition, match="10 minutes"):
        actions.undo(referral_id=referral.pk, by=desk.clinician)


def test_undo_is_not_undone_and_sending_is_not_either(desk):
    referral = desk.send()
    with pytest.raises(IllegalTransition):
        actions.undo(referral_id=referral.pk, by=desk.gp)
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician)
    actions.undo(referral_id=referral.pk, by=desk.clinician)
    with pytest.raises(IllegalTransition):
        actions.undo(referral_id=referral.pk, by=desk.clinician)


def test_undo_of_a_page_that_is_out_of_date_is_refused(desk):
    referral = desk.send()
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician)
    actions.assign(referral_id=referral.pk, by=desk.colleague, to=desk.colleague.id)
    with pytest.raises(StaleVersion):
        actions.undo(referral_id=referral.pk, by=desk.clinician, expected_version=2)
    assert Referral.objects.get(pk=referral.pk).status == Status.IN_TRIAGE
