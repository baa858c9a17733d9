"""Who was supported too long is asked by a question compiled once; each reader is answered as if nobody had asked."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import prepared
from homefirst.crisis_board import LATELY, first_overstays, overstays
from homefirst.models import CrisisEpisode
from homefirst.states import CrisisStatus
from patients import actions as records
from patients.models import Patient
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


def test_each_reader_at_each_moment_is_answered_as_if_nobody_had_asked_before(cast):
    found = [episode(cast, hours=hours) for hours in (1, 74, 80)]
    Patient.objects.filter(pk=found[2].patient_id).update(restricted=True)
    records.open_glass(patient_id=found[2].patient_id, by=cast.lead, reason="Fell at night, alone at home")
    readers = [cast.nurse, cast.lead, people.actor("service_lead"), people.actor("shift_lead")]
    prepared._plans.clear()
    for order in (readers, readers[::-1]):
        for hours in (0, 72):
            with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
                for reader in order:
                    now = timezone.now()
                    assert first_overstays(reader, now) == list(overstays(reader, now))
    assert [row["id"] for row in first_overstays(cast.nurse, timezone.now())] == [found[2].pk, found[1].pk]
    opened = {reader.id: first_overstays(reader, timezone.now())[0]["opened"] for reader in (cast.nurse, cast.lead)}
    assert opened == {cast.nurse.id: False, cast.lead.id: True}


def test_one_that_ended_is_told_for_ninety_days(cast):
    found = episode(cast, hours=100)
    ended = timezone.now() - timedelta(hours=2)
    CrisisEpisode.objects.filter(pk=found.pk).update(closed_at=ended, status=CrisisStatus.CLOSED)
    for later, many in ((timedelta(), 1), (LATELY - timedelta(hours=3), 1), (LATELY, 0)):
        assert len(first_overstays(cast.nurse, timezone.now() + later)) == many, later
