"""Fields that keep what a person typed and say exactly what to put right."""

import calendar
import re
from datetime import UTC, date, datetime, time

from django import forms
from django.core.exceptions import ValidationError

from pages.words import LONDON, in_sentence

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}
PARTS = ("day", "month", "year")
_PART = re.compile(r"\d{1,2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_TIME = re.compile(r"^(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap]m)?$", re.ASCII)


def boxes(value: date | str | None) -> list[str]:
    """A date, or an ISO date as a partner or a link sends it, as the texts of three boxes."""
    if isinstance(value, str) and value:
        try:
            return boxes(date.fromisoformat(value))
        except ValueError:
            return [value, "", ""]
    return [str(value.day), str(value.month), str(value.year)] if isinstance(value, date) else ["", "", ""]


class NHSDateInput(forms.MultiWidget):
    """Three boxes: day, month, year; posted as name_day, name_month, name_year."""

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: date | str | None) -> list[str]:
        return boxes(value)


class NHSDateField(forms.MultiValueField):
    """A date typed in three boxes; `past` or `future` says which side of today it must lie, today included."""

    widget = NHSDateInput

    @property
    def example(self) -> date:
        """A date like the one that is asked for, as its mistakes show it."""
        return _today()

    def __init__(self, *, past: bool = False, future: bool = False, earliest: int = 1900, **kwargs) -> None:
        self.past, self.future, self.earliest = past, future, earliest
        texts = [forms.CharField(required=False) for _ in PARTS]
        super().__init__(texts, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> str:
        return " ".join(data_list)

    def clean(self, value: list[str] | date | None) -> date | None:
        """The date, None when left empty, or an error that names the boxes to change (params["parts"])."""
        typed = value if isinstance(value, (list, tuple)) else boxes(value)
        texts = [(text or "").strip() for text in typed]
        if not any(texts):
            if self.required:
                raise self._error("required", f"Enter {in_sentence(self._name())}", PARTS)
            return None
        self._require_every_part(texts)
        self._require_readable_parts(texts)
        day = self._real_date(texts)
        self._check_side_of_today(day)
        return day

    def has_changed(self, initial: date | None, data: list[str] | None) -> bool:
        return boxes(initial) != list(data or boxes(None))

    def _require_every_part(self, texts: list[str]) -> None:
        missing = [part for part, text in zip(PARTS, texts, strict=True) if not text]
        if missing:
            raise self._error("incomplete", f"{self._name()} must include a {' and '.join(missing)}", missing)

    def _require_readable_parts(self, texts: list[str]) -> None:
        day, month, year = texts
        readable = (_PART.fullmatch(day), month.lower() in MONTHS or _PART.fullmatch(month), _YEAR.fullmatch(year))
        wrong = [part for part, ok in zip(PARTS, readable, strict=True) if not ok]
        if wrong == ["year"]:
            text = f"{self._name()} must have a year of 4 numbers, like {self.example.year}"
            raise self._error("year", text, wrong)
        if wrong:
            like = " ".join(boxes(self.example))
            raise self._error("invalid", f"{self._name()} must be a real date, like {like}", wrong)

    def _real_date(self, texts: list[str]) -> date:
        month = MONTHS.get(texts[1].lower(), texts[1])
        try:
            return date(int(texts[2]), int(month), int(texts[0]))
        except ValueError as impossible:
            raise self._error("invalid", f"{self._name()} must be a real date", PARTS) from impossible

    def _check_side_of_today(self, day: date) -> None:
        today = _today()
        if day.year < self.earliest:
            raise self._error("early", f"{self._name()} must be {self.earliest} or later", ["year"])
        if self.past and day > today:
            raise self._error("future", f"{self._name()} must be today or in the past", PARTS)
        if self.future and day < today:
            raise self._error("past", f"{self._name()} must be today or in the future", PARTS)

    def _name(self) -> str:
        return str(self.label or "Date")

    def _error(self, code: str, message: str, parts: tuple[str, ...] | list[str]) -> ValidationError:
        return ValidationError(message.replace("%", "%%"), code=code, params={"parts": list(parts)})


class BirthDateField(NHSDateField):
    """A date of birth."""

    example = date(1946, 3, 15)

    def __init__(self, **kwargs) -> None:
        super().__init__(past=True, **kwargs)


def _today() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


class NHSTimeField(forms.Field):
    """A time typed the way people write it: 4:05pm, 16:05, 4pm, 1605."""

    widget = forms.TextInput(attrs={"class": "nhsuk-input--width-5", "autocomplete": "off"})

    def to_python(self, value: str | time | None) -> time | None:
        if isinstance(value, time) or value in self.empty_values:
            return value if isinstance(value, time) else None
        match = _TIME.match(str(value).strip().lower())
        try:
            if match:
                return _time(*match.groups())
        except ValueError:
            pass
        raise ValidationError(f"{self.label or 'Time'} must be a time, like 4:05pm or 16:05", code="invalid")

    def prepare_value(self, value: time | str | None) -> str | None:
        return value.strftime("%H:%M") if isinstance(value, time) else value


def _time(hour: str, minute: str | None, half: str | None) -> time:
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            raise ValueError(hour)
        number = number % 12 + (12 if half == "pm" else 0)
    return time(number, int(minute or 0))
