"""Which clock policy applies: the one in force at the moment, the most specific first."""

import pytest

from directory.clock_policies import all_policies, policies_in_force
from directory.codes import ClockCode, Urgency
from directory.models import ClockPolicy, EscalationStep
from tests.directory.builders import moment, policy, service

pytestmark = pytest.mark.django_db
NOW = moment(2026, 11, 23, 12)


def test_a_services_own_policy_goes_before_everybodys():
    own = service()
    everybody, for_crisis = policy(minutes=600), policy(minutes=120, urgency="crisis")
    owns, owns_crisis = policy(minutes=500, service=own), policy(minutes=240, service=own, urgency="crisis")
    table = policies_in_force(NOW)
    assert table.pick(ClockCode.RESPOND, own.pk, Urgency.CRISIS).id == owns_crisis.pk
    assert table.pick(ClockCode.RESPOND, own.pk, Urgency.SOON).id == owns.pk
    assert table.pick(ClockCode.RESPOND, None, Urgency.CRISIS).id == for_crisis.pk
    assert table.pick("respond").id == everybody.pk


@pytest.mark.parametrize("urgency", [None, "crisis", "soon"])
@pytest.mark.parametrize("with_service", [True, False])
def test_table_and_database_pick_the_same_policy(urgency, with_service):
    own = service()
    for number, kept in enumerate([{}, {"urgency": "crisis"}, {"service": own}, {"service": own, "urgency": "soon"}]):
        policy(minutes=100 + number, **kept)
    wanted = own if with_service else None
    found = ClockPolicy.objects.in_force("respond", NOW, wanted, urgency).first()
    assert policies_in_force(NOW).pick("respond", wanted and own.pk, urgency).id == found.pk


def test_a_policy_holds_from_its_first_moment_until_just_before_its_end():
    policy(valid_from=moment(2022, 4, 1), valid_to=moment(2024, 1, 1), minutes=240)
    policy(valid_from=moment(2024, 1, 1), minutes=120, version=2)
    assert policies_in_force(moment(2022, 3, 31, 23, 59)).pick("respond") is None
    assert policies_in_force(moment(2022, 4, 1)).pick("respond").minutes == 240
    assert policies_in_force(moment(2024, 1, 1)).pick("respond").version == 2


def test_one_table_of_all_time_answers_for_any_moment():
    policy(valid_to=moment(2024, 1, 1), minutes=240)
    policy(valid_from=moment(2024, 1, 1), minutes=120, version=2)
    table = all_policies()
    assert table.pick("respond", at=moment(2023, 6, 1)).minutes == 240
    assert table.pick("respond", at=NOW).minutes == 120
    assert len(table.by_id) == 2


def test_another_services_policy_never_applies():
    policy(service=service())
    assert policies_in_force(NOW).pick("respond", None, None) is None


def test_steps_come_in_order():
    waiting = policy()
    for step, minutes in ((2, 120), (1, 90)):
        EscalationStep.objects.create(policy=waiting, step=step, after_minutes=minutes, role_slug="shift_lead")
    assert [step.step for step in policies_in_force(NOW).pick("respond").steps] == [1, 2]
