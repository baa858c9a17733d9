"""When the database goes away in the middle: pages say what to do and give back what was typed, partners get a 503."""

import re
from html import unescape

import pytest
from django.db import Error, connection
from django.test import Client
from django.urls import reverse

from config import views
from tests.api.world import make_world
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = {"name": 'O’Brien "Peg" <b>', "date_of_birth_year": "1938", "csrfmiddlewaretoken": "a token"}


@pytest.fixture
def browser():
    """Somebody signed in whose connection to the database ends."""
    client = Client(raise_request_exception=False)
    people.sign_in(client, "shift_lead")
    assert client.get(reverse("patient_search")).status_code == 200
    yield client
    connection.close()


def lose_the_database() -> None:
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_page_says_that_it_cannot_answer_and_leads_back(browser):
    lose_the_database()
    answer = browser.get(reverse("patient_search"), {"found": "a&b"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The portal cannot answer just now" in answer.text
    assert "nhsuk-frontend" in answer.text and "no-store" in answer["Cache-Control"]
    assert 'href="/patients/?found=a%26b"' in answer.text


def test_what_was_typed_can_be_sent_again_from_the_page(browser):
    lose_the_database()
    refused = browser.post(reverse("patient_search"), TYPED)
    assert refused.status_code == 503
    kept = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', refused.text))
    assert {unescape(name): unescape(value) for name, value in kept.items()} == TYPED
    assert "<b>" not in refused.text
    connection.close()
    again = browser.post(reverse("patient_search"), TYPED)
    assert again.status_code == 422 and "O’Brien" in again.text


def test_a_password_is_not_given_back(browser):
    lose_the_database()
    refused = Client(raise_request_exception=False).post(
        "/accounts/login/", {"login": "a@example.nhs.uk", "password": "a secret"}
    )
    assert refused.status_code == 503
    assert "a secret" not in refused.text and "go back and send it again" in refused.text


def test_pages_that_need_no_database_are_there(browser):
    lose_the_database()
    assert Client().get(reverse("accessibility")).status_code == 200
    assert Client().get("/healthz").status_code == 200


def test_a_partner_is_told_to_come_again():
    world = make_world()
    lose_the_database()
    answer = world.surgery.get("/api/v1/referrals")
    connection.close()
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "UNAVAILABLE")


def test_any_other_failure_is_the_plain_page(rf):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        assert views.server_error(rf.get("/worklist")).status_code == 500
