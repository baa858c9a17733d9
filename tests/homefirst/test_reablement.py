"""Reablement follows its referral, is worked by its team, and ends with it; day 91 asks who is at home."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from homefirst import following_reablement
from homefirst.actions import follow_ups, reablement
from homefirst.actions.reablement_following import follow_referral
from homefirst.codes import Destination, FollowUpOutcome, ReablementOutcome
from homefirst.following_reablement import out_of_line, reablement_keep_up
from homefirst.models import Act, DischargeCase, FollowUp91, ReablementEpisode
from homefirst.policies import reablement as policies
from homefirst.states import DischargeStatus, ReablementStatus
from homefirst.steps import NotFound
from patients.actions import record_death
from patients.models import Patient, Relationship
from referrals import actions
from referrals.clocks import forget_policies
from referrals.codes import Outcome
from referrals.models import Referral
from referrals.states import Status
from tests.factories import directory, people
from tests.factories.homefirst_reablement import Reablers
from tests.factories.referrals import Cast


@pytest.fixture(autouse=True)
def _policies_anew():
    forget_policies()


@pytest.fixture
def team(db):
    return Reablers(Cast())


def keep_up():
    return reablement_keep_up(timezone.now())


def kinds(subject) -> list[str]:
    return list(Event.objects.filter(subject_id=subject.pk).order_by("id").values_list("kind", flat=True))


def discharged(team, patient, *, days_ago, pathway=1):
    left = timezone.now() - timedelta(days=days_ago)
    return DischargeCase.objects.create(
        status=DischargeStatus.DISCHARGED,
        patient=patient,
        place=directory.area("leicester"),
        hub=team.cast.door,
        hospital=directory.organisation("acute_trust"),
        ready_at=left - timedelta(hours=5),
        discharged_at=left,
        pathway=pathway,
        destination=Destination.USUAL_HOME,
        created_at=left,
        updated_at=left,
    )


class TestFollowing:
    def test_the_first_visit_opens_an_episode_of_six_weeks_with_a_review_in_seven_days(self, team):
        referral = team.visited(days_ago=3)
        assert keep_up() == 1
        episode = ReablementEpisode.objects.get(referral=referral)
        day = timezone.localdate(referral.first_contact_at)
        assert (episode.status, episode.started_at) == (ReablementStatus.ACTIVE, referral.first_contact_at)
        assert (episode.planned_end, episode.review_due) == (day + timedelta(days=42), day + timedelta(days=7))
        assert (episode.service, episode.team) == (team.service, team.team)
        assert kinds(episode) == ["reablement.started.v1"]

    def test_a_second_sweep_changes_nothing(self, team):
        team.episode()
        before = Event.objects.count()
        assert (keep_up(), out_of_line(timezone.now())) == (0, [])
        assert Event.objects.count() == before

    def test_other_services_open_none(self, team):
        referral = team.visited()
        Referral.objects.filter(pk=referral.pk).update(service=team.cast.service)
        assert keep_up() == 0

    def test_everybody_who_employs_the_team_may_open_the_person(self, team):
        other = directory.organisation()
        team.team.shared_employers.add(other)
        episode = team.episode()
        employers = Relationship.objects.filter(patient=episode.patient_id, kind=Relationship.Kind.CARE)
        assert set(employers.values_list("organisation", flat=True)) == {team.team.organisation_id, other.pk}
        shared = people.actor("community_worker", team=team.team, at=other)
        assert ReablementEpisode.objects.visible_to(shared).get() == episode

    def test_a_first_visit_taken_back_voids_it_and_another_takes_it_up_again(self, team):
        episode = team.episode()
        actions.undo(referral_id=episode.referral_id, by=team.worker)
        keep_up()
        episode.refresh_from_db()
        assert episode.status == ReablementStatus.VOID
        assert not ReablementEpisode.objects.running().exists()
        actions.first_contact(referral_id=episode.referral_id, by=team.worker)
        keep_up()
        episode.refresh_from_db()
        assert (episode.status, episode.ended_at) == (ReablementStatus.ACTIVE, None)
        assert kinds(episode) == ["reablement.started.v1", "reablement.voided.v1", "reablement.started.v1"]

    @pytest.mark.parametrize(
        ("outcome", "became"),
        [
            (Outcome.AT_HOME_NO_SUPPORT, ReablementOutcome.INDEPENDENT),
            (Outcome.AT_HOME_WITH_SUPPORT, ReablementOutcome.MORE),
            (Outcome.CARE_HOME, ReablementOutcome.MORE),
            (Outcome.ADMITTED, ReablementOutcome.ADMITTED),
            (Outcome.DIED, ReablementOutcome.DIED),
            (Outcome.PERSON_DECLINED, ReablementOutcome.STOPPED),
        ],
    )
    def test_a_referral_that_is_finished_ends_it(self, team, outcome, became):
        episode = team.episode()
        done = actions.complete(
            referral_id=episode.referral_id, by=team.worker, outcome=outcome, avoided_admission="no"
        )
        keep_up()
        episode.refresh_from_db()
        assert (episode.status, episode.outcome, episode.ended_at) == (ReablementStatus.ENDED, became, done.closed_at)

    @pytest.mark.parametrize(("now", "became"), [("5", "less"), ("8", "same"), ("9", "more")])
    def test_with_support_is_told_apart_by_hours(self, team, now, became):
        episode = team.episode()
        reablement.set_hours(episode_id=episode.pk, by=team.worker, hours_before=Decimal(8), hours_now=Decimal(now))
        actions.complete(
            referral_id=episode.referral_id,
            by=team.worker,
            outcome=Outcome.AT_HOME_WITH_SUPPORT,
            avoided_admission="no",
        )
        keep_up()
        episode.refresh_from_db()
        assert episode.outcome == became

    @pytest.mark.parametrize(
        ("end", "became"),
        [
            (lambda r, by: actions.record_death(referral_id=r, by=by), ReablementOutcome.DIED),
            (lambda r, by: actions.call_999(referral_id=r, by=by, reason="Chest pain"), ReablementOutcome.ADMITTED),
            (lambda r, by: actions.withdraw(referral_id=r, by=by, reason="Enough"), ReablementOutcome.STOPPED),
        ],
    )
    def test_an_early_end_of_the_referral_ends_it(self, team, end, became):
        episode = team.episode()
        end(episode.referral_id, team.worker)
        keep_up()
        episode.refresh_from_db()
        assert (episode.status, episode.outcome) == (ReablementStatus.ENDED, became)

    def test_moving_to_another_service_ends_it(self, team):
        episode = team.episode()
        actions.redirect(
            referral_id=episode.referral_id,
            by=team.cast.clinician,
            service=team.cast.service.pk,
            reason="Needs nursing",
        )
        keep_up()
        episode.refresh_from_db()
        assert (episode.status, episode.outcome) == (ReablementStatus.ENDED, ReablementOutcome.STOPPED)

    def test_visited_and_finished_between_two_sweeps_still_counts(self, team):
        referral = team.visited()
        actions.complete(
            referral_id=referral.pk, by=team.worker, outcome=Outcome.AT_HOME_NO_SUPPORT, avoided_admission="no"
        )
        keep_up()
        episode = ReablementEpisode.objects.get(referral=referral)
        assert (episode.status, episode.outcome) == (ReablementStatus.ENDED, ReablementOutcome.INDEPENDENT)
        assert keep_up() == 0

    def test_reopened_and_visited_again_it_goes_on(self, team):
        episode = team.episode()
        finished = {"by": team.worker, "referral_id": episode.referral_id}
        actions.complete(**finished, outcome=Outcome.AT_HOME_NO_SUPPORT, avoided_admission="no")
        keep_up()
        actions.reopen(**finished, reason="Fell again")
        keep_up()
        episode.refresh_from_db()
        assert episode.status == ReablementStatus.ENDED, "nobody has been there yet"
        actions.first_contact(**finished)
        keep_up()
        episode.refresh_from_db()
        assert (episode.status, episode.outcome, episode.ended_at) == (ReablementStatus.ACTIVE, "", None)

    def test_a_referral_that_moved_to_another_reablement_team_takes_its_episode_along(self, team):
        episode = team.episode()
        other = directory.team(of=team.service)
        Referral.objects.filter(pk=episode.referral_id).update(team=other)
        assert (keep_up(), keep_up()) == (1, 0)
        episode.refresh_from_db()
        assert episode.team == other

    def test_a_referral_somebody_has_open_waits_for_the_next_sweep(self, team):
        referral = team.visited()
        assert follow_referral(referral_id=referral.pk, by=ESCALATION, now=timezone.now()) is not None
        assert follow_referral(referral_id=referral.pk, by=ESCALATION, now=timezone.now()) is None

    def test_somebody_gone_is_left_alone_and_stops_nobody_else(self, team, monkeypatch):
        first, second = team.visited(), team.visited()
        real = following_reablement.follow_referral

        def odd(*, referral_id, **more):
            if referral_id == first.pk:
                raise IllegalTransition("Odd.")
            return real(referral_id=referral_id, **more)

        monkeypatch.setattr(following_reablement, "follow_referral", odd)
        assert keep_up() == 1
        assert ReablementEpisode.objects.get().referral == second

    def test_a_referral_that_is_not_there_is_nothing_to_follow(self, team):
        assert follow_referral(referral_id=team.team.pk, by=ESCALATION, now=timezone.now()) is None

    def test_a_service_without_a_team_keeps_its_episode_in_the_organisation(self, team):
        referral = team.visited()
        Referral.objects.filter(pk=referral.pk).update(team=None)
        keep_up()
        episode = ReablementEpisode.objects.get()
        assert episode.team is None
        mate = people.actor("community_worker", team=directory.team(of=team.service))
        reablement.review(episode_id=episode.pk, by=mate, hours=Decimal(3))
        assert out_of_line(timezone.now()) == [], "no team is no difference"


class TestFromHospital:
    def test_the_way_home_is_linked_and_day_91_counts_from_it(self, team):
        patient = people_of(team)
        discharged(team, patient, days_ago=40)
        latest = discharged(team, patient, days_ago=6)
        episode = team.episode(days_ago=2, patient=patient)
        assert episode.discharge == latest
        left = timezone.localdate(latest.discharged_at)
        assert (episode.follow_up.discharged_on, episode.follow_up.due_on) == (left, left + timedelta(days=91))

    @pytest.mark.parametrize(("days_ago", "pathway"), [(17, 1), (6, 0)])
    def test_too_long_ago_or_without_new_support_is_not_linked(self, team, days_ago, pathway):
        patient = people_of(team)
        discharged(team, patient, days_ago=days_ago, pathway=pathway)
        episode = team.episode(days_ago=2, patient=patient)
        assert episode.discharge is None
        assert not FollowUp91.objects.exists()

    @pytest.mark.parametrize("said", [{"channel": "ward"}, {"direction": "step_down"}])
    def test_from_a_ward_without_a_case_it_counts_from_the_first_visit(self, team, said):
        episode = team.episode(days_ago=2, **said)
        assert episode.follow_up.due_on == timezone.localdate(episode.started_at) + timedelta(days=91)

    def test_from_home_nobody_is_asked(self, team):
        team.episode()
        assert not FollowUp91.objects.exists()

    def test_the_day_is_londons(self, team):
        """Half past eleven at night in Greenwich is the next day in a London summer."""
        with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=True):
            episode = team.episode(days_ago=0.0001, channel="ward")
            assert episode.follow_up.discharged_on == date(2026, 7, 2)
            assert episode.follow_up.due_on == date(2026, 10, 1)

    def test_taking_it_up_again_asks_only_once(self, team):
        episode = team.episode(channel="ward")
        actions.undo(referral_id=episode.referral_id, by=team.worker)
        keep_up()
        assert not FollowUp91.objects.to_do().exists(), "a void episode asks nobody"
        actions.first_contact(referral_id=episode.referral_id, by=team.worker)
        keep_up()
        assert FollowUp91.objects.to_do().count() == 1


def people_of(team):
    from tests.factories import patients

    return patients.patient(practice=team.cast.practice)


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


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def together(self, *calls):
        barrier = Barrier(len(calls))

        def run(call):
            try:
                barrier.wait(timeout=10)
                return call()
            except DomainError as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def test_sweeps_side_by_side_open_one_episode(self):
        team = Reablers(Cast())
        team.visited(channel="ward")
        self.together(*[keep_up] * 4)
        assert (ReablementEpisode.objects.count(), FollowUp91.objects.count()) == (1, 1)
        assert Event.objects.filter(kind="reablement.started.v1").count() == 1

    def test_two_attempts_from_the_same_page_count_once(self):
        team = Reablers(Cast())
        follow_up = team.follow_up()
        call = {"follow_up_id": follow_up.pk, "reached": False, "expected_version": follow_up.version}
        answers = self.together(
            *(lambda who=who: follow_ups.record_attempt(**call, by=who) for who in (team.worker, team.lead))
        )
        assert [one.code for one in answers if isinstance(one, DomainError)] == ["STALE_VERSION"]
        assert follow_up.attempts.count() == 1

    def test_ending_while_the_sweep_runs_does_not_lock_up(self):
        team = Reablers(Cast())
        episode = team.episode()
        finish = {"episode_id": episode.pk, "by": team.worker, "outcome": "same", "avoided_admission": "no"}
        answers = self.together(lambda: reablement.end(**finish), *[keep_up] * 3)
        assert not [one for one in answers if isinstance(one, DomainError)]
        assert Event.objects.filter(kind="reablement.ended.v1", subject_id=episode.pk).count() == 1
