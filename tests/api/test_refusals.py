"""Failures around the endpoints: whatever goes wrong, partners get a problem document, and people a page."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.test import Client as Browser
from rest_framework.exceptions import APIException, MethodNotAllowed
from structlog.testing import capture_logs

from api.refusals import as_problem, of_status
from audit.errors import DomainError, Invalid, NotPermitted, StaleVersion
from config import views
from tests.api.world import World
from tests.factories import people


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "NOT_FOUND"),
        (RequestDataTooBig(), 413, "BODY_TOO_LARGE"),
        (DataError("value out of range"), 422, "INVALID_VALUE"),
        (MethodNotAllowed("PUT"), 405, "METHOD_NOT_ALLOWED"),
        (APIException(), 500, "INTERNAL_ERROR"),
        (ZeroDivisionError(), 500, "INTERNAL_ERROR"),
        (OperationalError("server closed the connection"), 503, "UNAVAILABLE"),
        (InterfaceError("connection already closed"), 503, "UNAVAILABLE"),
        (StaleVersion("Somebody by name changed this."), 412, "STALE_VERSION"),
        (NotPermitted("No."), 403, "NOT_PERMITTED"),
        (Invalid("No.", code="A_CODE_OF_TOMORROW"), 422, "INVALID_VALUE"),
        (DomainError("No.", code="A_CODE_OF_TOMORROW"), 409, "REFUSED"),
    ],
)
def test_every_error_has_a_problem(error: Exception, status: int, code: str):
    problem = as_problem(error)
    assert (problem.status, problem.code) == (status, code)
    assert "by name" not in problem.detail


def test_the_sites_own_error_pages_speak_to_whoever_asked(rf):
    for path, kind in (("/api/v1/referrals", "application/problem+json"), ("/worklist", "text/html")):
        answer = views.server_error(rf.get(path))
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (500, kind)
    assert of_status(418).status_code == 500


def test_a_failure_before_the_view_is_a_problem_document_too(db):
    answer = Browser(raise_request_exception=False).get("/api/v1/referrals", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


def test_the_log_says_where_it_failed_but_not_with_whose_details(world: World, monkeypatch: pytest.MonkeyPatch):
    def fail(**_: object) -> None:
        raise IntegrityError("Failing row contains (Verysecretname, 9990000018)")

    monkeypatch.setattr("api.views.referrals.submit", fail)
    with capture_logs() as lines:
        assert world.surgery.send().status_code == 500
    assert "Verysecretname" not in str(lines)
    assert "IntegrityError" in str(lines) and "api/views/referrals.py" in str(lines)


def test_the_token_endpoint_takes_posts_only(db):
    answer = Browser().get("/oauth2/token")
    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "POST", "METHOD_NOT_ALLOWED")


def test_administrators_look_at_systems_but_change_them_by_command(world: World, client: Browser):
    people.sign_in(client, "administrator", at=world.trust)
    page = client.get("/admin/api/client/")
    assert page.status_code == 200
    one = client.get(f"/admin/api/client/{world.surgery.client.pk}/change/")
    assert one.status_code == 200
    assert b"client_secret" not in one.content
    assert client.get("/admin/api/client/add/").status_code == 403
    assert client.get("/admin/oauth2_provider/accesstoken/").status_code == 404
