"""Synthetic reablement, follow-ups, packages and a plan: enough of each to show, as the portal would have made them."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import Event
from directory.codes import ServiceKind
from homefirst import reference
from homefirst.codes import FollowUpOutcome, Pathway
from homefirst.following_reablement import out_of_line
from homefirst.models import (
    Act,
    CarePackage,
    FollowUp91,
    FollowUpAttempt,
    PackageReview,
    PlanRun,
    ProviderAnswer,
    ReablementEpisode,
)
from homefirst.states import DischargeStatus, PackageStatus, PlanStatus, ReablementStatus
from referrals.models import Referral
from referrals.states import Status
from synthetic.dice import Dice
from synthetic.home_first import Scene, packages, planner, reablement
from synthetic.staff import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(counts, now):
    """The tiny area, with lots."""
    reference.load()
    return Scene(now, Dice(7, "care"), Staff.read(), 36)


def fill(part, scene):
    part.fill(Scene(scene.now, Dice(7, part.__name__), scene.staff, scene.months))


def in_line(subjects):
    """Every subject has as many acts as its version says."""
    acts = Counter(Act.objects.filter(subject_id__in=[one.pk for one in subjects]).values_list("subject_id", flat=True))
    return all(acts[one.pk] == one.version for one in subjects)


def test_everybody_in_a_reablement_service_has_an_episode(scene):
    fill(reablement, scene)
    running = Referral.objects.filter(status=Status.IN_SERVICE, service__kind=ServiceKind.REABLEMENT)
    episodes = ReablementEpisode.objects.filter(status=ReablementStatus.ACTIVE)
    assert set(episodes.values_list("referral", flat=True)) == set(running.values_list("pk", flat=True))
    assert not out_of_line(scene.now)
    assert ReablementEpisode.objects.filter(status=ReablementStatus.ENDED).exists()
    assert in_line(ReablementEpisode.objects.all())
    assert in_line(FollowUp91.objects.all())
    ended = Event.objects.filter(kind="reablement.ended.v1").count()
    assert ended == ReablementEpisode.objects.filter(status=ReablementStatus.ENDED).count()


def test_follow_ups_are_answered_when_their_day_has_come_and_unknown_after_two_attempts(scene):
    fill(reablement, scene)
    assert FollowUp91.objects.exists()
    early = FollowUp91.objects.filter(due_on__gt=timezone.localdate(scene.now)).exclude(outcome="")
    assert not early.exists()
    for one in FollowUp91.objects.exclude(outcome=""):
        attempts = FollowUpAttempt.objects.filter(follow_up=one)
        unknown = one.outcome == FollowUpOutcome.UNKNOWN
        assert [attempt.reached for attempt in attempts] == ([False, False] if unknown else [True])


def test_some_came_home_from_a_ward_into_reablement_and_are_counted_from_the_day_they_left(scene):
    fill(reablement, scene)
    linked = ReablementEpisode.objects.exclude(discharge=None).select_related("discharge", "referral")
    assert linked, "nobody came home from a ward"
    for episode in linked:
        way = episode.discharge
        assert (way.patient_id, way.pathway, way.status) == (episode.patient_id, Pathway.P1, DischargeStatus.CLOSED)
        assert timedelta(0) < episode.started_at - way.discharged_at < timedelta(days=14)
        assert way.closed_at < scene.now
        follow_up = FollowUp91.objects.get(episode=episode)
        assert follow_up.discharged_on == timezone.localdate(way.discharged_at)
    assert in_line([episode.discharge for episode in linked])
    assert linked.count() < ReablementEpisode.objects.count(), "others came from home"


def test_packages_are_in_every_state(scene):
    fill(packages, scene)
    states = Counter(CarePackage.objects.values_list("status", flat=True))
    assert set(states) == set(PackageStatus.values)
    assert in_line(CarePackage.objects.all())
    assert {"offer", "no_hours"} <= set(ProviderAnswer.objects.values_list("answer", flat=True))
    assert PackageReview.objects.exists()


def test_without_lots_there_are_no_packages(scene):
    from homefirst.models import Lot, LotContract

    LotContract.objects.all().delete()
    Lot.objects.all().delete()
    fill(packages, scene)
    assert not CarePackage.objects.exists()


def test_a_plan_is_made_where_there_is_history(scene, monkeypatch):
    monkeypatch.setattr(planner, "LEAST_STAYS", 10_000)
    fill(planner, scene)
    assert not PlanRun.objects.exists()
    for name in ("synthetic.home_first.planner.LEAST_STAYS", "homefirst.actions.plans.LEAST_STAYS"):
        monkeypatch.setattr(name, 1)
    ward = Referral.objects.filter(status=Status.COMPLETED, first_contact_at__isnull=False).first()
    Referral.objects.filter(pk=ward.pk).update(
        service=Referral.objects.filter(service__kind=ServiceKind.VIRTUAL_WARD).first().service,
        closed_at=scene.now - timedelta(days=1),
        first_contact_at=scene.now - timedelta(days=9),
        received_at=scene.now - timedelta(days=10),
    )
    fill(planner, scene)
    assert PlanRun.objects.get().status == PlanStatus.DONE


def test_the_same_dice_give_the_same_packages(scene):
    shapes = []
    for _ in range(2):
        with transaction.atomic():
            fill(packages, scene)
            rows = CarePackage.objects.order_by("patient", "wanted_from", "hours_a_week")
            shapes.append(list(rows.values_list("patient", "status", "hours_a_week", "wanted_from", "started_on")))
            transaction.set_rollback(True)
    assert shapes[0] == shapes[1]
