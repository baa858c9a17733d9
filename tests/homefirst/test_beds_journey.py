"""J7, a day at the bed board, by the actions alone: reserve, expire, propose, reassign, confirm, fill what is free."""

from datetime import datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from directory.models import Organisation
from homefirst.actions import changes
from homefirst.board import totals, wards_now
from homefirst.impact import impact_of
from homefirst.models import Bed, Spell
from homefirst.spells import Taken
from homefirst.suitability import Wanted
from pages.words import LONDON
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as make

pytestmark = pytest.mark.django_db
STROKE = Wanted(frozenset({"stroke"}))


def test_a_day_at_the_bed_board():
    directory.reference_data()
    call_command("load_home_first", verbosity=0)
    trust = Organisation.objects.get(ods_code="RT5")
    manager, colleague = (people.actor("bed_manager", at=trust) for _ in range(2))

    wards = {ward.slug: ward for ward in wards_now(manager, timezone.now())}
    hospitals = ("fielding-palmer", "melton-mowbray", "rutland-memorial", "st-lukes")
    assert [wards[slug].all for slug in hospitals] == [13, 17, 22, 36]
    assert totals(wards.values(), "physical").all == 88
    assert wards["intensive-community-support"].all == 48

    stroke = Bed.objects.get(ward__slug="st-lukes", number=17)
    six = datetime.combine(make.today() + timedelta(days=1), time(18), LONDON)
    first = make.reserved(stroke, by=manager, until=six, wanted=STROKE)
    with pytest.raises(Taken, match=manager.name):
        make.reserved(stroke, by=colleague, wanted=STROKE)
    make.earlier(first, timedelta(days=2))
    assert make.reserved(stroke, by=colleague, wanted=STROKE)

    closing = list(Bed.objects.filter(ward__slug="fielding-palmer", number__in=[9, 10]))
    kept = [make.reserved(bed, by=manager, whom=patients.patient(seen_by=trust)) for bed in closing]
    change = changes.propose(
        kind="close_beds",
        by=manager,
        ward_id=closing[0].ward_id,
        things=[bed.pk for bed in closing],
        reason="Two nurses are ill",
        starts_at=timezone.now(),
    )
    found = impact_of(change, timezone.now())
    assert {one.id for one in found.of("reservation")} == {spell.pk for spell in kept}
    instead = Bed.objects.filter(ward__slug="melton-mowbray", side_room=True, designation="rehabilitation")
    places = {spell.pk: bed.pk for spell, bed in zip(kept, instead, strict=False)}
    changes.confirm(change_id=change.pk, by=manager, shown=found.digest, places=places)

    wards = {ward.slug: ward for ward in wards_now(manager, timezone.now())}
    assert (wards["fielding-palmer"].closed, wards["fielding-palmer"].open) == (2, 11)
    assert wards["melton-mowbray"].reserved == 2
    make.occupied(Bed.objects.get(ward__slug="fielding-palmer", number=11), by=manager)
    occupancy = {ward.slug: ward.occupancy for ward in wards_now(manager, timezone.now())}
    assert occupancy["fielding-palmer"] == pytest.approx(100 / 11)
    told = set(Event.objects.filter(kind__startswith="bed.").values_list("kind", flat=True))
    assert {"bed.reserved.v1", "bed.let_go.v1", "bed.closed.v1", "bed.occupied.v1"} <= told
    assert Spell.objects.at(timezone.now()).filter(kind="closed").count() == 2
