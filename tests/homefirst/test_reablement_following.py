"""Reablement follows its referral: it starts, is taken up again and ends by itself; day 91 counts from the way home."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import IllegalTransition
from audit.models import Event
from homefirst import following_reablement
from homefirst.actions import reablement
from homefirst.actions.reablement_following import follow_referral
from homefirst.codes import Destination, ReablementOutcome
from homefirst.following_reablement import out_of_line
from homefirst.models import DischargeCase, FollowUp91, ReablementEpisode
from homefirst.states import DischargeStatus, ReablementStatus
from patients.models import Relationship
from referrals import actions
from referrals.codes import Outcome
from referrals.models import Referral
from tests.factories import directory, patients, people
from tests.factories.homefirst_reablement import Reablers, keep_up
from tests.factories.told import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Reablers)]


@pytest.fixture
def team(cast):
    return cast


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
        patient = patients.patient(practice=team.cast.practice)
        discharged(team, patient, days_ago=40)
        latest = discharged(team, patient, days_ago=6)
        episode = team.episode(days_ago=2, patient=patient)
        assert episode.discharge == latest
        left = timezone.localdate(latest.discharged_at)
        assert (episode.follow_up.discharged_on, episode.follow_up.due_on) == (left, left + timedelta(days=91))

    @pytest.mark.parametrize(("days_ago", "pathway"), [(17, 1), (6, 0)])
    def test_too_long_ago_or_without_new_support_is_not_linked(self, team, days_ago, pathway):
        patient = patients.patient(practice=team.cast.practice)
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
