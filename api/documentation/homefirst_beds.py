"""How beds and places are documented."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_view
from rest_framework import serializers

from api.documentation.parts import (
    IF_MATCH,
    IF_NONE_MATCH,
    KEY_OPTIONAL,
    LIST,
    ONE,
    STEP,
    WRITE,
    documented,
    header,
    path,
    replayed,
)
from api.documentation.shapes import NULL, Moment, Text, one_of
from homefirst.codes import BedSex, Designation, WardKind

TAG = "Capacity"
STATES = ("free", "reserved", "occupied", "leaving", "cleaning", "closed")
WARD = path("ward", "Slug of the ward.", kind=OpenApiTypes.STR)
BED = path("bed", "Id of the bed or place.")
EXAMPLES: dict[str, dict[str, Any]] = {
    "reserve": {
        "nhs_number": "999 000 0018",
        "designations": ["stroke"],
        "mobility": "one",
        "until": "2026-11-22T18:00:00Z",
    },
    "occupy": {"nhs_number": "999 000 0018", "source": "hospital", "leaving_on": "2026-12-06"},
    "release": {"destination": "usual_home"},
    "close": {"reason": "Call bell broken", "back_on": "2026-11-25"},
}


class Counted(serializers.Serializer):
    beds = serializers.IntegerField(help_text="All of them.")
    open = serializers.IntegerField(help_text="All but the closed ones.")
    free = serializers.IntegerField()
    reserved = serializers.IntegerField()
    occupied = serializers.IntegerField()
    leaving_today = serializers.IntegerField(help_text="Of the occupied ones.")
    cleaning = serializers.IntegerField()
    closed = serializers.IntegerField()
    occupancy = serializers.FloatField(
        help_text="Occupied beds of open beds, per cent; null when none is open.", **NULL
    )


class DesignationCounts(Counted):
    designation = one_of(Designation)


class WardSummary(Counted):
    slug = Text()
    href = Text()
    name = Text()
    kind = one_of(WardKind)
    organisation = serializers.UUIDField(help_text="Whoever runs it.")
    phone = Text()
    confirmed_at = Moment(help_text="When the ward last said that this is right: how old the news is.", **NULL)
    staff_hours_left = serializers.FloatField(
        help_text="Hours of staff a day that nobody has; null where the ward does not count hours.", **NULL
    )
    designations = DesignationCounts(many=True)


class WardList(serializers.Serializer):
    items = WardSummary(many=True)
    next = Text(**NULL)


class BedState(serializers.Serializer):
    id = serializers.UUIDField()
    href = Text()
    version = serializers.IntegerField(help_text="Send it as If-Match to change the bed.")
    label = Text()
    designation = one_of(Designation)
    sex = one_of(BedSex)
    side_room = serializers.BooleanField()
    hoist = serializers.BooleanField()
    state = serializers.ChoiceField(choices=STATES, help_text="leaving: in use, expected to leave today.")
    since = Moment(**NULL)
    until = Moment(help_text="When it ends by itself.", **NULL)
    leaving_on = serializers.DateField(**NULL)
    back_on = serializers.DateField(**NULL)
    next_from = Moment(help_text="From when it is kept for somebody, or closed, next.", **NULL)
    restricted = serializers.BooleanField(
        help_text="true, on your own wards: only opened in the portal, with a reason."
    )
    patient = serializers.UUIDField(help_text="Null when nobody is in it, or you may not open them.", **NULL)


class WardDetail(WardSummary):
    items = BedState(many=True)


etag = header("ETag", "The version of the bed: send it as If-Match to change it.", answers=[200])
wards = documented(
    "listWards",
    TAG,
    "List wards with their free beds and places",
    answers={200: (WardList, "Every ward with how many beds are free, kept, in use and closed, all on one page.")},
    refusals=LIST,
)
ward = documented(
    "readWard",
    TAG,
    "Read a ward, bed by bed",
    answers={200: (WardDetail, "The ward and its beds.")},
    refusals=ONE,
    parameters=[WARD],
)
bed = documented(
    "readBed",
    TAG,
    "Read a bed",
    answers={200: (BedState, "One bed as it is now."), 304: (None, "Nothing changed.")},
    refusals=ONE,
    parameters=[WARD, BED, IF_NONE_MATCH, etag],
)
confirm = documented(
    "confirmWard",
    TAG,
    "Say that a ward’s board is right",
    answers={200: (WardSummary, "The ward, confirmed now.")},
    refusals=(*WRITE, 404),
    parameters=[WARD, KEY_OPTIONAL, replayed(200)],
    request=None,
)


def step(taken: Any) -> Callable[[Any], Any]:
    """Document one step on a bed, from the table that makes their endpoints."""
    value = EXAMPLES.get(taken.slug)
    operation = documented(
        f"bed{taken.slug.title().replace('-', '')}",
        TAG,
        taken.title,
        answers={200: (BedState, "The bed after the step.")},
        refusals=STEP,
        parameters=[WARD, BED, IF_MATCH, KEY_OPTIONAL, etag, replayed(200)],
        request=taken.shape,
        examples=[OpenApiExample(taken.title, value=value, request_only=True)] if value else None,
        description=taken.words,
    )
    return extend_schema_view(post=operation)
