"""The rota as its team sees it: a day, its hours in numbers and bars, adding and cancelling."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.ids import new_id
from directory.models import Team
from homefirst.models import CapacityChange, Shift
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode
from tests.homefirst.test_rota import shift
from tests.referrals.web.pages import SUCCESS, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


def typed(cast, **more):
    day = winter()
    said = {
        "worker_id": str(cast.nurse.id),
        "on_day": day.day,
        "on_month": day.month,
        "on_year": day.year,
        "starts": "10pm",
        "ends": "7:30am",
        "cover": "night",
        "visits_an_hour": "0.5",
    }
    return said | more


def winter():
    """A day to come on which no clock changes."""
    return date(timezone.localdate().year + 1, 1, 15)


def test_a_night_shift_is_added_and_seen_with_its_hours(cast, as_):
    lead = as_(cast.lead)
    answer = lead.post("/rota/add/", typed(cast))
    assert answer.status_code == SUCCESS, words(answer)
    made = Shift.objects.get()
    assert made.ends_at - made.starts_at == timedelta(hours=9.5)
    page = lead.get(answer["Location"])
    assert cast.nurse.name in words(page)
    assert f'value="{winter()}"' in page.content.decode()
    assert "Nobody works from 12:00am to 10:00pm" in words(page)
    assert page.content.decode().count("<meter") == 24
    assert "1 person works on" in words(page)


def test_a_double_click_is_one_shift(cast, as_):
    lead = as_(cast.lead)
    for _ in range(2):
        assert lead.post("/rota/add/", typed(cast)).status_code == SUCCESS
    assert Shift.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"worker_id": ""}, "Select who works"),
        ({"worker_id": "x"}, "from the list"),
        ({"starts": "late"}, "Start must be a time"),
        ({"on_day": ""}, "must include a day"),
        ({"on_year": "2001"}, "must be today or in the future"),
        ({"starts": "8am", "ends": "8am"}, "A shift lasts 16 hours at most"),
        ({"visits_an_hour": "many"}, "must be a number, like 1 or 0.5"),
        ({"visits_an_hour": "10"}, "9"),
        (
            {"on_day": "29", "on_month": "3", "on_year": "2099", "starts": "1:30am", "ends": "9am"},
            "1:30am does not happen on 29 March 2099",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_box(cast, as_, wrong, sentence):
    answer = as_(cast.lead).post("/rota/add/", typed(cast, **wrong))
    assert answer.status_code == 422
    assert sentence in words(answer), words(answer)
    assert not Shift.objects.exists()


def test_somebody_who_works_already_is_said_with_where(cast, as_):
    lead = as_(cast.lead)
    lead.post("/rota/add/", typed(cast))
    answer = lead.post("/rota/add/", typed(cast, starts="11pm"))
    assert answer.status_code == 422
    assert f"{cast.nurse.name} works from" in words(answer)


def test_a_shift_is_cancelled_with_a_reason(cast, as_):
    made, lead = shift(cast), as_(cast.lead)
    path = reverse("rota_cancel", args=[made.pk])
    assert "Nobody in crisis care is left without anybody" in words(lead.get(path))
    missing = lead.post(path, {"version": made.version, "reason": ""})
    assert missing.status_code == 422
    assert "Say why the shift is cancelled" in words(missing)
    for _ in range(2):
        assert lead.post(path, {"version": made.version, "reason": "Off sick"}).status_code == SUCCESS
    again = lead.post(path, {"version": made.version, "reason": "Other words"})
    assert again.status_code == 409
    assert "Off sick" in words(lead.get(path))
    day = timezone.localdate(made.starts_at).isoformat()
    assert "Off sick" in words(lead.get(f"/rota/?day={day}"))


def test_a_shift_that_people_need_is_not_cancelled_here(cast, as_):
    episode(cast)
    made, lead = shift(cast), as_(cast.lead)
    path = reverse("rota_cancel", args=[made.pk])
    assert "1 person in crisis care would be left without anybody" in words(lead.get(path))
    answer = lead.post(path, {"version": made.version, "reason": "Off sick"})
    assert answer.status_code == 409
    assert "Off sick" in words(answer)
    made.refresh_from_db()
    assert made.cancelled_at is None


def test_a_shift_that_people_need_goes_through_a_change_of_capacity(cast, as_):
    found = episode(cast)
    made, lead = shift(cast), as_(cast.lead)
    path = reverse("rota_cancel", args=[made.pk])
    assert lead.post(path, {"version": made.version, "reason": "", "propose": "1"}).status_code == 422
    proposed = lead.post(path, {"version": made.version, "reason": "Off sick", "propose": "1"})
    assert proposed.status_code == SUCCESS
    page = lead.get(proposed["Location"])
    assert found.referral.reference in words(page), "whom it touches"
    made.refresh_from_db()
    assert made.cancelled_at is None, "nothing changes yet"
    change = CapacityChange.objects.get()
    confirmed = lead.post(proposed["Location"], {"shown": change.shown})
    assert confirmed.status_code == SUCCESS, words(confirmed)
    made.refresh_from_db()
    assert made.cancelled_at is not None


def test_the_team_reads_and_only_the_lead_changes(cast, as_):
    made, nurse = shift(cast), as_(cast.nurse)
    page = nurse.get(f"/rota/?day={timezone.localdate(made.starts_at)}")
    assert cast.nurse.name in words(page)
    assert "Add a shift" not in words(page)
    assert nurse.get("/rota/add/").status_code == 403
    assert nurse.post(reverse("rota_cancel", args=[made.pk])).status_code == 403
    stranger = as_(people.actor("service_lead"))
    assert stranger.get(reverse("rota_cancel", args=[made.pk])).status_code == 404
    assert stranger.get(reverse("rota_cancel", args=[new_id()])).status_code == 404
    assert as_(cast.gp).get("/rota/").status_code == 403


def test_the_rota_asks_few_questions(cast, as_, django_assert_max_num_queries):
    for who in (cast.nurse, cast.mate, cast.other_lead):
        shift(cast, who)
    client = as_(cast.lead)
    client.get("/rota/")
    with django_assert_max_num_queries(6):
        client.get("/rota/")


@pytest.mark.parametrize("query", ["day=x", "day=2026-99-01", "day=0001-01-01", "day=9999-12-31", "team=nowhere"])
def test_an_odd_address_shows_today(cast, as_, query):
    page = as_(cast.lead).get(f"/rota/?{query}")
    assert page.status_code == 200
    assert f'value="{timezone.localdate().isoformat()}"' in page.content.decode()
    assert "Nobody is on the rota for this day" in words(page)


def test_a_week_comes_as_a_file(cast, as_):
    shift(cast)
    body = as_(cast.lead).get("/rota/export.csv").content.decode().lstrip("\ufeff")
    (line,) = csv.DictReader(StringIO(body))
    assert (line["Who"], line["Employer"]) == (cast.nurse.name, cast.trust.name)


def test_somebody_of_a_whole_organisation_chooses_among_its_teams(cast, as_):
    whole = people.role("service_lead")
    whole.team_scoped = False
    whole.save()
    from accounts.actions import grant_membership
    from accounts.actors import person_actor
    from accounts.models import Membership

    granted = grant_membership(by=people.SYSTEM, user=people.user(), role=whole, organisation=cast.trust)
    actor = person_actor(Membership.objects.profiles().get(pk=granted.pk))
    page = as_(actor).get(f"/rota/?team={cast.other_team.slug}")
    assert f"Rota: {cast.other_team.name}" in words(page)


def test_whoever_works_in_no_team_is_told(as_):
    lead = as_(people.actor("service_lead"))
    Team.objects.update(valid_to=timezone.localdate())
    assert "You work in no team" in words(lead.get("/rota/"))
    assert lead.get("/rota/add/").status_code == 404
    assert lead.get("/rota/export.csv").status_code == 200
