"""Boards of getting home and of packages, asked by questions compiled once: each reader is answered as if nobody had
asked before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import prepared
from accounts.actors import Actor
from homefirst import discharge_board, opened_all_day, reading_packages
from homefirst.paging import page_of as page_of_packages
from homefirst.reading_reablement import counts as counts_of_packages
from homefirst.states import DischargeStatus
from patients import actions as records
from patients.models import Patient
from referrals import worklist
from tests.factories.homefirst_discharge import Cast, make_case
from tests.factories.homefirst_packages import Market

pytestmark = pytest.mark.django_db
REASON = "Asked for help on the phone"
LATER = (timedelta(), timedelta(hours=9), timedelta(days=50))


def sealed(patient_id: Any) -> None:
    Patient.objects.filter(pk=patient_id).update(restricted=True)


def at_every_time(readers: list[Actor], same: Any) -> None:
    """In any order, with nothing kept at first; the emergency access ends and lists by day go on meanwhile."""
    for order in (readers, readers[::-1]):
        prepared._plans.clear()
        for later in LATER:
            with time_machine.travel(timezone.now() + later, tick=False):
                for reader in order:
                    same(reader, timezone.now())


class TestCases:
    def same(self, actor: Actor, now: datetime) -> None:
        for ward in (False, True):
            mine, lists = discharge_board.cases_on(actor, ward=ward), discharge_board.case_lists()
            assert opened_all_day.case_counts(actor, now, ward=ward) == worklist.counted(mine, lists)
            for one in lists:
                values = discharge_board.case_values(mine.filter(one.condition), actor)
                anew = worklist.page_of(values, discharge_board.READY_AT)
                assert opened_all_day.cases(actor, one.slug, now, ward=ward) == anew

    def test_each_reader_at_each_moment(self):
        cast = Cast()
        make_case(cast, DischargeStatus.PLANNING)
        make_case(cast, DischargeStatus.READY)
        hidden = make_case(cast, DischargeStatus.ARRANGING)
        sealed(hidden.patient_id)
        records.open_glass(patient_id=hidden.patient_id, by=cast.nurse, reason=REASON)
        at_every_time([cast.nurse, cast.ward, cast.social_worker, cast.stranger, cast.other_ward], self.same)
        page = opened_all_day.cases(cast.nurse, "", timezone.now(), ward=False)
        assert {row["id"]: row["opened"] for row in page.rows}[hidden.pk] is True
        assert [len(page.rows), opened_all_day.case_counts(cast.ward, timezone.now(), ward=True)[0]] == [3, 3]
        assert opened_all_day.case_counts(cast.stranger, timezone.now(), ward=False)[0] == 0


class TestPackages:
    def same(self, actor: Actor, now: datetime) -> None:
        today = timezone.localdate(now)
        mine, lists = reading_packages.packages_of(actor), reading_packages.package_lists(today)
        assert opened_all_day.package_counts(actor, today, now) == counts_of_packages(mine, lists)
        for one in lists:
            values = reading_packages.package_values(mine.filter(one.condition), actor)
            assert opened_all_day.packages(actor, one.slug, today, now) == page_of_packages(values, one.order)
        searches = reading_packages.searches(mine, today, reading_packages.first_day(today))
        assert opened_all_day.unfilled(actor, today, now) == reading_packages.unfilled(searches, today)

    def test_each_reader_at_each_moment(self):
        market = Market()
        hidden, _, running = market.wanted(), market.chosen(), market.running()
        sealed(hidden.patient_id)
        records.open_glass(patient_id=hidden.patient_id, by=market.colleague, reason=REASON)
        at_every_time([market.broker, market.colleague, market.provider, market.rival], self.same)
        today, now = timezone.localdate(), timezone.now()
        assert opened_all_day.package_counts(market.broker, today, now)["running"] == 1
        assert [row["id"] for row in opened_all_day.packages(market.broker, "running", today, now).rows] == [running.pk]
        opened = [
            opened_all_day.packages(one, "", today, now).rows[0]["opened"] for one in (market.broker, market.colleague)
        ]
        assert opened == [False, True]
