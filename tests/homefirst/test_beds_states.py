"""A bed between people: cleaned, closed and opened; what may follow what, and who may say so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.models import Event
from homefirst.actions import beds as actions
from homefirst.actions import wards
from homefirst.codes import Destination
from homefirst.models import Act, Spell
from homefirst.spells import Taken
from homefirst.states import BED_TRANSITIONS, SpellKind
from homefirst.steps import NotFound
from tests.factories import homefirst_beds as make
from tests.factories import patients, people
from tests.factories.homefirst_beds import used_for
from tests.factories.told import kinds as events

pytestmark = pytest.mark.django_db


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
