"""When somebody first met the person, by the clock on the wall: never the future, and right when clocks change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from referrals import actions
from referrals.models import Clock, Referral
from referrals.states import Status
from tests.factories.referrals import Cast, make_referral
from tests.referrals.web.pages import done, take, words

SPRING = datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 5, 0, tzinfo=UTC)
EVENING = timedelta(hours=6)


@contextmanager
def allocated(now: datetime, ago: timedelta) -> Iterator[tuple[Cast, Referral]]:
    """A referral that a team has taken on, at a moment of another day."""
    with time_machine.travel(now):
        cast = Cast()
        yield cast, make_referral(cast, Status.ALLOCATED, ago=ago)


def said(day: int, month: int, at: str, **more: Any) -> dict[str, Any]:
    return {"on_day": day, "on_month": month, "on_year": 2026, "at": at, **more}


def contact(referral: Referral) -> datetime | None:
    referral.refresh_from_db()
    return referral.first_contact_at


def test_the_form_proposes_now_and_the_present_minute_means_now(db, as_):
    with allocated(SPRING + timedelta(seconds=40), EVENING) as (cast, referral):
        nurse = as_(cast.nurse)
        page = nurse.get(f"/referrals/{referral.pk}/first-contact/").content.decode()
        assert 'value="06:00"' in page
        assert 'value="29"' in page
        done(take(nurse, referral, "first-contact", **said(29, 3, "06:00")))
        assert contact(referral) >= SPRING + timedelta(seconds=40)


def test_it_may_be_earlier_and_stops_the_clock_then(db, as_):
    with allocated(datetime(2026, 6, 1, 12, 0, tzinfo=UTC), timedelta(hours=3)) as (cast, referral):
        done(take(as_(cast.nurse), referral, "first-contact", **said(1, 6, "10:15am")))
        assert contact(referral) == datetime(2026, 6, 1, 9, 15, tzinfo=UTC)
        assert Clock.objects.get(referral=referral, code="respond").result == Clock.Result.MET


def test_it_is_never_in_the_future_nor_before_the_referral(db, as_):
    with allocated(datetime(2026, 6, 1, 12, 0, tzinfo=UTC), timedelta(hours=1)) as (cast, referral):
        nurse = as_(cast.nurse)
        future = take(nurse, referral, "first-contact", **said(1, 6, "3pm"))
        assert future.status_code == 422
        assert "The time is in the future. Enter when it happened." in words(future)
        early = take(nurse, referral, "first-contact", **said(1, 6, "11:30"))
        assert early.status_code == 422
        assert "The time is before the referral was received." in words(early)
        assert contact(referral) is None


def test_the_minute_of_receipt_is_not_before_it(db, as_):
    with allocated(datetime(2026, 6, 1, 12, 0, 10, tzinfo=UTC), timedelta(minutes=10)) as (cast, referral):
        done(take(as_(cast.nurse), referral, "first-contact", **said(1, 6, "12:50")))
        assert contact(referral) == referral.received_at


def test_a_time_that_the_spring_night_skipped_is_refused_in_words(db, as_):
    with allocated(SPRING, EVENING) as (cast, referral):
        refused = take(as_(cast.nurse), referral, "first-contact", **said(29, 3, "1:30am"))
        assert refused.status_code == 422
        assert "1:30am did not happen on 29 March 2026: the clocks went forward" in words(refused)
        done(take(as_(cast.nurse), referral, "first-contact", **said(29, 3, "2:30am")))
        assert contact(referral) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_the_autumn_night_repeats_asks_which(db, as_):
    with allocated(AUTUMN, EVENING) as (cast, referral):
        nurse = as_(cast.nurse)
        asked = take(nurse, referral, "first-contact", **said(25, 10, "1:30am"))
        assert asked.status_code == 422
        assert "1:30am happened twice on 25 October 2026. Select which one" in words(asked)
        assert "The second, after the clocks went back" in words(asked)
        done(take(nurse, referral, "first-contact", **said(25, 10, "1:30am", which="second")))
        assert contact(referral) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_first_of_the_two_is_an_hour_earlier(db, as_):
    with allocated(AUTUMN, EVENING) as (cast, referral):
        done(take(as_(cast.nurse), referral, "first-contact", **said(25, 10, "1:30am", which="first")))
        assert contact(referral) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_during_the_repeated_hour_the_form_knows_which_it_is(db, as_):
    second_time = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)
    with allocated(second_time, timedelta(hours=1)) as (cast, referral):
        page = as_(cast.nurse).get(f"/referrals/{referral.pk}/first-contact/").content.decode()
        assert 'value="second" checked' in " ".join(page.split())


def test_the_contact_after_reopening_cannot_be_before_it(db, as_):
    with time_machine.travel(datetime(2026, 6, 1, 9, 0, tzinfo=UTC)):
        cast = Cast()
        referral = make_referral(cast, Status.COMPLETED, ago=timedelta(hours=3))
    with time_machine.travel(datetime(2026, 6, 1, 12, 0, tzinfo=UTC)):
        actions.reopen(referral_id=referral.pk, by=cast.nurse, reason="Fell again.")
        refused = take(as_(cast.nurse), referral, "first-contact", **said(1, 6, "11am"))
        assert refused.status_code == 422
        assert "before the referral was reopened" in words(refused)
