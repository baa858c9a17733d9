"""Which facts an event of Home First may change: whatever it tells of, its owner is found."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.events import Kind, record
from audit.models import Event
from bcf import facts
from bcf.counting import UNCOUNTED
from homefirst.models import Bed, Readiness
from homefirst.states import BED_EVENTS, CRISIS_EVENTS, DISCHARGE_EVENTS, REABLEMENT_EVENTS
from tests.bcf.conftest import Desk
from tests.factories import homefirst_rows as rows
from tests.factories.people import SYSTEM


@pytest.fixture
def known(desk: Desk) -> dict[str, Any]:
    """One of everything that events tell of."""
    now = timezone.now()
    crisis, reablement = rows.crisis(desk.send(), now), rows.reablement(desk.send(), now)
    case, ward = rows.ready_case(desk.patient, now), rows.ward("elm", beds=1)
    return {
        "crisis": crisis,
        "claim": rows.claim(crisis, "b"),
        "reablement": reablement,
        "follow_up": rows.follow_up(reablement, timezone.localdate()),
        "case": case,
        "delay": rows.wait(case, "council", "hub"),
        "readiness": Readiness.objects.get(case=case),
        "ward": ward,
        "bed": Bed.objects.get(ward=ward),
        "spell": rows.spell(Bed.objects.get(ward=ward), desk.patient, now - timedelta(days=2)),
    }


@pytest.mark.parametrize(
    ("told", "column", "owner"),
    [
        ("crisis", "episode_id", "crisis"),
        ("claim", "episode_id", "crisis"),
        ("reablement", "episode_id", "reablement"),
        ("follow_up", "episode_id", "reablement"),
        ("case", "case_id", "case"),
        ("delay", "case_id", "case"),
        ("readiness", "case_id", "case"),
        ("ward", "ward_id", "ward"),
        ("bed", "ward_id", "ward"),
        ("spell", "ward_id", "ward"),
    ],
)
def test_an_event_names_its_owner(known: dict[str, Any], told: str, column: str, owner: str) -> None:
    event = record(Kind.CRISIS_UPDATED, by=SYSTEM, subject=known[told])

    assert facts.owners_of([event]) == {column: {known[owner].pk}}


def test_a_person_names_everything_of_theirs(known: dict[str, Any], desk: Desk) -> None:
    event = record(Kind.PATIENT_UPDATED, by=SYSTEM, subject=desk.patient, patient_id=desk.patient.pk)

    found = facts.owners_of([event])

    assert found["case_id"] == {known["case"].pk}
    assert found["episode_id"] == {known["crisis"].pk, known["reablement"].pk}
    assert len(found["referral_id"]) == 2


def test_waiting_and_wards_grow_by_themselves(known: dict[str, Any]) -> None:
    assert facts.growing() == {"case_id": {known["case"].pk}, "ward_id": {known["ward"].pk}}

    rows.leave(known["case"])

    assert facts.growing()["case_id"] == set()


def test_every_event_of_home_first_that_may_count_is_read() -> None:
    moves = {*CRISIS_EVENTS.values(), *REABLEMENT_EVENTS.values(), *DISCHARGE_EVENTS.values(), *BED_EVENTS.values()}

    assert not [kind for kind in moves if kind.startswith(UNCOUNTED)]


def test_what_nothing_is_counted_of_names_nobody(desk: Desk) -> None:
    event = Event(kind=Kind.ASSESSOR_ENDED, subject_kind="trustedassessor", subject_id=desk.patient.pk, data={})

    assert facts.owners_of([event]) == {}
