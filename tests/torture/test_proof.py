"""The proof has teeth: whatever was lost, doubled or miscounted fails a line of it."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.api.world import World, make_world, sent
from tests.bcf.conftest import catch_up
from tests.torture.proof import THERE, Database, Line, lines
from tests.torture.senders import Answered, Ledger, numbers
from tests.torture.storm import KINDS, Storm

pytestmark = pytest.mark.django_db(transaction=True)
DURABLE = "PostgreSQL writes to the disk before it answers"
KEY = "Storm: 0/1"
ALONE = "ALTER TABLE audit_event DISABLE TRIGGER USER; {}; ALTER TABLE audit_event ENABLE TRIGGER USER"
TAMPERED = {
    "DELETE FROM bcf_referralfact": "… with their place in the numbers",
    "UPDATE bcf_observation SET numerator = numerator + 1": "referrals received, added up over the days",
    "DELETE FROM referrals_clock WHERE code = 'respond'": "… with the clocks to acknowledge and to respond, each once",
    "UPDATE referrals_referral SET need = 'Another'": THERE,
    "UPDATE referrals_referral SET status = 'cancelled', closed_at = now()": "… cancelled if that was answered",
    "UPDATE referrals_referral SET version = 2": "… with a step for every version",
    "UPDATE api_idempotencyrecord SET status = NULL": "keys without an answer",
    "UPDATE patients_patient SET nhs_number = ''": "… with one person of that NHS number",
    "UPDATE bcf_cursor SET event_id = 0, transaction_id = 0": "events not yet counted, set aside, or figures stale",
    ALONE.format(
        "DELETE FROM audit_event WHERE kind = 'referral.submitted.v1'"
    ): "… with one event that they were sent",
    ALONE.format("UPDATE audit_event SET subject_id = event_id WHERE subject_kind = 'patient'"): "events, steps, trans",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def ledger(world: World) -> Ledger:
    referral = sent(world, key=KEY, need=KEY)
    catch_up()
    kept = Answered(str(referral.pk), referral.reference, KEY, KEY, {}, 0, referral.patient.nhs_number)
    return Ledger(referrals=[kept])


@pytest.fixture
def database(ledger: Ledger) -> Iterator[Database]:
    given = connection.settings_dict
    opened = Database("postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**given))
    yield opened
    opened.close()


def failing(database: Database, ledger: Ledger) -> list[str]:
    return [line.words for line in lines(database, ledger) if not line.holds and line.words != DURABLE]


def test_nothing_fails_when_nothing_was_lost(database: Database, ledger: Ledger) -> None:
    assert failing(database, ledger) == []


@pytest.mark.parametrize("tamper", TAMPERED)
def test_each_loss_fails_its_line(database: Database, ledger: Ledger, tamper: str) -> None:
    database.rows.execute(tamper)
    assert [words for words in failing(database, ledger) if words.startswith(TAMPERED[tamper])]


def test_what_was_never_written_fails(database: Database, ledger: Ledger) -> None:
    ledger.referrals.append(Answered(str(os.urandom(16).hex()), "R", "M", "K", {}, 0, "9990000018"))
    ledger.messages.append("Hello")
    ledger.cancelled.append(ledger.referrals[0].id)
    found = failing(database, ledger)
    assert THERE in found
    assert "messages answered are there, once" in found
    assert "… cancelled if that was answered, and only then" in found


def test_the_storm_repeats_itself_and_spares_nothing() -> None:
    first, second, other = (Storm(os.getpid(), seed) for seed in ("a", "a", "b"))
    orders = [[next(storm.order) for _ in range(20)] for storm in (first, second, other)]
    assert orders[0] == orders[1] != orders[2]
    assert {first.next, *orders[0][: len(KINDS) - 1]} == set(KINDS) == first.spared


def test_senders_have_people_of_their_own() -> None:
    one, two = ({number for number, _ in zip(numbers(sender), range(50), strict=False)} for sender in (0, 1))
    assert len(one | two) == 100
    assert Line("a", 1, 1).holds
