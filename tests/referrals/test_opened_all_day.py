"""The worklist's compiled questions answer what the same questions built anew would answer, whoever asked first."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import prepared
from patients.models import BreakGlass, Patient
from referrals import actions, opened_all_day, worklist
from referrals.models import Referral
from referrals.opened_all_day import DUE
from tests.factories import directory, people
from tests.factories.referrals import Cast, make_referral

HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def anew(actor, now) -> list[tuple[worklist.Page, int]]:
    mine, lists = worklist.open_referrals(actor, now), worklist.triage_lists(actor, now)
    pages = [worklist.page_of(worklist.referral_values(mine.filter(one.condition), actor, now), DUE) for one in lists]
    return list(zip(pages, worklist.counted(mine, lists), strict=True))


def compiled(actor, now) -> list[tuple[worklist.Page, int]]:
    pages = [opened_all_day.first_page(actor, one.slug, now) for one in worklist.triage_lists(actor, now)]
    return list(zip(pages, opened_all_day.counts(actor, now), strict=True))


def test_the_same_for_everybody_in_any_order_and_at_any_time(cast):
    first, second, third = (make_referral(cast) for _ in range(3))
    actions.acknowledge(referral_id=second.pk, by=cast.colleague)
    Referral.objects.filter(pk=third.pk).update(assigned_to=cast.clinician.id)
    Patient.objects.filter(pk=first.patient_id).update(restricted=True)
    now = timezone.now()
    BreakGlass.objects.create(
        user_id=cast.colleague.id,
        role="triage_clinician",
        organisation=cast.trust,
        patient_id=first.patient_id,
        reason="Asked for",
        granted_at=now,
        expires_at=now + HOUR * 4,
    )
    elsewhere = people.actor("triage_clinician", at=directory.organisation())
    readers = [cast.clinician, cast.colleague, elsewhere, cast.clinician]
    for order in (readers, readers[::-1]):
        prepared._plans.clear()
        for hours in (0, 5):
            with time_machine.travel(timezone.now() + HOUR * hours, tick=False):
                for reader in order:
                    assert compiled(reader, timezone.now()) == anew(reader, timezone.now())
    assert [len(page.rows) for page, _ in compiled(cast.clinician, timezone.now())][0] == 3
    assert {count for _, count in compiled(elsewhere, timezone.now())} == {0}
