"""Loads lots and their contracts."""

import tomllib
from pathlib import Path
from typing import Any

from django.db.models import Q

from directory.models import Area, Organisation
from homefirst.models import Lot, LotContract

LOTS = Path(__file__).resolve().parent.parent / "data" / "lots.toml"


def listed() -> list[dict[str, Any]]:
    """Lots as the file has them."""
    return tomllib.loads(LOTS.read_text(encoding="utf-8"))["lot"]


def load() -> None:
    """Create what is missing; nothing that is there changes."""
    for given in listed():
        if not Lot.objects.filter(slug=given["slug"]).exists():
            _add(given)


def _add(given: dict[str, Any]) -> None:
    lot = Lot.objects.create(
        slug=given["slug"],
        name=given["name"],
        council=_organisation(given["council"]),
        place=Area.objects.get(slug=given["place"]),
    )
    lot.areas.set(Area.objects.filter(slug__in=given["areas"]))
    contract = given.get("contract")
    if contract:
        LotContract.objects.create(
            lot=lot,
            provider=_organisation(contract["provider"]),
            hours_a_week=contract["hours_a_week"],
            quality_concern=contract.get("concern", ""),
            valid_from=contract["from"],
        )


def _organisation(reference: str) -> Organisation:
    """The current organisation with this GSS code or name."""
    return Organisation.objects.in_force().get(Q(gss_code=reference) | Q(name=reference))
