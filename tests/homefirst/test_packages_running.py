"""A package of care that was chosen starts, is reviewed, gives hours back, and ends or is cancelled."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.models import Event
from homefirst.actions import packages_running as running
from homefirst.models import PackageReview
from homefirst.states import PackageStatus
from tests.factories.homefirst_packages import Market, today
from tests.factories.told import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Market)]


class TestRunning:
    def test_the_provider_or_the_broker_says_that_care_started(self, market):
        for by in (market.provider, market.broker):
            package = market.chosen(wanted_from=today() - timedelta(days=3))
            begun = running.start_package(package_id=package.pk, by=by, started_on=today())
            assert (begun.status, begun.review_due) == ("active", today() + timedelta(weeks=6))
            assert Event.objects.get(kind="package.started.v1", subject_id=package.pk).data["days_waited"] == 3

    def test_a_provider_that_was_not_chosen_cannot_start(self, market):
        with pytest.raises(NotPermitted, match="Another provider was chosen"):
            running.start_package(package_id=market.chosen().pk, by=market.rival, started_on=today())

    def test_not_in_the_future(self, market):
        with pytest.raises(Invalid):
            running.start_package(
                package_id=market.chosen().pk, by=market.broker, started_on=today() + timedelta(days=1)
            )

    def test_a_review_releases_hours(self, market):
        package = market.running()
        review = running.review_package(
            package_id=package.pk, by=market.broker, on=today(), hours_after=Decimal("10.5")
        )
        package.refresh_from_db()
        assert review.hours_before - review.hours_after == Decimal("3.5")
        assert (package.hours_a_week, package.review_due) == (Decimal("10.5"), today() + timedelta(weeks=26))

    def test_a_review_that_needs_no_hours_ends_it(self, market):
        package = market.running()
        running.review_package(package_id=package.pk, by=market.broker, on=today(), hours_after=Decimal(0))
        package.refresh_from_db()
        assert (package.status, package.ended_on, package.hours_a_week) == ("ended", today(), Decimal(14))
        assert kinds(package)[-2:] == ["package.reviewed.v1", "package.ended.v1"]

    @pytest.mark.parametrize("days", [1, -11])
    def test_a_review_is_between_the_start_and_today(self, market, days):
        with pytest.raises(Invalid):
            running.review_package(
                package_id=market.running().pk,
                by=market.broker,
                on=today() + timedelta(days=days),
                hours_after=Decimal(1),
            )
        assert not PackageReview.objects.exists()

    def test_hours_after_make_sense(self, market):
        with pytest.raises(Invalid):
            running.review_package(
                package_id=market.running().pk, by=market.broker, on=today(), hours_after=Decimal(169)
            )

    def test_it_ends_with_a_reason(self, market):
        package = market.running()
        end = {"package_id": package.pk, "by": market.broker, "ended_on": today()}
        with pytest.raises(Invalid):
            running.end_package(**end, reason="")
        with pytest.raises(NotPermitted):
            running.end_package(**end | {"by": market.provider}, reason="Moved away")
        assert running.end_package(**end, reason="Moved away").status == PackageStatus.ENDED
        with pytest.raises(IllegalTransition):
            running.end_package(**end, reason="Moved away")

    def test_cancelled_before_care_starts_only(self, market):
        cancel = {"by": market.broker, "reason": "Family will help"}
        for package in (market.wanted(), market.chosen()):
            assert running.cancel_package(package_id=package.pk, **cancel).status == PackageStatus.CANCELLED
        with pytest.raises(IllegalTransition):
            running.cancel_package(package_id=market.running().pk, **cancel)
        with pytest.raises(Invalid):
            running.cancel_package(package_id=market.wanted().pk, by=market.broker, reason=" ")
