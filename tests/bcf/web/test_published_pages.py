"""Published figures as a board sees them: both ratings, why they differ, what was known when, and what is hidden."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.bcf.test_imports import SHIPPED, WHY, bring, line
from tests.factories import directory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    directory.area("leicestershire")
    return people.actor("bcf_manager")


@pytest.fixture
def board(client, manager):
    call_command("import_figures", str(SHIPPED), verbosity=0)
    people.sign_in(client, "commissioner")


def read(client, name="published", *args, query=""):
    answer = client.get(reverse(name, args=args) + query)
    return answer, answer.content.decode()


def tile(page, key):
    return re.search(rf'data-key="{key}">(.*?)</article>', page, re.DOTALL)[1]


def test_the_six_tiles_of_the_board(client, board):
    _, page = read(client)
    assert page.count('class="app-tile"') == 6
    assert (
        page.index("National measures") < page.index("Local measures") < page.index("Emergency admissions for injuries")
    )
    tile_ = tile(page, "care_home_admissions")
    for said in ("630.2", "606.4", "23.8 above the target: worse", "#rag-red", "Provisional", "2016/17"):
        assert said in tile_
    assert "88%" in tile(page, "still_at_home")
    assert "3.8 percentage points above the target: better" in tile(page, "still_at_home")
    assert "Refreshing Leicestershire’s Integration Plan" in page


def test_amber_while_better_is_said_and_never_silent(client, board):
    _, page = read(client)
    said = tile(page, "non_elective_admissions")
    assert "#rag-amber" in said
    assert "#rag-green" in said
    assert (
        "Published as amber, although 714.78 is better than the target of 724.37 and the rule gives green. "
        "Reason not stated in the source." in said
    )
    assert page.count("Published as") == 1


def test_a_commissioner_is_offered_no_import(client, board):
    _, page = read(client)
    assert reverse("imports") not in page
    assert client.get(reverse("published")).status_code == 200


def test_as_known_on_a_day(client, manager, time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    bring(manager, line(88))
    time_machine.move_to("2026-06-03T12:00:00Z")
    bring(manager, line(86), reason=WHY)
    people.sign_in(client, "commissioner")
    _, page = read(client)
    assert "86%" in page
    assert f"<strong>Restated:</strong> {WHY}. It was 88%." in page
    _, page = read(client, query="?known_on=2026-06-02")
    assert "88%" in page
    assert "86%" not in page
    assert "As known on <strong>2 June 2026</strong>" in page
    _, page = read(client, query="?known_on=2026-05-31")
    assert "No published figures here" in page


def test_a_small_count_is_hidden_on_every_page_and_in_the_file(client, manager):
    bring(manager, line("36.36", counts="4,11", target="84.2", rag="RED"), line("41.41", period="2015/16"))
    people.sign_in(client, "commissioner")
    for name, args in (("published", ()), ("published_csv", ()), ("published_metric", ("still_at_home",))):
        answer, page = read(client, name, *args)
        assert "36.36" not in page
        assert "47.84" not in page
        assert not re.search(r"\b4 of 11\b|,4,11,", page)
        assert "36.36" not in str(answer.headers)
    _, page = read(client)
    assert "Not shown" in page
    _, page = read(client, "published_csv")
    assert ",*,*,*,84.2,RED,," in page


def test_all_that_was_known_of_one_measure(client, manager):
    bring(manager, line(88))
    bring(manager, line(86, counts="86,100"), reason=WHY)
    people.sign_in(client, "commissioner")
    _, page = read(client, "published_metric", "still_at_home")
    assert page.index("86%") < page.index("88%")
    assert "86 of 100" in page
    assert WHY in page
    assert read(client, "published_metric", "nothing")[0].status_code == 404
    assert "No figures" in read(client, "published_metric", "still_at_home", query="?area=zzz")[1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?area=nowhere", "Choose an area from the list"),
        ("?period=year.2016-99-99", "Choose a period from the list"),
        ("?known_on=yesterday", "Enter a real date"),
        ("?known_on=2999-01-01", "nobody knows later figures yet"),
    ],
)
def test_an_address_that_cannot_be_read_is_said_and_the_usual_is_shown(client, board, query, said):
    answer, page = read(client, query=query)
    assert answer.status_code == 422
    assert said in page
    assert "714.78" in page
    assert read(client, "published_csv", query=query)[0].status_code == 422


def test_a_figure_on_its_target_and_one_without(client, manager):
    rated = {"target": "88", "rag": "GREEN"}
    bring(manager, line(88, counts="1000,", **rated), line(70, metric="long_term_conditions", target="60"))
    people.sign_in(client, "commissioner")
    _, page = read(client)
    assert "On the target" in tile(page, "still_at_home")
    assert ": 1,000" in tile(page, "still_at_home")
    assert "<dd>None</dd>" in tile(page, "long_term_conditions")


def test_before_anything_is_imported(client, db):
    people.sign_in(client, "bcf_manager")
    assert "Nobody has imported any yet" in read(client)[1]
    assert read(client, "published_csv")[0].status_code == 200


def test_the_page_takes_few_statements(client, board, django_assert_max_num_queries):
    client.get(reverse("published"))
    with django_assert_max_num_queries(6):
        client.get(reverse("published"))
