"""Two at once about one way home, on real connections: decided once, one owner an hour, one case a stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.errors import DomainError
from audit.models import Event
from homefirst import transfer as data_set
from homefirst.actions import deciding, delays, discharge, discharge_tasks, leaving, transfer
from homefirst.models import Agreement, DischargeCase
from homefirst.states import DischargeStatus
from tests.factories import directory, patients
from tests.factories.homefirst_discharge import HOME, Cast, fill, make_case, task
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db) -> Cast:
    return Cast()


def refusals(results) -> list[DomainError]:
    return [one for one in results if isinstance(one, DomainError)]


def test_two_who_agree_at_once_decide_exactly_once(cast):
    for _ in range(3):
        case = make_case(cast, DischargeStatus.READY)
        results = together(
            *(
                lambda who=who, case=case: deciding.agree(
                    case_id=case.pk, by=who, **HOME, expected_version=case.version
                )
                for who in (cast.nurse, cast.social_worker)
            )
        )
        assert not refusals(results)
        case.refresh_from_db()
        assert case.status == DischargeStatus.DECIDED
        assert Event.objects.filter(kind="discharge.pathway_decided.v1", subject_id=case.pk).count() == 1
        assert Agreement.objects.filter(case=case, superseded_at=None).count() == 2


def test_a_double_click_on_agree_leaves_one_standing_agreement(cast):
    case = make_case(cast, DischargeStatus.READY)
    together(*(lambda: deciding.agree(case_id=case.pk, by=cast.nurse, **HOME) for _ in range(2)))
    assert Agreement.objects.filter(case=case, superseded_at=None).count() == 1


def test_two_owners_named_at_once_leave_every_hour_with_one(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    results = together(
        *(
            lambda ago=ago, who=who: delays.reattribute(
                case_id=case.pk, by=who, at=timezone.now() - timedelta(hours=ago),
                organisation_id=cast.stores.pk, reason_id=cast.reason().pk,
            )
            for ago, who in ((3, cast.nurse), (2, cast.social_worker))
        )
    )  # fmt: skip
    assert not refusals(results)
    spells = list(case.delays.order_by("span"))
    assert [one.span.upper for one in spells[:-1]] == [one.span.lower for one in spells[1:]]
    assert (spells[0].span.lower, spells[-1].span.upper) == (case.ready_at, None)


def test_a_case_is_begun_once(cast):
    person = patients.patient(practice=directory.practice())
    results = together(
        *(
            lambda: discharge.identify(by=cast.ward, patient_id=person.pk, hospital_id=cast.hospital.pk)
            for _ in range(2)
        )
    )
    assert [one.message for one in refusals(results)] == [
        "This person already has an open case at this hospital. Open that one."
    ]
    assert DischargeCase.objects.filter(patient=person).count() == 1


def test_nobody_leaves_while_a_task_is_being_added(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case)
    results = together(
        lambda: leaving.leave(case_id=case.pk, by=cast.ward, destination="usual_home"),
        lambda: task(cast, case),
    )
    case.refresh_from_db()
    left = case.status == DischargeStatus.DISCHARGED
    assert len(refusals(results)) == 1
    assert case.tasks.to_do().exists() != left


def test_a_task_is_finished_once(cast):
    wanted = task(cast, make_case(cast, DischargeStatus.DECIDED))
    results = together(
        *(
            lambda: discharge_tasks.finish_task(task_id=wanted.pk, by=cast.equipment, expected_version=1)
            for _ in range(2)
        )
    )
    assert len(refusals(results)) == 1
    assert Event.objects.filter(kind="discharge.task_done.v1").count() == 1


def test_items_filled_in_at_once_are_all_counted(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    codes = [
        item.code for item in data_set.items().values() if not item.choices and item.code not in data_set.known(case)
    ]
    together(
        *(
            lambda code=code: transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={code: "In the notes"})
            for code in codes[:6]
        )
    )
    case.refresh_from_db()
    filled = case.transfer.exclude(text="").count()
    assert filled >= 6
    assert case.transfer_complete == 100 * filled // len(data_set.items())
