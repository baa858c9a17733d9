"""Fifteen minutes without activity, or twelve hours: then the session ends, kindly."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tasks import forget_ended_sessions
from tests.accounts import builders

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
PAGE = "/doors/signed-in/"
LIVE = {"X-Live": "1", "HX-Request": "true"}
START = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def signed_in(clock, client, colleague, trust) -> Client:
    builders.grant(colleague, "triage_clinician", trust)
    client.force_login(colleague)
    return client


def forward(clock, **parts):
    clock.shift(timedelta(**parts))


def test_activity_keeps_a_session_alive(clock, signed_in):
    for _ in range(8):
        forward(clock, minutes=14, seconds=59)
        assert signed_in.get(PAGE).status_code == 200


def test_fifteen_idle_minutes_end_it_with_a_message_and_a_way_back(clock, signed_in):
    forward(clock, minutes=15)
    answer = signed_in.get(f"{PAGE}?place=rutland", follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=%2Fdoors%2Fsigned-in%2F%3Fplace%3Drutland", 302)]
    assert "You were signed out, to keep records safe." in answer.text
    assert Session.objects.count() == 0


def test_twelve_hours_end_it_however_busy(clock, signed_in):
    for _ in range(71):
        forward(clock, minutes=10)
        assert signed_in.get(PAGE).status_code == 200
    forward(clock, minutes=10)
    assert signed_in.get(PAGE).status_code == 302


@pytest.mark.parametrize("change", [datetime(2026, 10, 25, 0, 50), datetime(2026, 3, 29, 0, 50)])
def test_clock_changes_make_no_difference(client, colleague, trust, change):
    with time_machine.travel(change.replace(tzinfo=ZoneInfo("UTC")), tick=False) as clock:
        builders.grant(colleague, "triage_clinician", trust)
        client.force_login(colleague)
        forward(clock, minutes=14)
        assert client.get(PAGE).status_code == 200
        forward(clock, minutes=15)
        assert client.get(PAGE).status_code == 302


def test_live_fragments_are_not_activity(clock, signed_in):
    for _ in range(14):
        forward(clock, minutes=1)
        assert signed_in.get(PAGE, headers=LIVE).status_code == 200
    forward(clock, minutes=1)
    answer = signed_in.get(PAGE, headers={**LIVE, "HX-Current-URL": "http://testserver/doors/triage/"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fdoors%2Ftriage%2F"


def test_other_htmx_requests_are_activity(clock, signed_in):
    forward(clock, minutes=10)
    signed_in.get(PAGE, headers={"HX-Request": "true"})
    forward(clock, minutes=10)
    assert signed_in.get(PAGE).status_code == 200


def test_activity_is_written_once_a_minute_at_most(clock, signed_in):
    forward(clock, seconds=61)
    signed_in.get(PAGE)
    for _ in range(3):
        forward(clock, seconds=19)
        with CaptureQueriesContext(connection) as captured:
            signed_in.get(PAGE)
        assert len(captured) == 1, [query["sql"] for query in captured]
    forward(clock, seconds=19)
    with CaptureQueriesContext(connection) as captured:
        signed_in.get(PAGE)
    assert any("UPDATE" in query["sql"] for query in captured)


def test_a_late_form_shows_what_was_typed_and_no_secrets(clock, signed_in):
    forward(clock, minutes=16)
    answer = signed_in.post(
        PAGE,
        {"need": "Fell <b>twice</b>", "empty": " ", "password": "secret words", "csrfmiddlewaretoken": "token"},
        headers={"Referer": "http://testserver/refer/need/?draft=1"},
    )
    assert answer.status_code == 401
    assert "Fell &lt;b&gt;twice&lt;/b&gt;" in answer.text
    assert "secret words" not in answer.text
    assert "/accounts/login/?next=/refer/need/%3Fdraft%3D1" in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_a_late_button_leads_to_sign_in(clock, signed_in):
    forward(clock, minutes=16)
    answer = signed_in.post(PAGE, {}, headers={"Referer": "https://evil.example/page/"})
    assert answer["Location"] == "/accounts/login/?next=%2F"


def test_pages_of_a_session_are_not_kept_by_the_browser(signed_in, client):
    assert "no-store" in signed_in.get(PAGE)["Cache-Control"]
    assert "Cache-Control" not in Client().get("/doors/public/")


def test_public_pages_stay_open_after_the_end(clock, signed_in):
    forward(clock, minutes=16)
    assert signed_in.get("/doors/public/").content == b"anybody as nothing"


def test_signing_in_from_an_old_page_works_after_the_end(clock, signed_in):
    forward(clock, minutes=16)
    answer = signed_in.post("/accounts/login/", {"login": "colleague@example.nhs.uk", "password": builders.PASSWORD})
    assert answer["Location"] == "/"


def test_staying_extends_the_session_and_says_until_when(clock, signed_in):
    forward(clock, minutes=14, seconds=30)
    answer = signed_in.post("/accounts/stay/", headers={"Accept": "application/json"})
    assert answer.json() == {"ends": "2026-11-22T09:29:30+00:00"}
    forward(clock, minutes=14, seconds=59)
    assert signed_in.post("/accounts/stay/")["Location"] == "/"
    assert signed_in.post("/accounts/stay/", {"next": PAGE})["Location"] == PAGE
    assert signed_in.get("/accounts/stay/").status_code == 405


def test_staying_too_late_is_refused(clock, signed_in):
    forward(clock, minutes=15)
    answer = signed_in.post("/accounts/stay/", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_the_twelfth_hour_cannot_be_extended(clock, signed_in):
    for _ in range(71):
        forward(clock, minutes=10)
        signed_in.get(PAGE)
    answer = signed_in.post("/accounts/stay/", headers={"Accept": "application/json"})
    assert answer.json() == {"ends": "2026-11-22T21:00:00+00:00"}


def test_the_page_knows_when_the_session_ends(clock, signed_in):
    answer = signed_in.get(PAGE)
    assert answer.wsgi_request.session_ends_at == START + timedelta(minutes=15)
    assert Client().get("/doors/public/").wsgi_request.session_ends_at is None


def test_ended_sessions_leave_nothing_behind(clock, signed_in):
    forward(clock, hours=11)
    forget_ended_sessions()
    assert Session.objects.count() == 1
    forward(clock, hours=2)
    forget_ended_sessions()
    assert Session.objects.count() == 0
