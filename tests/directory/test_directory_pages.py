"""The pages of the directory, as somebody signed in sees them."""

import csv
import io
import re
from datetime import date

import pytest
import time_machine

from accounts.loading import load_roles
from directory.models import Service
from tests.accounts import builders as people
from tests.directory.builders import moment, service

pytestmark = pytest.mark.django_db
NOON = moment(2026, 11, 23, 12)
ACTING = 1


@pytest.fixture
def gp(client, reference_data):
    """A GP's browser, signed in at noon on a Monday."""
    with time_machine.travel(NOON, tick=False):
        load_roles()
        user = people.person()
        people.grant(user, "referrer", people.organisation("A practice"))
        client.force_login(user)
        yield client


def names(response):
    """The services listed, in order."""
    return re.findall(r"<a data-open href=[^>]+>([^<]+)</a>", response.text)


def test_every_current_service_is_listed_with_whether_it_is_open(gp):
    response = gp.get("/directory/")
    page = response.text
    assert len(names(response)) == Service.objects.in_force(NOON.date()).count()
    assert "Older Persons Unit" not in page
    assert "Open now until 8pm" in page
    assert "Opens 8pm" in page


def test_the_list_can_be_narrowed_by_place_need_urgency_and_opening(gp):
    crisis_in_rutland = gp.get("/directory/?place=rutland&need=frailty&urgency=crisis")
    assert names(crisis_in_rutland) == ["Crisis response, Rutland", "Night nursing"]
    open_now = gp.get("/directory/?place=rutland&need=frailty&urgency=crisis&open_now=on")
    assert names(open_now) == ["Crisis response, Rutland"]


def test_the_list_is_sorted_by_the_column_asked_for_and_back(gp):
    up, down = names(gp.get("/directory/?sort=organisation")), names(gp.get("/directory/?sort=-organisation"))
    assert up == down[::-1]
    response = gp.get("/directory/?sort=-name&place=leicester")
    assert names(response) == sorted(names(response), reverse=True)
    assert 'aria-sort="descending"><a class="app-table__sort" href="?sort=name&amp;place=leicester"' in response.text
    assert names(gp.get("/directory/?sort=nonsense")) == sorted(names(gp.get("/directory/")))


def test_a_filter_that_does_not_exist_is_said_and_narrows_nothing(gp):
    response = gp.get("/directory/?need=magic")
    assert response.status_code == 200
    assert len(names(response)) > 20
    assert "Choose need from the list" in response.text


def test_nothing_matching_says_what_to_do(gp):
    page = gp.get("/directory/?place=rutland&need=falls&urgency=routine").text
    if "No service matches" not in page:
        page = gp.get("/directory/?place=rutland&need=housing&urgency=crisis").text
    assert "No service matches all of these filters" in page


def test_the_list_is_also_a_file_with_the_same_filters(gp):
    Service.objects.filter(slug="night-nursing").update(name="=Night nursing")
    response = gp.get("/directory/services.csv?place=rutland&urgency=crisis")
    rows = list(csv.reader(io.StringIO(response.text)))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["Service", "Kind", "Run by", "Area", "Urgencies", "Open", "Phone"]
    assert "'=Night nursing" in [row[0] for row in rows]


def test_the_list_asks_a_handful_of_questions_however_long(gp, django_assert_num_queries):
    gp.get("/directory/")
    with django_assert_num_queries(ACTING + 4):
        gp.get("/directory/")


def test_one_service_says_what_it_takes_when_and_how_fast(gp):
    page = gp.get("/directory/urgent-community-response-leicestershire/").text
    assert "Open now until 10pm" in page
    assert "18 and over" in page
    assert "is aged 18 or over" in page
    assert "needs a 999 ambulance now" in page
    assert "8am to 10pm" in page
    assert "2 hours" in page
    assert "National urgent community response standard" in page
    assert "Urgent response, Charnwood" in page
    assert "Integrated crisis response service" in page


def test_one_service_asks_a_handful_of_questions(gp, django_assert_num_queries):
    gp.get("/directory/community-nursing/")
    with django_assert_num_queries(ACTING + 8):
        gp.get("/directory/community-nursing/")


def test_a_service_that_ended_says_so_and_what_followed(gp):
    page = gp.get("/directory/integrated-crisis-response/").text
    assert "This service ended on 1 April 2022." in page
    assert "Urgent community response, Leicestershire" in page
    assert "Response standards in force" not in page


def test_a_service_that_is_yet_to_start_says_so(gp):
    service(slug="new", name="New service", valid_from=date(2027, 4, 1))
    assert "This service starts on 1 April 2027." in gp.get("/directory/new/").text


def test_a_service_without_team_hours_or_limits_still_has_a_page(gp):
    service(slug="bare", name="Bare service")
    page = gp.get("/directory/bare/").text
    assert "No team is recorded for this service." in page
    assert "Any age" in page
    assert "Anybody" in page
    assert "Closed" in page


def test_a_service_that_never_was_is_not_found(gp):
    assert gp.get("/directory/nothing-here/").status_code == 404


def test_names_are_escaped(gp):
    service(slug="odd", name="<b>Odd</b>", summary="<script>alert(1)</script>")
    page = gp.get("/directory/odd/").text
    assert "<script>alert(1)" not in page
    assert "<b>Odd</b>" not in page


@pytest.mark.parametrize("path", ["/directory/", "/directory/services.csv", "/directory/community-nursing/"])
def test_strangers_are_sent_to_sign_in(client, db, path):
    assert client.get(path).status_code in {302, 401}
