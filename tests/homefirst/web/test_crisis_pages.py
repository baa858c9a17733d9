"""Crisis care as the team sees it: the board, the page of one person, every form, and those out of time."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.ids import new_id
from audit.models import Access
from homefirst.actions import crisis as actions
from homefirst.codes import NextStep
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import Act
from homefirst.states import CrisisStatus
from patients import actions as records
from patients.models import Patient
from referrals import actions as referral_actions
from referrals.codes import Outcome
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode, now_of
from tests.homefirst.web.crisis import at, rows_of, send
from tests.homefirst.web.pages import moment
from tests.referrals.web.pages import SUCCESS, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


def test_past_72_hours_a_supervisor_approves_with_a_reason(cast, as_):
    found = episode(cast, hours=74)
    nurse, lead = as_(cast.nurse), as_(cast.lead)
    page = words(nurse.get(at("episode", found)))
    assert "nobody has approved more" in page
    assert "It was planned until" in page, "no promise of a moment that has passed"
    assert f'action="{at("extend", found)}"' in lead.get(at("episode", found)).content.decode(), "asked for at once"
    assert "Not approved" in words(nurse.get("/crisis/overstays/"))
    send(nurse, found, "plan_next_step", next_step="nothing")
    refused = send(nurse, found, "close", outcome="at_home_no_support", avoided_admission="yes")
    assert refused.status_code == 409
    assert "approve the time since then with a reason" in words(refused)
    assert nurse.get(at("extend", found)).status_code == 403
    until = moment(timezone.now() + timedelta(hours=5))
    missing = send(lead, found, "extend", reason="", **until)
    assert missing.status_code == 422
    assert "Say why the person needs longer" in words(missing)
    too_far = send(lead, found, "extend", reason="No bed", **moment(timezone.now() + timedelta(days=9)))
    assert too_far.status_code == 422
    assert 'href="#id_at"' in too_far.content.decode(), "the error leads to its box"
    assert send(lead, found, "extend", reason="Waits for reablement", **until).status_code == SUCCESS
    over = words(nurse.get("/crisis/overstays/"))
    assert "Waits for reablement" in over
    assert "Not approved" not in over
    assert send(nurse, found, "close", outcome="at_home_no_support", avoided_admission="yes").status_code == SUCCESS


def test_every_tab_counts_what_it_leads_to(cast, as_):
    for hours in (1, 30, 61, 73):
        episode(cast, hours=hours)
    found = episode(cast, hours=2)
    actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=cast.nights.pk)
    actions.plan_next_step(episode_id=found.pk, by=cast.nurse, next_step=NextStep.NOTHING)
    client = as_(cast.nurse)
    page = client.get("/crisis/").content.decode()
    tabs = re.findall(r'<a href="(\?[^"]*)"[^>]*>([^<]*)<span class="app-tabs__count">(\d+)<', page)
    assert [int(count) for _, _, count in tabs] == [5, 2, 4, 4, 1]
    for href, text, count in tabs:
        assert rows_of(client, href.replace("&amp;", "&")) == int(count), text
    assert client.get("/crisis/rows/", headers={"X-Live": "1"}).status_code == 200


def test_the_board_asks_few_questions_whatever_its_length(cast, as_, django_assert_max_num_queries):
    for hours in (1, 2, 3, 61):
        episode(cast, hours=hours)
    client = as_(cast.nurse)
    client.get("/crisis/")
    with django_assert_max_num_queries(6):
        client.get("/crisis/")
    with django_assert_max_num_queries(4):
        client.get("/crisis/overstays/")


def test_the_page_of_one_person_asks_few_questions(cast, as_, django_assert_max_num_queries):
    found = episode(cast)
    client = as_(cast.nurse)
    with django_assert_max_num_queries(8):
        client.get(at("episode", found))


def test_whoever_is_shown_is_logged(cast, as_):
    found = episode(cast)
    client = as_(cast.nurse)
    client.get("/crisis/")
    client.get(at("episode", found))
    client.get("/crisis/export.csv")
    seen = Access.objects.filter(patient_id=found.patient_id, actor_id=cast.nurse.id)
    assert set(seen.values_list("what", flat=True)) >= {"crisis", "crisis episode", "crisis_export"}


def test_another_team_neither_sees_nor_opens(cast, as_):
    found = episode(cast)
    stranger = as_(people.actor("community_worker"))
    assert rows_of(stranger) == 0
    assert stranger.get(at("episode", found)).status_code == 404
    assert send(stranger, found, "close", outcome="died", avoided_admission="no").status_code == 404
    refused = Access.objects.filter(patient_id=found.patient_id, outcome=Access.Outcome.REFUSED)
    assert refused.exists()
    assert stranger.get(reverse("crisis_episode", args=[new_id()])).status_code == 404
    assert as_(people.actor("commissioner")).get("/crisis/").status_code == 403


def test_the_shift_lead_sees_those_the_point_of_access_sent_on_and_approves(cast, as_):
    found = episode(cast, hours=73)
    client = as_(cast.shift_lead)
    assert rows_of(client) == 1
    assert "Approve more time" in words(client.get(at("episode", found)))
    until = moment(timezone.now() + timedelta(hours=5))
    assert send(client, found, "extend", reason="No reablement", **until).status_code == SUCCESS


def test_a_restricted_person_is_on_the_board_without_a_name_and_sealed(cast, as_):
    found = episode(cast)
    records.restrict(by=people.actor("shift_lead", at=cast.trust), patient_id=found.patient_id, reason="Staff member")
    client = as_(cast.nurse)
    name = Patient.objects.get(pk=found.patient_id).family_name.upper()
    board = words(client.get("/crisis/"))
    assert "Restricted record" in board
    assert name not in board
    assert name not in client.get("/crisis/export.csv").content.decode()
    for path in (at("episode", found), at("close", found)):
        page = client.get(path)
        assert page.status_code == 403
        assert name not in words(page)
    before = now_of(found).version
    assert send(client, found, "close", outcome="died", avoided_admission="no").status_code == 403
    assert now_of(found).version == before
    records.open_glass(by=cast.nurse, patient_id=found.patient_id, reason="Caring for the person now")
    assert name in words(client.get(at("episode", found)))


def test_the_second_of_two_people_sees_what_changed_and_loses_nothing(cast, as_):
    found = episode(cast)
    seen = found.version
    first, second = as_(cast.nurse), as_(cast.mate)
    assert send(first, found, "night_cover", version=seen, service_id=str(cast.nights.pk)).status_code == SUCCESS
    late = send(second, found, "night_cover", version=seen, service_id="nobody", note="Her daughter stays")
    assert late.status_code == 409
    page = words(late)
    assert "This changed since you opened it" in page
    assert "Said who covers the night" in page
    assert "Her daughter stays" in page
    assert f'name="version" value="{seen + 1}"' in late.content.decode()
    assert send(second, found, "night_cover", service_id="nobody", note="Her daughter stays").status_code == SUCCESS
    assert "Nobody needs to come tonight. Her daughter stays." in words(second.get(at("episode", found)))


def test_a_double_click_is_one_step_and_other_words_are_not_swallowed(cast, as_):
    found = episode(cast)
    nurse, seen = as_(cast.nurse), found.version
    for _ in range(2):
        answer = send(nurse, found, "name_clinician", version=seen, user_id=str(cast.mate.id))
        assert answer.status_code == SUCCESS
    assert Act.objects.filter(subject_id=found.pk, verb="name-clinician").count() == 1
    other = send(nurse, found, "name_clinician", version=seen, user_id=str(cast.nurse.id))
    assert other.status_code == 409


def test_a_page_without_a_version_is_not_taken(cast, as_):
    found = episode(cast)
    answer = send(as_(cast.nurse), found, "name_clinician", version="x", user_id=str(cast.mate.id))
    assert answer.status_code == 422
    assert now_of(found).version == found.version


def test_what_was_planned_is_there_to_be_changed(cast, as_):
    found = episode(cast)
    client = as_(cast.nurse)
    starts = timezone.now() + timedelta(days=1)
    send(client, found, "plan_next_step", next_step="package", note="Twice a day", **moment(starts))
    page = client.get(at("plan_next_step", found)).content.decode()
    assert f'value="{moment(starts)["at"]}"' in page
    assert "Twice a day" in page
    send(client, found, "plan_next_step", next_step="nothing", note="She is well again")
    assert "Nothing more is planned after this. She is well again." in words(client.get(at("episode", found)))


def test_ending_it_twice_is_ending_it_once(cast, as_):
    found = episode(cast)
    nurse, seen = as_(cast.nurse), found.version
    for _ in range(2):
        answer = send(nurse, found, "close", version=seen, outcome="at_home_no_support", avoided_admission="yes")
        assert answer.status_code == SUCCESS, words(answer)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("night_cover", {}, "Select who covers the night"),
        ("night_cover", {"service_id": "nobody", "note": " "}, "Say why nobody needs to come at night."),
        ("night_cover", {"service_id": "x"}, "Choose who covers the night? from the list"),
        ("name_clinician", {}, "Select the clinician"),
        ("plan_next_step", {}, "Select what comes next"),
        ("plan_next_step", {"next_step": "reablement"}, "Enter when it starts"),
        ("plan_next_step", {"next_step": "reablement", "at": "4pm"}, "Enter both the date and the time"),
        (
            "plan_next_step",
            {"next_step": "reablement", "on_day": "29", "on_month": "3", "on_year": "2099", "at": "1:30am"},
            "1:30am does not happen on 29 March 2099",
        ),
        ("close", {"outcome": "died"}, "Select whether a hospital stay was avoided"),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_nothing_is_lost(cast, as_, name, typed, sentence):
    found = episode(cast)
    answer = send(as_(cast.nurse), found, name, **{"note": "Key safe by the door"} | typed)
    assert answer.status_code == 422
    assert sentence in words(answer), words(answer)
    if name in ("night_cover", "plan_next_step") and "note" not in typed:
        assert "Key safe by the door" in words(answer)
    assert now_of(found).version == found.version


def test_a_step_that_is_not_possible_says_why(cast, as_):
    found = episode(cast)
    referral_actions.complete(
        referral_id=found.referral_id, by=cast.nurse, outcome=Outcome.ADMITTED, avoided_admission="no"
    )
    crisis_keep_up(timezone.now())
    client = as_(cast.nurse)
    page = client.get(at("night_cover", found))
    assert page.status_code == 409
    assert "This crisis support is now “Ended”" in words(page)
    late = send(client, found, "night_cover", service_id="nobody", note="Her son stays")
    assert "It was not saved" in words(late)
    assert "Her son stays" in words(late)
    assert "Admitted to hospital" in words(client.get(at("episode", found)))


def test_a_reopened_referral_says_that_nobody_was_met_yet(cast, as_):
    found = episode(cast)
    actions.close(episode_id=found.pk, by=cast.nurse, outcome=Outcome.AT_HOME_NO_SUPPORT, avoided_admission="yes")
    referral_actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    crisis_keep_up(timezone.now())
    client = as_(cast.nurse)
    assert now_of(found).status == CrisisStatus.ACTIVE
    assert "Reopened, not met yet" in words(client.get("/crisis/"))
    assert "Nobody has met the person since" in words(client.get(at("episode", found)))


def test_the_lists_come_as_files(cast, as_):
    episode(cast, hours=74)
    client = as_(cast.nurse)
    for path, column in (("/crisis/export.csv", "Ends by"), ("/crisis/overstays/export.csv", "Should have ended")):
        table = list(csv.DictReader(StringIO(client.get(path).content.decode().lstrip("\ufeff"))))
        assert len(table) == 1
        assert table[0][column]


def test_pages_follow_each_other_by_key(cast, as_, monkeypatch):
    from referrals import worklist

    monkeypatch.setattr(worklist, "PAGE", 2)
    for hours in (1, 2, 3):
        episode(cast, hours=hours)
    client = as_(cast.nurse)
    page = client.get("/crisis/").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")
    assert page.count("<tr data-row") == 2
    assert rows_of(client, following) == 1


@pytest.mark.parametrize("query", ["place=x", "list=x", "after=x", "clinician=%00"])
def test_an_odd_address_gets_words(cast, as_, query):
    page = as_(cast.nurse).get(f"/crisis/?{query}")
    assert page.status_code == 200
    assert "The rest of what you asked for is shown." in words(page)


def test_an_empty_board_says_what_will_come(cast, as_):
    client = as_(cast.nurse)
    assert "when your team records the first contact" in words(client.get("/crisis/"))
    assert "Nobody was supported longer than agreed" in words(client.get("/crisis/overstays/"))


def test_crisis_care_is_in_the_navigation_of_those_who_respond(cast, as_):
    assert 'href="/crisis/"' in as_(cast.nurse).get("/").content.decode()
    assert 'href="/crisis/"' not in as_(cast.gp).get("/").content.decode()
