"""Beds: reserved until, let go, occupied, moved, released, cleaned, closed, opened; and what may follow what."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from homefirst.actions import beds as actions
from homefirst.actions import wards
from homefirst.codes import Destination, Mobility, Source
from homefirst.models import Act, Spell
from homefirst.spells import Taken
from homefirst.states import BED_TRANSITIONS, SpellKind
from homefirst.steps import NotFound
from homefirst.suitability import Wanted
from homefirst.turns import Unsuitable
from patients.models import Patient, Relationship
from tests.factories import homefirst_beds as make
from tests.factories import patients, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make.ward()


@pytest.fixture
def manager(ward):
    return make.manager(ward)


@pytest.fixture
def bed(ward):
    return ward.beds.get(number=1)


@pytest.fixture
def other(ward):
    return ward.beds.get(number=2)


def used_for(bed, at=None) -> str:
    spell = Spell.objects.filter(bed=bed).at(at or timezone.now()).first()
    return spell.kind if spell else ""


def events(spell) -> list[str]:
    return list(Event.objects.filter(subject_id=spell.pk).order_by("id").values_list("kind", flat=True))


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


@pytest.mark.parametrize("until", [timedelta(0), timedelta(minutes=-1), timedelta(days=3, minutes=1)])
def test_a_reservation_ends_later_and_within_three_days(bed, manager, until):
    with pytest.raises(Invalid) as refused:
        make.reserved(bed, by=manager, until=timezone.now() + until)
    assert refused.value.field == "until"


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


def test_whoever_leaves_a_physical_bed_leaves_it_to_be_cleaned(bed, manager):
    stay = make.occupied(bed, by=manager)
    left = actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME)
    assert used_for(bed) == "cleaning"
    assert used_for(bed, left.span.upper + timedelta(minutes=59)) == "cleaning"
    assert used_for(bed, left.span.upper + timedelta(minutes=60)) == ""
    assert left.destination == "usual_home"


def test_a_place_at_home_needs_no_cleaning():
    ward = make.virtual_ward()
    manager, place = make.manager(ward), ward.beds.first()
    stay = make.occupied(place, by=manager)
    actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME)
    assert used_for(place) == ""


def test_a_bed_that_is_being_cleaned_can_be_reserved_for_afterwards(bed, manager):
    stay = make.occupied(bed, by=manager)
    actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME)
    spell = make.reserved(bed, by=manager)
    assert spell.span.lower == Spell.objects.get(bed=bed, kind="cleaning").span.upper
    assert used_for(bed) == "cleaning"
    assert used_for(bed, spell.span.lower) == "reserved"
    with pytest.raises(Taken):
        make.occupied(bed, by=manager)
    assert make.occupied(bed, by=manager, whom=spell.patient).kind == "occupied"
    assert used_for(bed) == "occupied"


def test_cleaning_can_be_finished_sooner(bed, manager):
    stay = make.occupied(bed, by=manager)
    actions.release(spell_id=stay.pk, by=manager, destination=Destination.DIED)
    cleaning = Spell.objects.get(bed=bed, kind="cleaning")
    wards.cleaned(spell_id=cleaning.pk, by=manager, expected_version=1)
    assert used_for(bed) == ""
    assert events(cleaning) == ["bed.cleaning.v1", "bed.cleaned.v1"]


def test_moving_frees_one_bed_and_takes_the_other(bed, other, manager):
    stay = make.occupied(bed, by=manager, leaving_on=make.today())
    moved = actions.move(spell_id=stay.pk, bed_id=other.pk, by=manager, expected_version=1)
    assert (used_for(bed), used_for(other)) == ("cleaning", "occupied")
    assert (moved.patient, moved.source, moved.leaving_on) == (stay.patient, "community_bed", make.today())
    assert actions.move(spell_id=stay.pk, bed_id=other.pk, by=manager, expected_version=1) == moved


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


def test_a_closed_bed_takes_nobody_until_it_is_opened(bed, manager):
    spell = wards.close_bed(bed_id=bed.pk, by=manager, reason="Leaking roof", back_on=make.today())
    with pytest.raises(Taken, match="closed Bed 1"):
        make.occupied(bed, by=manager)
    wards.open_bed(spell_id=spell.pk, by=manager, expected_version=1)
    assert make.occupied(bed, by=manager)
    assert events(spell) == ["bed.closed.v1", "bed.opened.v1"]


@pytest.mark.parametrize("fill", [make.reserved, make.occupied])
def test_a_bed_with_somebody_is_not_closed_without_looking(bed, manager, fill):
    fill(bed, by=manager)
    with pytest.raises(IllegalTransition, match="Propose to close it"):
        wards.close_bed(bed_id=bed.pk, by=manager, reason="Norovirus")


def test_closing_says_why(bed, manager):
    with pytest.raises(Invalid) as refused:
        wards.close_bed(bed_id=bed.pk, by=manager, reason=" ")
    assert refused.value.field == "reason"


def test_a_bed_that_will_close_cannot_be_given_past_that(bed, manager):
    later = timezone.now() + timedelta(hours=5)
    from homefirst.turns import hold

    wards.close_in_hand(hold(manager, bed.pk)[bed.pk], by=manager, reason="Decorators", start=later)
    with pytest.raises(Taken, match="closed Bed 1"):
        make.occupied(bed, by=manager)
    assert make.reserved(bed, by=manager, until=later).span.upper == later


def test_the_board_is_right(ward, manager):
    assert wards.confirm_ward(ward_id=ward.pk, by=manager).confirmed_at
    assert Event.objects.filter(kind="bed.ward_confirmed.v1", subject_id=ward.pk).exists()


def test_only_those_who_manage_the_ward_change_it(bed, ward, manager):
    stay = make.occupied(bed, by=manager)
    stranger = people.actor("bed_manager")
    handler = people.actor("spa_handler", at=ward.organisation)
    patients.relate(stay.patient, patients.Organisation.objects.get(pk=stranger.organisation_id))
    for by, words in ((stranger, "run by another organisation"), (handler, "can look at beds, not change them")):
        with pytest.raises(NotPermitted, match=words):
            actions.release(spell_id=stay.pk, by=by, destination=Destination.USUAL_HOME)
        with pytest.raises(NotPermitted, match=words):
            wards.confirm_ward(ward_id=ward.pk, by=by)
    with pytest.raises(NotFound):
        actions.let_go(spell_id=stay.pk, by=people.actor("referrer", at=ward.organisation))


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


@pytest.mark.parametrize(
    ("left", "clean"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_an_hour_of_cleaning_is_an_hour_in_both_nights_of_the_year(bed, manager, left, clean):
    stay = make.occupied(bed, by=manager)
    make.earlier(stay, timezone.now() - left + timedelta(days=1))
    actions.release(spell_id=stay.pk, by=manager, destination="usual_home", at=left)
    spell = Spell.objects.get(bed=bed, kind="cleaning")
    assert (spell.span.lower, spell.span.upper) == (left, clean)


STATES = ["", *SpellKind.values]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", [SpellKind.RESERVED, SpellKind.OCCUPIED, SpellKind.CLOSED])
def test_the_table_is_what_the_code_obeys(bed, manager, state, to):
    whom = _bring(bed, manager, state)
    allowed = to in BED_TRANSITIONS[state] and not (to == "closed" and state in {"reserved", "occupied"})
    try:
        _take(bed, manager, to, whom)
    except IllegalTransition:
        assert not allowed
    else:
        assert allowed
        assert Act.objects.filter(subject_kind="spell", from_status=state, to_status=to).exists()


def _bring(bed, by, state):
    """The bed in this state; answers the person it is kept for, if any."""
    if state == "reserved":
        return make.reserved(bed, by=by).patient
    if state in {"occupied", "cleaning"}:
        stay = make.occupied(bed, by=by)
        if state == "cleaning":
            actions.release(spell_id=stay.pk, by=by, destination="usual_home")
    if state == "closed":
        wards.close_bed(bed_id=bed.pk, by=make.manager(bed.ward), reason="Painting")
    return None


def _take(bed, by, to, whom):
    if to == SpellKind.RESERVED:
        make.reserved(bed, by=make.manager(bed.ward))
    elif to == SpellKind.OCCUPIED:
        make.occupied(bed, by=by, whom=whom)
    else:
        wards.close_bed(bed_id=bed.pk, by=by, reason="Painting")


def test_the_database_itself_refuses_two_in_a_bed(bed, manager):
    from django.db import IntegrityError, transaction

    stay = make.occupied(bed, by=manager)
    with pytest.raises(IntegrityError, match="spell_one_at_a_time"), transaction.atomic():
        Spell.objects.create(
            bed=bed, kind="occupied", span=stay.span, patient=make.person(bed.ward), source="home",
            created_at=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
    assert connection.needs_rollback is False


def test_what_does_not_make_sense_is_refused_with_its_field(bed, manager):
    with pytest.raises(Invalid) as nowhere:
        make.occupied(bed, by=manager, source="moon")
    stay = make.occupied(bed, by=manager)
    with pytest.raises(Invalid) as away:
        actions.release(spell_id=stay.pk, by=manager, destination="moon")
    with pytest.raises(Invalid) as here:
        actions.move(spell_id=stay.pk, bed_id=bed.pk, by=manager)
    with pytest.raises(Invalid) as before:
        wards.close_bed(bed_id=bed.pk, by=manager, reason="x", back_on=make.today() - timedelta(days=1))
    fields = [refused.value.field for refused in (nowhere, away, here, before)]
    assert fields == ["source", "destination", "bed", "back_on"]


def test_what_does_not_exist_is_not_found(manager, bed):
    for act in (
        lambda: actions.move(spell_id=bed.pk, bed_id=bed.pk, by=manager),
        lambda: actions.let_go(spell_id=bed.pk, by=manager),
        lambda: make.actions.reserve(bed_id=manager.id, by=manager, patient_id=bed.pk, until=timezone.now()),
        lambda: wards.confirm_ward(ward_id=bed.pk, by=manager),
    ):
        with pytest.raises(NotFound):
            act()


def test_closing_cleaning_opening_and_leaving_days_sent_twice_happen_once(bed, other, manager):
    closed = wards.close_bed(bed_id=bed.pk, by=manager, reason="Paint")
    assert wards.close_bed(bed_id=bed.pk, by=manager, reason="Paint") == closed
    for _ in range(2):
        wards.open_bed(spell_id=closed.pk, by=manager, expected_version=1)
    kept = make.reserved(bed, by=manager)
    for _ in range(2):
        actions.let_go(spell_id=kept.pk, by=manager, expected_version=1)
    stay = make.occupied(other, by=manager)
    for _ in range(2):
        actions.change_leaving(spell_id=stay.pk, by=manager, leaving_on=make.today(), expected_version=1)
    actions.release(spell_id=stay.pk, by=manager, destination="usual_home")
    cleaning = Spell.objects.get(bed=other, kind="cleaning")
    for _ in range(2):
        wards.cleaned(spell_id=cleaning.pk, by=manager, expected_version=1)
    kinds = ["bed.let_go.v1", "bed.closed.v1", "bed.opened.v1", "bed.updated.v1", "bed.cleaned.v1"]
    assert [Event.objects.filter(kind=kind).count() for kind in kinds] == [1, 1, 1, 1, 1]


def test_the_portal_itself_may_and_a_bed_being_cleaned_can_close(bed, manager):
    stay = make.occupied(bed, by=people.SYSTEM)
    actions.release(spell_id=stay.pk, by=people.SYSTEM, destination="usual_home")
    assert wards.close_bed(bed_id=bed.pk, by=people.SYSTEM, reason="Deep clean").kind == "closed"
