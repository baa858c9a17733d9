"""The planner agrees with queueing theory, counts demand as it was, and runs again to the same result."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import Invalid, NotPermitted
from audit.models import Event
from directory.codes import ServiceKind
from homefirst import tasks
from homefirst.actions import plans
from homefirst.models import PlanRun
from homefirst.planner import running
from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import History, count_history
from homefirst.planner.model import fewest_enough, simulate, year
from homefirst.states import PlanStatus
from homefirst.steps import NotFound
from referrals import actions
from referrals.models import Referral, ReferralOffer
from tests.factories import directory, people
from tests.factories.homefirst_planner import FEW, SMALL, ask
from tests.factories.referrals import Cast, make_referral, minutes_ago, waitlisted

MEAN_STAY, A_DAY = 8.0, 5.0
LOAD = MEAN_STAY * A_DAY


def poisson(mean: float, days: int) -> list[int]:
    """A history whose days have the shares of a Poisson distribution, exactly."""
    counts: list[int] = []
    for many in range(40):
        share = math.exp(-mean) * mean**many / math.factorial(many)
        counts += [many] * round(share * days)
    return counts[:days] + [round(mean)] * (days - len(counts))


def theory(requests: float = A_DAY, stay: float = MEAN_STAY) -> History:
    """Poisson requests, exponential stays: what Erlang assumed."""
    per_weekday = poisson(requests, 2000)
    quantiles = [max(0.01, -stay * math.log(1 - (n + 0.5) / 4000)) for n in range(4000)]
    days = [count for count in per_weekday for _ in range(7)]
    return History(first=date(2024, 1, 1), requests=tuple(days), stays=tuple((one, 1) for one in quantiles), waited=0)


def erlang_b(load: float, places: int) -> float:
    blocked = 1.0
    for n in range(1, places + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, places: int) -> float:
    blocked = erlang_b(load, places)
    return blocked / (1 - load / places * (1 - blocked))


class TestTheory:
    @pytest.mark.parametrize("places", [36, 42, 48])
    def test_without_patience_it_is_erlang_b(self, places):
        """The chance to be refused within one percentage point, occupancy within one and a half."""
        asked = Assumptions(fewest=places, most=places, patience_days=0, replications=12, days=700)
        (row,) = simulate(theory(), asked, seed=1)["rows"]
        expected = erlang_b(LOAD, places)
        assert row["refused"][0] == row["full"][0] == pytest.approx(100 * expected, abs=1.0)
        assert row["occupancy"][0] == pytest.approx(100 * LOAD * (1 - expected) / places, abs=1.5)
        assert row["wait_hours"] == [0, 0, 0]

    @pytest.mark.parametrize("places", [46, 50])
    def test_with_endless_patience_it_is_erlang_c(self, places):
        """The chance to wait within three percentage points, the mean wait within a quarter."""
        asked = Assumptions(fewest=places, most=places, patience_days=10_000, replications=16, days=1000)
        (row,) = simulate(theory(), asked, seed=2)["rows"]
        chance = erlang_c(LOAD, places)
        hours = 24 * chance * MEAN_STAY / (places - LOAD)
        assert row["full"][0] == pytest.approx(100 * chance, abs=3.0)
        assert row["wait_hours"][0] == pytest.approx(hours, rel=0.25)
        assert row["refused"] == [0, 0, 0]

    def test_more_demand_is_as_much_more_load(self):
        asked = Assumptions(fewest=60, most=60, patience_days=0, demand_percent=150, replications=10, days=700)
        (row,) = simulate(theory(), asked, seed=3)["rows"]
        assert row["refused"][0] == pytest.approx(100 * erlang_b(1.5 * LOAD, 60), abs=1.2)


class TestModel:
    def test_the_same_seed_and_history_give_the_same_result(self):
        assert simulate(SMALL, FEW, seed=7) == simulate(SMALL, FEW, seed=7)
        assert simulate(SMALL, FEW, seed=7) != simulate(SMALL, FEW, seed=8)

    def test_a_kept_history_gives_the_same_result(self):
        assert simulate(History.from_json(SMALL.as_json()), FEW, seed=7) == simulate(SMALL, FEW, seed=7)

    def test_more_places_never_refuse_more(self):
        rows = simulate(SMALL, Assumptions(fewest=4, most=20, replications=5, days=200), seed=1)["rows"]
        refused = [row["refused"][0] for row in rows]
        assert refused == sorted(refused, reverse=True)
        assert all(low <= mean <= high for row in rows for mean, low, high in (row["full"], row["occupancy"]))

    def test_three_people_two_places(self):
        """By hand: the third comes while both places are taken, and half a day later the first leaves."""
        visits = [(0.0, 1.0), (0.25, 2.0), (0.5, 1.0)]
        waits = Assumptions(fewest=2, most=2, patience_days=1, days=10, warm_up_days=0)
        assert year(visits, 2, waits) == pytest.approx((100 / 3, 0, 4, 100 * 4 / 20))
        nobody_waits = Assumptions(fewest=2, most=2, patience_days=0.4, days=10, warm_up_days=0)
        assert year(visits, 2, nobody_waits) == pytest.approx((100 / 3, 100 / 3, 0, 100 * 3 / 20))

    def test_nobody_asks(self):
        nobody = History(first=date(2026, 1, 1), requests=(0,) * 14, stays=((1.0, 1),), waited=0)
        (row,) = simulate(nobody, Assumptions(fewest=1, most=1, replications=2, days=5), seed=1)["rows"]
        assert row["full"] == row["occupancy"] == [0, 0, 0]

    def test_the_fewest_that_are_enough(self):
        rows = [{"places": n, "refused": [refused, 0, 9]} for n, refused in ((47, 4.0), (48, 1.0), (49, 0.2))]
        assert (fewest_enough(rows, 1), fewest_enough(rows, 5), fewest_enough(rows, 0.1)) == (48, 47, None)

    def test_weekdays_keep_their_own_demand(self):
        assert SMALL.first.strftime("%A") == "Thursday"
        assert set(SMALL.of_weekday(3)) == {2}
        assert set(SMALL.of_weekday(2)) == {4}

    def test_the_usual_question_takes_seconds(self):
        import time

        began = time.process_time()
        simulate(theory(), Assumptions(), seed=1)
        assert time.process_time() - began < 20


@pytest.fixture
def ward(db):
    cast = Cast()
    for service in (cast.service, cast.other_service):
        type(service).objects.filter(pk=service.pk).update(kind=ServiceKind.VIRTUAL_WARD)
    return cast


class TestHistory:
    def test_requests_are_counted_once_a_person_and_waiting_ones_too(self, ward):
        make_referral(ward, "in_service")
        waitlisted(ward)
        declined = make_referral(ward, "offered")
        actions.decline_offer(
            referral_id=declined.pk,
            offer_id=declined.offers.get().pk,
            by=ward.nurse,
            criterion=ward.service.criteria.get(code="adult"),
        )
        twice = make_referral(ward, "accepted")
        both = [ward.service.pk, ward.other_service.pk]
        actions.make_offers(referral_id=twice.pk, by=ward.clinician, services=both)
        ReferralOffer.objects.update(requested_at=timezone.now() - timedelta(days=3))
        history = count_history(timezone.now())
        assert sum(history.requests) == 3
        assert history.requests[-3] == 3
        assert history.waited == 1
        assert len(history.requests) == 365

    def test_stays_run_from_the_first_contact_to_the_end(self, ward):
        done = make_referral(ward, "completed", ago=timedelta(days=9))
        make_referral(ward, "in_service")
        now = timezone.now()
        Referral.objects.filter(pk=done.pk).update(
            first_contact_at=now - timedelta(days=5, hours=12), closed_at=now - timedelta(hours=12)
        )
        assert count_history(now).stays == ((5.0, 1),)

    def test_other_services_do_not_count(self, ward):
        type(ward.service).objects.update(kind=ServiceKind.COMMUNITY_NURSING)
        make_referral(ward, "completed", ago=timedelta(days=2))
        history = count_history(timezone.now())
        assert (sum(history.requests), history.stays) == (0, ())

    def test_days_are_londons(self, ward):
        make_referral(ward, "offered")
        summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
        ReferralOffer.objects.update(requested_at=summer)
        history = count_history(datetime(2026, 7, 10, 12, tzinfo=UTC))
        assert history.first + timedelta(days=history.requests.index(1)) == date(2026, 7, 2)


@pytest.fixture
def planner(db):
    return people.actor("commissioner")


class TestRuns:
    def test_from_the_question_to_the_result(self, planner):
        plan = ask(planner)
        assert (plan.status, plan.progress) == (PlanStatus.QUEUED, 0)
        tasks.run_plan(str(plan.pk))
        plan.refresh_from_db()
        assert (plan.status, plan.progress, len(plan.result["rows"])) == (PlanStatus.DONE, 100, 5)
        kinds = Event.objects.filter(subject_id=plan.pk).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["plan_run.asked.v1", "plan_run.started.v1", "plan_run.finished.v1"]

    def test_run_again_it_says_the_same(self, planner):
        first = ask(planner)
        running.run(first.pk)
        second = plans.run_plan_again(by=planner, plan_id=first.pk)
        running.run(second.pk)
        first.refresh_from_db()
        second.refresh_from_db()
        assert second.result == first.result
        assert (second.history, second.seed) == (first.history, first.seed)

    def test_twice_sent_it_runs_once(self, planner):
        plan = ask(planner)
        for _ in range(2):
            running.run(plan.pk)
        assert Event.objects.filter(kind="plan_run.started.v1").count() == 1

    def test_progress_is_in_the_row_while_it_runs(self, planner, monkeypatch):
        plan = ask(planner)
        seen = []

        def slow(history, assumptions, seed, told):
            for percent in (30, 100):
                told(percent)
                seen.append(PlanRun.objects.get(pk=plan.pk).progress)
            return simulate(history, assumptions, seed)

        monkeypatch.setattr(running, "simulate", slow)
        running.run(plan.pk)
        assert seen == [30, 99]

    @pytest.mark.parametrize(
        ("raised", "sentence"),
        [(Invalid("The history is odd."), "The history is odd."), (ZeroDivisionError(), "ZeroDivisionError")],
    )
    def test_a_failed_run_says_why(self, planner, monkeypatch, raised, sentence):
        def broken(*_):
            raise raised

        monkeypatch.setattr(running, "simulate", broken)
        plan = ask(planner)
        running.run(plan.pk)
        plan.refresh_from_db()
        assert plan.status == PlanStatus.FAILED
        assert sentence in plan.problem

    def test_a_run_whose_worker_stopped_is_not_left_running(self, planner):
        plan = ask(planner)
        plans.start_plan(by=running.PLANNER, plan_id=plan.pk)
        assert running.planner_keep_up(timezone.now()) == 0
        assert running.planner_keep_up(timezone.now() + timedelta(minutes=11)) == 1
        plan.refresh_from_db()
        assert (plan.status, plan.problem) == (PlanStatus.FAILED, running.STOPPED)
        running._give_up(plan.pk)

    def test_a_late_result_of_a_given_up_run_is_left_alone(self, planner, monkeypatch):
        plan = ask(planner)

        def given_up(history, assumptions, seed, told):
            plans.fail_plan(by=ESCALATION, plan_id=plan.pk, problem="Given up")
            return simulate(history, assumptions, seed)

        monkeypatch.setattr(running, "simulate", given_up)
        running.run(plan.pk)
        plan.refresh_from_db()
        assert (plan.status, plan.result) == (PlanStatus.FAILED, None)

    def test_what_no_worker_took_is_sent_again_once_a_minute(self, planner, monkeypatch):
        plan, sent = ask(planner), []
        monkeypatch.setattr(running, "send", sent.append)
        now = timezone.now()
        for minutes in (0, 2, 2, 4):
            running.planner_keep_up(now + timedelta(minutes=minutes))
        assert sent == [plan.pk] * 2

    @pytest.mark.django_db(transaction=True)
    def test_a_broker_that_is_away_loses_nothing(self, planner, monkeypatch):
        from kombu.exceptions import OperationalError

        def away(*_, **__):
            raise OperationalError

        monkeypatch.setattr(tasks.run_plan, "apply_async", away)
        plan = ask(planner)
        running.send(plan.pk)
        assert PlanRun.objects.get().status == PlanStatus.QUEUED

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"fewest": 0}, "fewest"),
            ({"fewest": 50, "most": 49}, "most"),
            ({"most": 200}, "most"),
            ({"demand_percent": 0}, "demand_percent"),
            ({"patience_days": -1}, "patience_days"),
            ({"refused_at_most": 101}, "refused_at_most"),
            ({"replications": 1}, "replications"),
            ({"replications": 100, "demand_percent": 5000}, "replications"),
        ],
    )
    def test_what_cannot_be_asked(self, planner, said, field):
        with pytest.raises(Invalid) as refusal:
            ask(planner, assumptions=Assumptions(**said))
        assert refusal.value.field == field

    def test_too_little_history_is_said(self, planner):
        with pytest.raises(Invalid, match="too few to plan with"):
            plans.ask_plan(by=planner, assumptions=FEW, seed=1)

    def test_only_planners_ask_and_see(self, planner):
        plan = ask(planner)
        nurse = people.actor("community_worker")
        with pytest.raises(NotPermitted):
            ask(nurse)
        with pytest.raises(NotPermitted):
            plans.run_plan_again(by=nurse, plan_id=plan.pk)
        assert not PlanRun.objects.visible_to(nurse).exists()
        with pytest.raises(NotFound):
            plans.run_plan_again(by=planner, plan_id=directory.organisation().pk)


def test_a_real_worker_runs_it(celery_worker):
    from stack.processes import wait_until

    plan = ask(people.actor("commissioner"))
    running.send(plan.pk)

    def over():
        return PlanRun.objects.get(pk=plan.pk).status == PlanStatus.DONE

    wait_until(over, celery_worker, seconds=300, stopping=lambda: None)
    assert minutes_ago(2) < PlanRun.objects.get(pk=plan.pk).finished_at
