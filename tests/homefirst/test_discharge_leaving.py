"""Leaving hospital: what holds people there, and what must travel with them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid
from homefirst import transfer as data_set
from homefirst.actions import delays, leaving, transfer
from homefirst.codes import Destination
from homefirst.models import DelaySpell, DischargeCase, Readiness
from homefirst.states import DischargeStatus
from tests.factories.homefirst_discharge import Cast, fill, make_case, spans, task

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
HOUR = timedelta(hours=1)


def test_nobody_leaves_while_a_required_task_is_open(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    fill(cast, case)
    with pytest.raises(IllegalTransition, match="Bring a hospital bed") as refused:
        leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME)
    assert refused.value.code == "TASKS_OPEN"


def test_an_optional_task_holds_nobody(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    task(cast, case, required=False)
    fill(cast, case)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME)


def test_a_missing_hard_item_stops_and_a_soft_one_asks(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case, but=("allergies", "eating"))
    go = {"case_id": case.pk, "by": cast.ward, "destination": Destination.USUAL_HOME}
    with pytest.raises(IllegalTransition, match="Missing for the transfer: Allergies"):
        leaving.leave(**go, despite_missing=True)
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    with pytest.raises(Invalid, match="Not filled in: Eating, drinking and skin"):
        leaving.leave(**go)
    assert leaving.leave(**go, despite_missing=True).status == DischargeStatus.DISCHARGED


def test_nobody_goes_home_undecided_or_where_it_was_not_decided(cast):
    waiting = make_case(cast, DischargeStatus.READY)
    with pytest.raises(IllegalTransition, match="The pathway is not decided yet"):
        leaving.leave(case_id=waiting.pk, by=cast.ward, destination=Destination.USUAL_HOME)
    decided = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, decided)
    with pytest.raises(Invalid, match="pathway 3"):
        leaving.leave(case_id=decided.pk, by=cast.ward, destination=Destination.NEW_CARE_HOME)


def test_somebody_who_dies_leaves_at_once_and_their_tasks_go_with_them(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.DIED)
    assert not case.tasks.to_do().exists()
    with pytest.raises(IllegalTransition, match="has died"):
        leaving.see_at_home(case_id=case.pk, by=cast.nurse)


def test_leaving_earlier_than_now_cuts_what_was_attributed_later(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case)
    delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=timezone.now() - HOUR, organisation_id=cast.stores.pk,
        reason_id=cast.reason().pk,
    )  # fmt: skip
    left = timezone.now() - 2 * HOUR
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=left)
    assert spans(DelaySpell, case) == spans(Readiness, case)
    assert spans(DelaySpell, case)[0][1] == left
    connection.check_constraints()


def test_nobody_leaves_before_they_were_ready(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    with pytest.raises(Invalid, match="before they were ready"):
        leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=timezone.now() - 8 * HOUR)


# The data set


def test_the_data_set_says_how_complete_it_is_and_what_is_asked_for(cast):
    case = make_case(cast, DischargeStatus.READY)
    fill(cast, case, but=("medicines",))
    case = DischargeCase.objects.annotate(answers_now=data_set.answers_now()).get(pk=case.pk)
    assert case.transfer_complete == 92
    assert data_set.missing(case) == (["Medicines"], [])
    transfer.ask_for_items(case_id=case.pk, by=cast.nurse, items=["medicines", "allergies"])
    assert [row.item.code for row in case.transfer.exclude(asked_at=None)] == ["medicines"]
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"medicines": "Two weeks supplied"})
    case.refresh_from_db()
    assert case.transfer_complete == 100
    with pytest.raises(Invalid, match="at least one item that is missing"):
        transfer.ask_for_items(case_id=case.pk, by=cast.nurse, items=["medicines"])


def test_the_data_set_takes_only_its_own_choices(cast):
    case = make_case(cast)
    with pytest.raises(Invalid, match="from the list"):
        transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"mobility": "Flies"})
    with pytest.raises(Invalid, match="no longer asked for"):
        transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"shoe-size": "41"})


def test_saying_the_same_again_changes_nothing(cast):
    case = make_case(cast)
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    before = DischargeCase.objects.get(pk=case.pk).version
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    assert DischargeCase.objects.get(pk=case.pk).version == before
