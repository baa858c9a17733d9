"""Many at once on real connections: a bed has one, a person has one bed, and everybody else is told why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.errors import DomainError
from audit.models import Event
from homefirst.actions import beds as actions
from homefirst.actions import changes
from homefirst.impact import impact_of
from homefirst.models import Spell
from tests.factories import homefirst_beds as make
from tests.factories import patients
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


def winners(results):
    return [result for result in results if isinstance(result, Spell)]


def test_sixteen_want_one_bed():
    ward = make.ward()
    bed, manager = ward.beds.first(), make.manager(ward)
    colleagues = [make.manager(ward) for _ in range(THREADS)]
    whom = [make.person(ward) for _ in range(THREADS)]
    until = timezone.now() + timedelta(hours=2)
    results = together(
        *(
            (lambda by=by, one=one: make.reserved(bed, by=by, whom=one, until=until))
            if number % 2
            else (lambda by=by, one=one: make.occupied(bed, by=by, whom=one))
            for number, (by, one) in enumerate(zip(colleagues, whom, strict=True))
        )
    )
    assert len(winners(results)) == 1
    refused = [result for result in results if not isinstance(result, Spell)]
    assert all("Choose another bed" in result.message for result in refused), refused
    assert Spell.objects.filter(bed=bed).at(timezone.now()).count() == 1
    assert Event.objects.filter(kind__in=["bed.reserved.v1", "bed.occupied.v1"]).count() == 1
    assert manager.id not in {colleague.id for colleague in colleagues}


def test_one_person_is_wanted_in_sixteen_beds_of_as_many_wards():
    wards = [make.ward() for _ in range(THREADS)]
    one = make.person(wards[0])
    for ward in wards[1:]:
        patients.relate(one, ward.organisation)
    managers = [make.manager(ward) for ward in wards]
    results = together(
        *(
            lambda ward=ward, by=by: make.occupied(ward.beds.first(), by=by, whom=one)
            for ward, by in zip(wards, managers, strict=True)
        )
    )
    assert len(winners(results)) == 1
    there = winners(results)[0].bed
    refused = [result for result in results if not isinstance(result, Spell)]
    assert {result.message for result in refused} == {
        f"This person is already in {there.label} of {there.ward}. Move them from there, or let them leave first."
    }
    assert Spell.objects.filter(patient=one, kind="occupied").count() == 1


def test_the_constraint_holds_without_any_action():
    """The guarantee is the database's: sixteen plain inserts, no locks, one row."""
    ward = make.ward()
    bed, now = ward.beds.first(), timezone.now()
    whom = [make.person(ward) for _ in range(THREADS)]
    results = together(*(lambda one=one: _insert(bed, one, now) for one in whom), refusals=(IntegrityError,))
    assert len(winners(results)) == 1


def _insert(bed, patient, now):
    from django.db import OperationalError
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    while True:
        try:
            return Spell.objects.create(
                bed=bed, kind="occupied", span=DateTimeTZRange(now, None), patient=patient, source="home",
                created_at=now, updated_at=now,
            )  # fmt: skip
        except OperationalError as deadlock:
            if "deadlock" not in str(deadlock):
                raise


def test_the_last_hours_of_staff_are_given_once():
    ward = make.virtual_ward(places=THREADS, hours=3)
    manager, places = make.manager(ward), list(ward.beds.order_by("number"))
    whom = [make.person(ward) for _ in places]
    results = together(
        *(
            lambda place=place, one=one: make.occupied(place, by=manager, whom=one)
            for place, one in zip(places, whom, strict=True)
        )
    )
    assert len(winners(results)) == 2


def test_two_people_change_places_at_once_and_nobody_waits_for_ever():
    first, second = make.ward(), make.ward()
    for ward in (first, second):
        ward.organisation = first.organisation
        ward.save()
    manager = make.manager(first)
    ours = [make.occupied(ward.beds.get(number=1), by=manager, whom=make.person(first)) for ward in (first, second)]
    free = [ward.beds.get(number=2) for ward in (second, first)]
    results = together(
        *(
            lambda stay=stay, to=to: actions.move(spell_id=stay.pk, bed_id=to.pk, by=manager, expected_version=1)
            for stay, to in zip(ours, free, strict=True)
        )
    )
    assert len(winners(results)) == 2, results


def test_a_double_click_moves_once():
    ward = make.ward({}, {}, {})
    manager = make.manager(ward)
    stay = make.occupied(ward.beds.get(number=1), by=manager)
    to = ward.beds.get(number=2)
    results = together(*[lambda: actions.move(spell_id=stay.pk, bed_id=to.pk, by=manager, expected_version=1)] * 4)
    assert len({spell.pk for spell in winners(results)}) == 1
    assert len(winners(results)) == 4, results


def test_two_confirm_at_once_and_it_happens_once():
    ward = make.ward({}, {}, {})
    manager, colleague = make.manager(ward), make.manager(ward)
    stay = make.occupied(ward.beds.get(number=1), by=manager)
    change = _proposal(ward, manager)
    shown = impact_of(change, timezone.now()).digest
    results = together(
        *(
            lambda by=by, number=number: changes.confirm(
                change_id=change.pk, by=by, shown=shown, places={stay.pk: ward.beds.get(number=number).pk}
            )
            for by, number in ((manager, 2), (colleague, 3))
        )
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1, results
    assert Spell.objects.filter(patient=stay.patient, kind="occupied").at(timezone.now()).count() == 1
    assert Spell.objects.filter(bed__ward=ward, kind="closed").count() == 1


def test_somebody_is_given_the_bed_while_it_is_being_closed():
    """Either the closure sees them and is refused, or they find the bed closed: never both."""
    ward = make.ward({}, {}, {})
    manager, colleague, whom = make.manager(ward), make.manager(ward), make.person(ward)
    change = _proposal(ward, manager)
    shown = impact_of(change, timezone.now()).digest
    results = together(
        lambda: changes.confirm(change_id=change.pk, by=manager, shown=shown),
        lambda: make.occupied(ward.beds.get(number=1), by=colleague, whom=whom),
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1, results
    assert Spell.objects.filter(bed__number=1).at(timezone.now()).count() == 1


def _proposal(ward, by):
    return changes.propose(
        kind="close_beds",
        by=by,
        ward_id=ward.pk,
        things=[ward.beds.get(number=1).pk],
        reason="Leak",
        starts_at=timezone.now(),
    )


def test_one_person_is_kept_one_bed_of_sixteen_wards():
    wards = [make.ward() for _ in range(THREADS)]
    one, until = make.person(wards[0]), timezone.now() + timedelta(hours=2)
    for ward in wards[1:]:
        patients.relate(one, ward.organisation)
    managers = [make.manager(ward) for ward in wards]
    results = together(
        *(
            lambda ward=ward, by=by: make.reserved(ward.beds.first(), by=by, whom=one, until=until)
            for ward, by in zip(wards, managers, strict=True)
        )
    )
    assert len(winners(results)) == 1
    refused = [result for result in results if not isinstance(result, Spell)]
    assert all("is already kept for this person" in result.message for result in refused), refused
    assert Spell.objects.filter(patient=one).count() == 1


def test_a_reservation_is_let_go_while_its_person_takes_another_bed():
    """One of the two ends it, with one act; the other finds it ended."""
    for _ in range(8):
        here, there = make.ward(), make.ward()
        one = make.person(here)
        patients.relate(one, there.organisation)
        kept = make.reserved(there.beds.first(), by=make.manager(there), whom=one)
        results = together(
            lambda here=here, one=one: make.occupied(here.beds.first(), by=make.manager(here), whom=one),
            lambda there=there, kept=kept: actions.let_go(spell_id=kept.pk, by=make.manager(there)),
        )
        assert all(isinstance(result, Spell) or "has ended" in result.message for result in results), results
        kept.refresh_from_db()
        assert (kept.version, kept.let_go_at is not None) == (2, True)
        assert Spell.objects.filter(patient=one, kind="occupied").count() == 1
