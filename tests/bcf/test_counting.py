"""Counting on real connections: late commits, two workers, crashes, outages and events that cannot be read."""

from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.events import Kind, record
from audit.models import Event
from bcf import counting, facts
from bcf.models import Cursor, Observation, ReferralFact, SetAside, Stale
from referrals import actions
from tests.bcf.conftest import Desk, catch_up, known
from tests.factories import patients
from tests.referrals.conftest import make_desk
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return make_desk()


def received() -> int:
    """Referrals received this quarter, as the dashboard would say."""
    row = Observation.objects.filter(
        metric="referrals_received", level="system", period="quarter", known_to=None
    ).values_list("numerator", flat=True)
    return sum(row)


def test_an_event_committed_late_is_counted_once(desk: Desk) -> None:
    """Its transaction began first and ends last: events of younger transactions wait until it has ended."""
    other = patients.patient(seen_by=desk.front_door.organisation)
    written, may_commit = Signal(), Signal()

    def slow() -> None:
        with transaction.atomic():
            desk.send(patient=other)
            written.set()
            may_commit.wait(timeout=60)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    written.wait(timeout=60)
    desk.send()
    counting.count()
    assert Cursor.objects.get().event_id < Event.objects.order_by("id").last().id

    may_commit.set()
    thread.join()
    catch_up()
    counting.count()

    assert received() == 2


def test_two_workers_at_once_count_once(desk: Desk) -> None:
    for _ in range(6):
        desk.send(patient=patients.patient())

    together(counting.count, counting.count, counting.count)
    catch_up()

    assert received() == 6
    by_events = known()
    counting.count_everything()
    assert known() == by_events


def test_a_crash_between_reading_and_counting_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send()
    with monkeypatch.context() as broken:
        broken.setattr(counting.figures, "count_again", _power_cut)
        with pytest.raises(ConnectionAbortedError):
            catch_up()
    assert received() == 0
    assert Stale.objects.exists()

    counting.count()

    assert received() == 1
    assert not Stale.objects.exists()


def test_a_crash_while_reading_moves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send(patient=patients.patient())
    catch_up()
    before = Cursor.objects.get().event_id
    desk.send()
    with monkeypatch.context() as broken:
        broken.setattr(counting, "_mark", _power_cut)
        with pytest.raises(ConnectionAbortedError):
            catch_up()

    assert Cursor.objects.get().event_id == before
    assert ReferralFact.objects.count() == 1
    catch_up()
    assert received() == 2


def test_after_an_outage_it_catches_up_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 7)
    monkeypatch.setattr(counting.follow.__wrapped__, "__defaults__", (7,))
    for _ in range(9):
        referral = desk.send(patient=patients.patient())
        actions.acknowledge(referral_id=referral.pk, by=desk.clinician)

    catch_up()
    assert received() == 9
    assert counting.count() == 0
    assert received() == 9


def test_a_poisoned_event_is_set_aside_and_stops_nothing(desk: Desk) -> None:
    record(Kind.PATIENT_MERGED, by=desk.lead, subject=desk.patient, patient_id=desk.patient.pk, absorbed="not an id")
    desk.send()

    catch_up()

    assert received() == 1
    aside = SetAside.objects.get()
    assert (aside.kind, aside.error, aside.tries, aside.counted_at) == (Kind.PATIENT_MERGED, "ValueError", 1, None)
    assert "not an id" not in str(vars(aside))


def test_an_event_set_aside_is_tried_again_later_and_then_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = desk.send(), desk.send(patient=patients.patient())
    refresh = facts.refresh

    def fails_for_one(owners: facts.Owners) -> object:
        if bad.pk in owners["referral_id"]:
            raise DatabaseError("no")
        return refresh(owners)

    with monkeypatch.context() as broken:
        broken.setattr(facts, "refresh", fails_for_one)
        catch_up()
        assert received() == 1
        assert set(ReferralFact.objects.values_list("pk", flat=True)) == {good.pk}
        SetAside.objects.update(try_again_at=timezone.now() - timedelta(seconds=1))
        counting.count()
        assert set(SetAside.objects.values_list("tries", flat=True)) == {2}

    SetAside.objects.update(try_again_at=timezone.now() - timedelta(seconds=1))
    counting.count()

    assert received() == 2
    assert not SetAside.objects.filter(counted_at=None).exists()


def test_a_closed_figure_that_changes_is_restated_and_says_why(desk: Desk) -> None:
    long_ago = timezone.now() - timedelta(days=200)
    desk.send(received_at=long_ago)
    catch_up()
    Observation.objects.update(known_from=timezone.localdate() - timedelta(days=100))

    desk.send(patient=patients.patient(), received_at=long_ago)
    catch_up()

    figures = Observation.objects.filter(metric="referrals_received", level="system", period="day")
    old, new = figures.order_by("known_from")
    assert (old.numerator, old.known_to, old.restated) == (1, timezone.localdate(), False)
    assert (new.numerator, new.known_to, new.restated) == (2, None, True)
    assert new.reason == "A referral was recorded later"


def test_counting_nothing_asks_little(desk: Desk, django_assert_max_num_queries: object) -> None:
    desk.send()
    catch_up()

    with django_assert_max_num_queries(14):
        counting.count()


def _power_cut(*given: object) -> None:
    raise ConnectionAbortedError
