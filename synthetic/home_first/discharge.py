"""People on their way out of hospital today, in every state; and some twelve hundred who got home before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.actors import Actor
from accounts.models import Membership
from audit.ids import ids_from
from directory.codes import AreaLevel, OrganisationKind
from directory.models import Area, Organisation, PointOfAccess
from homefirst import cases
from homefirst.actions.assessing import register_assessor
from homefirst.models import AssessmentTool, DelayReason, TransferItem, TrustedAssessor
from homefirst.states import DischargeStatus as S
from patients.models import Patient
from referrals.models import Referral
from synthetic.dice import Dice, Identifiers
from synthetic.home_first.discharge_story import Plot, Story

if TYPE_CHECKING:
    from synthetic.home_first import Scene

FINISHED = 1200
MOST_MONTHS = 18
SHARES = {"leicester": 0.36, "leicestershire": 0.55, "rutland": 0.09}
TODAY = {"leicester": 2, "leicestershire": 2, "rutland": 1}
"""How many of each plot are on each board today."""
PLOTS = (
    Plot(S.IDENTIFIED),
    Plot(S.PLANNING),
    Plot(S.READY, agreed=0),
    Plot(S.READY, agreed=1),
    Plot(S.READY, agreed=2, quarrel=True),
    Plot(S.DECIDED, missing=("medicines",)),
    Plot(S.DECIDED, pathway=0),
    Plot(S.ARRANGING, tasks=2),
    Plot(S.ARRANGING, tasks=1, disputed=True),
    Plot(S.ARRANGING, tasks=1, pathway=2, late=True),
    Plot(S.DISCHARGED),
    Plot(S.ASSESSED),
)
PATHWAYS = {0: 0.45, 1: 0.38, 2: 0.13, 3: 0.04}
PEOPLE = 250
OLDER = timedelta(days=70 * 365)


@dataclass
class Place:
    """One place: who lives there, who decides for it."""

    area: Area
    hub: PointOfAccess
    council: Organisation
    people: list[Patient]
    social_worker: Actor


@dataclass
class World:
    """Everybody and everything that the stories need, read once."""

    now: datetime
    dice: Dice
    hospitals: list[Organisation]
    places: dict[str, Place]
    wards: list[Actor]
    nurse: Actor
    reasons: dict[str, DelayReason]
    items: list[TransferItem]
    rows: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    related: set[tuple[Any, Any]] = field(default_factory=set)

    def add(self, *rows: models.Model) -> None:
        """Keep rows to be written together."""
        for row in rows:
            self.rows.setdefault(type(row), []).append(row)


def fill(scene: "Scene") -> None:
    """Make them, in a dozen statements."""
    with ids_from(Identifiers(scene.dice, scene.now)):
        world = _world(scene)
        if world is None:
            return
        for slug, place in world.places.items():
            people = iter(place.people)
            for plot in PLOTS * TODAY.get(slug, 1):
                if person := next(people, None):
                    Story(world, place, person).tell_today(plot)
            _history(world, place, list(people), round(FINISHED * SHARES.get(slug, 0.1)), scene.months)
        _write(world)
        _assessors(world)


def before_reablement(scene: "Scene", visits: Iterable[Referral]) -> None:
    """The way home that came before each of these first visits, on pathway 1."""
    with ids_from(Identifiers(scene.dice, scene.now)):
        world = _world(scene)
        if world is None:
            return
        for referral in visits:
            place = world.places.get(referral.place.slug) if referral.place else None
            if place is not None and referral.first_contact_at is not None:
                Story(world, place, referral.patient).tell_into_reablement(referral.first_contact_at)
        _write(world)


def _write(world: World) -> None:
    for model, rows in sorted(world.rows.items(), key=lambda pair: ORDER.index(pair[0].__name__)):
        model._default_manager.bulk_create(rows, batch_size=2000, ignore_conflicts=model.__name__ == "Relationship")


ORDER = (
    "DischargeCase",
    "Relationship",
    "Readiness",
    "DelaySpell",
    "Agreement",
    "DischargeTask",
    "TransferAnswer",
    "Act",
    "Event",
)


def _history(world: World, place: Place, people: Sequence[Patient], wanted: int, months: int) -> None:
    """Those who left before, spread over the months; somebody may have been in hospital more than once."""
    days = min(months, MOST_MONTHS) * 30
    if not people:
        return
    for number in range(wanted):
        person = people[number % len(people)]
        back = timedelta(days=8 + (days - 8) * (number + world.dice.random()) / wanted)
        Story(world, place, person).tell_finished(world.now - back, pathway=world.dice.pick(PATHWAYS))


def _world(scene: "Scene") -> World | None:
    hubs = scene.staff.by_role.get("hub_member", [])
    wards = scene.staff.by_role.get("ward_coordinator", [])
    if not hubs or not wards:
        return None
    sites = Organisation.objects.in_force(scene.now.date()).filter(parent=wards[0].organisation_id)
    hospitals = list(sites.filter(kind=OrganisationKind.HOSPITAL).order_by("name"))
    by_organisation = {actor.organisation_id: actor for actor in hubs}
    places, nurse = {}, None
    for area in Area.objects.in_force(scene.now.date()).filter(level=AreaLevel.PLACE).order_by("slug"):
        hub, council = cases.hub_of(area.pk), cases.council_of(area)
        nurse = by_organisation.get(hub.organisation_id, nurse)
        if council and council.pk in by_organisation:
            people = _people(area, scene)
            places[area.slug] = Place(area, hub, council, people, by_organisation[council.pk])
    reasons = {one.code: one for one in DelayReason.objects.in_force()}
    if not hospitals or nurse is None or not reasons:
        return None
    return World(scene.now, scene.dice, hospitals, places, wards, nurse, reasons, list(TransferItem.objects.in_force()))


def _people(area: Area, scene: "Scene") -> list[Patient]:
    """Older people of a place, in an order that chance sets and the seed repeats."""
    older = Patient.objects.filter(
        place=area, restricted=False, deceased_at=None, merged_into=None, synthetic=True,
        date_of_birth__lte=scene.now.date() - OLDER,
    )  # fmt: skip
    found = list(older.order_by("id")[:PEOPLE])
    scene.dice.shuffle(found)
    return found


def _assessors(world: World) -> None:
    """Some are trusted already; the real action registers them."""
    tool = AssessmentTool.objects.in_force().order_by("slug").first()
    members = Membership.objects.current().filter(user__in=[actor.id for actor in world.wards]).order_by("user__email")
    for member in members:
        if tool and not TrustedAssessor.objects.filter(user=member.user_id, tool=tool).exists():
            register_assessor(
                by=world.nurse, membership_id=member.pk, tool_id=tool.pk, agreement="Trusted assessment, version 2"
            )
