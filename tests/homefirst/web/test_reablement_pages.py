"""The reablement board, one episode, and follow-ups on day 91, as the team sees them in a browser."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Access
from homefirst.actions import follow_ups, reablement
from homefirst.models import FollowUp91, ReablementEpisode
from referrals.models import Referral
from referrals.states import Status
from tests.factories import people
from tests.factories.homefirst_reablement import Reablers
from tests.homefirst.web.pages import at, send, shown
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Reablers)]


@pytest.fixture
def team(cast):
    return cast


@pytest.fixture
def worker(as_, team):
    return as_(team.worker)


@pytest.fixture
def lead(as_, team):
    return as_(team.lead)


class TestBoard:
    def test_shows_hours_weeks_goals_and_reviews_due_with_true_counts(self, team, worker):
        episode = team.episode(days_ago=15)
        work = {"episode_id": episode.pk, "by": team.worker}
        reablement.set_hours(**work, hours_before=Decimal("3.5"), hours_now=Decimal(14))
        goal = reablement.add_goal(**work, text="Make tea")
        reablement.add_goal(**work, text="Walk to the shop")
        dropped = reablement.add_goal(**work, text="Drive")
        reablement.meet_goal(**work, goal_id=goal.pk)
        reablement.give_up_goal(**work, goal_id=dropped.pk)
        team.episode(days_ago=50)
        page = worker.get("/reablement/")
        said = words(page)
        assert episode.patient.family_name.upper() in said
        for part in ("Week 3 of 6", "3.5", "14", "1 of 2 met", "Overdue", "Past planned end", "No goals yet"):
            assert part in said
        tabs = re.findall(r'<a href="([^"]*)"[^>]*>[^<]*<span class="app-tabs__count">(\d+)<', page.content.decode())
        assert [count for _, count in tabs] == ["2", "2", "1", "0"]
        for href, count in tabs:
            assert shown(worker.get(href)) == int(count), href

    def test_other_teams_see_none_of_it(self, as_, team):
        team.episode()
        assert shown(as_(people.actor("community_worker")).get("/reablement/")) == 0

    def test_an_empty_board_says_where_people_come_from(self, worker):
        assert "Somebody appears when your team records the first visit" in words(worker.get("/reablement/"))

    def test_takes_few_statements_whatever_its_length(self, team, worker, django_assert_max_num_queries):
        for _ in range(3):
            team.episode()
        worker.get("/reablement/")
        with django_assert_max_num_queries(6):
            worker.get("/reablement/")

    def test_whoever_is_shown_is_logged_once_an_hour(self, team, worker):
        episode = team.episode()
        for _ in range(2):
            worker.get("/reablement/")
            worker.get("/reablement/rows/", headers={"X-Live": "1"})
        assert Access.objects.filter(what="reablement", patient_id=episode.patient_id).count() == 1

    def test_the_file_names_nobody(self, team, worker):
        episode = team.episode()
        content = worker.get("/reablement/export.csv").content.decode()
        assert str(episode.pk) in content
        assert episode.patient.family_name not in content

    def test_an_unknown_list_is_the_first(self, team, worker):
        team.episode()
        assert shown(worker.get("/reablement/?list=x")) == 1


class TestEpisode:
    def test_hours_goal_review_and_end_without_a_script(self, team, worker):
        episode = team.episode(days_ago=8)
        assert send(worker, "reablement_hours", episode, hours_before="4", hours_now="14").status_code == 303
        assert send(worker, "reablement_goal", episode, text="Make tea").status_code == 303
        goal = episode.goals.get()
        assert send(worker, "reablement_goal_met", episode, goal.pk).status_code == 303
        for hours in ("12", "9.5"):
            assert send(worker, "reablement_review", episode, hours=hours, note="Steadier").status_code == 303
        page = worker.get(at("reablement_episode", episode))
        said = words(page)
        for part in ("Make tea", "5.5 hours more than before", "From 12 hours a week to 9.5", "Goal met", "Steadier"):
            assert part in said
        assert 'data-chart="lines"' in page.content.decode()
        done = send(worker, "reablement_end", episode, outcome="more", avoided_admission="yes", hours="9", note="Care")
        assert done.status_code == 303
        assert Referral.objects.get(pk=episode.referral_id).status == Status.COMPLETED
        after = words(worker.get(at("reablement_episode", episode)))
        assert "More support than before" in after
        assert "Save review" not in after

    def test_every_read_is_logged_and_a_refused_one_too(self, as_, team, worker):
        episode = team.episode()
        worker.get(at("reablement_episode", episode))
        stranger = as_(people.actor("community_worker"))
        assert stranger.get(at("reablement_episode", episode)).status_code == 404
        assert stranger.get(f"/reablement/{team.cast.door.pk}/").status_code == 404
        outcomes = Access.objects.filter(subject_id=episode.pk).values_list("outcome", flat=True)
        assert sorted(outcomes) == ["allowed", "refused"]

    @pytest.mark.parametrize(
        ("name", "typed", "sentence"),
        [
            ("reablement_review", {"hours": "", "note": "Kept words"}, "Enter the hours, like 7 or 3.5"),
            ("reablement_review", {"hours": "many", "note": "Kept words"}, "Hours must be a number"),
            ("reablement_hours", {"hours_before": "169"}, "168"),
            ("reablement_goal", {"text": " "}, "Enter the goal"),
            ("reablement_end", {"note": "Kept words"}, "Select how it ended"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_typed_is_lost(self, team, worker, name, typed, sentence):
        page = send(worker, name, team.episode(), **typed)
        assert page.status_code == 422
        assert sentence in words(page)
        assert typed.get("note", "") in words(page)

    def test_the_second_of_two_is_told_who_was_first_and_can_decide_again(self, team, worker, lead):
        episode = team.episode()
        assert send(lead, "reablement_review", episode, hours="7").status_code == 303
        late = worker.post(at("reablement_review", episode), {"version": 1, "hours": "9", "note": "My words"})
        assert late.status_code == 409
        assert team.lead.name in words(late)
        assert "My words" in words(late)
        version = re.search(r'name="version" value="(\d+)"', late.content.decode()).group(1)
        again = {"version": version, "hours": "9", "note": "My words"}
        assert worker.post(at("reablement_review", episode), again).status_code == 303
        assert episode.reviews.count() == 2

    def test_a_double_click_is_done_once_and_nobody_is_told_off(self, team, worker):
        episode = team.episode()
        for _ in range(2):
            sent = worker.post(at("reablement_review", episode), {"version": 1, "hours": "9"})
            assert sent.status_code == 303
        assert episode.reviews.count() == 1

    def test_once_it_is_over_the_page_says_so_and_shows_what_was_typed(self, team, worker):
        episode = team.episode()
        reablement.end(episode_id=episode.pk, by=team.lead, outcome="same", avoided_admission="no")
        late = worker.post(at("reablement_review", episode), {"version": 1, "hours": "9", "note": "My words"})
        assert late.status_code == 409
        assert "This is not possible now." in words(late)
        assert "My words" in words(late)
        assert worker.get(at("reablement_review", episode)).status_code == 409

    def test_the_decision_unit_looks_without_buttons(self, as_, team):
        episode = team.episode()
        hub = as_(people.actor("hub_member", at=team.team.organisation))
        page = words(hub.get(at("reablement_episode", episode)))
        assert episode.patient.family_name.upper() in page
        assert "Save review" not in page
        assert hub.get("/reablement/").status_code == 403


class TestFollowUps:
    def test_two_attempts_then_not_known_apart_from_home(self, team, worker, lead):
        follow_up = team.follow_up()
        assert follow_up.patient.family_name.upper() in words(worker.get("/follow-ups/"))
        for _ in range(2):
            sent = send(worker, "follow_up_attempt", follow_up, answer="not_reached", note="Rang twice")
            assert sent.status_code == 303
        assert shown(worker.get("/follow-ups/")) == 0
        done = worker.get("/follow-ups/?list=done")
        assert "Not known after two attempts" in words(done)
        assert "Correct" not in words(done), "only supervisors"
        assert at("follow_up_correct", follow_up) in lead.get("/follow-ups/?list=done").content.decode()
        fixed = send(lead, "follow_up_correct", follow_up, outcome="home", reason="The daughter rang back")
        assert fixed.status_code == 303
        assert FollowUp91.objects.get().outcome == "home"

    def test_reached_needs_where(self, team, worker):
        follow_up = team.follow_up()
        page = send(worker, "follow_up_attempt", follow_up, answer="reached", note="Spoke with the son")
        assert page.status_code == 422
        assert "Select where the person is" in words(page)
        assert "Spoke with the son" in words(page)
        assert send(worker, "follow_up_attempt", follow_up, answer="reached", outcome="home").status_code == 303

    def test_before_the_day_the_page_says_when(self, team, worker):
        follow_up = team.follow_up(days_ago=80)
        assert shown(worker.get("/follow-ups/")) == 0
        assert shown(worker.get("/follow-ups/?list=soon")) == 1
        early = send(worker, "follow_up_attempt", follow_up, answer="reached", outcome="home", note="Kept")
        assert early.status_code == 409
        assert "Day 91 is" in words(early)

    def test_a_worker_cannot_correct(self, team, worker):
        follow_up = team.follow_up()
        follow_ups.record_attempt(follow_up_id=follow_up.pk, by=team.worker, reached=True, outcome="home")
        assert worker.get(at("follow_up_correct", follow_up)).status_code == 409
        tried = send(worker, "follow_up_correct", follow_up, outcome="died", reason="Because")
        assert tried.status_code == 403

    def test_few_statements_true_counts_and_a_file_without_names(self, team, worker, django_assert_max_num_queries):
        due, later = team.follow_up(), team.follow_up(days_ago=3)
        page = worker.get("/follow-ups/")
        tabs = re.findall(r'<a href="([^"]*)"[^>]*>[^<]*<span class="app-tabs__count">(\d+)<', page.content.decode())
        assert [count for _, count in tabs] == ["1", "0", "1", "0"]
        with django_assert_max_num_queries(6):
            worker.get("/follow-ups/")
        content = worker.get("/follow-ups/export.csv").content.decode()
        assert str(due.pk) in content
        assert str(later.pk) not in content
        assert due.patient.family_name not in content

    def test_void_episodes_are_asked_after_by_nobody(self, team, worker):
        follow_up = team.follow_up()
        ReablementEpisode.objects.update(status="void", ended_at=timezone.now() + timedelta(0))
        assert shown(worker.get("/follow-ups/")) == 0
        assert worker.get(at("follow_up_attempt", follow_up)).status_code == 404

    def test_nobody_due_says_why(self, worker):
        assert "Whoever starts reablement after a hospital stay" in words(worker.get("/follow-ups/"))
