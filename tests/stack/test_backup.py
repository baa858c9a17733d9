"""A backup becomes a portal again in another cluster: everything is there, and counting goes on where it stood."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from audit.triggers import REFUSE
from stack import backup, clients, contents, restore
from stack.embedded import Postgres
from stack.errors import StackError
from stack.processes import Processes
from tests.stack.conftest import PATIENCE, ROOT, Portal, forget, until

pytestmark = pytest.mark.xdist_group("stack")

BURN = "DO $$ BEGIN FOR i IN 1..60000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
SEND = """
from accounts.actors import person_actor
from accounts.models import Membership
from referrals.actions import submit
from referrals.actions.send import Need
from referrals.models import Referral
known = Referral.objects.select_related("patient", "point_of_access").order_by("id")[0]
by = person_actor(Membership.objects.profiles().filter(role__slug="referrer")[0])
need = Need(channel="gp", need="Fell this morning.", needs=("falls",), urgency_requested="urgent")
print(submit(by=by, patient=known.patient, need=need, point_of_access=known.point_of_access).pk)
"""
HAS_FACT = "SELECT count(*) FROM bcf_referralfact WHERE referral_id = %s"
LAST_EVENT = "SELECT max(transaction_id) FROM audit_event"
GUARD = "CREATE TRIGGER t BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
EMPTY = contents.Contents(tables={}, sequences={}, definitions={})


class Cluster:
    """A cluster of its own, without anything around it."""

    def __init__(self, name: str):
        self.var = ROOT / "var" / "test" / f"{name}-{os.getpid()}"
        self.var.mkdir(parents=True)
        self.processes = Processes(self.var / "log")
        self.url = Postgres(self.var, self.processes, durable=False).start()

    def manage(self, *arguments: str) -> str:
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "VAR_DIR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        }
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def send(self) -> str:
        return self.manage("shell", "--verbosity", "0", "--command", SEND)

    def ask(self, question: str, *values: object) -> object:
        return ask(self.url, question, *values)


def ask(url: str, question: str, *values: object) -> object:
    database = psycopg2.connect(url)
    try:
        database.autocommit = True
        with database.cursor() as rows:
            rows.execute(question, values)
            return rows.fetchone()[0] if rows.description else None
    finally:
        database.close()


@pytest.fixture
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    made = [Cluster("old"), Cluster("new")]
    yield tuple(made)
    for cluster in made:
        cluster.processes.close()
        forget(cluster.var)


def test_a_backup_becomes_a_portal_in_a_new_cluster(
    clusters: tuple[Cluster, Cluster], port: int, tmp_path: Path
) -> None:
    old, new = clusters
    said: list[str] = []
    old.manage("prepare", "--no-seed")
    old.ask(BURN)
    old.manage("seed", "--scale", "tiny", "--verbosity", "0")
    uncounted = old.send()
    assert old.ask(HAS_FACT, uncounted) == 0

    folder = backup.back_up(old.url, tmp_path / "backup", said.append)
    old.processes.close()
    restore.restore(folder, new.url, said.append)

    rows = json.loads((folder / backup.MANIFEST).read_text())["rows"]
    assert f"Compared: {rows:,} rows of" in said[-1]
    assert {oct(path.stat().st_mode)[-3:] for path in (folder, *folder.iterdir())} == {"700", "600"}
    with pytest.raises(StackError, match="There are 4.. people in the database portal"):
        restore.restore(folder, new.url, said.append)
    last = new.ask(LAST_EVENT)
    assert new.ask("SELECT pg_current_xact_id()::text::bigint") < last, "the new cluster's numbers begin again"
    new.processes.close()

    portal = Portal(new.var, port, tmp_path / "words")
    try:
        portal.wait_until_ready()
        portal.family()
        new.url = json.loads((new.var / "servers.json").read_text())["DATABASE_URL"]
        until(lambda: new.ask(HAS_FACT, uncounted) == 1)
        sent = new.send()
        until(lambda: new.ask(HAS_FACT, sent) == 1)
        assert new.ask("SELECT transaction_id FROM audit_event WHERE subject_id = %s LIMIT 1", sent) > last
        refused = portal.command("restore", str(folder), log=tmp_path / "refused")
        assert refused.wait(timeout=PATIENCE) == 1
        assert "A backup is never restored over people" in (tmp_path / "refused").read_text()
    finally:
        portal.process.terminate()
        portal.process.wait(timeout=PATIENCE)


def test_a_damaged_or_unfinished_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="not a finished backup"):
        restore.read_manifest(tmp_path)
    (tmp_path / backup.DUMP).write_text("dump")
    manifest = {"format": 1, "dump": {"sha256": backup.checksum(tmp_path / backup.DUMP)}}
    backup.write(tmp_path / backup.MANIFEST, json.dumps(manifest))
    assert restore.read_manifest(tmp_path) == manifest
    (tmp_path / backup.DUMP).write_text("dumb")
    with pytest.raises(StackError, match="is damaged"):
        restore.read_manifest(tmp_path)
    (tmp_path / backup.MANIFEST).write_text('{"format": 2}')
    with pytest.raises(StackError, match="another release"):
        restore.read_manifest(tmp_path)


def test_a_backup_never_goes_over_another(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="exists already"):
        backup.back_up("postgres://", tmp_path, print)


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(psycopg2.OperationalError):
        backup.back_up("postgres://nobody@127.0.0.1:1/none", tmp_path / "backup", print)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"tables": {"a": [1, "5"]}}, {"tables": {"a": [2, "9"]}}, "Table a had 1 rows and has 2."),
        ({"tables": {"a": [1, "5"]}}, {"tables": {"a": [1, "6"]}}, "Table a has as many rows as before, but"),
        ({"tables": {"a": [1, "5"]}}, {}, "Table a is missing."),
        ({}, {"tables": {"a": [1, "5"]}}, "Table a is new."),
        ({"sequences": {"s": 7}}, {"sequences": {"s": 6}}, "Sequence s had reached 7 and is at 6."),
        ({"sequences": {"s": None}}, {}, "Sequence s had reached None and is at None."),
        ({"definitions": {"index i": "x"}}, {}, "Index i is not defined as it was."),
    ],
)
def test_what_is_different_is_said(before: dict, after: dict, said: str) -> None:
    (found,) = contents.differences(EMPTY | before, EMPTY | after)
    assert found.startswith(said)


def test_what_may_differ_is_not_said() -> None:
    before = EMPTY | {
        "sequences": {"s": 7, "t": None},
        "definitions": {"c": "CHECK (x = ANY ((ARRAY['a'::character varying])::text[]))"},
    }
    after = EMPTY | {
        "sequences": {"s": 9, "t": None},
        "definitions": {"c": "CHECK (x = ANY (ARRAY[('a'::character varying)::text]))"},
    }
    assert list(contents.differences(before, after)) == []


def test_a_table_that_lost_its_trigger_is_found() -> None:
    name = f"backup_test_{os.getpid()}"
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    ask(f"{base}/postgres", f"CREATE DATABASE {name}")
    database = psycopg2.connect(f"{base}/{name}")
    try:
        with database, database.cursor() as rows:
            rows.execute(
                REFUSE + "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1); CREATE TABLE bare (id int);"
            )
            for table in ("kept", "bare"):
                rows.execute(GUARD.format(table))
        assert list(contents.changeable(database)) == []
        with database, database.cursor() as rows:
            rows.execute("ALTER TABLE kept DISABLE TRIGGER t")
        assert list(contents.changeable(database)) == [
            "Table kept lets UPDATE through.",
            "Table kept lets DELETE through.",
        ]
    finally:
        database.close()
        ask(f"{base}/postgres", f"DROP DATABASE {name}")


def test_programs_older_than_the_server_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clients.version_of(clients.program("pg_dump", 18)) >= 18
    assert clients.version_of("/no/such/program") == 0
    monkeypatch.setattr(clients, "version_of", lambda path: 15)
    assert backup.excluded("pg_dump") == []
    with pytest.raises(StackError, match="apt-get install postgresql-client-18"):
        clients.program("pg_dump", 18)


def test_a_failing_program_is_quoted() -> None:
    with pytest.raises(StackError, match="pg_dump failed"):
        clients.run([clients.program("pg_dump", 15), "--schema-only"], "postgres://nobody@127.0.0.1:1/none")
