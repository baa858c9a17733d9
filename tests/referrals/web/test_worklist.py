"""The triage worklist: counts that equal lists, an order that is true, nobody shown who must not be."""

import csv
import io
import itertools
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from audit.models import Access
from pages.downloads import cell
from patients.models import BreakGlass
from referrals import actions, worklist
from referrals.models import Referral
from referrals.states import Status
from referrals.views.worklist import Worklist
from tests.factories import directory, patients, people
from tests.factories.referrals import Cast, make_referral
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]

LISTS = ("", "new", "triage", "information", "service", "overdue", "mine", "unassigned", "out")
FILTERS = {
    "place": ("", "leicester", "rutland"),
    "service": ("", "urgent-response"),
    "urgency": ("", "crisis", "routine"),
    "source": ("", "gp", "ward"),
    "status": ("", "in_triage"),
    "assigned": ("", "me", "nobody"),
}


@pytest.fixture
def busy(cast):
    """One referral in every state, some late, some paused, two places, two channels."""
    directory.area("rutland")
    rutland = directory.practice(place="rutland", neighbourhood="oakham")
    for number, status in enumerate(Status):
        urgency = "crisis" if number % 2 else "routine"
        channel = "gp" if number % 3 else "ward"
        person = patients.patient(practice=rutland if number % 4 == 0 else cast.practice)
        ago = timedelta(minutes=50 if number % 3 else 2)
        make_referral(cast, status, patient=person, ago=ago, urgency_requested=urgency, channel=channel)
    make_referral(cast, ago=timedelta(minutes=40))
    return cast


def names(response) -> list[str]:
    return re.findall(r"data-open href=\"/referrals/([0-9a-f-]+)/\"", response.content.decode())


def tab_counts(response) -> list[int]:
    found = re.findall(r"app-tabs__count\">([\d,]+)<", response.content.decode())
    return [int(count.replace(",", "")) for count in found]


def test_every_count_equals_the_list_it_leads_to_under_every_filter(busy, as_):
    client = as_(busy.clinician)
    tried = 0
    for values in itertools.product(*FILTERS.values()):
        if sum(bool(value) for value in values) > 2:
            continue
        query = {name: value for name, value in zip(FILTERS, values, strict=True) if value}
        counts = tab_counts(client.get("/worklist/rows/", query))
        listed = _ids_by_list(client, busy.clinician, query)
        assert counts == [len(ids) for ids in listed], query
        tried += 1
    assert tried > 40


def _ids_by_list(client, actor, query) -> list[set]:
    """What each list really holds: read from the pages for a few filters, else from the lists' own rows."""
    if not query:
        return [set(names(client.get("/worklist/rows/", {"list": one}))) for one in LISTS]
    found = []
    for one in LISTS:
        request = RequestFactory().get("/worklist/", query | {"list": one})
        request.actor = actor
        found.append(set(Worklist(request).rows.values_list("pk", flat=True)))
    return found


def test_overdue_holds_exactly_those_whose_clock_says_overdue(busy, as_):
    client = as_(busy.clinician)
    overdue = set(names(client.get("/worklist/rows/", {"list": "overdue"})))
    page = client.get("/worklist/rows/").content.decode()
    rows = re.findall(r"<tr data-row.*?</tr>", page, flags=re.DOTALL)
    said = {re.search(r"/referrals/([0-9a-f-]+)/", row).group(1) for row in rows if "Overdue by" in row}
    assert overdue == said
    assert overdue


def test_it_is_ordered_by_time_left_and_pages_follow_each_other_without_gap_or_repeat(cast, as_, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 3)
    made = [make_referral(cast, ago=timedelta(minutes=minutes)) for minutes in (1, 9, 5, 5, 3, 7, 8)]
    Referral.objects.filter(pk__in=[one.pk for one in made[:2]]).update(next_due_at=None, next_clock="")
    wanted = [str(pk) for pk in _in_order()]
    client = as_(cast.clinician)
    seen, pages, path = [], [], "/worklist/"
    while path:
        page = client.get(path)
        pages.append(names(page))
        seen += pages[-1]
        path = _link(page, "next")
    assert seen == wanted
    assert [len(page) for page in pages] == [3, 3, 1]
    back = _link(page, "prev")
    assert names(client.get(back)) == pages[1]
    first = client.get(_link(client.get(back), "prev"))
    assert names(first) == pages[0]
    assert _link(first, "prev") is None


def _in_order():
    rows = Referral.objects.values_list("next_due_at", "pk")
    never = timezone.now() + timedelta(days=999)
    return [pk for due, pk in sorted(rows, key=lambda row: (row[0] or never, row[1]))]


def _link(page, rel) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.content.decode())
    return f"/worklist/{found.group(1).replace('&amp;', '&')}" if found else None


@pytest.mark.parametrize(
    "query",
    [
        {"place": "atlantis"}, {"urgency": "\x00"}, {"service": "'; drop table"}, {"list": "nonsense"},
        {"after": "yesterday~x"}, {"before": "~"}, {"after": f"2026-11-22T05:00:00~{UUID(int=0)}"},
        {"assigned": "everybody"}, {"status": "completed"}, {"source": "😀"}, {"after": "\x00"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_gets_words_and_the_rest_of_the_list(cast, as_, query):
    referral = make_referral(cast)
    page = as_(cast.clinician).get("/worklist/", query)
    assert page.status_code == 200
    assert "The rest of what you asked for is shown." in words(page)
    assert names(page) == [str(referral.pk)]


def test_filters_stay_in_every_link(busy, as_):
    page = as_(busy.clinician).get("/worklist/", {"place": "leicester", "list": "new"}).content.decode()
    tabs = re.findall(r'<li><a href="([^"]+)"', page)
    assert all("place=leicester" in tab for tab in tabs if tab.startswith("?"))
    assert 'name="list" value="new"' in page
    assert '<option value="leicester" selected>' in page


def test_another_point_of_access_sees_nothing_of_ours(busy, as_):
    elsewhere = people.actor("triage_clinician")
    page = as_(elsewhere).get("/worklist/")
    assert tab_counts(page) == [0] * len(LISTS)


def test_a_restricted_person_is_not_named_until_the_record_is_opened(cast, as_):
    referral = make_referral(cast, need="Mrs Hidden fell.")
    person = referral.patient
    type(person).objects.filter(pk=person.pk).update(restricted=True)
    client = as_(cast.clinician)
    for path in ("/worklist/", "/worklist/export.csv", "/"):
        page = client.get(path).content.decode()
        assert "Restricted record" in page, path
        for secret in (person.family_name, person.family_name.upper(), person.nhs_number, "Hidden"):
            assert secret not in page, path
    assert not Access.objects.filter(patient_id=person.pk, actor_id=cast.clinician.id).exists()

    now = timezone.now()
    BreakGlass.objects.create(
        user_id=cast.clinician.id,
        role="triage_clinician",
        organisation=cast.trust,
        patient=person,
        reason="Called in pain",
        granted_at=now,
        expires_at=now + timedelta(hours=1),
    )
    assert person.family_name.upper() in client.get("/worklist/").content.decode()


def test_safeguarding_and_scene_safety_are_said_in_words(cast, as_):
    make_referral(cast, safeguarding=True, scene_safety="U")
    page = words(as_(cast.clinician).get("/worklist/"))
    assert "Safeguarding" in page
    assert "Scene safety" in page


def test_the_file_holds_the_list_and_runs_no_formula(cast, as_):
    referral = make_referral(cast, patient=patients.patient(family_name="=SUM(A1)", practice=cast.practice))
    make_referral(cast, Status.IN_TRIAGE)
    answer = as_(cast.clinician).get("/worklist/export.csv", {"list": "new"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == [referral.reference]
    assert rows[0]["Name"].startswith("'=SUM")
    assert Access.objects.filter(what="worklist_export", patient_id=referral.patient_id).count() == 1


def test_a_file_that_does_not_hold_everybody_says_so_and_logs_only_whom_it_names(cast, as_, monkeypatch):
    for _ in range(3):
        make_referral(cast)
    monkeypatch.setattr("referrals.views.worklist.MOST_EXPORTED", 3)
    whole = as_(cast.clinician).get("/worklist/export.csv").content.decode()
    assert "Only the first" not in whole
    monkeypatch.setattr("referrals.views.worklist.MOST_EXPORTED", 2)
    lines = as_(cast.colleague).get("/worklist/export.csv").content.decode().splitlines()
    assert lines[-1] == "Only the first 2 rows are in this file. Filter the list to have the others."
    assert len(lines) == 1 + 2 + 1
    assert Access.objects.filter(what="worklist_export", actor_id=cast.colleague.id).count() == 2


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1"])
def test_a_cell_that_begins_like_a_formula_is_text(text):
    assert cell(text) == f"'{text}"
    assert cell("Fell") == "Fell"


def test_the_fragment_is_only_the_inside_and_does_not_keep_a_session_awake(cast, as_):
    make_referral(cast)
    client = as_(cast.clinician)
    answer = client.get("/worklist/rows/", headers={"X-Live": "1"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert names(answer)
    assert Client().get("/worklist/rows/", headers={"X-Live": "1"}).status_code == 401


def test_people_in_view_are_logged_once_an_hour(cast, as_):
    referral = make_referral(cast)
    client = as_(cast.clinician)
    for _ in range(3):
        client.get("/worklist/rows/", headers={"X-Live": "1"})
    assert Access.objects.filter(what="worklist", patient_id=referral.patient_id).count() == 1


@pytest.mark.parametrize("rows", [1, 12])
def test_the_page_asks_the_database_three_questions_whatever_its_length(
    cast, as_, django_assert_max_num_queries, django_assert_num_queries, rows
):
    for _ in range(rows):
        make_referral(cast, Status.IN_TRIAGE)
    client = as_(cast.clinician)
    with django_assert_max_num_queries(6):  # choices of the filters and the log, once a while
        assert client.get("/worklist/").status_code == 200
    for path in ("/worklist/", "/worklist/rows/"):
        with django_assert_num_queries(3):  # who asks, how many each list holds, the rows
            client.get(path)


def test_a_role_without_the_worklist_is_refused(cast, as_):
    assert as_(cast.nurse).get("/worklist/").status_code == 403
    assert as_(cast.gp).get("/worklist/export.csv").status_code == 403
    assert User.objects.get(pk=cast.nurse.id)


def test_assigning_moves_a_referral_between_mine_and_unassigned(cast, as_):
    referral = make_referral(cast)
    client = as_(cast.clinician)
    assert names(client.get("/worklist/", {"list": "unassigned"})) == [str(referral.pk)]
    actions.acknowledge(referral_id=referral.pk, by=cast.clinician)
    assert names(client.get("/worklist/", {"list": "mine"})) == [str(referral.pk)]
    assert names(client.get("/worklist/", {"assigned": "nobody"})) == []
