"""Changes of capacity that touch people: proposed, looked at, confirmed against what was shown, or withdrawn.

Nothing happens when a change is proposed. Confirming moves everybody and closes the beds in one transaction, with the
wards locked; when anything changed since it was shown, nothing is done and the new picture is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, NotFound, StaleVersion
from directory.models import Team
from homefirst.actions.beds import keep_in_hand, move_in_hand
from homefirst.actions.rota import cancel_shift
from homefirst.actions.wards import close_in_hand
from homefirst.codes import ChangeKind
from homefirst.impact import Impact, Touched, impact_of
from homefirst.models import Act, Bed, CapacityChange, Shift, Spell, Ward
from homefirst.policies import beds as policies
from homefirst.spells import given_up
from homefirst.states import CHANGE_EVENTS, CHANGE_TRANSITIONS, ChangeStatus, SpellKind
from homefirst.steps import StepInHand, check_version, locked
from homefirst.turns import Turn, lock_wards, turns_of

FARTHEST = timedelta(days=365)
LET_GO = "let_go"
KINDS = ("stay", "reservation", "delay", "offer", "clock", "shift", "crisis")
Places = Mapping[UUID, UUID | str]


class PictureChanged(StaleVersion):
    """What the change touches is no longer what was shown."""

    code = "PICTURE_CHANGED"


@transaction.atomic
def propose(
    *,
    kind: str,
    by: Actor,
    things: Sequence[UUID],
    reason: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    ward_id: UUID | None = None,
    team_id: UUID | None = None,
) -> CapacityChange:
    """Say what shall change; nothing changes yet."""
    ward = Ward.objects.visible_to(by).filter(pk=ward_id).first() if ward_id else None
    if ward_id and ward is None:
        raise NotFound("There is no such ward, or you cannot see it.")
    change = CapacityChange(
        kind=kind,
        status="",
        ward=ward,
        team_id=team_id,
        things=sorted(set(things)),
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
    )
    policies.check_can_change(by, change)
    _check_sound(change)
    step = StepInHand(change, "propose", by, reason=change.reason)
    step.move(ChangeStatus.PROPOSED, CHANGE_TRANSITIONS, CHANGE_EVENTS, change=kind, things=len(change.things))
    step.save()
    change.shown = impact_of(change, step.at).digest
    change.save(update_fields=["shown"])
    return change


def _check_sound(change: CapacityChange) -> None:
    """Something of this ward or team, for a reason, from now or later."""
    now = timezone.now()
    if not change.reason:
        raise Invalid("Say why.", field="reason")
    of_beds = change.kind in {ChangeKind.CLOSE_BEDS, ChangeKind.END_RAMP}
    rows = Bed.objects.filter(ward=change.ward_id) if of_beds else Shift.objects.filter(team=change.team_id)
    if not change.things or rows.filter(pk__in=change.things).count() != len(change.things):
        raise Invalid("Select at least one, from the list.", field="things")
    if not now - timedelta(minutes=5) <= change.starts_at <= now + FARTHEST:
        raise Invalid("It must start now or within a year.", field="starts_at")
    if change.ends_at is not None and change.ends_at <= max(now, change.starts_at):
        raise Invalid("It must end later than it starts.", field="ends_at")


@transaction.atomic
def withdraw(*, change_id: UUID, by: Actor, expected_version: int | None = None) -> CapacityChange:
    """Forget a proposal."""
    change: CapacityChange = locked(CapacityChange.objects.visible_to(by), change_id, "proposal")
    policies.check_can_change(by, change)
    if _is_done_by(change, ChangeStatus.WITHDRAWN, by):
        return change
    check_version(change, expected_version)
    step = StepInHand(change, "withdraw", by)
    step.move(ChangeStatus.WITHDRAWN, CHANGE_TRANSITIONS, CHANGE_EVENTS, change=change.kind)
    step.save()
    return change


@transaction.atomic
def confirm(*, change_id: UUID, by: Actor, shown: str, places: Places | None = None) -> CapacityChange:
    """Do it: everybody gets the place that was chosen for them, or is let go, and the beds close or the shifts end.

    `shown` is the digest of what the page showed, `places` the bed for each stay and reservation, or LET_GO for a
    reservation. Raises PictureChanged when anything is different now; then nothing was done.
    """
    seen = CapacityChange.objects.visible_to(by).filter(pk=change_id).first()
    if seen is None:
        raise NotFound("There is no such proposal, or you cannot see it.")
    given = dict(places or {})
    turns = _hold(seen, given, by)
    change: CapacityChange = locked(CapacityChange.objects.visible_to(by), change_id, "proposal")
    policies.check_can_change(by, change)
    if _is_done_by(change, ChangeStatus.CONFIRMED, by):
        return change
    step = StepInHand(change, "confirm", by, reason=change.reason)
    found = impact_of(change, step.at)
    touched = {kind: len(found.of(kind)) for kind in KINDS}
    step.move(ChangeStatus.CONFIRMED, CHANGE_TRANSITIONS, CHANGE_EVENTS, change=change.kind, touched=touched)
    if found.digest != shown:
        raise PictureChanged(
            "Something changed after this was shown. Nothing has been done: look at the new list, then decide again."
        )
    DO[ChangeKind(change.kind)](change, found, given, turns, by)
    change.shown, change.confirmed_at = found.digest, step.at
    step.save()
    return change


def _is_done_by(change: CapacityChange, status: ChangeStatus, by: Actor) -> bool:
    """The same actor did the same already: a double click."""
    if change.status != status:
        return False
    last = Act.objects.filter(subject_id=change.pk).order_by("-version").first()
    return last is not None and last.by_id == by.id


def _hold(change: CapacityChange, places: Places, by: Actor) -> dict[UUID, Turn]:
    """Lock the team, or the wards of every bed concerned, in order; read the beds."""
    if change.ward_id is None:
        Team.objects.select_for_update().get(pk=change.team_id)
        return {}
    targets = [bed for bed in places.values() if isinstance(bed, UUID)]
    beds = Bed.objects.visible_to(by).filter(pk__in=[*change.things, *targets])
    lock_wards(by, [*beds.values_list("ward", flat=True), change.ward_id])
    return turns_of([bed for bed in beds.select_related("ward") if bed.holds_on(timezone.localdate())])


def _close(change: CapacityChange, found: Impact, places: Places, turns: dict[UUID, Turn], by: Actor) -> None:
    """Move everybody, then close the beds."""
    _place_all(change, found, places, turns, by)
    later = change.starts_at if change.starts_at > timezone.now() else None
    back_on = timezone.localdate(change.ends_at) if change.ends_at else None
    for pk in change.things:
        turn = turns.get(pk)
        if turn is None or (turn.state == SpellKind.CLOSED and turn.spell and turn.spell.span.upper is None):
            continue
        if later:
            turn.state = ""
        close_in_hand(turn, by=by, reason=change.reason, back_on=back_on, start=later, end=change.ends_at)


def _end_ramp(change: CapacityChange, found: Impact, places: Places, turns: dict[UUID, Turn], by: Actor) -> None:
    """Move everybody; the beds hold until the day before. Those that had not begun to hold never do."""
    _place_all(change, found, places, turns, by)
    day = timezone.localdate(change.starts_at)
    beds = Bed.objects.filter(pk__in=change.things)
    beds.filter(valid_from__lt=day).update(valid_to=day)
    for bed in beds.filter(valid_from__gte=day).select_related("ward"):
        start = max(change.starts_at, timezone.now())
        close_in_hand(Turn(bed, timezone.now()), by=by, reason=change.reason, start=start)


def _cut(change: CapacityChange, found: Impact, places: Places, turns: dict[UUID, Turn], by: Actor) -> None:
    """Take staff off the shifts. The rota's own action does it, so that its rules hold."""
    for one in found.of("shift"):
        cancel_shift(shift_id=one.id, by=by, reason=change.reason, change=change)


DO: dict[ChangeKind, Callable[[CapacityChange, Impact, Places, dict[UUID, Turn], Actor], None]] = {
    ChangeKind.CLOSE_BEDS: _close,
    ChangeKind.END_RAMP: _end_ramp,
    ChangeKind.CUT_SHIFT: _cut,
}


def _place_all(change: CapacityChange, found: Impact, places: Places, turns: dict[UUID, Turn], by: Actor) -> None:
    closing, now = set(change.things), change.starts_at <= timezone.now()
    for one in found.touched:
        if one.spell is not None:
            _place(one, one.spell, places.get(one.id), turns, by, closing=closing, now=now)


def _place(
    one: Touched,
    spell: Spell,
    where: UUID | str | None,
    turns: dict[UUID, Turn],
    by: Actor,
    *,
    closing: set[UUID],
    now: bool,
) -> None:
    """Give somebody another bed, or let their reservation go."""
    old, field = turns[spell.bed_id], f"place_{one.id}"
    if where == LET_GO and one.kind == "reservation":
        given_up(old, spell, by).save()
        return
    if not isinstance(where, UUID) or where in closing or where not in turns:
        raise Invalid(f"{one.text}: select another bed.", field=field)
    try:
        if one.kind == "stay":
            move_in_hand(old, turns[where], spell, by=by, clean=not now)
        else:
            keep_in_hand(old, turns[where], spell, by=by)
    except Invalid as refused:
        raise Invalid(refused.message, field=field) from refused
