"""Boards of getting home: what holds whom and whose turn it is, for the hub, a ward and who does the tasks."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Access
from directory.models import BankHoliday
from homefirst.actions import deciding, discharge, discharge_tasks
from homefirst.models import DischargeCase
from homefirst.states import DischargeStatus
from pages.words import LONDON
from tests.factories import directory, patients
from tests.factories.homefirst_discharge import HOME, Cast, fill, make_case, task
from tests.homefirst.web.pages import moment, send
from tests.referrals.web.pages import done, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
SESSION = 2
"""Statements that every page of a signed-in person costs."""


def open_case(client: Client, case: DischargeCase) -> str:
    return words(client.get(reverse("discharge_case", args=[case.pk])))


def test_the_board_says_for_everybody_what_holds_them_and_whose_turn_it_is(cast, as_):
    make_case(cast, DischargeStatus.PLANNING)
    deciding.agree(case_id=make_case(cast, DischargeStatus.READY).pk, by=cast.nurse, **HOME)
    make_case(cast, DischargeStatus.ARRANGING)
    make_case(cast, DischargeStatus.DECIDED)
    free = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, free)
    shown = words(as_(cast.nurse).get(reverse("getting_home")))
    for said in (
        "Not ready to leave yet",
        f"{cast.council.name} has not agreed yet",
        "Bring a hospital bed",
        "Missing for the transfer",
        "Nothing: everything is in place",
    ):
        assert said in shown
    assert "5 of 5 people shown" in shown


def test_tabs_filters_and_counts_agree_with_their_lists(cast, as_):
    for status in DischargeStatus:
        make_case(cast, status)
    make_case(cast, ward="Ward 7")
    client = as_(cast.nurse)
    page = client.get(reverse("getting_home"))
    counts = [int(one) for one in re.findall(r'app-tabs__count">(\d+)<', page.content.decode())]
    assert counts == [6, 3, 1, 2, 2, 0]
    for slug, count in zip(("", "not_ready", "undecided", "arranging", "left", "step_up"), counts, strict=True):
        rows = client.get(reverse("getting_home_rows"), {"list": slug} if slug else {}).content.decode()
        assert rows.count("data-row") == count
    assert client.get(reverse("getting_home"), {"ward": "Ward 7"}).content.decode().count("data-row") == 1
    assert "choose from the list" in words(client.get(reverse("getting_home"), {"place": "nowhere"}))


def test_the_longest_waiting_come_first_and_pages_follow_by_key(cast, as_):
    for hours in range(1, 31):
        make_case(cast, DischargeStatus.READY, ready=timedelta(hours=hours))
    client = as_(cast.nurse)
    first = client.get(reverse("getting_home"))
    assert words(first).index("1 day 6 hours") < words(first).index("1 day 5 hours")
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    second = client.get(reverse("getting_home") + following).content.decode()
    assert (first.content.decode().count("data-row"), second.count("data-row")) == (25, 5)


def test_a_board_costs_at_most_six_statements_beside_the_session(cast, as_, django_assert_max_num_queries):
    for status in (DischargeStatus.READY, DischargeStatus.ARRANGING, DischargeStatus.DISCHARGED):
        make_case(cast, status)
    client = as_(cast.nurse)
    client.get(reverse("accounts_me"))
    for name in ("getting_home", "getting_home_rows"):
        with django_assert_max_num_queries(6 + SESSION):
            assert client.get(reverse(name)).status_code == 200
    with django_assert_max_num_queries(6 + SESSION):
        assert client.get(reverse("discharge_tasks")).status_code == 200


def test_a_ward_sees_its_own_hospital_and_its_own_board(cast, as_):
    mine = make_case(cast, DischargeStatus.READY)
    other = patients.patient(practice=directory.practice(), seen_by=cast.acute)
    discharge.identify(by=cast.other_ward, patient_id=other.pk, hospital_id=cast.other_hospital.pk)
    client = as_(cast.ward)
    shown = client.get(reverse("ward_board")).content.decode()
    assert str(mine.pk) in shown
    assert shown.count("data-row") == 1
    assert client.get(reverse("getting_home")).content.decode().count("data-row") == 2
    assert as_(cast.nurse).get(reverse("ward_board")).status_code == 403


def test_nobody_sees_people_they_have_no_part_in_and_the_refusal_is_logged(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    client = as_(cast.stranger)
    assert "Nobody here" in words(client.get(reverse("getting_home")))
    assert client.get(reverse("discharge_case", args=[case.pk])).status_code == 404
    refused = Access.objects.get(actor_id=cast.stranger.id, outcome=Access.Outcome.REFUSED)
    assert refused.patient_id == case.patient_id


def test_every_look_is_logged(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    client = as_(cast.nurse)
    client.get(reverse("getting_home"))
    open_case(client, case)
    looked = Access.objects.filter(actor_id=cast.nurse.id, patient_id=case.patient_id)
    assert set(looked.values_list("what", flat=True)) >= {"discharge cases", "discharge case"}


def test_the_file_has_no_names(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    file = as_(cast.nurse).get(reverse("getting_home_csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert rows[0]["Reference"] == case.reference
    assert "not agreed yet" in rows[0]["What holds them"]
    assert case.patient.family_name.lower() not in file.lower()
    assert case.patient.nhs_number not in file
    assert as_(cast.ward).get(reverse("ward_board_csv")).status_code == 200


def test_due_times_say_weekend_and_bank_holiday_plainly(cast, as_):
    case = make_case(cast, DischargeStatus.DECIDED)
    saturday = timezone.now() + timedelta(days=(5 - timezone.localdate().weekday()) % 7 + 7)
    monday = saturday + timedelta(days=2)
    BankHoliday.objects.create(date=monday.astimezone(LONDON).date(), name="Spring bank holiday")
    for at in (saturday, monday, monday + timedelta(days=1)):
        task(cast, case, due=at - timezone.now())
    shown = words(as_(cast.equipment).get(reverse("discharge_tasks")))
    assert shown.count("Weekend") == shown.count("Bank holiday") == 1
    assert "Saturday" in shown
    page = open_case(as_(cast.nurse), case)
    assert page.count("Weekend") == page.count("Bank holiday") == 1


def test_my_organisations_tasks_and_no_others(cast, as_):
    case = make_case(cast, DischargeStatus.DECIDED)
    mine = task(cast, case, due=-timedelta(hours=1))
    task(cast, case, organisation_id=cast.trust.pk, title="Book the therapist")
    client = as_(cast.equipment)
    shown = words(client.get(reverse("discharge_tasks")))
    assert "Bring a hospital bed" in shown
    assert "Book the therapist" not in shown
    assert "Overdue by" in shown
    done(
        send(
            client, "discharge_task_move", mine, note="The van is broken", **moment(timezone.now() + timedelta(days=1))
        )
    )
    done(send(client, "discharge_task_finish", mine))
    assert "1 of 1 task shown" in words(client.get(reverse("discharge_tasks"), {"list": "done"}))
    discharge_tasks.cancel_task(task_id=case.tasks.to_do().get().pk, by=cast.nurse, reason="Not needed")


def test_a_person_of_the_community_needs_a_decision_too(cast, as_):
    person = patients.patient(practice=directory.practice())
    client = as_(cast.nurse)
    page = reverse("discharge_identify", args=[person.pk])
    done(client.post(page, {"direction": "step_up", "hospital": str(cast.trust.pk)}))
    shown = client.get(reverse("getting_home"), {"list": "step_up"}).content.decode()
    assert shown.count("data-row") == 1
