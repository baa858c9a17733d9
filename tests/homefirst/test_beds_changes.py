"""Changes of capacity: nobody loses a place by surprise, and what is confirmed is what was shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.models import Event
from homefirst.actions import beds as bed_actions
from homefirst.actions import changes as actions
from homefirst.actions import rota
from homefirst.actions import wards as ward_actions
from homefirst.codes import ChangeKind
from homefirst.impact import impact_of
from homefirst.models import Bed, CapacityChange, Spell
from homefirst.spells import Taken
from homefirst.steps import NotFound
from referrals.states import OfferStatus, Status
from tests.factories import homefirst_beds as make
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode
from tests.factories.referrals import Cast, make_referral, offer_of, waitlisted

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make.ward({}, {}, {}, {}, {})


def beds_of(ward, *numbers):
    return [ward.beds.get(number=number) for number in numbers]


def proposal(ward, by, *beds, **more):
    return actions.propose(
        **{
            "kind": ChangeKind.CLOSE_BEDS,
            "by": by,
            "ward_id": ward.pk,
            "things": [bed.pk for bed in beds],
            "reason": "No staff",
            "starts_at": timezone.now(),
        }
        | more
    )


def digest(change):
    return impact_of(change, timezone.now()).digest


def test_a_proposal_shows_whom_it_touches_and_changes_nothing(ward, manager):
    one, two, three = beds_of(ward, 1, 2, 3)
    stay, kept = make.occupied(one, by=manager), make.reserved(two, by=manager)
    make.occupied(three, by=manager)
    change = proposal(ward, manager, one, two)
    found = impact_of(change, timezone.now())
    assert [touched.id for touched in found.of("stay")] == [stay.pk]
    assert [touched.id for touched in found.of("reservation")] == [kept.pk]
    assert (make.used_for(one), make.used_for(two)) == ("occupied", "reserved")
    assert Event.objects.filter(subject_id=change.pk).values_list("kind", flat=True).get() == "capacity.proposed.v1"


def test_waiting_offers_and_their_running_clocks_are_shown(manager, ward):
    cast = Cast()
    ward.service = cast.service
    ward.save()
    from referrals import actions as referral_actions

    referral = make_referral(cast, Status.OFFERED)
    offer = offer_of(referral)
    referral_actions.waitlist_offer(referral_id=referral.pk, offer_id=offer.pk, by=cast.nurse)
    found = impact_of(proposal(ward, manager, *beds_of(ward, 1)), timezone.now())
    assert [touched.id for touched in found.of("offer")] == [offer.pk]
    assert found.of("clock")
    assert all(referral.reference in touched.text for touched in found.of("offer"))


def test_who_waits_for_the_ward_is_shown_and_waits_on(manager, ward):
    cast = Cast()
    ward.service = cast.service
    ward.save()
    offer = offer_of(waitlisted(cast))
    one, two = beds_of(ward, 1, 2)
    stay = make.occupied(one, by=manager)
    change = proposal(ward, manager, one)
    actions.confirm(change_id=change.pk, by=manager, shown=digest(change), places={stay.pk: two.pk})
    told = Event.objects.get(subject_id=change.pk, kind="capacity.changed.v1").data["touched"]
    assert (told["stay"], told["offer"]) == (1, 1)
    assert (make.used_for(one), make.used_for(two)) == ("closed", "occupied")
    assert offer_of(offer.referral).status == OfferStatus.WAITLISTED


def test_confirming_moves_everybody_and_closes_the_beds(ward, manager):
    one, two, three, four, _five = beds_of(ward, 1, 2, 3, 4, 5)
    stay, kept = make.occupied(one, by=manager), make.reserved(two, by=manager)
    change = proposal(ward, manager, one, two)
    done = actions.confirm(
        change_id=change.pk, by=manager, shown=digest(change), places={stay.pk: three.pk, kept.pk: four.pk}
    )
    assert [make.used_for(bed) for bed in (one, two, three, four)] == ["closed", "closed", "occupied", "reserved"]
    moved = Spell.objects.get(bed=four, kind="reserved")
    assert (moved.patient, moved.span.upper) == (kept.patient, kept.span.upper)
    assert done.status == "confirmed"
    event = Event.objects.get(subject_id=change.pk, kind="capacity.changed.v1")
    assert event.data["touched"]["stay"] == 1
    assert event.data["touched"]["reservation"] == 1


def test_a_reservation_may_be_let_go_but_nobody_is_put_out(ward, manager):
    one, two = beds_of(ward, 1, 2)
    stay, kept = make.occupied(one, by=manager), make.reserved(two, by=manager)
    change = proposal(ward, manager, one, two)
    with pytest.raises(Invalid, match="select another bed") as refused:
        actions.confirm(
            change_id=change.pk,
            by=manager,
            shown=digest(change),
            places={stay.pk: actions.LET_GO, kept.pk: actions.LET_GO},
        )
    assert refused.value.field == f"place_{stay.pk}"
    assert (make.used_for(one), make.used_for(two)) == ("occupied", "reserved")
    places = {stay.pk: ward.beds.get(number=3).pk, kept.pk: actions.LET_GO}
    actions.confirm(change_id=change.pk, by=manager, shown=digest(change), places=places)
    assert make.used_for(two) == "closed"


@pytest.mark.parametrize("target", [1, 2])
def test_nobody_is_moved_to_a_bed_that_closes_too(ward, manager, target):
    one, two = beds_of(ward, 1, 2)
    stay = make.occupied(one, by=manager)
    change = proposal(ward, manager, one, two)
    with pytest.raises(Invalid):
        actions.confirm(
            change_id=change.pk,
            by=manager,
            shown=digest(change),
            places={stay.pk: ward.beds.get(number=target).pk},
        )


def test_two_people_cannot_be_given_the_same_other_bed(ward, manager):
    one, two, three = beds_of(ward, 1, 2, 3)
    stays = [make.occupied(bed, by=manager) for bed in (one, two)]
    change = proposal(ward, manager, one, two)
    with pytest.raises(Taken):
        actions.confirm(
            change_id=change.pk, by=manager, shown=digest(change), places={stay.pk: three.pk for stay in stays}
        )
    assert [make.used_for(bed) for bed in (one, two, three)] == ["occupied", "occupied", ""]


@pytest.mark.parametrize("meanwhile", ["new stay", "left", "extended"])
def test_what_changed_meanwhile_refuses_the_confirmation(ward, manager, meanwhile):
    one, two, three = beds_of(ward, 1, 2, 3)
    stay = make.occupied(one, by=manager)
    change = proposal(ward, manager, one, two)
    shown = digest(change)
    if meanwhile == "new stay":
        make.occupied(two, by=manager)
    elif meanwhile == "left":
        bed_actions.release(spell_id=stay.pk, by=manager, destination="usual_home")
    else:
        bed_actions.change_leaving(spell_id=stay.pk, by=manager, leaving_on=make.today())
    with pytest.raises(actions.PictureChanged, match="Nothing has been done"):
        actions.confirm(change_id=change.pk, by=manager, shown=shown, places={stay.pk: three.pk})
    change.refresh_from_db()
    assert change.status == "proposed"
    assert not Spell.objects.filter(kind="closed").exists()


def test_what_does_not_concern_the_proposal_does_not_disturb_it(ward, manager):
    one, two, five = beds_of(ward, 1, 2, 5)
    stay = make.occupied(one, by=manager)
    change = proposal(ward, manager, one)
    shown = digest(change)
    make.occupied(five, by=manager)
    actions.confirm(change_id=change.pk, by=manager, shown=shown, places={stay.pk: two.pk})
    assert make.used_for(one) == "closed"


def test_confirming_twice_happens_once_and_a_colleague_is_told(ward, manager):
    (one,) = beds_of(ward, 1)
    change = proposal(ward, manager, one)
    shown = digest(change)
    actions.confirm(change_id=change.pk, by=manager, shown=shown)
    assert actions.confirm(change_id=change.pk, by=manager, shown=shown).status == "confirmed"
    with pytest.raises(IllegalTransition):
        actions.confirm(change_id=change.pk, by=make.manager(ward), shown=shown)
    assert Spell.objects.filter(bed=one, kind="closed").count() == 1


def test_a_later_closure_leaves_the_bed_in_use_until_then_and_moves_people_now(ward, manager):
    one, two = beds_of(ward, 1, 2)
    stay = make.occupied(one, by=manager)
    tomorrow, after = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=3)
    change = proposal(ward, manager, one, starts_at=tomorrow, ends_at=after)
    actions.confirm(change_id=change.pk, by=manager, shown=digest(change), places={stay.pk: two.pk})
    closed = Spell.objects.get(bed=one, kind="closed")
    assert (closed.span.lower, closed.span.upper) == (tomorrow, after)
    assert make.used_for(one) == "cleaning"
    assert make.used_for(two) == "occupied"


def test_a_reservation_that_ends_before_the_closure_is_not_touched(ward, manager):
    (one,) = beds_of(ward, 1)
    kept = make.reserved(one, by=manager)
    change = proposal(ward, manager, one, starts_at=timezone.now() + timedelta(days=1))
    assert impact_of(change, timezone.now()).spells == []
    actions.confirm(change_id=change.pk, by=manager, shown=digest(change))
    kept.refresh_from_db()
    assert kept.let_go_at is None


def test_a_phased_opening_ends():
    ward = make.ward({}, {}, kind="block")
    by = make.manager(ward)
    one, two = beds_of(ward, 1, 2)
    Bed.objects.filter(pk=two.pk).update(valid_from=make.today() + timedelta(days=7))
    change = proposal(ward, by, one, two, kind=ChangeKind.END_RAMP)
    actions.confirm(change_id=change.pk, by=by, shown=digest(change))
    assert not Bed.objects.in_force().filter(ward=ward).exists()
    later = make.today() + timedelta(days=8)
    assert list(Bed.objects.in_force(later).filter(ward=ward)) == [two]
    with pytest.raises(IllegalTransition, match="not in use on that day"):
        bed_actions.reserve(bed_id=one.pk, by=by, patient_id=make.person(ward).pk, until=timezone.now())
    assert Spell.objects.filter(bed=two, kind="closed", span__upper_inf=True).exists()


def test_a_proposal_can_be_withdrawn(ward, manager):
    (one,) = beds_of(ward, 1)
    change = proposal(ward, manager, one)
    assert actions.withdraw(change_id=change.pk, by=manager, expected_version=1).status == "withdrawn"
    assert actions.withdraw(change_id=change.pk, by=manager, expected_version=1).status == "withdrawn"
    with pytest.raises(IllegalTransition):
        actions.confirm(change_id=change.pk, by=manager, shown=digest(change))


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"reason": "  "}, "reason", "Say why."),
        ({"things": []}, "things", "Select at least one"),
        ({"starts_at": timezone.now() - timedelta(days=1)}, "starts_at", "start now or within a year"),
        ({"ends_at": timezone.now() - timedelta(hours=1)}, "ends_at", "end later than it starts"),
    ],
)
def test_an_unsound_proposal_says_what_is_wrong(ward, manager, more, field, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        proposal(ward, manager, *beds_of(ward, 1), **more)
    assert refused.value.field == field
    assert not CapacityChange.objects.exists()


def test_beds_of_another_ward_are_not_taken_along(ward, manager):
    with pytest.raises(Invalid, match="from the list"):
        proposal(ward, manager, *beds_of(ward, 1), make.ward().beds.first())


def test_only_those_who_run_the_ward_propose_and_see_it(ward, manager):
    stranger = people.actor("bed_manager")
    with pytest.raises(NotPermitted):
        proposal(ward, stranger, *beds_of(ward, 1))
    change = proposal(ward, manager, *beds_of(ward, 1))
    with pytest.raises(NotFound):
        actions.confirm(change_id=change.pk, by=stranger, shown=digest(change))
    with pytest.raises(NotFound):
        actions.withdraw(change_id=change.pk, by=stranger)


def test_cutting_a_shift_shows_who_would_have_nobody_and_goes_through_once_agreed():
    cast = CrisisCast()
    found = episode(cast, hours=2)
    starts = timezone.now() - timedelta(hours=1)
    shift = rota.add_shift(
        by=cast.lead,
        team_id=cast.team.pk,
        worker_id=cast.nurse.id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=8),
    )
    change = actions.propose(
        kind=ChangeKind.CUT_SHIFT,
        by=cast.lead,
        team_id=cast.team.pk,
        things=[shift.pk],
        reason="Ill",
        starts_at=timezone.now(),
    )
    impact = impact_of(change, timezone.now())
    assert [one.id for one in impact.of("crisis")] == [found.pk]
    assert [one.id for one in impact.of("shift")] == [shift.pk]
    with pytest.raises(NotFound):
        actions.confirm(change_id=change.pk, by=cast.nurse, shown=impact.digest)
    episode(cast, hours=1)
    with pytest.raises(actions.PictureChanged):
        actions.confirm(change_id=change.pk, by=cast.lead, shown=impact.digest)
    actions.confirm(change_id=change.pk, by=cast.lead, shown=digest(change))
    shift.refresh_from_db()
    assert shift.cancelled_at
    assert shift.cancel_reason == "Ill"


def test_proposals_about_nothing_or_by_nobody_are_refused(manager, ward):
    with pytest.raises(NotFound):
        proposal(ward, manager, ward_id=manager.id)
    with pytest.raises(NotFound):
        actions.confirm(change_id=ward.pk, by=manager, shown="")
    cast = CrisisCast()
    asked = {"kind": ChangeKind.CUT_SHIFT, "team_id": cast.team.pk, "reason": "Ill", "starts_at": timezone.now()}
    with pytest.raises(NotPermitted, match="manages the rota"):
        actions.propose(by=cast.nurse, things=[ward.pk], **asked)
    with pytest.raises(Invalid, match="from the list"):
        actions.propose(by=people.SYSTEM, things=[ward.pk], **asked)


def test_a_bed_that_is_closed_already_stays_as_it_is(ward, manager):
    one, two = beds_of(ward, 1, 2)
    closed = ward_actions.close_bed(bed_id=one.pk, by=manager, reason="Leak")
    change = proposal(ward, manager, one, two)
    actions.confirm(change_id=change.pk, by=manager, shown=digest(change))
    assert list(Spell.objects.filter(bed=one, kind="closed")) == [closed]


def test_a_bed_that_does_not_suit_is_refused_beside_its_field(ward, manager):
    (one,) = beds_of(ward, 1)
    palliative = make.bed(ward, 9, designation="palliative")
    kept = make.reserved(one, by=manager)
    change = proposal(ward, manager, one)
    with pytest.raises(Invalid, match="does not suit") as refused:
        actions.confirm(change_id=change.pk, by=manager, shown=digest(change), places={kept.pk: palliative.pk})
    assert refused.value.field == f"place_{kept.pk}"
