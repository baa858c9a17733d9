"""Ready to leave: from then on each hour of waiting has one owner, by the database, until the person has left."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid, NotPermitted
from homefirst.actions import delays, discharge, leaving
from homefirst.codes import Destination
from homefirst.models import DelaySpell, DischargeCase, Readiness
from homefirst.states import DischargeStatus
from homefirst.steps import NotFound
from tests.factories.homefirst_discharge import Cast, agree_both, fill, make_case, spans

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


# Ready, and the hours that follow


def test_ready_may_be_earlier_than_now_and_opens_hours_owned_by_the_hub(cast):
    ready = timezone.now() - 5 * HOUR
    case = discharge.mark_ready(case_id=make_case(cast).pk, by=cast.ward, at=ready)
    assert (case.status, case.ready_at) == (DischargeStatus.READY, ready)
    spell = case.delays.get()
    assert (spell.span.lower, spell.span.upper) == (ready, None)
    assert spell.organisation == cast.trust
    assert spell.reason.code == "hub-needs-and-pathway"
    assert spans(Readiness, case) == spans(DelaySpell, case)


def test_ready_is_not_in_the_future_nor_before_admission(cast):
    case = make_case(cast)
    with pytest.raises(Invalid, match="in the future"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() + HOUR)
    with pytest.raises(Invalid, match="before they came into hospital"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() - timedelta(days=30))


def test_no_longer_ready_closes_both_spans_and_forgets_the_decision(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    discharge.not_ready(case_id=case.pk, by=cast.ward, reason="Temperature again")
    case.refresh_from_db()
    assert (case.status, case.ready_at, case.pathway) == (DischargeStatus.PLANNING, None, None)
    assert spans(Readiness, case) == spans(DelaySpell, case)
    assert all(upper for _, upper in spans(Readiness, case))
    with pytest.raises(Invalid, match="waiting before that already"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() - 2 * HOUR)
    discharge.mark_ready(case_id=case.pk, by=cast.ward)
    assert len(spans(Readiness, case)) == 2


def test_a_mistake_put_right_at_once_counts_for_no_time(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    soon = timezone.now() + timedelta(minutes=1)  # another computer's clock runs a little ahead
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=soon)
    discharge.not_ready(case_id=case.pk, by=cast.ward, reason="Wrong person")
    assert spans(Readiness, case) == spans(DelaySpell, case) == []
    connection.check_constraints()


# What the database itself refuses


def test_the_database_refuses_an_hour_without_an_owner(cast):
    case = make_case(cast, DischargeStatus.READY)
    spell = case.delays.get()
    with pytest.raises(IntegrityError, match="cover its readiness exactly"), transaction.atomic():
        shorter = DateTimeTZRange(spell.span.lower + HOUR, None)
        DelaySpell.objects.filter(pk=spell.pk).update(span=shorter)
        connection.check_constraints()


def test_the_database_refuses_an_hour_with_two_owners(cast):
    case = make_case(cast, DischargeStatus.READY)
    spell = case.delays.get()
    with pytest.raises(IntegrityError, match="delay_one_owner"), transaction.atomic():
        DelaySpell.objects.create(
            case=case, organisation=cast.stores, reason=spell.reason,
            span=DateTimeTZRange(spell.span.lower + HOUR, spell.span.lower + 2 * HOUR),
        )  # fmt: skip


def test_the_database_refuses_hours_when_nobody_was_ready(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    with pytest.raises(IntegrityError, match="cover its readiness exactly"), transaction.atomic():
        start = timezone.now() - HOUR
        DelaySpell.objects.create(
            case=case, organisation=cast.stores, reason=cast.reason(), span=DateTimeTZRange(start, None)
        )
        connection.check_constraints()


@pytest.mark.parametrize(
    ("ready", "left", "hours"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=LONDON), datetime(2026, 3, 29, 12, tzinfo=LONDON), 23),
        (datetime(2026, 10, 24, 12, tzinfo=LONDON), datetime(2026, 10, 25, 12, tzinfo=LONDON), 25),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON), 1),
    ],
    ids=["clocks go forward", "clocks go back", "from one half past one to the next"],
)
def test_hours_are_true_when_the_clocks_change(cast, ready, left, hours):
    case = make_case(cast, admitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=ready)
    agree_both(cast, case)
    half = ready.astimezone(UTC) + timedelta(minutes=30)
    delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=half, organisation_id=cast.stores.pk, reason_id=cast.reason().pk
    )
    fill(cast, case)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=left)
    lengths = [upper - lower for lower, upper in spans(DelaySpell, case)]
    assert sum(lengths, timedelta()) == hours * HOUR
    assert lengths[0] == timedelta(minutes=30)
    connection.check_constraints()


# Who owns the hours


def give(cast, case, *, ago=2 * HOUR, to=None, **said):
    return delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=timezone.now() - ago, organisation_id=(to or cast.stores).pk,
        reason_id=cast.reason().pk, **said,
    )  # fmt: skip


def test_from_a_moment_on_the_hours_have_another_owner(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    owned = give(cast, case)
    assert [one.organisation for one in case.delays.order_by("span")] == [cast.trust, cast.stores]
    assert spans(DelaySpell, case)[0][1] == owned.span.lower
    connection.check_constraints()
    assert DischargeCase.objects.visible_to(cast.equipment).filter(pk=case.pk).exists()


def test_hours_are_disputed_and_settled(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    owned = give(cast, case)
    with pytest.raises(NotPermitted, match="another organisation"):
        delays.dispute_delay(spell_id=owned.pk, by=cast.nurse, reason="Not theirs")
    disputed = delays.dispute_delay(spell_id=owned.pk, by=cast.equipment, reason="Nobody opened the door")
    assert disputed.state == DelaySpell.State.DISPUTED
    with pytest.raises(IllegalTransition, match="already disputed"):
        delays.dispute_delay(spell_id=owned.pk, by=cast.equipment, reason="Again")
    settled = give(cast, case, ago=HOUR, to=cast.acute)
    assert (settled.organisation, settled.state) == (cast.acute, DelaySpell.State.AGREED)
    assert DelaySpell.objects.get(pk=owned.pk).state == DelaySpell.State.DISPUTED
    agreed = delays.agree_delay(spell_id=owned.pk, by=cast.equipment)
    assert agreed.state == DelaySpell.State.AGREED
    with pytest.raises(IllegalTransition, match="already agreed"):
        delays.agree_delay(spell_id=owned.pk, by=cast.equipment)


def test_the_minute_in_which_waiting_began_belongs_to_it_and_what_lies_outside_is_refused(cast):
    ready = timezone.now().replace(second=30, microsecond=0) - 5 * HOUR
    case = discharge.mark_ready(case_id=make_case(cast).pk, by=cast.ward, at=ready)
    whole = delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=ready.replace(second=0), organisation_id=cast.stores.pk,
        reason_id=cast.reason().pk,
    )  # fmt: skip
    assert case.delays.get() == whole
    with pytest.raises(Invalid, match="not ready and waiting then"):
        give(cast, case, ago=9 * HOUR)
    with pytest.raises(Invalid, match="owns these hours"):
        delays.reattribute(
            case_id=case.pk, by=cast.nurse, at=timezone.now(), organisation_id=case.pk, reason_id=cast.reason().pk
        )
    with pytest.raises(Invalid, match="reason from the list"):
        delays.reattribute(
            case_id=case.pk, by=cast.nurse, at=timezone.now(), organisation_id=cast.stores.pk, reason_id=case.pk
        )


def test_hours_of_a_person_whom_one_may_not_open_are_not_found(cast):
    case = make_case(cast, DischargeStatus.READY)
    with pytest.raises(NotFound):
        delays.agree_delay(spell_id=case.delays.get().pk, by=cast.stranger)
