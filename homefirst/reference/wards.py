"""Loads wards and beds."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Q

from directory.models import Area, Organisation, Service
from homefirst.models import Bed, Ward

WARDS = Path(__file__).resolve().parent.parent / "data" / "wards.toml"
PLAIN = ("name", "kind", "phone", "cleaning_minutes", "staff_hours_a_day", "source", "valid_from")
FEATURES = ("designation", "sex", "side_room", "hoist", "hours_a_day")


def listed() -> list[dict[str, Any]]:
    """Wards as the file has them."""
    return tomllib.loads(WARDS.read_text(encoding="utf-8"))["ward"]


def load() -> None:
    """Create what is missing; nothing that is there changes."""
    for given in listed():
        ward = Ward.objects.filter(slug=given["slug"]).first() or _add(given)
        known = set(ward.beds.values_list("number", flat=True))
        Bed.objects.bulk_create(bed for bed in _beds(ward, given) if bed.number not in known)


def _add(given: dict[str, Any]) -> Ward:
    ward = Ward.objects.create(
        slug=given["slug"],
        site=_organisation(given["site"]),
        organisation=_organisation(given["organisation"]),
        service=Service.objects.get(slug=given["service"]),
        **{name: given[name] for name in PLAIN if name in given},
    )
    ward.areas.set(Area.objects.filter(slug__in=given["areas"]))
    return ward


def _beds(ward: Ward, given: dict[str, Any]) -> Iterator[Bed]:
    number = 0
    for group in given["beds"]:
        for _ in range(group["count"]):
            number += 1
            yield Bed(
                ward=ward,
                number=number,
                label=f"{group.get('label', 'Bed')} {number}",
                valid_from=group.get("from", ward.valid_from),
                **{name: group[name] for name in FEATURES if name in group},
            )


def _organisation(reference: str) -> Organisation:
    """The current organisation with this ODS code, GSS code or name."""
    named = Q(ods_code=reference) | Q(gss_code=reference) | Q(name=reference)
    return Organisation.objects.in_force().get(named)
