"""Targets: which one holds, what replacing one leaves behind, and that two never hold at once."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.actors import system_actor
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from bcf.actions import end_target, load_targets, set_target
from bcf.actions.targets import Aim
from bcf.models import Target
from bcf.targets import period_of, schedule, targets_for
from tests.factories import directory, people

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = date(2026, 4, 1), date(2026, 10, 1)


@pytest.fixture
def manager():
    return people.actor("bcf_manager")


def aim(value=80, valid_from=SPRING, **fields):
    return Aim(
        **{"metric": "crisis_reached", "value": Decimal(value), "source": "The board", "valid_from": valid_from}
        | fields
    )


def held(day, scope_id=None, period="month", metric="crisis_reached", **options):
    area = scope_id or directory.area().pk
    goal = targets_for([metric], area, day, period=period, **options).get(metric)
    return goal and goal.value


def test_the_shipped_targets_are_set_once(manager):
    assert load_targets(by=system_actor("reference_data")) == 1
    assert load_targets(by=system_actor("reference_data")) == 0
    assert held(date(2026, 11, 22)) == 70
    end_target(by=manager, target_id=Target.objects.get().pk, valid_to=AUTUMN)
    assert load_targets(by=system_actor("reference_data")) == 0
    assert held(AUTUMN) is None


def test_the_command_sets_them_too(db):
    out = StringIO()
    call_command("load_targets", stdout=out)
    assert out.getvalue() == "Targets: 1 set\n"


def test_a_new_target_ends_the_one_before(manager):
    set_target(by=manager, aim=aim(70))
    set_target(by=manager, aim=aim(80, AUTUMN))
    assert [held(day) for day in (SPRING - timedelta(1), SPRING, AUTUMN - timedelta(1), AUTUMN)] == [None, 70, 70, 80]


def test_a_target_set_in_between_gives_way_to_the_next(manager):
    set_target(by=manager, aim=aim(90, AUTUMN))
    made = set_target(by=manager, aim=aim(70))
    assert made.valid_to == AUTUMN
    with pytest.raises(Invalid, match="Another target starts on 1 Oct 2026"):
        set_target(by=manager, aim=aim(75, SPRING, valid_to=AUTUMN + timedelta(1)))


def test_one_starting_on_the_same_day_is_corrected_and_what_was_known_stays(manager, time_machine):
    time_machine.move_to("2026-05-01T12:00:00Z")
    set_target(by=manager, aim=aim(70, valid_to=AUTUMN))
    time_machine.move_to("2026-05-03T12:00:00Z")
    corrected = set_target(by=manager, aim=aim(75))
    assert corrected.valid_to == AUTUMN
    assert held(SPRING) == 75
    assert [held(SPRING, known_on=date(2026, 5, day)) for day in (2, 3)] == [70, 75]
    assert Target.objects.count() == 2


def test_the_scopes_own_target_comes_before_the_one_for_everywhere(manager):
    area, other = directory.area(), directory.area("rutland")
    set_target(by=manager, aim=aim(70))
    set_target(by=manager, aim=aim(85, level="place", scope_id=area.pk))
    assert (held(SPRING, area.pk), held(SPRING, other.pk)) == (85, 70)


def test_a_number_of_things_has_a_target_for_each_period(manager):
    set_target(by=manager, aim=aim(300, metric="referrals_received", period="month"))
    assert held(SPRING, metric="referrals_received") == 300
    assert held(SPRING, metric="referrals_received", period="week") is None
    assert (period_of("referrals_received", "week"), period_of("crisis_reached", "week")) == ("week", "")
    with pytest.raises(Invalid, match="period"):
        set_target(by=manager, aim=aim(300, metric="referrals_received"))


def test_targets_of_many_scopes_take_one_statement(manager, django_assert_num_queries):
    areas = [directory.area().pk, directory.area("rutland").pk]
    set_target(by=manager, aim=aim(70))
    with django_assert_num_queries(1):
        found = schedule(["crisis_reached", "handoffs"], areas, "month")
    assert [found.on("crisis_reached", area, SPRING).value for area in areas] == [70, 70]
    assert found.on("handoffs", areas[0], SPRING) is None


def test_ending_a_target(manager):
    made = set_target(by=manager, aim=aim(70))
    left = end_target(by=manager, target_id=made.pk, valid_to=AUTUMN)
    assert (held(AUTUMN - timedelta(1)), held(AUTUMN)) == (70, None)
    with pytest.raises(StaleVersion, match="changed since"):
        end_target(by=manager, target_id=made.pk, valid_to=AUTUMN)
    with pytest.raises(IllegalTransition, match="already ended"):
        end_target(by=manager, target_id=left.pk, valid_to=AUTUMN)
    assert end_target(by=manager, target_id=left.pk, valid_to=SPRING) is None
    assert held(SPRING) is None
    with pytest.raises(Invalid, match="no such target"):
        end_target(by=manager, target_id=directory.area().pk, valid_to=AUTUMN)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"metric": "nothing"}, "Select a metric"),
        ({"value": Decimal(101)}, "from 0 to 100"),
        ({"value": Decimal("NaN")}, "from 0 to 100"),
        ({"source": " "}, "who set this target"),
        ({"level": "place"}, "where the target holds"),
        ({"level": "place", "scope_id": Target().pk}, "where the target holds"),
        ({"level": "service", "scope_id": Target().pk}, "where the target holds"),
        ({"valid_to": SPRING}, "must end after"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(manager, fields, said):
    with pytest.raises(Invalid, match=said):
        set_target(by=manager, aim=aim(**fields))
    assert not Target.objects.exists()


def test_only_a_better_care_fund_manager_sets_targets():
    with pytest.raises(NotPermitted):
        set_target(by=people.actor("commissioner"), aim=aim())


def test_each_change_is_an_event(manager):
    made = set_target(by=manager, aim=aim(70))
    again = set_target(by=manager, aim=aim(75))
    end_target(by=manager, target_id=again.pk, valid_to=AUTUMN)
    kinds = Event.objects.filter(subject_kind="target").order_by("id").values_list("kind", "data__replaced")
    assert list(kinds) == [
        ("metric.target_set.v1", None),
        ("metric.target_set.v1", str(made.pk)),
        ("metric.target_ended.v1", None),
    ]


def test_the_database_lets_no_two_hold_on_one_day(manager, monkeypatch):
    set_target(by=manager, aim=aim(70))
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(
            metric="crisis_reached",
            value=1,
            source="x",
            valid_from=AUTUMN,
            set_by_id=manager.id,
        )
    monkeypatch.setattr(Aim, "series", lambda self: Target.objects.none())
    with pytest.raises(DomainError, match="Somebody else set this target"):
        set_target(by=manager, aim=aim(80, AUTUMN))
