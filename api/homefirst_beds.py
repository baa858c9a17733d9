"""Beds as partners see and change them: shapes that come in, shapes that go out, pure functions between."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.actors import Actor
from api.fields import Choice, DayAhead, Flag, Hours, Id, Input, Instant, Lately, Text
from homefirst.board import BedNow, Counts, WardNow
from homefirst.codes import Designation, Destination, Mobility, Source
from homefirst.models import Bed, Spell
from homefirst.placing import somebody
from homefirst.suitability import Wanted
from homefirst.turns import Turn


class WhoIn(Input):
    """Who, by the id your organisation knows or by NHS number, and what they need of a bed."""

    patient = Id(required=False, help_text="Id of a person your organisation may open.")
    nhs_number = Text(required=False, max_length=20, help_text="Instead of patient.")
    referral = Id(required=False, help_text="The referral of this person that asks for the bed.")
    designations = serializers.ListField(
        child=Choice(Designation), required=False, max_length=len(Designation), help_text="All that would suit."
    )
    mobility = Choice(Mobility, required=False)
    infection = Flag(required=False, help_text="true: needs a side room.")
    hours_a_day = Hours(required=False, max_digits=4, decimal_places=1, min_value=0, max_value=24)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("patient" in given) == ("nhs_number" in given):
            raise ValidationError({"patient": "Send either patient or nhs_number."}, code="required")
        return given


class ReserveIn(WhoIn):
    """Keep a bed until a moment."""

    until = Instant(help_text="At most 3 days ahead. Then the bed is free again by itself.")


class OccupyIn(WhoIn):
    """Somebody is in the bed."""

    source = Choice(Source)
    leaving_on = DayAhead(required=False, allow_null=True, help_text="The day they are expected to leave.")
    at = Lately(required=False, help_text="Left out: now. Never the future, never more than a year ago.")


class ReleaseIn(Input):
    """Somebody has left."""

    destination = Choice(Destination)
    at = Lately(required=False, help_text="Left out: now. Never the future, never more than a year ago.")


class CloseIn(Input):
    """The bed is out of use."""

    reason = Text(max_length=300)
    back_on = DayAhead(required=False, allow_null=True, help_text="The day it is expected back.")


def placing(by: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """Who and what they need, as the actions take it. Invalid names the field."""
    who = given["patient"] if "patient" in given else somebody(by, given["nhs_number"]).patient_id
    wanted = Wanted(
        frozenset(given.get("designations", ())),
        "",
        given.get("infection", False),
        given.get("mobility", ""),
        given.get("hours_a_day"),
    )
    said = {name for name in ("designations", "infection", "mobility", "hours_a_day") if name in given}
    return {"patient_id": who, "referral_id": given.get("referral")} | ({"wanted": wanted} if said else {})


def counts(beds: Counts) -> dict[str, Any]:
    """How many beds are in which state."""
    share = beds.occupancy
    return {
        "beds": beds.all,
        "open": beds.open,
        "free": beds.free,
        "reserved": beds.reserved,
        "occupied": beds.occupied,
        "leaving_today": beds.leaving_today,
        "cleaning": beds.cleaning,
        "closed": beds.closed,
        "occupancy": None if share is None else round(share, 1),
    }


def ward(found: WardNow) -> dict[str, Any]:
    """A ward in a list."""
    left = found.hours_left
    by_designation = {beds[0].designation: Counts(beds) for beds in _by_designation(found)}
    return {
        "slug": found.slug,
        "href": f"/api/v1/wards/{found.slug}",
        "name": found.name,
        "kind": found.kind,
        "organisation": found.organisation_id,
        "phone": found.row["ward_phone"],
        "confirmed_at": found.confirmed_at,
        "staff_hours_left": None if left is None else float(left),
        **counts(found),
        "designations": [{"designation": code, **counts(beds)} for code, beds in by_designation.items()],
    }


def _by_designation(found: WardNow) -> list[list[BedNow]]:
    groups: dict[str, list[BedNow]] = {}
    for bed in found.beds:
        groups.setdefault(bed.designation, []).append(bed)
    return list(groups.values())


def is_named(one: BedNow) -> bool:
    """Whether the bed says who is in it: somebody with whom the caller has to do, and whose record is open."""
    return bool(one.spell and one.spell["patient"] and one.spell["known"] and not one.spell["restricted"])


def in_hand(turn: Turn) -> BedNow:
    """A bed as the step that holds it left it, with whom, as the board would read it."""
    now = max(timezone.now(), turn.at)
    spells = sorted((spell for spell in turn.spells if not spell.span.isempty), key=lambda spell: spell.span.lower)
    used = next((spell for spell in spells if now in spell.span), None)
    following = next(({"span": spell.span} for spell in spells if spell.span.lower > now), None)
    return BedNow(_row_of(turn.bed, turn.read_version), used and _use(used, turn), following, timezone.localdate(now))


def _row_of(bed: Bed, changes: int) -> dict[str, Any]:
    columns = ("id", "label", "designation", "sex", "side_room", "hoist")
    return {name: getattr(bed, name) for name in columns} | {"changes": changes}


def _use(spell: Spell, turn: Turn) -> dict[str, Any]:
    """Somebody whom the step placed is known to whoever took it; it opens nobody else."""
    known = turn.person is not None and spell.patient_id == turn.person.pk
    columns = {name: getattr(spell, name) for name in ("kind", "span", "leaving_on", "back_on")}
    restricted = bool(turn.person and turn.person.restricted)
    return columns | {"patient": spell.patient_id, "known": known, "restricted": restricted}


def bed(slug: str, one: BedNow, *, runs: bool) -> dict[str, Any]:
    """One bed, read with whom: their id. That somebody is restricted is said to whoever runs the ward; others, who know
    few restricted people, would learn where one of them is."""
    spell = one.spell
    return {
        "id": one.id,
        "href": f"/api/v1/wards/{slug}/beds/{one.id}",
        "version": one.row["changes"],
        "label": one.label,
        "designation": one.designation,
        "sex": one.row["sex"],
        "side_room": one.row["side_room"],
        "hoist": one.row["hoist"],
        "state": one.state,
        "since": spell["span"].lower if spell else None,
        "until": spell["span"].upper if spell else None,
        "leaving_on": spell["leaving_on"] if spell else None,
        "back_on": spell["back_on"] if spell else None,
        "next_from": one.next_spell["span"].lower if one.next_spell else None,
        "restricted": bool(runs and spell and spell["known"] and spell["restricted"]),
        "patient": spell["patient"] if spell and is_named(one) else None,
    }
