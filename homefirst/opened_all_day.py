"""The boards of getting home and of packages as they are opened all day: without filters, at their beginning. Their
questions are compiled once: who takes part in what makes long ones (parts.py)."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.prepared import Slots, as_actor, ids_of, rows, shape_of
from homefirst import discharge_board, paging, reading_packages
from homefirst.reading_reablement import Choice
from referrals import worklist


def cases(actor: Actor, listed: str, now: datetime, *, ward: bool) -> worklist.Page:
    """The first page of one of the lists of a board, by its slug; one statement."""
    slots = ids_of(actor) | {"now": now}
    found = rows(("cases", ward, listed, shape_of(actor)), slots, partial(_cases, actor, listed, ward))
    return worklist.first_of(found, discharge_board.READY_AT)


def case_counts(actor: Actor, now: datetime, *, ward: bool) -> list[int]:
    """How many cases each list holds; one statement."""
    slots = ids_of(actor) | {"now": now}
    found = rows(("case counts", ward, shape_of(actor)), slots, partial(_case_counts, actor, ward))
    return worklist.counts_of(found, discharge_board.case_lists())


def _cases(actor: Actor, listed: str, ward: bool, slots: Slots) -> QuerySet[Any]:
    reader, now = as_actor(actor, slots), slots["now"]
    condition = next(one.condition for one in discharge_board.case_lists() if one.slug == listed)
    mine = discharge_board.cases_on(reader, ward=ward, at=now).filter(condition)
    values = discharge_board.case_values(mine, reader, now)
    return worklist.in_order(values, discharge_board.READY_AT)[: worklist.PAGE + 1]


def _case_counts(actor: Actor, ward: bool, slots: Slots) -> QuerySet[Any]:
    mine = discharge_board.cases_on(as_actor(actor, slots), ward=ward, at=slots["now"])
    return worklist.counts(mine, discharge_board.case_lists())


def packages(actor: Actor, listed: str, today: date, now: datetime) -> paging.Page:
    """The first page of one of the broker's lists, by its slug; one statement."""
    shape = ("packages", listed, shape_of(actor))
    found = rows(shape, _package_slots(actor, today, now), partial(_packages, actor, listed))
    return paging.first_of(found, _choice(reading_packages.package_lists(today), listed).order)


def package_counts(actor: Actor, today: date, now: datetime) -> dict[str, int]:
    """How many packages each of the lists holds; one statement."""
    shape = ("package counts", shape_of(actor))
    found = rows(shape, _package_slots(actor, today, now), partial(_package_counts, actor))
    lists = reading_packages.package_lists(today)
    return dict(zip((one.slug for one in lists), worklist.counts_of(found, lists), strict=True))


def unfilled(actor: Actor, today: date, now: datetime) -> list[reading_packages.Unfilled]:
    """Hours a week without care by day and place; one statement."""
    slots = ids_of(actor) | {"today": today, "first": reading_packages.first_day(today), "now": now}
    found = rows(("packages unfilled", shape_of(actor)), slots, partial(_searches, actor))
    return reading_packages.unfilled(found, today)


def _searches(actor: Actor, slots: Slots) -> QuerySet[Any]:
    mine = reading_packages.packages_of(as_actor(actor, slots), slots["now"])
    return reading_packages.searches(mine, slots["today"], slots["first"])


def _package_slots(actor: Actor, today: date, now: datetime) -> dict[str, Any]:
    return ids_of(actor) | {"today": today, "since": today - reading_packages.LATELY, "now": now}


def _packages(actor: Actor, listed: str, slots: Slots) -> QuerySet[Any]:
    reader, now = as_actor(actor, slots), slots["now"]
    choice = _choice(reading_packages.package_lists(slots["today"], slots["since"]), listed)
    mine = reading_packages.packages_of(reader, now).filter(choice.condition)
    return choice.order.apply(reading_packages.package_values(mine, reader, now))[: paging.PAGE + 1]


def _package_counts(actor: Actor, slots: Slots) -> QuerySet[Any]:
    mine = reading_packages.packages_of(as_actor(actor, slots), slots["now"])
    return worklist.counts(mine, reading_packages.package_lists(slots["today"], slots["since"]))


def _choice(lists: list[Choice], slug: str) -> Choice:
    return next(one for one in lists if one.slug == slug)
