"""Crisis episodes end with their referrals, with what they claim; reopened and moved on, each exactly once."""

import pytest

from audit.models import Event
from homefirst.models import Act, AvoidedAdmissionClaim
from homefirst.states import CrisisStatus
from referrals import actions
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral
from referrals.states import Status
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode, episode_of, finish, met, now_of, sweep
from tests.factories.referrals import offer_of

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


def events(kind, found=None):
    rows = Event.objects.filter(kind=f"{kind}.v1")
    return rows.filter(subject_id=found.pk) if found else rows


def test_a_referral_finished_on_its_own_page_ends_the_episode_with_its_outcome_and_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    ended = now_of(found)
    ended.referral.refresh_from_db()
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, Outcome.AT_HOME_NO_SUPPORT)
    assert ended.closed_at == ended.referral.closed_at
    claim = AvoidedAdmissionClaim.objects.get(episode=found)
    assert (claim.grade, claim.occurred_at, claim.voided_at) == ("c", ended.closed_at, None)
    assert events("avoided_admission.claimed").count() == 1
    assert sweep() == 0


def test_what_was_met_and_finished_during_an_outage_is_caught_up_once(cast):
    referral = met(cast)
    finish(cast, referral.pk)
    sweep()
    sweep()
    found = episode_of(referral)
    assert found.status == CrisisStatus.CLOSED
    assert [act.verb for act in Act.objects.order_by("version")] == ["open", "close"]
    assert AvoidedAdmissionClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda cast, pk: actions.record_death(referral_id=pk, by=cast.nurse), Outcome.DIED),
        (lambda cast, pk: actions.call_999(referral_id=pk, by=cast.nurse, reason="Chest pain"), ""),
        (lambda cast, pk: actions.withdraw(referral_id=pk, by=cast.nurse, reason="No more"), Outcome.PERSON_DECLINED),
    ],
    ids=["died", "999", "declined"],
)
def test_other_endings_end_the_episode_and_claim_nothing(cast, end, outcome):
    found = episode(cast)
    end(cast, found.referral_id)
    sweep()
    ended = now_of(found)
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, outcome)
    assert not AvoidedAdmissionClaim.objects.exists()
    assert sweep() == 0


def test_taking_back_the_end_takes_back_the_claim_and_counts_it_once_when_it_ends_again(cast):
    found = episode(cast, hours=2)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    running = now_of(found)
    assert (running.status, running.opened_at, running.outcome) == (CrisisStatus.ACTIVE, found.opened_at, "")
    claim = AvoidedAdmissionClaim.objects.get()
    assert claim.voided_at is not None
    assert claim.void_reason
    assert events("avoided_admission.voided").count() == 1
    finish(cast, found.referral_id, Outcome.COMMUNITY_BED)
    sweep()
    claim.refresh_from_db()
    assert (claim.voided_at, claim.grade, AvoidedAdmissionClaim.objects.count()) == (None, "d", 1)


def test_an_end_put_right_between_two_sweeps_is_followed(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    finish(cast, found.referral_id, Outcome.ADMITTED, AvoidedAdmission.NO)
    assert sweep() == 1
    assert now_of(found).outcome == Outcome.ADMITTED
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_a_reopened_referral_has_a_running_episode_with_a_term_of_its_own(cast):
    found = episode(cast, hours=50)
    finish(cast, found.referral_id)
    sweep()
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    assert sweep() == 1
    again = now_of(found)
    assert again.status == CrisisStatus.ACTIVE
    assert again.opened_at > found.opened_at
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    assert sweep() == 1
    assert now_of(found).opened_at == now_of(found).referral.first_contact_at
    assert sweep() == 0


def test_a_reopening_that_was_taken_back_ends_the_episode_again(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    closed_at = now_of(found).closed_at
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Wrong person")
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    ended = now_of(found)
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, Outcome.AT_HOME_NO_SUPPORT)
    assert ended.closed_at >= closed_at
    assert AvoidedAdmissionClaim.objects.get().voided_at is None
    assert sweep() == 0


def test_a_first_contact_after_reopening_that_was_taken_back_runs_from_the_reopening(cast):
    found = episode(cast, hours=5)
    finish(cast, found.referral_id)
    sweep()
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    sweep()
    reopened = now_of(found).opened_at
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    assert sweep() == 1
    assert (now_of(found).status, now_of(found).opened_at) == (CrisisStatus.ACTIVE, reopened)


def test_moved_to_another_service_the_episode_ends_there_and_begins_again_with_the_next(cast):
    found = episode(cast, hours=4)
    actions.redirect(referral_id=found.referral_id, by=cast.nurse, service=cast.other_service.pk, reason="Needs nights")
    sweep()
    assert now_of(found).status == CrisisStatus.CLOSED
    assert now_of(found).outcome == ""
    assert sweep() == 0
    referral = found.referral
    actions.accept_offer(
        referral_id=referral.pk, offer_id=offer_of(referral, cast.other_service).pk, by=night_nurse(cast)
    )
    assert sweep() == 0, "not met by the next service yet"
    actions.first_contact(referral_id=referral.pk, by=night_nurse(cast))
    sweep()
    again = now_of(found)
    assert (again.status, again.service, again.team) == (CrisisStatus.ACTIVE, cast.other_service, cast.other_team)
    assert again.opened_at > found.opened_at


def test_an_end_taken_back_and_moved_on_between_two_sweeps_leaves_no_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    actions.redirect(referral_id=found.referral_id, by=cast.nurse, service=cast.other_service.pk, reason="Nights")
    assert sweep() == 1
    ended = now_of(found)
    assert (ended.status, ended.outcome, ended.service) == (CrisisStatus.CLOSED, "", cast.service)
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_an_end_and_a_first_contact_taken_back_between_two_sweeps_is_void_without_a_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    Referral.objects.filter(pk=found.referral_id).update(status=Status.RESPONDING, first_contact_at=None)
    assert sweep() == 1
    assert now_of(found).status == CrisisStatus.VOID
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_met_again_and_finished_between_two_sweeps_after_a_void(cast):
    found = episode(cast)
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    finish(cast, found.referral_id)
    assert sweep() == 1
    assert now_of(found).status == CrisisStatus.CLOSED
    assert AvoidedAdmissionClaim.objects.get().voided_at is None
    assert sweep() == 0


def night_nurse(cast):
    return people.actor("community_worker", team=cast.other_team)
