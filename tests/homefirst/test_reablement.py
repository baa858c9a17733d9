"""Reablement is worked by its team and ends with its referral; day 91 asks who is at home."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from homefirst.actions import follow_ups, reablement
from homefirst.actions.reablement_following import follow_referral
from homefirst.codes import FollowUpOutcome
from homefirst.models import Act, ReablementEpisode
from homefirst.policies import reablement as policies
from homefirst.states import ReablementStatus
from homefirst.steps import NotFound
from patients.actions import record_death
from patients.models import Patient
from referrals.models import Referral
from referrals.states import Status
from tests.factories import directory, people
from tests.factories.homefirst_reablement import Reablers, keep_up
from tests.factories.told import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Reablers)]


@pytest.fixture
def team(cast):
    return cast


class TestWork:
    def test_hours_goals_and_a_review(self, team):
        episode = team.episode(days_ago=7)
        work = {"episode_id": episode.pk, "by": team.worker}
        reablement.set_hours(**work, hours_before=Decimal("3.5"), hours_now=Decimal(14))
        met, dropped = (reablement.add_goal(**work, text=text) for text in ("Make tea", "Walk to the shop"))
        reablement.meet_goal(**work, goal_id=met.pk)
        reablement.give_up_goal(**work, goal_id=dropped.pk)
        reablement.review(**work, hours=Decimal(10), note="Steadier")
        episode.refresh_from_db()
        assert (episode.hours_before, episode.hours_now) == (Decimal("3.5"), Decimal(10))
        assert episode.review_due == timezone.localdate() + timedelta(days=7)
        assert [bool(goal.met_at) for goal in episode.goals.order_by("added_at")] == [True, False]
        assert kinds(episode)[1:] == ["reablement.updated.v1"] * 5 + ["reablement.reviewed.v1"]
        assert Act.objects.filter(subject_id=episode.pk).count() == episode.version == 7

    def test_a_goal_is_settled_once(self, team):
        work = {"episode_id": team.episode().pk, "by": team.worker}
        goal = reablement.add_goal(**work, text="Make tea")
        reablement.meet_goal(**work, goal_id=goal.pk)
        with pytest.raises(IllegalTransition):
            reablement.give_up_goal(**work, goal_id=goal.pk)
        with pytest.raises(NotFound):
            reablement.meet_goal(episode_id=team.episode().pk, by=team.worker, goal_id=goal.pk)

    @pytest.mark.parametrize("hours", ["-1", "169"])
    def test_a_week_has_168_hours(self, team, hours):
        with pytest.raises(Invalid):
            reablement.review(episode_id=team.episode().pk, by=team.worker, hours=Decimal(hours))

    def test_an_empty_goal_is_refused(self, team):
        with pytest.raises(Invalid):
            reablement.add_goal(episode_id=team.episode().pk, by=team.worker, text="  ")

    def test_an_older_page_is_refused_and_says_who_was_first(self, team):
        episode = team.episode()
        reablement.add_goal(episode_id=episode.pk, by=team.lead, text="Make tea", expected_version=1)
        with pytest.raises(StaleVersion, match=team.lead.name):
            reablement.review(episode_id=episode.pk, by=team.worker, hours=Decimal(1), expected_version=1)

    def test_another_team_may_not(self, team):
        episode = team.episode()
        mate = people.actor("community_worker", team=directory.team(of=team.service))
        with pytest.raises(NotPermitted):
            reablement.review(episode_id=episode.pk, by=mate, hours=Decimal(1))
        with pytest.raises(NotFound):
            reablement.review(episode_id=episode.pk, by=people.actor("community_worker"), hours=Decimal(1))

    def test_nobody_ends_what_they_cannot_see(self, team):
        with pytest.raises(NotFound):
            reablement.end(
                episode_id=team.episode().pk,
                by=people.actor("community_worker"),
                outcome="same",
                avoided_admission="no",
            )

    def test_hours_before_can_be_said_alone(self, team):
        episode = reablement.set_hours(episode_id=team.episode().pk, by=team.worker, hours_before=Decimal(4))
        assert (episode.hours_before, episode.hours_now) == (Decimal(4), None)

    def test_the_portal_itself_may_work_on_an_episode(self, team):
        assert reablement.add_goal(episode_id=team.episode().pk, by=ESCALATION, text="Make tea").text == "Make tea"

    def test_the_decision_unit_may_look_only(self, team):
        episode = team.episode()
        hub = people.actor("hub_member", at=team.team.organisation)
        assert ReablementEpisode.objects.visible_to(hub).get() == episode
        with pytest.raises(NotPermitted, match="cannot do this"):
            reablement.review(episode_id=episode.pk, by=hub, hours=Decimal(1))

    @pytest.mark.parametrize(("outcome", "referral_outcome"), reablement.ENDS.items())
    def test_the_end_ends_the_referral_in_one_transaction(self, team, outcome, referral_outcome):
        episode = team.episode()
        reablement.end(episode_id=episode.pk, by=team.worker, outcome=outcome, avoided_admission="no", hours=Decimal(2))
        episode.refresh_from_db()
        referral = Referral.objects.get(pk=episode.referral_id)
        assert (episode.status, episode.outcome, episode.hours_now) == (ReablementStatus.ENDED, outcome, Decimal(2))
        assert (referral.status, referral.outcome) == (Status.COMPLETED, referral_outcome)
        assert keep_up() == 0

    def test_what_is_over_stays_over(self, team):
        episode = team.episode()
        finish = {"episode_id": episode.pk, "by": team.worker, "outcome": "same", "avoided_admission": "no"}
        reablement.end(**finish)
        for again in (
            lambda: reablement.end(**finish),
            lambda: reablement.review(episode_id=episode.pk, by=team.worker, hours=Decimal(1)),
        ):
            with pytest.raises(DomainError):
                again()
        assert follow_referral(referral_id=episode.referral_id, by=ESCALATION, now=timezone.now()) is None

    def test_the_database_wants_an_outcome(self, team):
        episode = team.episode()
        with pytest.raises(IntegrityError), transaction.atomic():
            ReablementEpisode.objects.filter(pk=episode.pk).update(status="ended", ended_at=timezone.now())


class TestDay91:
    def test_two_calls_without_an_answer_make_it_unknown_not_home(self, team):
        follow_up = team.follow_up()
        call = {"follow_up_id": follow_up.pk, "by": team.worker, "reached": False}
        assert follow_ups.record_attempt(**call).outcome == ""
        assert follow_ups.record_attempt(**call).outcome == FollowUpOutcome.UNKNOWN
        assert [one.number for one in follow_up.attempts.order_by("number")] == [1, 2]
        with pytest.raises(IllegalTransition):
            follow_ups.record_attempt(**call)

    @pytest.mark.parametrize("outcome", ["home", "not_home", "died"])
    def test_reached(self, team, outcome):
        follow_up = team.follow_up()
        follow_ups.record_attempt(follow_up_id=follow_up.pk, by=team.worker, reached=True, outcome=outcome)
        follow_up.refresh_from_db()
        assert (follow_up.outcome, follow_up.recorded_at is not None) == (outcome, True)
        assert kinds(follow_up) == ["followup91.due.v1", "followup91.attempted.v1", "followup91.recorded.v1"]

    @pytest.mark.parametrize("outcome", ["", "unknown", "elsewhere"])
    def test_reached_needs_an_answer(self, team, outcome):
        with pytest.raises(Invalid):
            follow_ups.record_attempt(follow_up_id=team.follow_up().pk, by=team.worker, reached=True, outcome=outcome)

    def test_before_the_day_only_a_death_is_known(self, team):
        follow_up = team.follow_up(days_ago=90)
        said = {"follow_up_id": follow_up.pk, "by": team.worker, "reached": True}
        with pytest.raises(IllegalTransition, match="Day 91 is"):
            follow_ups.record_attempt(**said, outcome="home")
        assert follow_ups.record_attempt(**said, outcome="died").outcome == "died"

    def test_only_a_supervisor_corrects_and_says_why(self, team):
        follow_up = team.follow_up()
        follow_ups.record_attempt(follow_up_id=follow_up.pk, by=team.worker, reached=True, outcome="not_home")
        change = {"follow_up_id": follow_up.pk, "outcome": "home"}
        with pytest.raises(NotPermitted):
            follow_ups.correct_follow_up(**change, by=team.worker, reason="Misheard")
        with pytest.raises(Invalid):
            follow_ups.correct_follow_up(**change, by=team.lead, reason=" ")
        with pytest.raises(Invalid):
            follow_ups.correct_follow_up(**change | {"outcome": "not_home"}, by=team.lead, reason="Misheard")
        assert follow_ups.correct_follow_up(**change, by=team.lead, reason="Misheard").outcome == "home"
        assert kinds(follow_up)[-1] == "followup91.corrected.v1"

    def test_what_may_be_done_is_what_would_be_accepted(self, team):
        follow_up, today = team.follow_up(days_ago=10), timezone.localdate()
        assert not policies.can_follow_up(team.worker, follow_up, today, "home")
        assert policies.can_follow_up(team.worker, follow_up, today, "died")
        assert not policies.can_correct(team.lead, follow_up)
        follow_ups.record_attempt(follow_up_id=follow_up.pk, by=team.worker, reached=True, outcome="died")
        follow_up.refresh_from_db()
        assert policies.can_correct(team.lead, follow_up)
        assert not policies.can_correct(team.worker, follow_up)

    def test_nothing_to_correct_yet(self, team):
        with pytest.raises(IllegalTransition):
            follow_ups.correct_follow_up(
                follow_up_id=team.follow_up().pk, by=team.lead, outcome="home", reason="Why not"
            )

    def test_a_death_on_the_record_answers_it(self, team):
        follow_up = team.follow_up()
        record_death(by=team.worker, patient_id=follow_up.patient_id, on=follow_up.due_on - timedelta(days=5))
        assert keep_up() >= 1
        follow_up.refresh_from_db()
        assert follow_up.outcome == FollowUpOutcome.DIED
        follow_ups.note_death(follow_up_id=follow_up.pk, by=ESCALATION, now=timezone.now())
        assert kinds(follow_up).count("followup91.recorded.v1") == 1

    def test_who_died_later_must_still_be_asked_about(self, team):
        follow_up = team.follow_up(days_ago=95)
        Patient.objects.filter(pk=follow_up.patient_id).update(deceased_at=timezone.localdate())
        keep_up()
        follow_up.refresh_from_db()
        assert follow_up.outcome == ""
