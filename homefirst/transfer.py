"""What travels with the person: what is filled in, what the portal knows by itself, and what is missing."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from time import monotonic
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.actors import Actor
from homefirst.models import DischargeCase, TransferAnswer, TransferItem
from pages.words import moment

ITEM_SECONDS = 15
NHS_NUMBER, READY_DATE, CASE_OWNER = "nhs-number", "ready-date", "case-owner"


def items() -> dict[str, TransferItem]:
    """The items of today by code, at most 15 seconds old: the list changes by hand, a few times a year."""
    return _items(timezone.localdate(), int(monotonic() // ITEM_SECONDS))


def forget_items() -> None:
    """Read the items anew (after loading them, between tests)."""
    _items.cache_clear()


@lru_cache(maxsize=1)
def _items(day: date, _window: int) -> dict[str, TransferItem]:
    return {item.code: item for item in TransferItem.objects.in_force(day)}


def hard_items() -> dict[str, str]:
    """Labels of the items without which nobody leaves, by code."""
    return {code: item.label for code, item in items().items() if item.hard}


def known(case: DischargeCase) -> dict[str, str]:
    """Items that the case itself answers."""
    facts: dict[str, str] = {}
    if case.patient.nhs_number and case.patient.nhs_number_valid:
        facts[NHS_NUMBER] = "On the record"
    if case.ready_at:
        facts[READY_DATE] = moment(case.ready_at)
    if case.owner:
        facts[CASE_OWNER] = case.owner.name
    return facts


def first_answers(case: DischargeCase, *, by: Actor, at: datetime) -> list[TransferAnswer]:
    """What a case that is not saved yet answers by itself, unsaved; sets how complete it is."""
    asked, facts = items(), known(case)
    case.transfer_complete = 100 * len(facts.keys() & asked.keys()) // len(asked) if asked else 0
    return [
        TransferAnswer(case=case, item=asked[code], text=text, by_name=by.name, at=at)
        for code, text in facts.items()
        if code in asked
    ]


def answers_now() -> ArraySubquery:
    """What was filled in or asked for, to be read along with a case as answers_now, for write and missing."""
    rows = TransferAnswer.objects.filter(case=OuterRef("pk"))
    return ArraySubquery(rows.values(row=JSONObject(code="item__code", item="item_id", text="text")))


def write(case: Any, answers: dict[str, str], *, by: Actor, at: datetime) -> list[str]:
    """Save answers by item code, and what the case itself knows; set how complete it is. Answers the codes changed."""
    asked = items()
    written = {row["code"]: row for row in case.answers_now}
    texts = {code: row["text"] for code, row in written.items()}
    changed = {
        code: text for code, text in (answers | known(case)).items() if code in asked and texts.get(code, "") != text
    }
    kept = {code: written[code]["item"] if code in written else asked[code].pk for code in changed}
    TransferAnswer.objects.bulk_create(
        [TransferAnswer(case=case, item_id=kept[code], text=changed[code], by_name=by.name, at=at) for code in changed],
        update_conflicts=True,
        unique_fields=["case", "item"],
        update_fields=["text", "by_name", "at"],
    )
    texts |= changed
    case.transfer_complete = 100 * sum(1 for code in asked if texts.get(code)) // len(asked) if asked else 0
    return list(changed)


def missing(case: Any) -> tuple[list[str], list[str]]:
    """Labels of hard items and of other items that nobody has filled in."""
    filled = {row["code"] for row in case.answers_now if row["text"]}
    open_ = [item for code, item in items().items() if code not in filled]
    return [item.label for item in open_ if item.hard], [item.label for item in open_ if not item.hard]


def as_rows(case: DischargeCase) -> Sequence[dict[str, Any]]:
    """Every item with what is said about it, for the page."""
    said = {row.item_id: row for row in case.transfer.all()}
    return [{"item": item, "answer": said.get(item.pk)} for item in TransferItem.objects.in_force(timezone.localdate())]
