"""Bad input: each kind has its own status and code, nothing fails, nothing is stored, nothing is repeated back."""

import json

import pytest

from patients.models import Patient
from referrals.models import Referral
from tests.api.world import JSON, PERSON, REFERRAL, World

KEY = {"Idempotency-Key": "one"}


def send_raw(world: World, body: bytes, content_type: str = JSON):
    headers = world.surgery.headers(KEY)
    return world.surgery.browser.post("/api/v1/referrals", body, content_type=content_type, headers=headers)


def body_with(**changes: object) -> dict:
    return REFERRAL | changes


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "MALFORMED_JSON"),
        (b"\xff\xfe", 400, "MALFORMED_JSON"),
        (b'{"need": NaN}', 400, "MALFORMED_JSON"),
        (b'{"need": -Infinity}', 400, "MALFORMED_JSON"),
        (b'{"need": 1e999}', 400, "MALFORMED_JSON"),
        (b'{"need": ' + b"9" * 5000 + b"}", 400, "MALFORMED_JSON"),
        (b'{"need": ' + b"[" * 50 + b"]" * 50 + b"}", 400, "MALFORMED_JSON"),
        (b"[" * 30000, 400, "MALFORMED_JSON"),
        (b'{"need": "\\ud800"}', 400, "MALFORMED_JSON"),
        (b'{"need": "a", "need": "b"}', 400, "DUPLICATE_KEY"),
        (b'{"patient": {"id": 1, "id": 2}}', 400, "DUPLICATE_KEY"),
        (b"[]", 422, "VALIDATION_FAILED"),
        (b'"text"', 422, "VALIDATION_FAILED"),
        (b"null", 422, "VALIDATION_FAILED"),
        (b"1", 422, "VALIDATION_FAILED"),
        (b"{}", 422, "VALIDATION_FAILED"),
        (b"", 422, "VALIDATION_FAILED"),
        (b" " * 70000, 413, "BODY_TOO_LARGE"),
    ],
)
def test_bodies_that_are_not_what_they_should_be(world: World, body: bytes, status: int, code: str):
    answer = send_raw(world, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert Referral.objects.count() == 0


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"]
)
def test_only_json_is_read(world: World, content_type: str):
    answer = send_raw(world, b"{}", content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_without_its_length_is_refused_rather_than_taken_for_empty(world: World):
    answer = world.surgery.browser.generic(
        "POST", "/api/v1/referrals", b"", headers=world.surgery.headers(KEY | {"Transfer-Encoding": "chunked"})
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "LENGTH_REQUIRED")


def test_json_with_a_charset_is_read(world: World):
    assert send_raw(world, json.dumps(REFERRAL).encode(), "application/json; charset=utf-8").status_code == 201


@pytest.mark.parametrize(
    ("accept", "status"), [("text/html", 406), ("application/xml", 406), ("*/*", 200), (JSON, 200)]
)
def test_only_json_is_answered(world: World, accept: str, status: int):
    answer = world.surgery.get("/api/v1/referrals", Accept=accept)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"need": 1}, "need", "WRONG_TYPE"),
        ({"need": ["a"]}, "need", "WRONG_TYPE"),
        ({"need": None}, "need", "NULL"),
        ({"need": "  "}, "need", "REQUIRED"),
        ({"need": "a" * 4001}, "need", "TOO_LONG"),
        ({"need": "a\x00b"}, "need", "INVALID_VALUE"),
        ({"needs": "falls"}, "needs", "WRONG_TYPE"),
        ({"needs": []}, "needs", "INVALID_VALUE"),
        ({"needs": ["falls", "flying"]}, "needs.1", "NOT_A_CHOICE"),
        ({"needs": [{}]}, "needs.0", "WRONG_TYPE"),
        ({"urgency": "now"}, "urgency", "NOT_A_CHOICE"),
        ({"urgency": []}, "urgency", "WRONG_TYPE"),
        ({"channel": None}, "channel", "NULL"),
        ({"safeguarding": "yes"}, "safeguarding", "WRONG_TYPE"),
        ({"safeguarding": 1}, "safeguarding", "WRONG_TYPE"),
        ({"colour": "blue"}, "colour", "UNKNOWN_FIELD"),
        ({"patient": "Ada"}, "patient", "WRONG_TYPE"),
        ({"patient": {}}, "patient.family_name", "REQUIRED"),
        ({"patient": {"id": "x"}}, "patient.id", "INVALID_VALUE"),
        ({"patient": {"id": 7}}, "patient.id", "INVALID_VALUE"),
        ({"patient": PERSON | {"id": "0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11"}}, "patient.id", "INVALID_VALUE"),
        ({"patient": PERSON | {"age": 80}}, "patient.age", "UNKNOWN_FIELD"),
        ({"patient": PERSON | {"date_of_birth": "2026-02-30"}}, "patient.date_of_birth", "INVALID_VALUE"),
        ({"patient": PERSON | {"date_of_birth": "30/01/1941"}}, "patient.date_of_birth", "INVALID_VALUE"),
        ({"patient": PERSON | {"date_of_birth": 19410302}}, "patient.date_of_birth", "WRONG_TYPE"),
        ({"patient": PERSON | {"date_of_birth": "2999-01-01"}}, "patient.date_of_birth", "INVALID_VALUE"),
        ({"patient": PERSON | {"date_of_birth": "1700-01-01"}}, "patient.date_of_birth", "INVALID_VALUE"),
        ({"patient": PERSON | {"nhs_number": "12"}}, "patient.nhs_number", "INVALID_VALUE"),
        ({"patient": PERSON | {"family_name": "\x00"}}, "patient.family_name", "INVALID_VALUE"),
        ({"patient": PERSON | {"family_name": " "}}, "patient.family_name", "REQUIRED"),
        ({"patient": PERSON | {"sex": "F"}}, "patient.sex", "NOT_A_CHOICE"),
        ({"referrer": {"phone": "1"}}, "referrer.name", "REQUIRED"),
        ({"external_id": "a" * 101}, "external_id", "TOO_LONG"),
    ],
)
def test_a_field_that_is_not_right_is_named(world: World, change: dict, field: str, code: str):
    answer = world.surgery.send(**change)
    problem = answer.json()
    assert answer.status_code == 422
    assert (field, code) in {(error["field"], error["code"]) for error in problem["errors"]}
    assert Patient.objects.count() == Referral.objects.count() == 0


def test_a_refusal_repeats_nothing_that_was_sent(world: World):
    person = PERSON | {"family_name": "Verysecretname", "sex": "Verysecretname", "date_of_birth": "Verysecretname"}
    answer = world.surgery.send(patient=person, urgency="Verysecretname")
    assert answer.status_code == 422
    assert b"Verysecretname" not in answer.content


def test_unknown_fields_alone_have_their_own_code(world: World):
    assert world.surgery.send(colour="blue").json()["code"] == "UNKNOWN_FIELD"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": ["1", "2"]}, "limit"),
        ({"open": "maybe"}, "open"),
        ({"status": "lost"}, "status.0"),
        ({"urgency": ""}, "urgency"),
        ({"received_from": "2026-11-22"}, "received_from"),
        ({"received_from": "2026-11-22T10:00:00"}, "received_from"),
        ({"received_to": "2026-13-22T10:00:00Z"}, "received_to"),
        ({"updated_since": "0001-01-01T00:00:00+23:59"}, "updated_since"),
        ({"cursor": "made-up"}, "cursor"),
        ({"place": "a\x00"}, "place"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_address_parameters_are_checked(world: World, query: dict, field: str):
    answer = world.surgery.get("/api/v1/referrals", query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(world: World, method: str):
    answer = getattr(world.surgery.browser, method)("/api/v1/referrals", headers=world.surgery.headers())
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD"}


def test_head_answers_like_get_without_a_body(world: World):
    answer = world.surgery.browser.head("/api/v1/referrals", headers=world.surgery.headers())
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_a_step_takes_posts_only(world: World, method: str):
    path = "/api/v1/referrals/0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11/cancel"
    answer = getattr(world.surgery.browser, method)(path, headers=world.surgery.headers())
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path",
    [
        "referrals/not-a-uuid",
        "referrals/{0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11}",
        "referrals/0192f3b47c1e7d5a9a515d0f6c2b8e11",
        "referrals/0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11",
        "referrals/%00",
        "patients/1",
        "organisations/%F0%9F%99%82",
        "services/none",
        "services/%00",
        "nothing",
    ],
)
def test_what_is_not_there_is_not_found(world: World, path: str):
    answer = world.surgery.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_correlation_id_comes_back_in_header_and_problem(world: World):
    mine = "0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11"
    answer = world.surgery.get("/api/v1/referrals/x", **{"X-Correlation-Id": mine})
    assert answer["X-Correlation-Id"] == answer.json()["correlation_id"] == mine
    made = world.surgery.get("/api/v1/referrals/x", **{"X-Correlation-Id": "nonsense"})
    assert made["X-Correlation-Id"] == made.json()["correlation_id"] != mine


def test_a_failure_is_a_problem_document_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.views.referrals.submit", lambda **_: 1 / 0)
    answer = world.surgery.send()
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert b"Zero" not in answer.content
    assert Patient.objects.count() == 0
