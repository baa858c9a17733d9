"""A case's main button is what the reader's own side has to do next; without one the page says whom it waits for."""

import re

import pytest
from django.urls import reverse

from homefirst.actions import deciding, discharge, discharge_tasks, leaving
from homefirst.codes import Destination, Pathway
from homefirst.models import TransferItem
from homefirst.states import DischargeStatus
from tests.factories.homefirst_discharge import HOME, Cast, agree_both, fill, make_case, task
from tests.homefirst.web.pages import send
from tests.referrals.web.pages import done, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def turn(client, case):
    """The main button, and what the page says beside it."""
    page = client.get(reverse("discharge_case", args=[case.pk]))
    main = re.search(r'<a class="nhsuk-button" href="([^"]+)">([^<]+)</a>', page.content.decode())
    said = words(page).split("What holds them")[1].split("The decision")[0]
    return (main[2] if main else None), said


@pytest.mark.parametrize(
    ("status", "ward", "hub"),
    [
        (DischargeStatus.IDENTIFIED, "Begin planning", None),
        (DischargeStatus.PLANNING, "Ready to leave", None),
        (DischargeStatus.READY, None, "Agree to a way home"),
        (DischargeStatus.DECIDED, "Fill in what is missing", None),
        (DischargeStatus.ARRANGING, None, None),
        (DischargeStatus.DISCHARGED, None, "Assessed at home"),
        (DischargeStatus.ASSESSED, None, "Close the case"),
        (DischargeStatus.CLOSED, None, None),
    ],
)
def test_the_main_button_is_of_whoever_has_to_act(cast, as_, status, ward, hub):
    case = make_case(cast, status)
    for who, expected in ((cast.ward, ward), (cast.nurse, hub)):
        main, said = turn(as_(who), case)
        assert main == expected
        assert ("It is your turn" in said) is bool(expected)
        assert ("This waits for" in said) is (expected is None and status != DischargeStatus.CLOSED)


def test_both_sides_are_asked_and_whoever_has_agreed_waits_for_the_other(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    nurse, social = as_(cast.nurse), as_(cast.social_worker)
    assert turn(social, case)[0] == turn(nurse, case)[0] == "Agree to a way home"
    deciding.agree(case_id=case.pk, by=cast.nurse, **HOME)
    main, said = turn(nurse, case)
    assert main is None
    assert f"This waits for {cast.council.name}: record its agreement" in said
    assert turn(social, case)[0] == "Agree to a way home"
    bed = {"pathway": Pathway.P2, "destination": Destination.COMMUNITY_BED, "not_home_reason": "Needs nursing at night"}
    deciding.agree(case_id=case.pk, by=cast.social_worker, **HOME | bed)
    assert turn(nurse, case)[0] == turn(social, case)[0] == "Agree to a way home", "they differ, so both talk"
    form = words(nurse.get(reverse("discharge_agree", args=[case.pk])))
    assert f"{cast.council.name} says pathway 2: community hospital bed" in form
    assert f"{cast.nurse.organisation_name} says" not in form
    page = words(nurse.get(reverse("discharge_case", args=[case.pk])))
    assert page.count("Agrees to this") == 2 and "Agreed to" in page


def test_a_task_of_my_organisation_is_my_turn_whatever_else_holds_the_person(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    wanted = task(cast, case)
    main, said = turn(as_(cast.equipment), case)
    assert main == "Task done"
    assert "Your organisation’s task: Bring a hospital bed" in said
    page = as_(cast.equipment).get(reverse("discharge_case", args=[case.pk])).content.decode()
    assert f'class="nhsuk-button" href="{reverse("discharge_task_finish", args=[wanted.pk])}"' in page
    agree_both(cast, case)
    main, said = turn(as_(cast.nurse), case)
    assert main is None, "the stores bring the bed, not the hub"
    assert f"This waits for {cast.stores.name}" in said
    discharge_tasks.finish_task(task_id=wanted.pk, by=cast.equipment)
    fill(cast, case)
    assert turn(as_(cast.ward), case)[0] == "They have left"


def test_nobody_is_asked_to_assess_somebody_who_died(cast, as_):
    case = make_case(cast, DischargeStatus.DECIDED)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.DIED)
    main, said = turn(as_(cast.nurse), case)
    assert main == "Close the case"
    assert "They died" in said


def test_a_case_is_taken_by_one_button_and_taken_over_only_after_who_has_it_is_said(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    ward, nurse, take = as_(cast.ward), as_(cast.nurse), reverse("discharge_take", args=[case.pk])
    assert "Take this case" in turn(ward, case)[1]
    done(send(ward, "discharge_take", case))
    said = turn(ward, case)[1]
    assert "You have this case." in said
    assert "Take" not in said
    assert "You have this case already" in words(ward.get(take))
    said = turn(nurse, case)[1]
    assert f"{cast.ward.name} has this case. Take it over" in said
    assert "Take this case" not in said
    assert f"{cast.ward.name} has this case now" in words(nurse.get(take))
    done(send(nurse, "discharge_take", case))
    case.refresh_from_db()
    assert case.owner_id == cast.nurse.id
    assert f"{cast.nurse.name} has this case." in turn(ward, case)[1]


def test_the_transfer_form_says_which_items_stop_the_transfer(cast, as_):
    case = make_case(cast, DischargeStatus.READY)
    page = words(as_(cast.ward).get(reverse("discharge_fill", args=[case.pk])))
    assert "optional" not in page
    stops, warns = page.split("They cannot leave until these are filled in")[1].split("They can leave without these")
    known = ("nhs-number", "ready-date", "case-owner")
    items = list(TransferItem.objects.in_force().exclude(code__in=known))
    assert {item.hard for item in items} == {True, False}
    for item in items:
        assert (item.label in stops, item.label in warns) == (item.hard, not item.hard), item.label


def test_who_has_died_or_stays_is_out_of_the_way(cast, as_):
    case = make_case(cast, DischargeStatus.PLANNING)
    discharge.stop_case(case_id=case.pk, by=cast.ward, reason="Stays after all")
    assert turn(as_(cast.ward), case)[0] is None
