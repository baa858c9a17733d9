"""Finding a person among a million: by NHS number, or by name and date of birth however they were typed.

One statement finds, one logs who was shown. With a date of birth, the index of dates answers: some thirty people share
a birthday, so even mistyped dates and names in the wrong order leave little to compare. Without one, the trigram index
of family names does.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When

from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import log_list
from audit.errors import Invalid
from audit.models import Access
from patients.birthdays import one_number_off, swapped
from patients.details import clean_number
from patients.found import Found, recognisable
from patients.models import Patient
from patients.querysets import family_like, given_like, name_words

SHOWN = 20
LIKE = 0.3
"""PostgreSQL's own threshold of likeness; two swapped letters in a short name stay above it."""
SWAPPED = "Day and month of birth are swapped"
OTHER_DATE = "Date of birth is not quite the same"
NO_DATE = "Date of birth is not known"


def find(
    *, by: Actor, number: str = "", name: str = "", date_of_birth: date | None = None, via: str = Access.Via.PAGE
) -> list[Found]:
    """People who fit, best first, at most 20; each person once, in the record now in use. The look is logged.

    A number is enough by itself. A name needs the date of birth, or given and family name. Raises Invalid.
    """
    check_enough(number=number, name=name, date_of_birth=date_of_birth)
    exact = bool(number.strip())
    records = _by_number(by, number) if exact else _by_name(by, name, date_of_birth)
    found = _once_each(
        recognisable(row, by_number=exact, differs=_differs(row, date_of_birth, exact)) for row in records
    )
    log_list(by=by, patient_ids=[one.id for one in found], what="search", via=via)
    return found


def one(*, by: Actor, patient_id: UUID, by_number: bool = False) -> Found | None:
    """The answer for one record already known by its id, if it may come up for this actor at all."""
    record = reachable(by).filter(pk=patient_id).first()
    return recognisable(record, by_number=by_number) if record else None


def check_enough(*, number: str, name: str, date_of_birth: date | None) -> None:
    """Raises Invalid with the field when the terms are too few or a number has the wrong shape."""
    if number.strip():
        clean_number(number, typed=False)
        return
    words = name_words(name)
    if not words:
        raise Invalid("Enter an NHS number, or a name and date of birth", field="name")
    if date_of_birth is None and len(words) < 2:
        raise Invalid("Enter the date of birth, or both given and family name", field="date_of_birth")


def reachable(by: Actor) -> QuerySet[Any]:
    """Records that may come up at all for this actor, each with may_open, practice and kept record."""
    whole = by.is_system or by.can(Permission.REFER) or by.can(Permission.MERGE_PATIENTS)
    records = Patient.objects.findable_by(by) if whole else Patient.objects.related_to(by)
    return records.with_may_open(by).select_related("practice", "merged_into__practice")


def _by_number(by: Actor, number: str) -> QuerySet[Any]:
    return reachable(by).with_number(clean_number(number, typed=False))[:SHOWN]


def _by_name(by: Actor, name: str, born: date | None) -> QuerySet[Any]:
    words = name_words(name)
    records = reachable(by).scored(words)
    records = _named_only(records, words) if born is None else _named_and_born(records, words, born)
    return records.order_by("-likeness", "id")[: 2 * SHOWN]


def _named_only(records: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    return records.filter(family_like(words), given_like(words)).annotate(likeness=F("family_score") + F("given_score"))


def _named_and_born(records: QuerySet[Any], words: list[str], born: date) -> QuerySet[Any]:
    """On the day itself, or with day and month swapped, one name must fit; on other days both, if two were typed."""
    days = [day for day in (born, swapped(born)) if day]
    near = one_number_off(born)
    one_fits = Q(family_score__gte=LIKE) | Q(given_score__gte=LIKE) | _exactly(words)
    family_fits = Q(family_score__gte=LIKE) | _exactly(words)
    both_fit = family_fits & Q(given_score__gte=LIKE) if len(words) > 1 else family_fits
    closeness = Case(When(date_of_birth=born, then=Value(1.0)), default=Value(0.5), output_field=FloatField())
    return (
        records.filter(Q(date_of_birth__in=[*days, *near]) | Q(date_of_birth=None))
        .filter((Q(date_of_birth__in=days) & one_fits) | both_fit)
        .annotate(likeness=F("family_score") + F("given_score") + closeness)
    )


def _exactly(words: list[str]) -> Q:
    """Names without letters that trigrams know, such as emoji, still find themselves."""
    same = Q()
    for word in words:
        same |= Q(family_name__iexact=word)
    return same


def _once_each(answers: Iterable[Found]) -> list[Found]:
    people: dict[Any, Found] = {}
    for answer in answers:
        people.setdefault(answer.id, answer)
    return list(people.values())[:SHOWN]


def _differs(record: Any, born: date | None, exact: bool) -> tuple[str, ...]:
    if exact or born is None or record.date_of_birth == born:
        return ()
    if record.date_of_birth is None:
        return (NO_DATE,)
    return (SWAPPED,) if record.date_of_birth == swapped(born) else (OTHER_DATE,)
