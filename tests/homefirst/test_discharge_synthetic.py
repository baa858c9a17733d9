"""The demonstration's people getting home: every board has something to show, and every hour has an owner."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from directory.models import Area
from homefirst.case_file import CaseFile
from homefirst.models import Act, DelaySpell, DischargeCase, TrustedAssessor
from homefirst.presenters.discharge import CasePage
from homefirst.reference import discharge as reference
from homefirst.states import DischargeStatus
from patients.models import Patient
from synthetic.dice import Dice
from synthetic.home_first import Scene, discharge
from synthetic.staff import Staff, ensure_people
from tests.factories import directory, people

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _people(standing) -> None:
    directory.reference_data()
    reference.load()
    for slug in people.read_roles():
        people.role(slug)
    ensure_people()
    for area in Area.objects.filter(slug__in=["leicester", "leicestershire", "rutland"]):
        Patient.objects.bulk_create(
            Patient(family_name=f"Person{number}", date_of_birth=date(1940, 1, 1), place=area, synthetic=True)
            for number in range(40)
        )


@pytest.fixture
def scene(_people, db) -> Scene:
    return Scene(timezone.now(), Dice(20, "discharge"), Staff.read(), 18)


def test_every_place_has_somebody_in_every_state_and_a_history(scene):
    discharge.fill(scene)
    open_now = DischargeCase.objects.filter(closed_at=None)
    states = set(open_now.values_list("place__slug", "status"))
    shown = {status.value for status in DischargeStatus} - {"closed", "stopped"}
    assert {slug: {status for place, status in states if place == slug} for slug, _ in states} == dict.fromkeys(
        ("leicester", "leicestershire", "rutland"), shown
    )
    closed = DischargeCase.objects.filter(status="closed")
    assert closed.count() == discharge.FINISHED
    assert (scene.now - closed.earliest("ready_at").ready_at).days > 450
    assert set(DelaySpell.objects.values_list("state", flat=True)) == {"attributed", "disputed", "agreed"}
    assert TrustedAssessor.objects.count() == 2
    connection.check_constraints()


def test_versions_follow_the_history_and_pages_open(scene):
    discharge.fill(scene)
    acts = dict(Act.objects.values_list("subject_id").annotate(n=Count("pk")))
    cases = DischargeCase.objects.all()
    assert all(acts[case.pk] == case.version for case in cases)
    reader = scene.staff.by_role["hub_member"][0]
    for case in cases.filter(closed_at=None)[:12]:
        page = CasePage(CaseFile.open(case.pk, reader))
        assert page.history
        assert page.file.holding.words


def test_the_same_seed_tells_the_same(scene, monkeypatch):
    monkeypatch.setattr(discharge, "FINISHED", 100)
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    told = []
    for _ in range(2):
        with transaction.atomic():
            discharge.fill(Scene(at, Dice(7, "again"), scene.staff, 2))
            told.append(list(DischargeCase.objects.order_by("id").values_list("id", "ready_at", "status")))
            transaction.set_rollback(True)
    assert told[0] == told[1]
