"""Commissioners ask how many home places are needed, see how far the run is, and its answer: no person anywhere."""

import pytest

from homefirst.actions import plans
from homefirst.models import PlanRun
from homefirst.planner import running
from homefirst.presenters.planner import PlanPage
from homefirst.views import planner as views
from tests.factories import people
from tests.factories.homefirst_planner import FEW, SMALL, ask
from tests.referrals.web.pages import words

TYPED = {
    "fewest": "8", "most": "12", "demand_percent": "100", "patience_days": "0.5", "refused_at_most": "5",
    "replications": "4", "seed": "7",
}  # fmt: skip


@pytest.fixture
def planner(db):
    return people.actor("commissioner")


@pytest.fixture
def client(as_, planner):
    return as_(planner)


@pytest.fixture
def _known(monkeypatch):
    monkeypatch.setattr(plans, "count_history", lambda now: SMALL)
    monkeypatch.setattr(views, "send", lambda plan_id: None)


def test_the_form_begins_with_the_range_of_the_source(client):
    page = client.get("/planner/").content.decode()
    assert 'name="fewest" type="text" spellcheck="false" value="47"' in page or 'value="47"' in page
    assert 'value="74"' in page
    assert "Nobody has asked yet" in page


@pytest.mark.usefixtures("_known")
def test_asked_running_done_and_run_again(client, planner):
    asked = client.post("/planner/", TYPED)
    assert asked.status_code == 303
    plan = PlanRun.objects.get()
    assert (plan.seed, plan.assumptions["patience_days"]) == (7, 0.5)
    waiting = client.get(asked["Location"])
    assert "Waiting to run" in words(waiting)
    assert '<progress id="progress" max="100" value="0">' in waiting.content.decode()
    running.run(plan.pk)
    page = client.get(asked["Location"])
    said = words(page)
    assert 'data-chart="lines"' in page.content.decode()
    for part in ("Done", "What it assumes", "Places in use, %", "1.9 requests a day", "38 stays of 6.4 days"):
        assert part in said
    assert PlanPage(PlanRun.objects.get()).answer in said
    again = client.post(f"/planner/{plan.pk}/again/")
    assert again.status_code == 303
    assert PlanRun.objects.count() == 2
    assert "8 to 12 places" in words(client.get("/planner/"))


@pytest.mark.usefixtures("_known")
def test_a_seed_is_drawn_when_none_is_given(client):
    client.post("/planner/", TYPED | {"seed": ""})
    assert 0 <= PlanRun.objects.get().seed < 1_000_000


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"fewest": "many"}, "Enter a whole number, like 47"),
        ({"most": "7"}, "Enter at least as many places as the fewest"),
        ({"patience_days": ""}, "Enter a number"),
        ({"replications": "1"}, "Enter between 2 and 100."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client, said, sentence):
    page = client.post("/planner/", TYPED | said | {"seed": "4242"})
    assert page.status_code == 422
    assert sentence in words(page)
    assert 'value="4242"' in page.content.decode()
    assert not PlanRun.objects.exists()


def test_too_little_history_is_said(client):
    page = client.post("/planner/", TYPED)
    assert page.status_code == 422
    assert "too few to plan with" in words(page)


def test_a_failed_run_says_why(client, planner):
    plan = ask(planner)
    plans.start_plan(by=running.PLANNER, plan_id=plan.pk)
    plans.fail_plan(by=running.PLANNER, plan_id=plan.pk, problem=running.STOPPED)
    for address in ("/planner/", f"/planner/{plan.pk}/"):
        assert running.STOPPED in words(client.get(address))
    assert client.get(f"/planner/{plan.pk}/results.csv").status_code == 200


def test_the_file_and_the_fragment(client, planner):
    plan = ask(planner)
    running.run(plan.pk)
    lines = client.get(f"/planner/{plan.pk}/results.csv").content.decode().splitlines()
    assert len(lines) == 6
    assert lines[1].startswith("8,")
    fragment = client.get(f"/planner/{plan.pk}/rows/", headers={"X-Live": "1"}).content.decode()
    assert "<main" not in fragment
    assert "Enough" in fragment or "None of them is enough" in fragment


@pytest.mark.parametrize(("limit", "sentence"), [(100.0, "It is the fewest that was tried."), (0.0, "None of them")])
def test_the_answer_at_both_ends(planner, limit, sentence):
    from dataclasses import replace

    plan = ask(planner, assumptions=replace(FEW, refused_at_most=limit))
    running.run(plan.pk)
    plan.refresh_from_db()
    assert sentence in PlanPage(plan).answer


def test_running_again_what_is_too_little_says_so(client, planner, monkeypatch):
    plan = ask(planner)
    monkeypatch.setattr(plans, "LEAST_STAYS", 1000)
    page = client.post(f"/planner/{plan.pk}/again/")
    assert page.status_code == 422
    assert "too few to plan with" in words(page)


def test_few_statements(client, planner, django_assert_max_num_queries):
    for _ in range(3):
        running.run(ask(planner).pk)
    client.get("/planner/")
    with django_assert_max_num_queries(4):
        client.get("/planner/")


def test_nobody_else_comes_in(as_, planner):
    plan = ask(planner)
    nurse = as_(people.actor("community_worker"))
    for address in ("/planner/", f"/planner/{plan.pk}/", f"/planner/{plan.pk}/rows/"):
        assert nurse.get(address).status_code == 403


def test_an_unknown_run_is_not_found(client, planner):
    for name in ("", "rows/", "results.csv"):
        assert client.get(f"/planner/{planner.id}/{name}").status_code == 404
