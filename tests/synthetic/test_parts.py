"""The pieces of the generator, each by itself."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from time import sleep
from uuid import UUID

import pytest
from django.core.management.base import OutputWrapper
from django.db import Error, connection, connections

from audit.models import Event
from directory.codes import Channel
from patients.models import NumberStatus, Patient
from referrals.models import Message, Referral, Step
from synthetic import loading
from synthetic.crew import together
from synthetic.desk import reference
from synthetic.dice import Dice, Identifiers, Shares
from synthetic.errors import NotReady
from synthetic.people import Population
from synthetic.progress import Progress
from synthetic.rhythm import Rhythm, is_office_time, refers_now
from synthetic.rows import quick_rows
from synthetic.sweeping import sweep_at
from synthetic.today import TODAY, count_today
from synthetic.writer import PLAIN

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class Terminal(StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


def test_dice_of_one_seed_and_name_repeat_and_others_do_not():
    assert [Dice(1, "a").random() for _ in range(3)] == [Dice(1, "a").random()] * 3
    assert Dice(1, "a").random() != Dice(1, "b").random() != Dice(2, "b").random()


def test_shares_come_up_as_often_as_they_say():
    table, dice = Shares({"often": 9, "seldom": 1}), Dice(1)
    found = [dice.pick(table) for _ in range(5000)]
    assert 4300 < found.count("often") < 4700
    assert table.at(0) == "often"
    assert table.at(0.9999) == "seldom"


def test_identifiers_are_version_7_and_carry_their_moment():
    made = Identifiers(Dice(1), NOON)()
    assert made.version == 7
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_references_never_repeat():
    made = {reference(number) for number in range(50_000)}
    assert len(made) == 50_000
    assert all(len(one) == 12 and one.startswith("HF-") for one in made)


def test_winter_is_heavier_than_summer_and_days_than_nights():
    rhythm, dice = Rhythm(NOON, frozenset()), Dice(1)
    moments = [rhythm.moment(dice) for _ in range(4000)]
    assert all(rhythm.start <= at < NOON for at in moments)
    by_month = [sum(1 for at in moments if at.month == month) for month in range(1, 13)]
    assert by_month[0] > by_month[6]
    assert sum(1 for at in moments if 9 <= at.hour < 12) > 3 * sum(1 for at in moments if at.hour < 4)


def test_practices_refer_in_office_hours_and_out_of_hours_clinicians_at_other_times():
    night = NOON.replace(hour=2)
    assert is_office_time(NOON, frozenset())
    assert not is_office_time(NOON, frozenset({NOON.date()}))
    assert refers_now(Channel.GP, NOON, frozenset())
    assert not refers_now(Channel.GP, night, frozenset())
    assert refers_now(Channel.OUT_OF_HOURS, night, frozenset())
    assert refers_now(Channel.AMBULANCE, night, frozenset())


def test_the_sweep_looks_every_half_minute():
    assert sweep_at(NOON) == NOON + timedelta(seconds=30)
    assert sweep_at(NOON + timedelta(seconds=29)) == NOON + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "\\N"),
        (True, "t"),
        (12, "12"),
        (Decimal("3.5"), "3.5"),
        ("tab\tline\nback\\slash", "tab\\tline\\nback\\\\slash"),
        (["a", "b"], "{a,b}"),
        ({"a": 'b"c\n'}, '{"a":"b\\\\"c\\\\n"}'),
        (UUID(int=1), f"{1:032x}"),
        (Channel.GP, "gp"),
    ],
)
def test_values_are_written_as_copy_reads_them(value, written):
    assert PLAIN[type(value)](value) == written


@pytest.mark.django_db
def test_quick_rows_equal_djangos_own():
    step = Step(verb="submit", version=1, at=NOON, by_kind="system", by_id=UUID(int=1), by_name="x")
    given = {"referral": Referral(id=UUID(int=2)), "step": step, "text": "Hello", "at": NOON, "by_id": UUID(int=3)}
    own = Message(id=UUID(int=4), **given)
    with quick_rows([Message, Event]):
        quick = Message(id=UUID(int=4), **given)
        assert Event(kind="a").data == {}
    names = [field.attname for field in Message._meta.concrete_fields]
    assert [getattr(quick, name) for name in names] == [getattr(own, name) for name in names]
    assert quick.step is step
    assert "__init__" not in Message.__dict__


def test_progress_is_for_terminals():
    quiet, lively = StringIO(), Terminal()
    for out in (quiet, OutputWrapper(lively)):
        progress = Progress(out)
        progress.say("people", 20, 20)
        progress.next()
    assert quiet.getvalue() == ""
    assert "20 of 20 people" in lively.getvalue()
    assert lively.getvalue().endswith("left    \n")


def test_today_has_every_stage():
    assert {row.stage for row in TODAY} >= {"submitted", "in_triage", "info_requested", "accepted", "offered"}
    assert count_today(150) == len(TODAY) + sum(max(0, round(row.count / 40) - 1) for row in TODAY)
    assert count_today(6000) == sum(row.count for row in TODAY)


def test_progress_tells_everybody_what_took_how_long():
    quiet = StringIO()
    Progress(quiet).tell("copies: 200 s")
    assert quiet.getvalue() == "  copies: 200 s\n"


def test_whoever_comes_after_the_last_number_has_none():
    patient = Patient()
    population = object.__new__(Population)
    population.dice, population.numbers = Dice(1), iter(())
    population._number(patient)
    assert (patient.nhs_number, patient.nhs_number_status) == ("", NumberStatus.NOT_REQUIRED)


@pytest.mark.django_db(transaction=True)
class TestTwoHands:
    def test_work_side_by_side_and_answer_in_order(self):
        assert together(lambda: 1, lambda: 2, lambda: Patient.objects.count()) == [1, 2, 0]

    def test_a_session_of_the_first_that_came_along_is_neither_used_nor_ended(self, monkeypatch: pytest.MonkeyPatch):
        """Such as that of another loop of the same thread, which is not among those that are closed before."""
        first, close_all = os.getpid(), connections.close_all
        monkeypatch.setattr(connections, "close_all", lambda: None if os.getpid() == first else close_all())
        assert Patient.objects.count() == 0
        session = connection.connection

        assert together(lambda: 1, lambda: sleep(0.2) or Patient.objects.count(), lambda: 2) == [1, 0, 2]
        assert Patient.objects.count() == 0
        assert connection.connection is session

    def test_trouble_of_the_second_is_told(self):
        with pytest.raises(NotReady, match="ZeroDivisionError: division by zero.*Begin again"):
            together(lambda: 1, lambda: 1 / 0)

    def test_an_end_without_an_answer_is_told(self):
        with pytest.raises(NotReady, match="ended without an answer"):
            together(lambda: 1, lambda: os._exit(9))

    def test_trouble_of_the_first_ends_the_second(self):
        with pytest.raises(ZeroDivisionError):
            together(lambda: 1 / 0, lambda: sleep(60))


@pytest.mark.django_db
def test_inside_a_transaction_one_hand_does_everything():
    assert together(os.getpid, os.getpid) == [os.getpid()] * 2


@pytest.mark.django_db
def test_loading_asks_for_its_right_first(monkeypatch):
    def refuse(statement: str) -> None:
        raise Error("permission denied")

    monkeypatch.setattr(loading, "run", refuse)
    with pytest.raises(NotReady, match="may set session_replication_role"):
        loading.may_load()
