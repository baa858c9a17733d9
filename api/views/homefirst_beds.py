"""Capacity by ward for everybody who may see it, and the beds of their own wards for partners who run them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from api import homefirst_beds as shaped
from api.conditions import already_has, etag, expected_version
from api.documentation import homefirst_beds as documented
from api.fields import Input, read, read_address
from api.idempotency import once
from api.inputs import NothingIn
from api.problems import Code, Problem, not_found
from api.retries import of_bed
from api.scopes import Scope
from api.views.base import Endpoint, found, identifier
from audit.access import log_list
from audit.models import Access
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.board import BedNow, WardNow, wards_now
from homefirst.models import Spell
from homefirst.spells import Taken
from homefirst.turns import turn_of

Given = Mapping[str, Any]


class Wards(Endpoint):
    """Wards and how full they are."""

    scopes = {"GET": (Scope.CAPACITY_READ,)}

    @documented.wards
    def get(self, request: Request) -> Response:
        """List wards with how many beds are free, kept, in use and closed."""
        read_address(Input, request.query_params)
        return found([shaped.ward(one) for one in wards_now(self.actor, timezone.now())])


class OneWard(Endpoint):
    """One ward."""

    scopes = {"GET": (Scope.CAPACITY_READ,)}

    @documented.ward
    def get(self, request: Request, ward: str) -> Response:
        """Read one ward with its beds."""
        one = ward_of(self.actor, ward, with_whom=True)
        return Response(shaped.ward(one) | {"items": beds_of(self.actor, one)})


class OneBed(Endpoint):
    """One bed."""

    scopes = {"GET": (Scope.CAPACITY_READ,)}

    @documented.bed
    def get(self, request: Request, ward: str, bed: str) -> Response:
        """Read one bed or place."""
        body = bed_of(self.actor, ward, identifier(bed))
        headers = {"ETag": etag(body["version"])}
        if already_has(request, body["version"]) and body["until"] is None and body["state"] != "occupied":
            return Response(status=304, headers=headers)
        return Response(body, headers=headers)


class ConfirmWard(Endpoint):
    """The board is right."""

    scopes = {"POST": (Scope.CAPACITY_WRITE,)}

    @documented.confirm
    def post(self, request: Request, ward: str) -> Response:
        """Somebody on the ward looked, and what the portal shows is right."""
        read(NothingIn, request.data or {})
        return once(request, lambda: self._confirm(ward))

    def _confirm(self, slug: str) -> Response:
        by = self.caller.acting
        ward_actions.confirm_ward(ward_id=ward_of(by, slug).id, by=by)
        return Response(shaped.ward(ward_of(by, slug)))


def ward_of(by: Actor, slug: str, *, with_whom: bool = False) -> WardNow:
    """The ward of this slug as it is now."""
    wards = wards_now(by, timezone.now(), slug=slug, with_whom=with_whom) if "\x00" not in slug else []
    if not wards:
        raise not_found()
    return wards[0]


def beds_of(by: Actor, ward: WardNow, *, only: UUID | None = None) -> list[dict[str, Any]]:
    """The beds of a ward that was read with whom; whoever is named is logged."""
    beds = [bed for bed in ward.beds if only in {None, bed.id}]
    return _told(by, ward.slug, beds, ward.organisation_id)


def _told(by: Actor, slug: str, beds: Sequence[BedNow], organisation_id: UUID) -> list[dict[str, Any]]:
    named = [bed.spell["patient"] for bed in beds if bed.spell and shaped.is_named(bed)]
    log_list(by=by, patient_ids=named, what="ward", via=Access.Via.API)
    return [shaped.bed(slug, bed, runs=organisation_id == by.organisation_id) for bed in beds]


def bed_of(by: Actor, slug: str, bed_id: UUID) -> dict[str, Any]:
    """One bed of a ward."""
    rows = beds_of(by, ward_of(by, slug, with_whom=True), only=bed_id)
    if not rows:
        raise not_found()
    return rows[0]


@dataclass(frozen=True, slots=True)
class BedStep:
    """One step on a bed: its address, what it is sent, what it does."""

    slug: str
    shape: type[Input]
    run: Callable[[Actor, UUID, int, Given], Spell]
    title: str
    words: str


def _reserve(by: Actor, bed_id: UUID, version: int, given: Given) -> Spell:
    who = shaped.placing(by, given)
    return actions.reserve(bed_id=bed_id, by=by, until=given["until"], read_version=version, **who)


def _occupy(by: Actor, bed_id: UUID, version: int, given: Given) -> Spell:
    said = {name: given.get(name) for name in ("leaving_on", "at")} | shaped.placing(by, given)
    return actions.occupy(bed_id=bed_id, by=by, source=given["source"], read_version=version, **said)


def _release(by: Actor, bed_id: UUID, version: int, given: Given) -> Spell:
    said = {"destination": given["destination"], "at": given.get("at")}
    return actions.release(bed_id=bed_id, by=by, read_version=version, **said)


def _let_go(by: Actor, bed_id: UUID, version: int, _given: Given) -> Spell:
    return actions.let_go(bed_id=bed_id, by=by, read_version=version)


def _close(by: Actor, bed_id: UUID, version: int, given: Given) -> Spell:
    said = {"reason": given["reason"], "back_on": given.get("back_on")}
    return ward_actions.close_bed(bed_id=bed_id, by=by, read_version=version, **said)


def _open(by: Actor, bed_id: UUID, version: int, _given: Given) -> Spell:
    return ward_actions.open_bed(bed_id=bed_id, by=by, read_version=version)


BED_STEPS = (
    BedStep("reserve", shaped.ReserveIn, _reserve, "Keep a bed", "Until a moment; then it is free by itself."),
    BedStep("let-go", NothingIn, _let_go, "Let a bed go", "A bed that is kept is free at once."),
    BedStep("occupy", shaped.OccupyIn, _occupy, "Fill a bed", "With somebody it is kept for, or when it is free."),
    BedStep("release", shaped.ReleaseIn, _release, "Free a bed", "A bed on a ward is cleaned, then free by itself."),
    BedStep("close", shaped.CloseIn, _close, "Close a bed", "One that nobody is in and that is kept for nobody."),
    BedStep("open", NothingIn, _open, "Open a bed again", "Back into use."),
)


class TakeBedStep(Endpoint):
    """A step on a bed."""

    step: BedStep
    scopes = {"POST": (Scope.CAPACITY_WRITE,)}

    def post(self, request: Request, ward: str, bed: str) -> Response:
        version = expected_version(request)
        given = read(self.step.shape, request.data or {})
        bed_id = identifier(bed)
        return once(request, lambda: self._take(ward, bed_id, version, given), again=of_bed(self.caller.acting))

    def _take(self, slug: str, bed_id: UUID, version: int, given: Given) -> Response:
        by = self.caller.acting
        try:
            turn = turn_of(self.step.run(by, bed_id, version, given))
        except Taken as refusal:
            raise Problem(Code.BED_TAKEN, refusal.plain) from refusal
        if turn.ward.slug != slug:
            raise not_found()
        (body,) = _told(by, slug, [shaped.in_hand(turn)], turn.ward.organisation_id)
        return Response(body, headers={"ETag": etag(body["version"])})


def view_of(step: BedStep) -> Callable[..., Any]:
    """The view of one step, documented by itself."""
    name = "".join(part.title() for part in step.slug.split("-")) + "Bed"
    return documented.step(step)(type(name, (TakeBedStep,), {"step": step, "__doc__": step.words})).as_view()
