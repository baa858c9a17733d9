"""Who works when: shifts of several employers on one rota, visits by hour, and whom a cancelled shift would touch."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.ids import new_id
from audit.models import Event
from homefirst.actions import rota as actions
from homefirst.forms.walls import moment_of
from homefirst.models import Act, CapacityChange, Shift
from homefirst.policies import rota as policies
from homefirst.rota import capacity, day_span, gaps, touched_by
from homefirst.steps import NotFound
from tests.factories import people
from tests.factories.homefirst_crisis import HOUR, CrisisCast, episode, shift

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


def test_a_shift_is_added_once_with_its_employer_and_event(cast):
    made = shift(cast, visits_an_hour=Decimal("1.5"))
    assert (made.employer, made.visits_an_hour, made.version) == (cast.trust, Decimal("1.5"), 1)
    assert Event.objects.get(kind="rota.shift_added.v1").subject_id == made.pk
    assert Act.objects.get(subject_id=made.pk).verb == "add"


def test_people_of_a_shared_employer_work_on_the_same_rota(cast):
    lent = people.actor("community_worker")
    with pytest.raises(Invalid, match="works for this team’s employers"):
        shift(cast, lent)
    cast.team.shared_employers.add(lent.organisation_id)
    assert shift(cast, lent).employer_id == lent.organisation_id


def test_nobody_works_twice_at_once_and_the_sentence_says_where_they_work(cast):
    shift(cast, starts=1, hours=8)
    with pytest.raises(Invalid, match=f"{cast.nurse.name} works from .* in {cast.team.name}") as refused:
        shift(cast, starts=8, hours=8)
    assert (refused.value.code, refused.value.field) == ("WORKS_ALREADY", "worker_id")
    shift(cast, starts=9, hours=8)
    assert Shift.objects.count() == 2, "one after the other is no clash"


def test_a_cancelled_shift_leaves_the_hours_free(cast):
    made = shift(cast)
    actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Training")
    assert shift(cast).pk != made.pk


@pytest.mark.parametrize(
    ("starts", "hours", "sentence"),
    [(1, -1, "after the start"), (1, 0, "after the start"), (1, 17, "16 hours at most"), (-9, 8, "ended already")],
)
def test_times_that_cannot_be_right_are_refused(cast, starts, hours, sentence):
    with pytest.raises(Invalid, match=sentence):
        shift(cast, starts=starts, hours=hours)


def test_only_whoever_manages_this_rota_changes_it(cast):
    with pytest.raises(NotPermitted, match="Ask your service lead"):
        shift(cast, by=cast.nurse)
    with pytest.raises(NotPermitted, match="another team"):
        shift(cast, by=people.actor("service_lead"))
    made = shift(cast)
    with pytest.raises(NotPermitted):
        actions.cancel_shift(shift_id=made.pk, by=cast.nurse, reason="x")
    with pytest.raises(NotFound):
        actions.cancel_shift(shift_id=made.pk, by=people.actor("service_lead"), reason="x")
    assert not policies.can_manage(cast.nurse, cast.team.pk)
    assert policies.can_manage(cast.lead, cast.team.pk)


def test_no_such_team_and_what_the_database_refuses_besides_are_not_passed_over(cast):
    begin = timezone.now() + HOUR
    times = {"starts_at": begin, "ends_at": begin + HOUR, "worker_id": cast.nurse.id}
    with pytest.raises(NotFound):
        actions.add_shift(team_id=new_id(), by=cast.lead, **times)
    with pytest.raises(IntegrityError), transaction.atomic():
        shift(cast, visits_an_hour=Decimal(-1))
    made = shift(cast, by=people.SYSTEM)
    assert made.pk, "the portal may, for the demonstration"
    assert str(made) == f"Shift {made.pk}"
    nobody = Shift(worker_id=cast.mate.id, **{name: times[name] for name in ("starts_at", "ends_at")})
    assert "a moment ago" in actions._clash(nobody), "the other shift has gone meanwhile"


def test_cancelling_needs_a_reason_and_happens_once(cast):
    made = shift(cast)
    with pytest.raises(Invalid, match="Say why"):
        actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason=" ")
    actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Sick", expected_version=1)
    with pytest.raises(StaleVersion):
        actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Sick", expected_version=1)
    with pytest.raises(IllegalTransition, match="cancelled already"):
        actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Sick")
    assert Event.objects.filter(kind="rota.shift_cancelled.v1").count() == 1


def test_whom_a_cancelled_shift_would_leave_without_anybody(cast):
    first, second = episode(cast, hours=1), episode(cast, hours=40)
    made = shift(cast, starts=2)
    assert touched_by([made.pk]) == [second, first], "who ends first comes first"
    with pytest.raises(IllegalTransition, match="2 people in crisis care would be left") as refused:
        actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Sick")
    assert (refused.value.code, refused.value.detail["touched"]) == ("TOUCHES_PEOPLE", 2)
    assert first.referral.reference in touched_by([made.pk])[1].text


def test_a_shift_that_others_cover_touches_nobody(cast):
    episode(cast)
    made = shift(cast, starts=2, hours=8)
    shift(cast, cast.mate, starts=1, hours=5)
    assert touched_by([made.pk]), "the last hours are empty"
    third = shift(cast, cast.other_lead, starts=6, hours=6)
    assert not touched_by([made.pk])
    assert touched_by([made.pk, third.pk]), "both at once"
    actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="Sick")
    assert touched_by([third.pk])


def test_who_has_left_before_the_shift_begins_is_not_touched_and_who_is_out_of_time_is(cast):
    episode(cast, hours=70)
    later = shift(cast, starts=5)
    assert not touched_by([later.pk])
    over = episode(cast, hours=75)
    assert touched_by([later.pk]) == [over]


def test_what_is_over_or_of_another_team_touches_nobody(cast):
    episode(cast)
    made = shift(cast, starts=1, hours=2)
    assert not touched_by([made.pk], timezone.now() + 4 * HOUR)
    assert not touched_by([])
    other = actions.add_shift(
        team_id=cast.other_team.pk,
        worker_id=people.actor("community_worker", team=cast.other_team).id,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        by=people.actor("service_lead", team=cast.other_team),
    )
    assert not touched_by([other.pk])


def test_an_agreed_change_of_capacity_may_take_a_shift_that_touches_people(cast):
    episode(cast)
    made, other = shift(cast, starts=2), shift(cast, cast.mate, starts=12)
    change = CapacityChange(kind="cut_shift", team=cast.team, things=[made.pk], reason="No staff")
    assert actions.cancel_shift(shift_id=made.pk, by=cast.lead, reason="No staff", change=change).cancelled_at
    with pytest.raises(IllegalTransition):
        actions.cancel_shift(shift_id=other.pk, by=cast.lead, reason="No staff", change=change)


T = datetime(2026, 11, 22, tzinfo=UTC)


def at(hour):
    return T + hour * HOUR


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], [(8, 16)]),
        ([(8, 16)], []),
        ([(0, 24)], []),
        ([(8, 12)], [(12, 16)]),
        ([(10, 12)], [(8, 10), (12, 16)]),
        ([(12, 20), (4, 9)], [(9, 12)]),
        ([(16, 20), (0, 8)], [(8, 16)]),
        ([(8, 12), (10, 16)], []),
    ],
)
def test_the_hours_that_nobody_covers(covered, left):
    spans = [(at(start), at(end)) for start, end in covered]
    assert gaps((at(8), at(16)), spans) == [(at(start), at(end)) for start, end in left]


def test_visits_by_hour_count_half_of_somebody_who_works_half_of_it(cast):
    day = date(2026, 11, 22)
    rows = [
        Shift(worker_id=cast.nurse.id, starts_at=at(8.5), ends_at=at(16), visits_an_hour=Decimal("1.0")),
        Shift(worker_id=cast.mate.id, starts_at=at(10), ends_at=at(12), visits_an_hour=Decimal("0.5")),
        Shift(worker_id=cast.lead.id, starts_at=at(10), ends_at=at(12), visits_an_hour=Decimal(9), cancelled_at=T),
    ]
    hours = capacity(day, rows)
    assert [(hours[n].people, hours[n].visits) for n in (7, 8, 9, 10, 12, 16)] == [
        (0, 0),
        (1, Decimal("0.5")),
        (1, 1),
        (2, Decimal("1.5")),
        (1, 1),
        (0, 0),
    ]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_a_day_has_as_many_hours_as_it_has(day, hours):
    start, end = day_span(day)
    assert (end - start) / HOUR == hours
    labels = [hour.label for hour in capacity(day, [])]
    assert len(set(labels)) == hours


def test_a_night_shift_over_the_clock_change_is_the_hours_it_lasts():
    night = date(2026, 10, 24)
    start = moment_of(night, datetime(2026, 10, 24, 22).time())
    end = moment_of(date(2026, 10, 25), datetime(2026, 10, 25, 7).time(), last=True)
    assert (end - start) / HOUR == 10
    twice = datetime(2026, 10, 25, 1, 30).time()
    first, last = moment_of(date(2026, 10, 25), twice), moment_of(date(2026, 10, 25), twice, last=True)
    assert last - first == HOUR
