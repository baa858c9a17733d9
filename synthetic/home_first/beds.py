"""Who lies where, who is coming, what is closed; and eighteen months of stays that have ended.

History is written in bulk, newest first bed by bed, so it grows with beds and months, not with referrals. What is
kept, closed and being cleaned today is done by the real actions.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.actors import Actor
from audit.ids import ids_from
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.codes import BedSex, Designation, Destination, Mobility, Source
from homefirst.models import Act, Bed, DischargeCase, Spell, Ward
from homefirst.reference import wards
from homefirst.states import WAITING_TO_LEAVE, DischargeStatus, SpellKind
from homefirst.suitability import Wanted
from pages.words import LONDON
from patients.models import Patient, Relationship, Sex
from referrals.models import Referral
from referrals.states import Status
from synthetic.dice import Dice, Identifiers
from synthetic.staff import SYNTHETIC

if TYPE_CHECKING:
    from synthetic.home_first import Scene

MONTHS = 18
POOL = 4_000
PER_BED = 25
ADULT, OLD = 18, 60
TODAY: dict[str, dict[str, int]] = {
    "physical": {"closed": 4, "cleaning": 2, "reserved": 3, "free": 5},
    "intensive-community-support": {"reserved": 1, "free": 9},
    "hospital-at-home": {"free": 2},
    "peaker-park": {"cleaning": 1, "free": 1},
}
"""How many beds are what today; the others have somebody in them."""
MEDIAN_DAYS = {
    Designation.REHABILITATION: 17,
    Designation.STROKE: 27,
    Designation.PALLIATIVE: 11,
    Designation.REABLEMENT: 24,
    Designation.HOME: 8,
}
EMPTY_DAYS = {Designation.HOME: 2.4, Designation.REABLEMENT: 3.0}
SOURCES = {Source.HOSPITAL: 74, Source.HOME: 20, Source.CARE_HOME: 6}
SOURCES_AT_HOME = {Source.HOME: 58, Source.HOSPITAL: 36, Source.CARE_HOME: 6}
DESTINATIONS = {
    Destination.USUAL_HOME: 64,
    Destination.FAMILY: 7,
    Destination.OWN_CARE_HOME: 6,
    Destination.NEW_CARE_HOME: 8,
    Destination.HOSPITAL: 13,
    Destination.ELSEWHERE: 2,
}
LEAVING = {"today": 8, "soon": 40, "later": 25, "unknown": 27}
REASONS = ("Not enough staff on nights", "Deep clean after norovirus", "Call bell broken", "Water leak in the bay")


@dataclass
class Somebody:
    """A person who may lie in a bed, and their latest referral."""

    patient_id: UUID
    referral_id: UUID | None


@dataclass
class Story:
    """One bed, the people who come to it, and how it stands today."""

    bed: Bed
    state: str
    people: list[Somebody]
    since: datetime
    spells: list[Spell] = field(default_factory=list)


def fill(scene: "Scene") -> None:
    """Make them."""
    wards.load()
    with ids_from(Identifiers(scene.dice, scene.now)):
        stories = _stories(scene)
        live = [spell for story in stories if (spell := _live(scene, story))]
        past = [spell for story in stories for spell in _history(scene, story)]
        _relate(stories)
        Spell.objects.bulk_create([*past, *live], batch_size=2000)
        Act.objects.bulk_create(_act(scene, spell) for spell in live)
        for story in stories:
            _today(scene, story)
        _confirm(scene)


def _stories(scene: "Scene") -> list[Story]:
    """Every bed with its people, none of whom is in two beds."""
    beds = list(Bed.objects.in_force(scene.now.date()).select_related("ward").order_by("ward__slug", "number"))
    queues = _queues(scene)
    share = max(1, min(PER_BED, sum(map(len, queues.values())) // max(1, len(beds))))
    states = _states(scene.dice, beds)
    return [Story(bed, states[bed.pk], _draw(queues, bed, share), scene.now) for bed in beds]


def _states(dice: Dice, beds: list[Bed]) -> dict[UUID, str]:
    """What each bed is today."""
    found: dict[UUID, str] = {}
    for group, wanted in TODAY.items():
        mine = [bed for bed in beds if group in (bed.ward.kind, bed.ward.slug)]
        states = [state for state, number in wanted.items() for _ in range(number)]
        states += ["occupied"] * (len(mine) - len(states))
        for bed, state in zip(dice.sample(mine, len(mine)), states, strict=False):
            found[bed.pk] = state
    return found


def _queues(scene: "Scene") -> dict[str, deque[Somebody]]:
    """People by sex, older ones who were referred last first: alive, of age, and not waiting for anything else."""
    waiting = Referral.objects.visible_to(SYNTHETIC).filter(status__in=[Status.ACCEPTED, Status.OFFERED])
    inside = DischargeCase.objects.visible_to(SYNTHETIC).open().exclude(status=DischargeStatus.ASSESSED)
    people = (
        Patient.objects.visible_to(SYNTHETIC)
        .filter(deceased_at=None, merged_into=None, restricted=False, sex__in=[Sex.FEMALE, Sex.MALE])
        .filter(date_of_birth__lt=date(scene.now.year - ADULT, 1, 1))
        .exclude(pk__in=waiting.values("patient"))
        .exclude(pk__in=inside.values("patient"))
    )
    newest = Referral.objects.visible_to(SYNTHETIC).filter(patient=OuterRef("pk")).order_by("-received_at", "-id")
    rows = people.annotate(referral=Subquery(newest.values("pk")[:1]), last=Subquery(newest.values("received_at")[:1]))
    old = Q(date_of_birth__lt=date(scene.now.year - OLD, 1, 1))
    rows = rows.order_by(ExpressionWrapper(old, BooleanField()).desc(), F("last").desc(nulls_last=True), "pk")
    queues: dict[str, deque[Somebody]] = {Sex.FEMALE.value: deque(), Sex.MALE.value: deque()}
    for patient_id, referral_id, sex in rows.values_list("pk", "referral", "sex")[:POOL]:
        queues[sex].append(Somebody(patient_id, referral_id))
    return queues


def _draw(queues: dict[str, deque[Somebody]], bed: Bed, share: int) -> list[Somebody]:
    sex = bed.sex if bed.sex != BedSex.ANY else max(queues, key=lambda one: len(queues[one]))
    return [queues[sex].popleft() for _ in range(min(share, len(queues[sex])))]


def _live(scene: "Scene", story: Story) -> Spell | None:
    """Whoever is in the bed now, or has just left it to be cleaned."""
    if story.state not in {"occupied", "cleaning"} or not story.people:
        story.since = scene.now - timedelta(days=5)
        return None
    dice = scene.dice
    stayed = timedelta(days=_days(dice, story.bed) * dice.uniform(0.1, 0.9) + 0.3)
    story.since = _daytime(dice, scene.now - stayed)
    spell = _spell(dice, story, story.people[0], story.since, None)
    spell.leaving_on = _leaving(dice, timezone.localdate(scene.now))
    return spell


def _leaving(dice: Dice, today: date) -> date | None:
    found = dice.pick(LEAVING)
    days = {"today": 0, "soon": dice.randint(1, 4), "later": dice.randint(5, 20)}
    return today + timedelta(days=days[found]) if found in days else None


def _history(scene: "Scene", story: Story) -> list[Spell]:
    """Stays that have ended, back to eighteen months ago, or to the day on which the bed first held."""
    dice, bed = scene.dice, story.bed
    months = min(MONTHS, scene.months)
    first = max(scene.now - timedelta(days=months * 365 / 12), datetime.combine(bed.valid_from, time(9), LONDON))
    found: list[Spell] = []
    left, turn = story.since, 0
    while story.people:
        left = _daytime(dice, left - _gap(dice, bed))
        came = _daytime(dice, left - timedelta(days=max(1.0, _days(dice, bed))))
        if came < first:
            return found
        turn += 1
        spell = _spell(dice, story, story.people[turn % len(story.people)], came, left)
        spell.destination = dice.pick(DESTINATIONS)
        spell.version, spell.updated_at = 2, left
        found.append(spell)
        left = came
    return found


def _gap(dice: Dice, bed: Bed) -> timedelta:
    """How long a bed stays empty between two people: at least until it is clean."""
    return timedelta(days=0.4 + dice.expovariate(1 / EMPTY_DAYS.get(Designation(bed.designation), 1.8)))


def _days(dice: Dice, bed: Bed) -> float:
    return dice.minutes(MEDIAN_DAYS[Designation(bed.designation)] * 1440, 0.55) / timedelta(days=1)


def _daytime(dice: Dice, moment: datetime) -> datetime:
    """The same day, at an hour at which people come and go."""
    hour = time(dice.randint(10, 17), dice.randrange(60))
    return min(moment, datetime.combine(moment.astimezone(LONDON).date(), hour, LONDON).astimezone(moment.tzinfo))


def _spell(dice: Dice, story: Story, who: Somebody, came: datetime, left: datetime | None) -> Spell:
    bed = story.bed
    at_home = bed.designation == Designation.HOME
    return Spell(
        bed=bed,
        kind=SpellKind.OCCUPIED,
        span=DateTimeTZRange(came, left),
        patient_id=who.patient_id,
        referral_id=who.referral_id if left is None else None,
        source=dice.pick(SOURCES_AT_HOME if at_home else SOURCES),
        needs=[bed.designation],
        mobility="" if at_home else dice.pick({Mobility.ONE: 60, Mobility.INDEPENDENT: 30, Mobility.TWO: 10}),
        hours_a_day=Decimal(str(dice.pick({"1.5": 8, "2.0": 2}))) if bed.ward.kind == "virtual" else bed.hours_a_day,
        version=1,
        created_at=came,
        updated_at=came,
    )


def _relate(stories: list[Story]) -> None:
    """Whoever runs the ward may open the people that were in its beds."""
    Relationship.objects.bulk_create(
        (
            Relationship(
                patient_id=one.patient_id,
                organisation_id=story.bed.ward.organisation_id,
                kind=Relationship.Kind.CARE,
                since=story.since,
            )
            for story in stories
            for one in story.people
        ),
        ignore_conflicts=True,
        batch_size=2000,
    )


def _manager(scene: "Scene", ward: Ward) -> Actor:
    managers = scene.staff.by_role.get("bed_manager", [])
    return next((actor for actor in managers if actor.organisation_id == ward.organisation_id), SYNTHETIC)


def _act(scene: "Scene", spell: Spell) -> Act:
    by = _manager(scene, spell.bed.ward)
    about = {"patient_id": spell.patient_id, "to_status": SpellKind.OCCUPIED, "version": 1}
    return Act.of(spell, "occupy", by=by, at=spell.created_at, **about)


def _today(scene: "Scene", story: Story) -> None:
    """What is done by the real actions: kept, closed, left to be cleaned."""
    dice, by, bed = scene.dice, _manager(scene, story.bed.ward), story.bed
    if story.state == "closed":
        back = timezone.localdate(scene.now) + timedelta(days=dice.randint(1, 9))
        shut = scene.now - timedelta(hours=dice.randint(4, 90))
        ward_actions.close_bed(bed_id=bed.pk, by=by, reason=dice.choice(REASONS), back_on=back, at=shut)
    elif story.state == "cleaning" and story.people:
        stay = Spell.objects.visible_to(SYNTHETIC).at(scene.now).get(bed=bed)
        left = scene.now - timedelta(minutes=dice.randint(5, 35))
        actions.release(spell_id=stay.pk, by=by, destination=Destination.USUAL_HOME, at=left)
    elif story.state == "reserved" and story.people:
        _keep(scene, story, by)


def _keep(scene: "Scene", story: Story, by: Actor) -> None:
    """For somebody who is ready to leave hospital and needs such a bed, else for somebody else of the right sex."""
    bed = story.bed
    who = _ready(bed) if bed.designation != Designation.HOME else None
    who = who or story.people[0]
    kept: dict[str, Any] = {"referral_id": who.referral_id} if who.referral_id else {}
    Relationship.objects.bulk_create(
        [Relationship(patient_id=who.patient_id, organisation_id=bed.ward.organisation_id, kind="care")],
        ignore_conflicts=True,
    )
    actions.reserve(
        bed_id=bed.pk,
        by=by,
        patient_id=who.patient_id,
        until=scene.now + timedelta(hours=scene.dice.randint(3, 20)),
        wanted=Wanted(frozenset({bed.designation})),
        at=scene.now - timedelta(minutes=scene.dice.randint(2, 90)),
        **kept,
    )


def _ready(bed: Bed) -> Somebody | None:
    kept = Spell.objects.visible_to(SYNTHETIC).filter(kind=SpellKind.RESERVED).values("patient")
    rows = DischargeCase.objects.visible_to(SYNTHETIC).filter(
        status__in=WAITING_TO_LEAVE, patient__deceased_at=None, patient__restricted=False, patient__merged_into=None
    )
    rows = rows.filter(patient__sex=bed.sex) if bed.sex != BedSex.ANY else rows
    row = rows.exclude(patient__in=kept).order_by("ready_at", "pk").values_list("patient", "referral").first()
    return Somebody(*row) if row else None


def _confirm(scene: "Scene") -> None:
    """Wards said that the board is right, most of them lately."""
    for ward in Ward.objects.visible_to(SYNTHETIC).order_by("slug"):
        ward.confirmed_at = scene.now - timedelta(minutes=scene.dice.choice([8, 25, 40, 70, 130, 400]))
        ward.save(update_fields=["confirmed_at"])
