"""The data set that travels with the person: filled in, and asked for."""

from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from homefirst import cases, transfer
from homefirst.models import DischargeCase, TransferAnswer, TransferItem
from homefirst.policies.discharge import CaseVerb
from homefirst.steps import StepInHand


@transaction.atomic
def fill_transfer(
    *, case_id: UUID, by: Actor, answers: dict[str, str], expected_version: int | None = None
) -> DischargeCase:
    """Fill in items by their codes; an empty text takes one out again. What others filled in meanwhile is not lost."""
    along = {"answers_now": transfer.answers_now()}
    case = cases.take(CaseVerb.FILL, case_id, by=by, expected_version=expected_version, along=along)
    items = {item.code: item for item in TransferItem.objects.in_force()}
    for code, text in answers.items():
        if code not in items:
            raise Invalid("This item is no longer asked for. Open the page again.", field=code)
        if items[code].choices and text and text not in items[code].choices:
            raise Invalid("Choose one from the list.", field=code)
    step = StepInHand(case, "fill", by, patient_id=case.patient_id)
    changed = transfer.write(case, {code: text.strip() for code, text in answers.items()}, by=by, at=step.at)
    if not changed:
        return case
    step.event(Kind.TRANSFER_UPDATED, items=changed, complete=case.transfer_complete)
    step.save()
    return case


@transaction.atomic
def ask_for_items(*, case_id: UUID, by: Actor, items: list[str], expected_version: int | None = None) -> DischargeCase:
    """Ask the ward for items that are missing: the ward sees which, and since when."""
    case = cases.take(CaseVerb.ASK, case_id, by=by, expected_version=expected_version)
    asked = list(TransferItem.objects.in_force().filter(code__in=items))
    filled = set(case.transfer.exclude(text="").values_list("item_id", flat=True))
    wanted = [item for item in asked if item.pk not in filled]
    if not wanted:
        raise Invalid("Choose at least one item that is missing", field="items")
    step = StepInHand(case, "ask", by, patient_id=case.patient_id)
    for item in wanted:
        values = {"asked_at": step.at}
        TransferAnswer.objects.update_or_create(
            case=case, item=item, defaults=values, create_defaults=values | {"by_name": by.name, "at": step.at}
        )
    step.event(Kind.TRANSFER_ASKED, items=[item.code for item in wanted])
    step.save()
    return case
