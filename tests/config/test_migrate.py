"""A migration waits little for a lock, so that nobody waits long behind it."""

from collections.abc import Iterator

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import connection as Session

from config.management.commands.migrate import LAST, Executor


@pytest.fixture
def somebody_reading(transactional_db: None) -> Iterator[Session]:
    """Another session, in whose transaction the events were read."""
    session = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    with session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
    yield session
    session.close()


def test_it_gives_up_says_so_and_changes_nothing(somebody_reading: Session) -> None:
    with pytest.raises(CommandError, match="Run the command again"):
        call_command("migrate", "audit", "0003", lock_wait="200ms", verbosity=0)
    assert ("audit", "0004_positions") in MigrationRecorder(connection).applied_migrations()
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_offset()")


@pytest.mark.django_db
def test_it_leaves_the_session_as_it_was() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_the_large_rooms_come_after_the_libraries() -> None:
    executor = Executor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    rooms = [migration.app_label in LAST for migration, _ in plan]
    assert rooms == sorted(rooms)
    assert len(plan) == len(executor.loader.disk_migrations)
