"""People and beds: kept until, let go, taken, moved, left; and who may not be placed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.errors import Invalid, StaleVersion
from audit.models import Event
from homefirst.actions import beds as actions
from homefirst.codes import Destination, Mobility, Source
from homefirst.models import Spell
from homefirst.spells import Taken
from homefirst.states import SpellKind
from homefirst.steps import NotFound
from homefirst.suitability import Wanted
from homefirst.turns import Unsuitable
from patients.models import Patient, Relationship
from tests.factories import homefirst_beds as make
from tests.factories import patients
from tests.factories.homefirst_beds import used_for
from tests.factories.told import kinds as events

pytestmark = pytest.mark.django_db


def test_a_reserved_bed_is_free_again_by_itself(bed, manager):
    six = timezone.now() + timedelta(hours=2)
    spell = make.reserved(bed, by=manager, until=six)
    assert used_for(bed) == "reserved"
    assert used_for(bed, six) == ""
    assert events(spell) == ["bed.reserved.v1"]


def test_an_ended_reservation_leaves_room_for_the_next(bed, manager):
    make.earlier(make.reserved(bed, by=manager), timedelta(hours=5))
    assert make.reserved(bed, by=manager).kind == SpellKind.RESERVED


def test_what_the_person_needs_is_kept_and_used_when_they_come(ward, manager):
    bed = make.bed(ward, 9, hoist=True)
    needs = Wanted(frozenset({"rehabilitation"}), mobility=Mobility.TWO, hours_a_day=Decimal(2))
    spell = make.reserved(bed, by=manager, wanted=needs)
    stay = make.occupied(bed, by=manager, whom=spell.patient, source=Source.HOSPITAL)
    assert (stay.needs, stay.mobility, stay.hours_a_day) == (["rehabilitation"], "two", Decimal(2))
    spell.refresh_from_db()
    assert spell.span.upper == stay.span.lower or spell.span.isempty
    assert used_for(bed) == "occupied"


def test_whoever_runs_the_ward_may_open_the_record_from_then_on(ward, manager, bed):
    whom = make.person(ward)
    Relationship.objects.filter(patient=whom).update(kind=Relationship.Kind.SERVICE)
    make.reserved(bed, by=manager, whom=whom)
    assert Relationship.objects.filter(patient=whom, organisation=ward.organisation, kind="care").count() == 1


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (timedelta(0), "must end later than it starts"),
        (timedelta(minutes=-1), "must end later than it starts"),
        (timedelta(days=3, minutes=1), "3 days at most"),
    ],
)
def test_a_reservation_ends_later_and_within_three_days(bed, manager, until, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        make.reserved(bed, by=manager, until=timezone.now() + until)
    assert refused.value.field == "until"
    assert make.used_for(bed) == ""


def test_a_bed_that_does_not_suit_is_refused_with_its_reasons(ward, manager):
    stroke = make.bed(ward, 7, designation="stroke", sex="male")
    whom = make.person(ward, sex="female")
    with pytest.raises(Unsuitable, match="It is for stroke rehabilitation.*It is in a male bay"):
        make.reserved(stroke, by=manager, whom=whom)
    assert not Spell.objects.exists()


def test_the_hours_of_staff_of_a_virtual_ward_run_out_before_its_places():
    ward = make.virtual_ward(places=4, hours=4.5)
    manager, places = make.manager(ward), list(ward.beds.order_by("number"))
    for place in places[:3]:
        make.occupied(place, by=manager)
    with pytest.raises(Unsuitable, match="have 0 hours a day left, and the person needs 1.5"):
        make.occupied(places[3], by=manager)


def test_a_person_has_one_reservation(bed, other, ward, manager):
    spell = make.reserved(bed, by=manager)
    with pytest.raises(Taken, match=f"Bed 1 of {ward} is already kept for this person"):
        make.reserved(other, by=manager, whom=spell.patient)


def test_who_was_quicker_is_said(bed, manager):
    make.reserved(bed, by=manager)
    colleague = make.manager(bed.ward)
    with pytest.raises(Taken, match=f"{manager.name}, Bed manager reserved Bed 1") as refused:
        make.reserved(bed, by=colleague)
    assert manager.name not in refused.value.plain


def test_a_bed_kept_for_one_is_not_given_to_another(bed, manager):
    make.reserved(bed, by=manager)
    with pytest.raises(Taken, match="reserved for somebody else"):
        make.occupied(bed, by=manager)


def test_let_go_frees_the_bed_at_once(bed, manager):
    spell = make.reserved(bed, by=manager)
    let_go = actions.let_go(spell_id=spell.pk, by=manager, expected_version=1)
    assert used_for(bed) == ""
    assert let_go.let_go_at
    assert events(spell) == ["bed.reserved.v1", "bed.let_go.v1"]


def test_the_same_step_sent_twice_happens_once(bed, manager):
    whom, until = make.person(bed.ward), timezone.now() + timedelta(hours=1)
    assert make.reserved(bed, by=manager, whom=whom, until=until) == make.reserved(
        bed, by=manager, whom=whom, until=until
    )
    stay = make.occupied(bed, by=manager, whom=whom)
    assert make.occupied(bed, by=manager, whom=whom) == stay
    for _ in range(2):
        actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME, expected_version=1)
    assert Event.objects.filter(kind="bed.released.v1").count() == 1
    assert Event.objects.filter(kind="bed.occupied.v1").count() == 1


def test_a_colleague_who_decides_on_an_old_page_is_told(bed, manager):
    spell = make.reserved(bed, by=manager)
    actions.let_go(spell_id=spell.pk, by=manager, expected_version=1)
    with pytest.raises(StaleVersion, match=manager.name):
        actions.let_go(spell_id=spell.pk, by=make.manager(bed.ward), expected_version=1)


def test_moving_to_a_bed_in_use_changes_nothing(bed, other, manager):
    stay = make.occupied(bed, by=manager)
    make.occupied(other, by=manager)
    with pytest.raises(Taken):
        actions.move(spell_id=stay.pk, bed_id=other.pk, by=manager)
    stay.refresh_from_db()
    assert stay.span.upper is None


def test_taking_a_bed_lets_other_reservations_of_the_person_go(bed, other, manager):
    spell = make.reserved(bed, by=manager)
    make.occupied(other, by=manager, whom=spell.patient)
    assert used_for(bed) == ""


def test_nobody_is_in_two_beds(bed, manager):
    stay = make.occupied(bed, by=manager)
    elsewhere = make.ward()
    patients.relate(stay.patient, elsewhere.organisation)
    with pytest.raises(Taken, match=f"already in Bed 1 of {bed.ward}"):
        make.occupied(elsewhere.beds.first(), by=make.manager(elsewhere), whom=stay.patient)


def test_the_day_of_leaving_can_change(bed, manager):
    stay = make.occupied(bed, by=manager)
    day = make.today() + timedelta(days=2)
    assert actions.change_leaving(spell_id=stay.pk, by=manager, leaving_on=day, expected_version=1).leaving_on == day
    with pytest.raises(Invalid, match="today or later"):
        actions.change_leaving(spell_id=stay.pk, by=manager, leaving_on=make.today() - timedelta(days=1))


def test_nobody_is_placed_whose_record_the_manager_may_not_open(bed, manager):
    with pytest.raises(NotFound, match="may not open their record"):
        make.occupied(bed, by=manager, whom=patients.patient())


def test_nobody_is_placed_who_has_died(bed, manager):
    whom = make.person(bed.ward)
    Patient.objects.filter(pk=whom.pk).update(deceased_at=make.today())
    with pytest.raises(Invalid, match="has died"):
        make.occupied(bed, by=manager, whom=whom)


def test_what_happened_earlier_can_be_recorded_and_never_the_future(bed, manager):
    stay = make.earlier(make.occupied(bed, by=manager), timedelta(days=2))
    with pytest.raises(Invalid, match="in the future"):
        actions.release(spell_id=stay.pk, by=manager, destination="usual_home", at=timezone.now() + timedelta(hours=1))
    with pytest.raises(Invalid, match="before the last change"):
        actions.release(spell_id=stay.pk, by=manager, destination="usual_home", at=timezone.now() - timedelta(days=3))
    left = timezone.now() - timedelta(hours=1)
    assert actions.release(spell_id=stay.pk, by=manager, destination="usual_home", at=left).span.upper == left


def test_a_clock_that_went_back_does_not_put_the_end_before_the_start(bed, manager):
    stay = make.earlier(make.occupied(bed, by=manager), timedelta(minutes=-2))
    left = actions.release(spell_id=stay.pk, by=manager, destination="usual_home")
    assert left.span.isempty or left.span.upper >= left.span.lower


def test_the_uses_of_a_bed_are_found_by_their_indexes(bed, manager):
    with CaptureQueriesContext(connection) as caught:
        make.reserved(bed, by=manager)
    (asked,) = [query["sql"] for query in caught.captured_queries if '"changes"' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    found = [line for line in plan.splitlines() if "Index Cond" in line]
    assert sum(f"bed_id = '{bed.pk}'" in line for line in found) == 2, plan
    assert sum("patient_id = '" in line for line in found) == 1, plan
    assert "Seq Scan on homefirst_spell" not in plan
