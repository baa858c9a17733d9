"""The dashboard: tiles that say what a board needs to know, and nothing that would give anybody away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bcf import reading
from bcf.charts.words import ASSURANCES, VARIATIONS
from bcf.models import Level, Observation, SetAside, Target
from bcf.periods import Period, label
from bcf.presenters.tiles import RESTATED, STANDS_OUT
from bcf.spc import Assurance, Variation
from directory.models import Area
from tests.bcf.web.pages import rows, source, tile, words
from tests.factories import directory, figures, people
from tests.factories.figures import months_back

STEADY = [(7, 10), (8, 10), (7, 10), (8, 10), (7, 10), (8, 10), (7, 10), (8, 10), (7, 10), (8, 10), (7, 10), (8, 10)]


def month(back: int) -> str:
    return label(Period.MONTH, months_back(back))


def test_a_tile_says_how_much_of_what_when_and_whether_that_changed(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(n * 10, d * 10) for n, d in [*STEADY, *STEADY]])

    said = tile(commissioner.get("/figures/"), "crisis_reached")

    assert "Crisis referrals reached in time 80.0%" in said
    assert f"{month(1)}: 80 of 100 crisis referrals with a result" in said
    assert "No real change" in said


def test_a_run_that_rises_gets_better_when_higher_is_better(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(50, 100)] * 10 + [(50 + at, 100) for at in range(1, 9)])
    figures.months("unmet_need", system, [(50, None)] * 10 + [(50 + at, None) for at in range(1, 9)])

    page = commissioner.get("/figures/")

    assert "Getting better" in tile(page, "crisis_reached")
    assert "Getting worse" in tile(page, "unmet_need")


def test_what_stands_out_comes_first_and_on_the_first_page(commissioner: Client, system: Area):
    rising = [50] * 10 + list(range(51, 59))
    figures.months("crisis_reached", system, [(number, 100) for number in rising])
    figures.months("unmet_need", system, [(number, None) for number in rising])
    figures.months("offers_accepted", system, [(n * 10, d * 10) for n, d in [*STEADY, *STEADY]])
    figures.months("referrals_received", system, [(number, None) for number in rising])
    figures.months("pathway_1", system, [(number, 100) for number in rising])

    said = words(commissioner.get("/figures/"))
    home = words(commissioner.get("/"))

    assert (
        "What stands out Getting worse Unmet need Getting better Crisis referrals reached in time "
        "Going up Referrals received Key figures"
    ) in said
    assert (
        f"Figures for Leicester, Leicestershire and Rutland, {month(1)} Getting worse 1 Getting better 1 Going" in home
    )
    assert "Nothing here waits for you" not in home


def test_every_finding_that_is_not_chance_can_stand_out():
    findings = {meaning for icon, (_, meaning) in VARIATIONS.items() if icon is not Variation.COMMON_CAUSE}

    assert set(STANDS_OUT) == findings | {ASSURANCES[Assurance.FAIL][0], RESTATED}


def test_a_target_that_will_be_missed_stands_out_once_there_are_points_enough(commissioner: Client, system: Area):
    goal = {"value": 99, "valid_from": months_back(40), "source": "Agreed.", "set_by_id": system.pk}
    for metric in ("crisis_reached", "offers_accepted"):
        Target.objects.create(metric=metric, **goal)
    figures.months("crisis_reached", system, [(75, 100), (76, 100)] * 7)
    figures.months("offers_accepted", system, [(75, 100), (76, 100)] * 6)

    page = commissioner.get("/figures/")

    assert "What stands out Target will be missed Crisis referrals reached in time Key figures" in words(page)
    assert "Target 99.0%: too early to tell" in tile(page, "offers_accepted")


def test_when_nothing_stands_out_it_says_so(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(n * 10, d * 10) for n, d in STEADY])

    page = commissioner.get("/figures/")

    assert "What stands out Nothing: no figure shows more than chance. Key figures" in words(page)
    assert "Too early to tell" in tile(page, "crisis_reached")
    assert "Nothing stands out" in words(commissioner.get("/"))


def test_home_first_stands_under_its_own_heading(commissioner: Client, system: Area):
    figures.months("delay_of_all", system, [(27, 11), (31, 20)])
    figures.months("pathway_1", system, [(12, 20), (13, 20)])

    page = commissioner.get("/figures/")
    more, home_first = words(page).rpartition("More figures")[2].split("Home First", 1)

    assert "Mean days of delay" not in more
    assert "1.55 days" in home_first
    assert f"{month(1)}: 31 days over 20 people who were ready and left hospital" in tile(page, "delay_of_all")
    assert "pathway 1" in home_first.split("Home First in detail")[1]


def test_the_target_of_the_day_stands_beside_the_figure(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(n * 10, d * 10) for n, d in [*STEADY, *STEADY]])
    Target.objects.create(
        metric="crisis_reached", value=40, valid_from=months_back(40), source="Agreed.", set_by_id=system.pk
    )

    assert "Target 40.0%: will be met" in tile(commissioner.get("/figures/"), "crisis_reached")


def test_the_running_month_is_told_apart_from_the_last_complete_one(commissioner: Client, system: Area):
    figures.months("referrals_received", system, [(31, None), (47, None)])
    figures.figure("referrals_received", system, months_back(0), 12)

    said = tile(commissioner.get("/figures/"), "referrals_received")

    assert f"Referrals received 47 {month(1)}" in said
    assert f"{month(0)} so far: 12" in said


def test_a_restated_figure_says_what_it_was_and_why(commissioner: Client, system: Area):
    changed = timezone.localdate() - timedelta(days=1)
    old = figures.figure("crisis_reached", system, months_back(1), 30, 100)
    Observation.objects.filter(pk=old.pk).update(known_to=changed)
    fields = {"restated": True, "reason": "A step was undone", "known_from": changed}
    figures.figure("crisis_reached", system, months_back(1), 11, 100, **fields)

    said = tile(commissioner.get("/figures/"), "crisis_reached")

    assert "11.0%" in said
    assert "until then it was 30.0%. A step was undone." in said
    assert "What stands out Restated Crisis referrals reached in time Key" in words(commissioner.get("/figures/"))


def test_the_past_is_shown_as_it_was_known(commissioner: Client, system: Area):
    changed = timezone.localdate() - timedelta(days=1)
    old = figures.figure("crisis_reached", system, months_back(1), 30, 100)
    Observation.objects.filter(pk=old.pk).update(known_to=changed)
    figures.figure("crisis_reached", system, months_back(1), 11, 100, known_from=changed)

    page = commissioner.get(f"/figures/?known_on={changed - timedelta(days=1)}")

    assert "30.0%" in tile(page, "crisis_reached")
    assert "As known on" in words(page)
    assert "data-live" not in source(page)


@pytest.mark.parametrize("finest", ["", Period.QUARTER])
def test_a_small_number_is_said_to_be_hidden_and_nowhere_in_the_page(commissioner: Client, system: Area, finest: str):
    figures.months("referrals_received", system, [(6003, None), (6003, None), (6003, None)], finest=finest)
    figures.figure("referrals_received", system, months_back(0), 6003, finest=finest)

    page = commissioner.get("/figures/")

    assert f"Not shown {month(1)}: fewer than 5, or hidden to protect a small number" in tile(
        page, "referrals_received"
    )
    assert "6003" not in source(page)
    assert "6,003" not in source(page)


def test_a_portal_that_has_counted_nothing_says_so(commissioner: Client):
    page = commissioner.get("/figures/")

    assert "No figures for a complete month yet" in words(page)
    assert "No figures yet" in tile(page, "crisis_reached")
    assert "What stands out" not in words(page)
    assert "Nothing here waits for you" in words(commissioner.get("/"))


def test_events_that_could_not_be_counted_are_told(commissioner: Client):
    now = timezone.now()
    SetAside.objects.create(event_id=1, kind="referral.submitted", error="KeyError", try_again_at=now)

    assert "1 event could not be counted and is set aside" in words(commissioner.get("/figures/"))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("where=place.nowhere", "Choose an area or service from the list"),
        ("where=service.leicester", "Choose an area or service from the list"),
        ("where=%00%ff", "Choose an area or service from the list"),
        ("period=fortnight", "Choose day, week, month or quarter"),
        ("period=year", "Choose day, week, month or quarter"),
        ("known_on=2999-01-01", "Choose today or a day in the past"),
        ("known_on=0001-01-01", "Choose a day from 2000 on"),
        ("known_on=yesterday", "Enter a real date"),
        ("known_on=2026-02-30", "Enter a real date"),
    ],
)
@pytest.mark.parametrize("path", ["/figures/", "/figures/figures.csv", "/figures/crisis_reached/"])
def test_an_address_that_cannot_be_read_says_so_and_shows_the_usual(
    commissioner: Client, system: Area, path: str, asked: str, answer: str
):
    figures.months("crisis_reached", system, [(71, 100)])

    page = commissioner.get(f"{path}?{asked}")

    assert page.status_code == 422
    assert answer in words(page)
    assert "71.0%" in words(page)


def test_the_page_takes_few_statements(commissioner: Client, system: Area, django_assert_max_num_queries):
    for key in ("crisis_reached", "referrals_received", "handoffs"):
        figures.months(key, system, [(n * 10, d * 10) for n, d in STEADY], restated=True, reason="Counted anew")

    with django_assert_max_num_queries(8):
        commissioner.get("/figures/")


class TestLive:
    """The part that refreshes itself."""

    def path(self, system: Area) -> str:
        return f"/figures/live/system/{system.slug}/{system.pk}/?period=month"

    def ask(self, client: Client, system: Area, etag: str = ""):
        return client.get(self.path(system), headers={"X-Live": "1"} | ({"If-None-Match": etag} if etag else {}))

    def test_is_what_the_page_asks_for(self, commissioner: Client, system: Area):
        assert self.path(system).replace("&", "&amp;") in commissioner.get("/figures/").content.decode()

    def test_shows_a_changed_number(self, commissioner: Client, system: Area):
        figures.figure("referrals_received", system, months_back(1), 50)
        running = figures.figure("referrals_received", system, months_back(0), 12)
        first = self.ask(commissioner, system)
        Observation.objects.filter(pk=running.pk).update(numerator=13, value=13)

        second = self.ask(commissioner, system, first["ETag"])

        assert "so far: 12" in tile(first, "referrals_received")
        assert second.status_code == 200
        assert "so far: 13" in tile(second, "referrals_received")

    def test_answers_not_changed_in_four_statements(
        self, commissioner: Client, system: Area, django_assert_max_num_queries
    ):
        figures.months("crisis_reached", system, STEADY, restated=True, reason="Counted anew")
        etag = self.ask(commissioner, system)["ETag"]

        with django_assert_max_num_queries(4):
            again = self.ask(commissioner, system, etag)

        assert (again.status_code, again.content) == (304, b"")

    def test_figures_that_did_not_change_are_not_read_again(
        self, commissioner: Client, system: Area, monkeypatch: pytest.MonkeyPatch
    ):
        figures.months("crisis_reached", system, STEADY)
        running = figures.figure("crisis_reached", system, months_back(0), 12, 15)
        first, read = self.ask(commissioner, system), []
        marked = reading.Wanted.marked
        monkeypatch.setattr(reading.Wanted, "marked", lambda wanted: read.append(wanted) or marked(wanted))

        assert (self.ask(commissioner, system).content, read) == (first.content, [])
        Observation.objects.filter(pk=running.pk).update(numerator=13)
        assert self.ask(commissioner, system).content != first.content
        assert len(read) == 1
        Observation.objects.filter(pk=running.pk).update(numerator=12)
        assert (self.ask(commissioner, system).content, len(read)) == (first.content, 1)

    def test_a_hidden_number_that_changes_changes_nothing(self, commissioner: Client, system: Area):
        hidden = figures.figure("referrals_received", system, months_back(0), 3, finest="")
        figures.figure("referrals_received", system, months_back(1), 3, finest="")
        etag = self.ask(commissioner, system)["ETag"]
        Observation.objects.filter(pk=hidden.pk).update(
            numerator=4, value=4, restated=True, reason="A step was undone", known_from=timezone.localdate()
        )

        assert self.ask(commissioner, system, etag).status_code == 304

    def test_a_new_target_changes_it(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, STEADY)
        etag = self.ask(commissioner, system)["ETag"]
        Target.objects.create(
            metric="crisis_reached", value=40, valid_from=months_back(40), source="Agreed.", set_by_id=system.pk
        )

        assert self.ask(commissioner, system, etag).status_code == 200

    @pytest.mark.parametrize("path", ["street/llr/{0}/?period=month", "system/llr/{0}/", "system/llr/{0}/?period=year"])
    def test_an_address_that_no_page_wrote_is_not_found(self, commissioner: Client, system: Area, path: str):
        assert commissioner.get("/figures/live/" + path.format(system.pk)).status_code == 404

    def test_what_was_drawn_for_one_address_is_not_shown_at_another(self, commissioner: Client, system: Area):
        """Both show no figures, and are kept by what they show."""
        first, second = (
            commissioner.get(f"/figures/live/{at}/{system.pk}/?period=month") for at in ("place/x", "place/y")
        )

        assert "where=place.x" in first.content.decode()
        assert "where=place.x" not in second.content.decode()

    def test_a_figure_restated_to_the_same_value_on_another_day_changes_it(self, commissioner: Client, system: Area):
        again = figures.figure("referrals_received", system, months_back(1), 12, restated=True, reason="Counted anew")
        etag = self.ask(commissioner, system)["ETag"]
        Observation.objects.filter(pk=again.pk).update(known_from=timezone.localdate() - timedelta(days=3))

        assert self.ask(commissioner, system, etag).status_code == 200

    def test_another_levels_id_shows_nothing(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, STEADY)

        page = commissioner.get(f"/figures/live/place/x/{system.pk}/?period=month")

        assert "No figures yet" in tile(page, "crisis_reached")


class TestFile:
    """The tiles for a spreadsheet."""

    def test_has_the_numbers_with_their_status_and_version(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, [(45, 60), (48, 60)])

        table = rows(commissioner.get("/figures/figures.csv"))
        mine = [dict(zip(table[0], row, strict=False)) for row in table if row[0] == "Crisis referrals reached in time"]

        assert [row["Value"] for row in mine] == ["80.0", ""]
        assert mine[0]["Numerator"] == "48"
        assert mine[0]["Definition version"] == "1"
        assert mine[0]["As known on"] == timezone.localdate().isoformat()

    def test_marks_what_is_hidden_and_explains_the_mark(self, commissioner: Client, system: Area):
        figures.months("referrals_received", system, [(6003, None)], finest="")

        body = commissioner.get("/figures/figures.csv").content.decode()

        assert "6003" not in body
        assert ",*," in body
        assert body.splitlines()[-1].startswith('"* means fewer than 5')


def test_a_clinician_is_told_that_this_is_not_theirs(client: Client, system: Area):
    people.sign_in(client, "triage_clinician")

    assert client.get("/figures/").status_code == 403


def test_a_small_area_says_what_it_is(commissioner: Client):
    rutland = directory.area("rutland-small", level=Level.NEIGHBOURHOOD, name="Rutland")

    page = commissioner.get(f"/figures/?where=neighbourhood.{rutland.slug}")

    assert "Figures for Rutland (neighbourhood)" in words(page)
