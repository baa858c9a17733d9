"""Tables kept by month: rows land where they belong, months come and go, and nothing is ever lost or changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, OperationalError, connection, transaction
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from audit import partitions
from audit.access import access
from audit.events import Kind, event
from audit.models import Access, Event
from audit.partitions import Busy, Month
from audit.tasks import make_partitions
from tests.factories.people import SYSTEM

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=200)
TABLES = ["audit_access", "audit_event", "referrals_transition"]


def look(at: datetime) -> Access:
    row = access(by=SYSTEM, patient_id=uuid4(), what="record")
    row.at = at
    row.save(force_insert=True)
    return row


def where(row: Access | Event) -> str:
    """The partition that holds the row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def parts(table: str) -> list[str]:
    one = next(one for one in partitions.tables() if one.name == table)
    return list(one.months().values())


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestMonths:
    def test_three_tables_are_kept_by_month_and_start_with_the_rest_only(self):
        assert [one.name for one in partitions.tables()] == TABLES
        assert not any(one.months() for one in partitions.tables())

    def test_without_months_a_row_still_lands(self):
        assert where(look(NOW)) == "audit_access_default"

    def test_this_month_and_three_ahead(self):
        assert len(partitions.make(NOW)) == 4 * len(TABLES)
        assert parts("audit_event") == [f"audit_event_{m}" for m in ("2026_11", "2026_12", "2027_01", "2027_02")]
        assert where(look(NOW + timedelta(days=30))) == "audit_access_2026_12"

    def test_rows_that_waited_move_to_their_month(self):
        old, new = look(LONG_AGO), look(NOW)
        partitions.make(NOW)
        assert (where(old), where(new)) == ("audit_access_2026_05", "audit_access_2026_11")
        assert count("audit_access_default") == 0
        assert Access.objects.count() == 2

    def test_ids_go_on(self):
        before = look(NOW).pk
        partitions.make(NOW)
        assert look(NOW).pk == before + 1

    def test_a_second_time_makes_nothing(self):
        partitions.make(NOW)
        assert partitions.make(NOW) == []

    def test_a_row_of_a_month_made_earlier_than_any_goes_to_the_rest_and_then_home(self):
        partitions.make(NOW)
        late = look(LONG_AGO)
        assert where(late) == "audit_access_default"
        assert partitions.make(NOW) == ["audit_access_2026_05"]
        assert where(late) == "audit_access_2026_05"

    def test_a_run_that_was_broken_off_is_taken_up_again(self):
        first = look(LONG_AGO)
        table = next(one for one in partitions.tables() if one.name == "audit_access")
        partitions._fill(table, "audit_access_2026_05", Month.of(LONG_AGO))
        second = look(LONG_AGO + timedelta(hours=1))
        partitions.make(NOW)
        assert {where(first), where(second)} == {"audit_access_2026_05"}
        assert Access.objects.count() == 2

    def test_from_a_given_month_on(self):
        made = partitions.make(NOW, since=NOW - timedelta(days=1096), ahead=0)
        assert len([name for name in made if name.startswith("audit_event_")]) == 37
        assert Month.of(NOW).plus(-11) == Month(2025, 12)

    def test_events_too_by_when_they_were_recorded(self):
        told = event(Kind.SIGNED_IN, by=SYSTEM, subject=look(NOW), at=LONG_AGO)
        told.recorded_at = NOW
        told.save(force_insert=True)
        partitions.make(NOW)
        assert where(told) == "audit_event_2026_11"

    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
    def test_every_partition_is_append_only(self, statement):
        look(LONG_AGO), look(NOW), partitions.make(NOW), look(LONG_AGO - timedelta(days=90))
        for part in ("audit_access", "audit_access_2026_05", "audit_access_2026_11", "audit_access_default"):
            with pytest.raises(Error, match="never changed or removed"), transaction.atomic(), connection.cursor() as c:
                c.execute(statement.format(part))

    def test_the_cursor_of_readers_reads_each_month_in_order(self):
        """Without a sort: a worker asks every second, and must not read a month to get the next few events."""
        partitions.make(NOW, since=NOW - timedelta(days=1096))
        newest = Event.objects.filter(transaction_id__gt=5).order_by("transaction_id", "id")[:500]
        with connection.cursor() as cursor:
            for other in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{other} = off")
        plan = newest.explain()
        assert "Merge Append" in plan
        assert plan.count("transaction_id_id_idx") == 41

    def test_transitions_of_a_referral_open_no_months_before_it(self):
        from referrals.desk import transitions
        from referrals.models import Referral

        partitions.make(NOW, since=NOW - timedelta(days=1096))
        plan = transitions(Referral(id=uuid4(), received_at=NOW)).standing().explain()
        assert "referrals_transition_2026_11" in plan
        assert "referrals_transition_2026_10" not in plan


@pytest.mark.django_db
class TestRetiring:
    def test_an_old_month_is_put_aside_with_its_rows(self):
        old, new = look(LONG_AGO), look(NOW)
        partitions.make(NOW)
        assert partitions.retire("audit_access", Month.of(NOW).plus(-3)) == ["audit_access_2026_05_retired"]
        assert list(Access.objects.values_list("pk", flat=True)) == [new.pk]
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM audit_access_2026_05_retired")
            assert cursor.fetchall() == [(old.pk,)]

    def test_what_was_put_aside_is_still_append_only(self):
        look(LONG_AGO)
        partitions.make(NOW)
        partitions.retire("audit_access", Month.of(NOW))
        with pytest.raises(Error, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_access_2026_05_retired")

    def test_other_tables_and_later_months_stay(self):
        partitions.make(NOW, since=LONG_AGO)
        partitions.retire("audit_access", Month.of(NOW))
        assert len(parts("audit_access")) == 4
        assert len(parts("audit_event")) == 10

    def test_an_unknown_table_is_named(self):
        with pytest.raises(ValueError, match="Choose one of: audit_access, audit_event"):
            partitions.retire("patients_patient", Month.of(NOW))


@pytest.mark.django_db
class TestCommand:
    def said(self, **options: object) -> str:
        out = StringIO()
        call_command("partitions", stdout=out, **options)
        return out.getvalue()

    def test_makes_months_and_then_has_nothing_to_do(self):
        assert "Made 12 months" in self.said()
        assert "Every month is there" in self.said()

    def test_says_how_to_archive(self):
        look(timezone.now() - timedelta(days=200))
        said = self.said(retire="audit_access", older_than=3)
        assert "pg_dump --format=custom --table=audit_access_" in said
        assert "No month of audit_access is older" in self.said(retire="audit_access", older_than=3)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"retire": "audit_access"}, "Give both"),
            ({"older_than": 3}, "Give both"),
            ({"retire": "audit_access", "older_than": 0}, "must be 1 or more"),
            ({"retire": "nothing", "older_than": 1}, "not kept by month"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, options, words):
        with pytest.raises(CommandError, match=words):
            self.said(**options)

    def test_the_timetable_does_the_same(self):
        make_partitions()
        assert partitions.make(timezone.now()) == []

    def test_gives_up_when_a_table_is_held_for_long(self, monkeypatch):
        tries = []

        def held(*_: object) -> None:
            tries.append(1)
            raise OperationalError from LockNotAvailable()

        monkeypatch.setattr(partitions, "_attach", held)
        monkeypatch.setattr(partitions, "PAUSE_SECONDS", 0)
        with pytest.raises(CommandError, match="Run it again later"):
            self.said()
        assert len(tries) == partitions.TRIES

    def test_other_troubles_are_not_hidden(self, monkeypatch):
        def broken(*_: object) -> None:
            raise OperationalError("the disk is full")

        monkeypatch.setattr(partitions, "_attach", broken)
        with pytest.raises(OperationalError, match="disk is full"):
            partitions.make(NOW)


@pytest.fixture
def months_removed(transactional_db: None) -> Iterator[None]:
    """Months are real here; they go again, so that emptying tables between tests stays cheap."""
    yield
    with connection.cursor() as cursor:
        for table in partitions.tables():
            for part in table.months().values():
                cursor.execute(f"ALTER TABLE {table.name} DETACH PARTITION {part}")
                cursor.execute(f"DROP TABLE {part}")


def aside(work: object, found: list[object]) -> None:
    try:
        found.append(work())
    except Busy as busy:
        found.append(busy)
    finally:
        connection.close()


def test_two_at_once_do_no_harm(months_removed):
    kept = [look(LONG_AGO), look(NOW)]
    found: list[list[str]] = []
    threads = [Thread(target=aside, args=(lambda: partitions.make(NOW, ahead=0), found)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for names in found for name in names]) == len(TABLES) + 1
    assert [where(row) for row in kept] == ["audit_access_2026_05", "audit_access_2026_11"]


def test_somebody_who_holds_the_rest_is_waited_for_and_lost_to(months_removed, monkeypatch):
    """A long reader of the DEFAULT partition is not queued behind for ever, and nothing is half made."""
    monkeypatch.setattr(partitions, "LOCK_WAIT", "50ms")
    monkeypatch.setattr(partitions, "PAUSE_SECONDS", 0)
    kept, found = look(NOW), []
    with transaction.atomic():
        Access.objects.get(pk=kept.pk)
        thread = Thread(target=aside, args=(lambda: partitions.make(NOW, ahead=0), found))
        thread.start()
        thread.join()
    assert isinstance(found[0], Busy)
    assert where(kept) == "audit_access_default"
    assert partitions.make(NOW, ahead=0)
    assert where(kept) == "audit_access_2026_11"
