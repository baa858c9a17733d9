"""Which stretches of time each promise measures, from the history of a referral."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from referrals.spans import Move, measure
from referrals.states import OfferStatus, Status

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = UUID(int=1)
OTHER = UUID(int=2)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def walk(*steps: tuple[int, str], offer: UUID | None = None) -> list[Move]:
    moves, before = [], ""
    for minutes, status in steps:
        moves.append(Move(before, status, at(minutes), offer))
        before = status
    return moves


def spans(moves: list[Move]) -> dict:
    return {(m.code, m.run, m.offer_id): m.span for m in measure(moves, START)}


SENT = (0, Status.SUBMITTED)
SEEN = (5, Status.IN_TRIAGE)


def test_a_sent_referral_waits_to_be_acknowledged_and_answered():
    found = spans(walk(SENT))
    assert set(found) == {("acknowledge", 1, None), ("respond", 1, None)}
    assert all(span.started_at == START and span.stopped_at is None for span in found.values())


def test_taking_it_in_stops_one_clock_and_starts_the_next():
    found = spans(walk(SENT, SEEN))
    assert found["acknowledge", 1, None].stopped_at == at(5)
    assert found["triage", 1, None].started_at == at(5)


def test_a_question_pauses_until_the_answer():
    found = spans(walk(SENT, SEEN, (6, Status.INFO_REQUESTED), (16, Status.IN_TRIAGE)))
    assert found["triage", 1, None].pauses == ((at(6), at(16)),)
    assert found["triage", 1, None].started_at == at(5)


def test_asking_at_once_acknowledges():
    found = spans(walk(SENT, (3, Status.INFO_REQUESTED)))
    assert found["acknowledge", 1, None].stopped_at == at(3)
    assert found["acknowledge", 1, None].answered


def test_first_contact_stops_the_response_clock():
    path = walk(SENT, SEEN, (9, Status.ACCEPTED), (9, Status.OFFERED), (20, Status.ALLOCATED), (82, Status.IN_SERVICE))
    found = spans(path)
    assert found["respond", 1, None].stopped_at == at(82)
    assert found["respond", 1, None].answered


def test_moving_a_referral_after_contact_does_not_restart_the_response_clock():
    path = walk(
        SENT,
        SEEN,
        (9, Status.ACCEPTED),
        (9, Status.OFFERED),
        (20, Status.ALLOCATED),
        (82, Status.IN_SERVICE),
        (90, Status.ACCEPTED),
        (90, Status.OFFERED),
        (95, Status.ALLOCATED),
        (99, Status.IN_SERVICE),
    )
    assert spans(path)["respond", 1, None].stopped_at == at(82)


def test_closing_stops_every_clock_without_a_result():
    found = spans(walk(SENT, (4, Status.CANCELLED)))
    assert {(s.stopped_at, s.answered) for s in found.values()} == {(at(4), False)}


def test_reopening_starts_a_second_run():
    path = walk(
        SENT,
        SEEN,
        (9, Status.ACCEPTED),
        (9, Status.OFFERED),
        (20, Status.ALLOCATED),
        (30, Status.IN_SERVICE),
        (60, Status.COMPLETED),
        (100, Status.ALLOCATED),
    )
    found = spans(path)
    assert found["respond", 1, None].stopped_at == at(30)
    assert found["respond", 2, None].started_at == at(100)
    assert found["respond", 2, None].stopped_at is None


def test_each_offer_has_its_own_clock():
    moves = (
        walk(SENT, SEEN, (9, Status.ACCEPTED), (9, Status.OFFERED))
        + walk((9, OfferStatus.REQUESTED), (12, OfferStatus.ACKNOWLEDGED), (15, OfferStatus.DECLINED), offer=OFFER)
        + walk((9, OfferStatus.REQUESTED), (30, OfferStatus.WITHDRAWN), offer=OTHER)
    )
    found = spans(moves)
    assert found["offer", 1, OFFER].stopped_at == at(15)
    assert found["offer", 1, OFFER].answered
    assert not found["offer", 1, OTHER].answered


def test_the_waiting_list_is_an_answer():
    moves = walk(SENT, SEEN, (9, Status.ACCEPTED), (9, Status.OFFERED)) + walk(
        (9, OfferStatus.REQUESTED), (15, OfferStatus.WAITLISTED), offer=OFFER
    )
    assert spans(moves)["offer", 1, OFFER].answered
