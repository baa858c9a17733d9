"""What ends by itself is said to have ended: at its own moment, once, whoever sweeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from bcf.facts import owners_of
from homefirst.actions import beds as actions
from homefirst.actions import wards
from homefirst.codes import Destination
from homefirst.following_beds import beds_keep_up
from homefirst.models import Act, Spell
from homefirst.states import SpellKind
from tests.factories import homefirst_beds as make
from tests.together import together

SOON = timedelta(hours=5)


def ends() -> list[Event]:
    return list(Event.objects.filter(data__why="run_out").order_by("id"))


@pytest.mark.django_db
class TestOne:
    def test_a_reservation_that_nobody_used_is_let_go_at_its_end(self):
        bed = make.ward().beds.first()
        kept = make.reserved(bed, by=make.manager(bed.ward))
        assert beds_keep_up(timezone.now()) == 0, "it still holds"
        assert beds_keep_up(kept.span.upper) == 1
        said = ends()[0]
        assert (said.kind, said.subject_id, said.patient_id) == ("bed.let_go.v1", kept.pk, kept.patient_id)
        assert said.occurred_at == kept.span.upper
        assert said.data | {"bed": str(bed.pk), "ward": str(bed.ward_id)} == said.data
        act = Act.objects.get(subject_id=kept.pk, verb="run_out")
        assert (act.version, act.by_kind) == (2, "system")

    def test_cleaning_is_over_at_its_end(self):
        bed = make.ward().beds.first()
        manager = make.manager(bed.ward)
        stay = make.occupied(bed, by=manager)
        actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME)
        cleaning = Spell.objects.get(bed=bed, kind=SpellKind.CLEANING)
        assert beds_keep_up(cleaning.span.upper) == 1
        assert [(one.kind, one.subject_id) for one in ends()] == [("bed.cleaned.v1", cleaning.pk)]
        assert owners_of(ends())["ward_id"] == {bed.ward_id}, "the figures of the ward are counted again"

    def test_it_is_said_once_however_often_is_swept(self):
        bed = make.ward().beds.first()
        make.reserved(bed, by=make.manager(bed.ward))
        later = timezone.now() + SOON
        assert [beds_keep_up(later) for _ in range(3)] == [1, 0, 0]
        assert len(ends()) == 1

    def test_what_somebody_ended_is_not_said_again(self):
        ward = make.ward({}, {}, {})
        manager, (first, second, third) = make.manager(ward), ward.beds.all()
        given_up = make.reserved(first, by=manager)
        actions.let_go(spell_id=given_up.pk, by=manager)
        used = make.reserved(second, by=manager)
        actions.occupy(bed_id=second.pk, by=manager, patient_id=used.patient_id, source="home")
        stay = make.occupied(third, by=manager)
        actions.release(spell_id=stay.pk, by=manager, destination=Destination.USUAL_HOME)
        wards.cleaned(spell_id=Spell.objects.get(bed=third, kind=SpellKind.CLEANING).pk, by=manager)
        assert beds_keep_up(timezone.now() + SOON) == 0
        assert not ends()

    def test_an_outage_is_caught_up(self):
        bed = make.ward().beds.first()
        kept = make.earlier(make.reserved(bed, by=make.manager(bed.ward)), timedelta(days=40))
        assert beds_keep_up(timezone.now()) == 1
        assert ends()[0].occurred_at == kept.span.upper

    def test_a_reservation_that_ended_can_still_be_followed_by_another(self):
        bed = make.ward().beds.first()
        manager = make.manager(bed.ward)
        make.earlier(make.reserved(bed, by=manager), SOON)
        again = make.reserved(bed, by=manager)
        assert beds_keep_up(timezone.now()) == 1
        assert again.kind == SpellKind.RESERVED


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_say_each_end_once():
    ward = make.ward({}, {}, {})
    manager = make.manager(ward)
    for bed in ward.beds.all():
        make.reserved(bed, by=manager)
    later = timezone.now() + SOON
    done = together(*[lambda: beds_keep_up(later)] * 4)
    assert sum(done) == 3
    assert len({one.subject_id for one in ends()}) == len(ends()) == 3


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_somebody_who_takes_the_bed_do_not_wait_in_a_circle():
    ward = make.ward()
    bed, manager = ward.beds.first(), make.manager(ward)
    make.earlier(make.reserved(bed, by=manager), SOON)
    whom = make.person(ward)
    done = together(
        lambda: beds_keep_up(timezone.now()),
        lambda: make.occupied(bed, by=manager, whom=whom),
        lambda: beds_keep_up(timezone.now()),
    )
    assert sum(one for one in done if isinstance(one, int)) == 1
    assert any(isinstance(one, Spell) for one in done)
