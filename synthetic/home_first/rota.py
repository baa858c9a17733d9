"""Who works when in the crisis teams: two weeks back and two ahead, with nights on which nobody is there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts.actors import Actor
from audit.events import Kind, event, record_all
from directory.models import Team
from homefirst.crisis import CRISIS_KINDS
from homefirst.following_crisis import FOLLOWING
from homefirst.models import Act, Shift
from pages.words import LONDON

if TYPE_CHECKING:
    from synthetic.home_first import Scene


def fill(scene: "Scene") -> None:
    """Four weeks of shifts for every crisis team with people: days by its own, some nights by a shared employer's."""
    shifts: list[Shift] = []
    lent: set[Any] = set()
    teams = Team.objects.in_force().filter(service__kind__in=CRISIS_KINDS).order_by("slug")
    for team in teams.prefetch_related("shared_employers"):
        own = scene.staff.by_team.get(team.pk, [])
        if len(own) < 2:
            continue
        guest = _guest(scene, team, lent)
        for day in range(-14, 15):
            shifts += _day_shifts(scene, team, own, guest, day)
    Shift.objects.bulk_create(shifts, batch_size=1000)
    Act.objects.bulk_create([_added(shift, scene) for shift in shifts], batch_size=1000)
    record_all(
        event(
            Kind.SHIFT_ADDED,
            by=FOLLOWING,
            subject=shift,
            at=scene.now,
            team=str(shift.team_id),
            worker=str(shift.worker_id),
            starts_at=shift.starts_at.isoformat(),
        )
        for shift in shifts
    )


def _guest(scene: "Scene", team: Team, lent: set[Any]) -> Actor | None:
    """Somebody of a shared employer who works for no crisis team and is not lent yet."""
    employers = {one.pk for one in team.shared_employers.all()}
    crisis = set(Team.objects.filter(service__kind__in=CRISIS_KINDS).values_list("pk", flat=True))
    others = [one for key, found in scene.staff.by_team.items() if key not in crisis for one in found]
    others.sort(key=lambda one: one.name.startswith("Worker"))
    guest = next((one for one in others if one.organisation_id in employers and one.id not in lent), None)
    if guest is not None:
        lent.add(guest.id)
    return guest


def _day_shifts(scene: "Scene", team: Team, own: list[Actor], guest: Actor | None, day: int) -> Iterator[Shift]:
    """An early and a late shift, the lead in office hours, and most nights."""
    here = scene.now.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    midnight = here + timedelta(days=day)
    first, second = (own[0], own[1]) if day % 2 else (own[1], own[0])
    yield _shift(scene, team, first, midnight, 7.5, 15.5)
    yield _shift(scene, team, second, midnight, 14, 22)
    if len(own) > 2 and midnight.weekday() < 5:
        yield _shift(scene, team, own[2], midnight, 9, 17, visits=Decimal("0.5"))
    if guest is not None and day % 3:
        yield _shift(scene, team, guest, midnight, 22, 31.5, visits=Decimal("0.5"), cover=Shift.Cover.NIGHT)


def _shift(
    scene: "Scene",
    team: Team,
    who: Actor,
    midnight: datetime,
    begins: float,
    ends: float,
    *,
    visits: Decimal = Decimal(1),
    cover: str = Shift.Cover.DAY,
) -> Shift:
    return Shift(
        version=1,
        created_at=scene.now,
        updated_at=scene.now,
        team=team,
        worker_id=who.id,
        employer_id=who.organisation_id,
        cover=cover,
        starts_at=(midnight + timedelta(hours=begins)).replace(tzinfo=LONDON),
        ends_at=(midnight + timedelta(hours=ends)).replace(tzinfo=LONDON),
        visits_an_hour=visits,
    )


def _added(shift: Shift, scene: "Scene") -> Act:
    return Act.of(shift, "add", by=FOLLOWING, at=scene.now)
