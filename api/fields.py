"""The kinds of value partners send, each strict: nothing is guessed, and no refusal repeats what came."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

from api.problems import Code, FieldCode, FieldError, Problem

FIELD_CODES: dict[str, FieldCode] = {
    "required": FieldCode.REQUIRED,
    "blank": FieldCode.REQUIRED,
    "empty": FieldCode.REQUIRED,
    "null": FieldCode.NULL,
    "unknown_field": FieldCode.UNKNOWN_FIELD,
    "max_length": FieldCode.TOO_LONG,
    "max_string_length": FieldCode.TOO_LONG,
    "too_many": FieldCode.TOO_MANY,
    "max_value": FieldCode.OUT_OF_RANGE,
    "min_value": FieldCode.OUT_OF_RANGE,
    "invalid_choice": FieldCode.NOT_A_CHOICE,
    "time_zone": FieldCode.TIME_ZONE_REQUIRED,
    "wrong_type": FieldCode.WRONG_TYPE,
    "not_a_list": FieldCode.WRONG_TYPE,
}
LONGEST_NAME = 60
YEAR = timedelta(days=366)
SKEW = timedelta(minutes=2)
"""How far a partner's clock may be behind ours."""


class Text(serializers.CharField):
    """JSON text and nothing else: a number is not taken for its digits."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise ValidationError("Send text.", code="wrong_type")
        text: str = super().to_internal_value(data)
        if text and not any(char.isprintable() and not char.isspace() for char in text):
            raise ValidationError("Send text that can be read.", code="invalid")
        return text


class Flag(serializers.BooleanField):
    """JSON true or false; in an address the words true and false."""

    default_error_messages = {"invalid": "Send true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if self.context.get("address") and data in {"true", "false"}:
            return data == "true"
        if isinstance(data, bool):
            return data
        raise ValidationError(self.error_messages["invalid"], code="wrong_type")


class Choice(serializers.ChoiceField):
    """One of the codes; the refusal lists them instead of repeating what came."""

    def __init__(self, codes: type[TextChoices], **kwargs: Any):
        super().__init__(choices=codes.choices, **kwargs)
        self.error_messages["invalid_choice"] = f"Choose one of: {', '.join(codes.values)}."

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise ValidationError("Send one of the codes as text.", code="wrong_type")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day that exists, as YYYY-MM-DD."""

    default_error_messages = {"invalid": "Send a date that exists, as YYYY-MM-DD."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise ValidationError("Send a date as text, YYYY-MM-DD.", code="wrong_type")
        if len(data) != 10 or not data.isascii():
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class Instant(serializers.DateTimeField):
    """A moment with its offset. Without one nobody could tell 1:30 from 1:30 on the night the clocks go back."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise ValidationError("Send a date and time as text.", code="wrong_type")
        try:
            moment = parse_datetime(data)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or not 1900 <= moment.year <= 9000:
            raise ValidationError("Send a date and time that exists, like 2026-11-22T14:05:00Z.", code="invalid")
        if moment.utcoffset() is None:
            raise ValidationError("Add the offset: Z for UTC, or +01:00.", code="time_zone")
        return moment.astimezone(UTC)


class Lately(Instant):
    """A moment within the last year: an older one is a typing error, and would count as years of waiting."""

    def to_internal_value(self, data: Any) -> datetime:
        moment = super().to_internal_value(data)
        if moment < timezone.now() - YEAR:
            raise ValidationError("Send a moment of the last 12 months.", code="min_value")
        return moment


class Admitted(Instant):
    """A moment within the last ten years: people have been in hospital that long, and not longer."""

    def to_internal_value(self, data: Any) -> datetime:
        moment = super().to_internal_value(data)
        if moment < timezone.now() - 10 * YEAR:
            raise ValidationError("Send a moment of the last 10 years.", code="min_value")
        return moment


class Ahead(Instant):
    """A moment that is still to come, within a year."""

    def to_internal_value(self, data: Any) -> datetime:
        moment, now = super().to_internal_value(data), timezone.now()
        if not now - SKEW <= moment <= now + YEAR:
            raise ValidationError("Send a moment of the next 12 months.", code="min_value")
        return moment


class DayLately(Day):
    """Today or a day of the last year."""

    def to_internal_value(self, data: Any) -> date:
        day: date = super().to_internal_value(data)
        today = timezone.localdate()
        if not today - YEAR <= day <= today:
            raise ValidationError("Send today or a day of the last 12 months.", code="min_value")
        return day


class DayAhead(Day):
    """Today or a day of the next year."""

    def to_internal_value(self, data: Any) -> date:
        day: date = super().to_internal_value(data)
        today = timezone.localdate()
        if not today <= day <= today + YEAR:
            raise ValidationError("Send today or a day of the next 12 months.", code="min_value")
        return day


class Id(serializers.UUIDField):
    """An id as the portal writes it: JSON has numbers that could be taken for one."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            raise ValidationError("Send an id as text.", code="wrong_type")
        found: UUID = super().to_internal_value(data)
        if str(found) != data.lower():
            raise ValidationError("Send an id as the portal writes it.", code="invalid")
        return found


class WholeNumber(serializers.IntegerField):
    """A whole number; in a body never text."""

    def to_internal_value(self, data: Any) -> int:
        digits = isinstance(data, str) and data.isascii() and data.isdigit() and self.context.get("address")
        if not digits and (isinstance(data, bool) or not isinstance(data, int)):
            raise ValidationError("Send a whole number.", code="wrong_type")
        return super().to_internal_value(data)


class Hours(serializers.DecimalField):
    """Hours of care a week, to a tenth."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise ValidationError("Send a number of hours.", code="wrong_type")
        return super().to_internal_value(data)


class Input(serializers.Serializer):
    """A body or an address whose unknown fields are refused: a typing error must not be dropped in silence."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise ValidationError({"": [ErrorDetail("Send a JSON object.", code="wrong_type")]})
        known: dict[str, Any] = {}
        refused: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name in data or field.required or field.default is not empty:
                try:
                    known[name] = field.run_validation(data.get(name, empty))
                except ValidationError as error:
                    refused[name] = error.detail
        for name in data:
            if name not in self.fields:
                unknown = ErrorDetail("There is no such field here.", code="unknown_field")
                refused[str(name)[:LONGEST_NAME]] = [unknown]
        if refused:
            raise ValidationError(refused)
        return known


@cache
def _reader(shape: type[Input], *, address: bool = False) -> Input:
    """One of each shape for all requests: its fields keep nothing of what they read, and copying them all for every
    request took a sixth of the time of sending a referral."""
    return shape(context={"address": address})


def read(shape: type[Input], data: Any) -> dict[str, Any]:
    """The validated values of a body, or a Problem that names every field that needs attention."""
    return _valid(_reader(shape), data)


def read_address(shape: type[Input], query: QueryDict) -> dict[str, Any]:
    """The validated parameters of an address. Only lists may be repeated, or given with commas."""
    reader = _reader(shape, address=True)
    lists = {name for name, field in reader.fields.items() if isinstance(field, serializers.ListField)}
    repeated = [name for name, values in query.lists() if len(values) > 1 and name not in lists]
    if repeated:
        message = "Give this once."
        errors = [FieldError(name[:LONGEST_NAME], FieldCode.TOO_MANY, message) for name in repeated]
        raise Problem(Code.VALIDATION_FAILED, errors=errors)
    data = {
        name: [part for value in values for part in value.split(",")] if name in lists else values[0]
        for name, values in query.lists()
    }
    return _valid(reader, data)


def _valid(reader: Input, data: Any) -> dict[str, Any]:
    try:
        return reader.run_validation(data)
    except ValidationError as refused:
        errors = list(_flat(refused.detail, ""))
    only_unknown = all(error.code == FieldCode.UNKNOWN_FIELD for error in errors)
    code = Code.UNKNOWN_FIELD if only_unknown else Code.VALIDATION_FAILED
    number = "1 field needs" if len(errors) == 1 else f"{len(errors)} fields need"
    raise Problem(code, f"{number} attention: errors says which.", errors=errors)


def _flat(errors: Any, path: str) -> Any:
    """Nested errors as paths: patient.date_of_birth, needs.0."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            below = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, below) if part))
        return
    for one in errors:
        if isinstance(one, ErrorDetail):
            yield FieldError(path, FIELD_CODES.get(one.code, FieldCode.INVALID_VALUE), str(one))
        else:
            yield from _flat(one, path)
