"""Logging reads: one record at a time, and lists without a row for every refresh."""

from uuid import uuid4

import pytest
from django.core.cache import cache

from audit import seen
from audit.access import INFORMATION_GOVERNANCE, log_list, log_read
from audit.context import correlation_id, set_correlation_id
from audit.models import Access
from tests.factories.people import SYSTEM

pytestmark = pytest.mark.django_db


def test_one_read_says_who_whom_why_and_how():
    patient_id, subject_id = uuid4(), uuid4()
    request = set_correlation_id(uuid4())

    log_read(by=SYSTEM, patient_id=patient_id, what="referral", subject_id=subject_id, via="api")

    row = Access.objects.get()
    assert (row.patient_id, row.subject_id, row.what, row.via) == (patient_id, subject_id, "referral", "api")
    assert (row.actor_kind, row.actor_id, row.purpose, row.outcome) == ("system", SYSTEM.id, "direct care", "allowed")
    assert row.correlation_id == request == correlation_id()
    assert str(row).startswith("referral allowed")


def test_a_list_that_refreshes_itself_is_logged_once_an_hour(django_assert_num_queries):
    first, second, third = uuid4(), uuid4(), uuid4()

    log_list(by=SYSTEM, patient_ids=[first, second], what="worklist")
    with django_assert_num_queries(0):
        log_list(by=SYSTEM, patient_ids=[first, second], what="worklist")
    with django_assert_num_queries(1):
        log_list(by=SYSTEM, patient_ids=[first, second, third], what="worklist")

    assert set(Access.objects.values_list("patient_id", flat=True)) == {first, second, third}


def test_processes_know_what_the_others_logged(django_assert_num_queries):
    patient_id = uuid4()
    log_list(by=SYSTEM, patient_ids=[patient_id], what="worklist")
    seen.forget()
    with django_assert_num_queries(0):
        log_list(by=SYSTEM, patient_ids=[patient_id], what="worklist")


def test_the_memories_of_a_process_and_of_all_together_last_an_hour(monkeypatch: pytest.MonkeyPatch):
    patient_id = uuid4()
    log_list(by=SYSTEM, patient_ids=[patient_id], what="worklist")
    (key,) = seen._here
    assert 0 < cache._cache.get_client(None).ttl(cache.make_key(key)) <= 3600 - seen.HERE_SECONDS

    cache.delete(key)
    assert seen.unseen([key]) == set()
    now = seen.monotonic()
    monkeypatch.setattr(seen, "monotonic", lambda: now + seen.HERE_SECONDS + 1)
    assert seen.unseen([key]) == {key}


def test_the_memory_of_a_process_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seen, "ROOM", 3)
    for number in range(5):
        seen.remember([f"seen:{number}", f"again:{number}"])
    assert len(seen._here) == 2


def test_another_list_and_another_door_are_logged_again():
    patient_id = uuid4()

    for what, via in (("worklist", "page"), ("search", "page"), ("worklist", "api")):
        log_list(by=SYSTEM, patient_ids=[patient_id], what=what, via=via)
    log_list(by=SYSTEM, patient_ids=[], what="worklist")
    log_list(by=SYSTEM, patient_ids=[uuid4()], what="access log", purpose=INFORMATION_GOVERNANCE)

    assert Access.objects.filter(patient_id=patient_id).count() == 3
    assert Access.objects.filter(purpose=INFORMATION_GOVERNANCE).count() == 1
