"""The servers every test uses: real PostgreSQL and Valkey, started once, and a real Celery worker when asked for.

They are started when this file is loaded, before Django reads its settings; under xdist the workers find them in the
environment. With DATABASE_URL and REDIS_URL set, those are used instead.
"""

import os
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import hypothesis
import pytest
import pytest_django

from stack.embedded import start_servers
from stack.errors import StackError
from stack.lock import run_lock
from stack.processes import Child, Processes, environment, wait_until
from tests.emptying import empty_quickly
from tests.template import copy_template, drop_template

if TYPE_CHECKING:
    from django.test import Client

    from accounts.actors import Actor

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "test"
LONG = [ROOT / "tests" / room for room in ("stack", "browser", "synthetic")]
XDIST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
CACHE_KEYS = ":1:*"
YEAR = 366 * 86400
# A busy machine is no failure: no test asserts a time.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


class Services:
    """The embedded servers of this test run."""

    def __init__(self) -> None:
        self.lock = run_lock(VAR, busy="Another test run is using var/test: wait for it, or end process {owner}.")
        self.processes = Processes(VAR / "log", keep_open=[self.lock.__enter__()])
        os.environ.update(start_servers(VAR, self.processes, durable=False).environment())

    def stop(self) -> None:
        """Stop what was started."""
        self.processes.close()
        self.lock.__exit__(None, None, None)


def start_services() -> Services | None:
    """Start them unless this is an xdist worker or the environment names both."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    if XDIST_WORKER:
        os.environ["REDIS_URL"] = next_redis(os.environ["REDIS_URL"], int(XDIST_WORKER.removeprefix("gw")))
        return None
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    try:
        return Services()
    except StackError as error:
        pytest.exit(str(error), returncode=1)


def next_redis(url: str, step: int) -> str:
    """A numbered Valkey database of its own for each xdist worker."""
    base, number = url.rsplit("/", 1)
    return f"{base}/{(int(number) + step) % 16}"


def keep_windows_open() -> None:
    """What is kept for some seconds stays until a test forgets it: its end must not fall between two counts."""
    from homefirst import transfer
    from referrals import clocks

    transfer.ITEM_SECONDS = clocks.POLICY_SECONDS = YEAR


services = start_services()
django.setup()
empty_quickly()
keep_windows_open()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """With it, pytest-django would read the settings in each worker before the worker has its own Valkey database."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if services is not None:
        services.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Several workers that make databases migrate once. Those that keep theirs have nothing to make."""
    wish = request.config.option
    if not XDIST_WORKER or wish.nomigrations or (wish.reuse_db and not wish.create_db):
        yield
        return
    together = tmp_path_factory.getbasetemp().parent
    with django_db_blocker.unblock():
        copy_template(together)
    yield
    with django_db_blocker.unblock():
        drop_template(together)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test sees what another cached. The broker's queues live beside the cache, so it is not flushed whole."""
    from django.core.cache import cache, caches

    from audit import seen
    from referrals.filters import PLACES, SERVICES

    seen.forget()
    caches["process"].delete_many([PLACES, SERVICES])
    client = cache._cache.get_client(None, write=True)
    keys = list(client.scan_iter(CACHE_KEYS, count=1000))
    if keys:
        client.delete(*keys)


@pytest.fixture(autouse=True)
def _policies_anew() -> None:
    """Clock policies and the transfer data set are kept in memory for some seconds; each test has its own."""
    from homefirst.transfer import forget_items
    from referrals.clocks import forget_policies

    forget_policies()
    forget_items()


@pytest.fixture
def as_(db: None) -> "Callable[[Actor], Client]":
    """A browser in which this actor has signed in."""
    from django.test import Client

    from accounts.models import User

    def sign_in(actor: "Actor") -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=actor.id))
        return client

    return sign_in


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """What a module's fixtures make from here on is there for all its tests, and is taken back after them.

    Each test works in a savepoint of its own. A module with such tests has none that commit.
    """
    from django.db import transaction

    from referrals.clocks import forget_policies

    forget_policies()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _original(standing: None, request: pytest.FixtureRequest) -> Any:
    """Made once, as the module's marker says."""
    return request.node.get_closest_marker("cast").kwargs["make"]()


@pytest.fixture
def cast(_original: Any, db: None) -> Any:
    """Who and what the tests of a module meet: a copy for each test, of rows that stand."""
    return deepcopy(_original)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rows that stand are in a transaction that stays open: a test that commits would wait for it, or not see them.

    What takes longest comes first, so that no worker waits for another at the end: whole portals, started and killed
    one after another, then pages in browsers, then areas full of people.
    """
    items.sort(
        key=lambda item: next((place for place, room in enumerate(LONG) if room in item.path.parents), len(LONG))
    )
    stands = {item.path for item in items if "standing" in getattr(item, "fixturenames", ())}
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = marker and marker.kwargs.get("transaction")
        if item.path in stands and (commits or "transactional_db" in getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} commits: move it to a module where nothing stands.")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests on what stands for their module run on one worker: it is made once."""
    if "standing" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """A Celery worker on the test database, started when the first test needs it."""
    from django.core.cache import cache
    from django.db import connection

    from config.tasks import HEARTBEAT_KEY

    database = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    processes = Processes(tmp_path_factory.mktemp("worker"))
    cache.delete(HEARTBEAT_KEY)
    worker = processes.start(
        "worker",
        [sys.executable, "-m", "celery", "--app", "config", "worker", "--pool", "solo", "--loglevel", "info"],
        env=environment(DATABASE_URL=address),
        cwd=ROOT,
        grace=5,
    )
    wait_until(lambda: cache.get(HEARTBEAT_KEY) is not None, worker, seconds=300, stopping=lambda: None)
    yield worker
    processes.close()


@pytest.fixture
def celery_worker(worker_process: Child, transactional_db: None) -> Child:
    """A real worker that takes the tasks this test sends; rows are committed, so the worker sees them."""
    from config.celery import app

    app.control.purge()
    assert not worker_process.gone(), worker_process.last_words()
    return worker_process
