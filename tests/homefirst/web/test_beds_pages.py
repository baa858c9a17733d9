"""The bed board (J7): every bed in view, who is in it for those who may know, and how old the news is."""

import pytest
from django.urls import reverse

from audit.models import Access
from directory.models import Organisation
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.models import Spell, Ward
from tests.factories import homefirst_beds as make
from tests.factories import people
from tests.homefirst.web.conftest import bed
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db
SESSION_STATEMENTS = 3


def test_the_board_has_88_beds_in_four_hospitals_beside_the_places_at_home(browser):
    page = words(browser.get(reverse("beds")))
    assert "Community hospitals: 88 beds" in page
    assert "Places at home: 58 places" in page
    assert "Reablement beds in care homes: 14 beds" in page
    for name, number in (("Fielding Palmer", 13), ("Melton Mowbray", 17), ("Rutland Memorial", 22), ("St Luke’s", 36)):
        assert f"{name} Hospital {number} beds in all" in page
    assert page.count("Palliative care 1 0 0 0 0 0 1 0 %") == 4
    assert "Stroke rehabilitation 20 0 0 0 0 0 20 0 %" in page
    assert "All together 88 0 0 0 0 0 88 0 %" in page
    assert "Occupancy is the beds in use divided by the beds that are open" in page


def test_occupancy_leaves_closed_beds_out_and_counts_beds_in_use(browser, by):
    for number in (1, 2, 3):
        make.occupied(bed("fielding-palmer", number), by=by)
    for number in range(5, 12):
        ward_actions.close_bed(bed_id=bed("fielding-palmer", number).pk, by=by, reason="No staff")
    make.reserved(bed("fielding-palmer", 4), by=by)
    actions.change_leaving(spell_id=Spell.objects.filter(kind="occupied").first().pk, by=by, leaving_on=make.today())
    page = words(browser.get(reverse("beds")))
    assert "Rehabilitation and care of the elderly 1 1 3 1 0 7 12 60 %" in page


def test_the_ward_says_that_its_board_is_right(browser, by):
    assert "Never confirmed" in words(browser.get(reverse("ward", args=["st-lukes"])))
    assert browser.post(reverse("ward_confirm", args=["st-lukes"])).status_code == 303
    assert Ward.objects.get(slug="st-lukes").confirmed_at
    assert "Confirmed just now" in words(browser.get(reverse("ward", args=["st-lukes"]))).replace(
        "1 second ago", "just now"
    )


def test_others_see_that_a_bed_is_in_use_but_not_by_whom(as_, by, trust):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    elsewhere = people.actor("ward_coordinator", at=Organisation.objects.get(ods_code="RWE"))
    page = words(as_(elsewhere).get(reverse("ward", args=["st-lukes"])))
    assert "In use" in page
    assert "Somebody" in page
    assert stay.patient.family_name.upper() not in page
    assert "Leaves" not in page
    for name, argument in (("bed_release", stay.pk), ("bed_reserve", stay.bed_id)):
        assert as_(elsewhere).get(reverse(name, args=[argument])).status_code == 403
    assert as_(people.actor("commissioner")).get(reverse("beds")).status_code == 403


def test_who_was_shown_is_logged(browser, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    browser.get(reverse("ward", args=["st-lukes"]))
    assert Access.objects.filter(patient_id=stay.patient_id, what="ward", actor_id=by.id).count() == 1
    browser.get(reverse("bed_release", args=[stay.pk]))
    assert Access.objects.filter(patient_id=stay.patient_id, what="bed").count() == 1


def test_another_organisation_cannot_change_a_bed(as_, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    stranger = people.actor("bed_manager", at=Organisation.objects.get(ods_code="RWE"))
    assert as_(stranger).get(reverse("bed_release", args=[stay.pk])).status_code == 409
    refused = as_(stranger).post(reverse("bed_release", args=[stay.pk]), {"version": 1, "destination": "usual_home"})
    assert refused.status_code == 403
    assert "run by another organisation" in words(refused)
    assert as_(stranger).get(reverse("change_propose", args=["st-lukes"])).status_code == 403


def test_numbers_can_be_downloaded_without_names(browser, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    text = browser.get(reverse("beds_export")).content.decode()
    assert "St Luke’s Hospital,Community hospital ward,Stroke rehabilitation,20,20,19,0,1,0,0,0,5.0" in text
    assert stay.patient.family_name not in text


def test_nobody_waits_says_so(browser):
    assert "Nobody who waits fits a free place" in words(browser.get(reverse("bed_matches")))


def test_the_parts_that_refresh_are_parts(browser):
    for name, args in (("bed_rows", []), ("ward_rows", ["st-lukes"])):
        answer = browser.get(reverse(name, args=args))
        assert answer.status_code == 200
        assert b"<html" not in answer.content


def test_there_is_no_such_ward(browser):
    assert browser.get(reverse("ward", args=["nowhere"])).status_code == 404
    assert browser.post(reverse("ward_confirm", args=["nowhere"])).status_code == 404
    assert browser.get(reverse("change_propose", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("beds", []), ("ward", ["st-lukes"]), ("bed_matches", [])])
def test_a_board_costs_at_most_six_statements_beside_the_session(
    browser, by, name, args, django_assert_max_num_queries
):
    for number in (1, 17, 18):
        make.occupied(bed("st-lukes", number), by=by, wanted=None)
    browser.get(reverse(name, args=args))
    with django_assert_max_num_queries(6 + SESSION_STATEMENTS):
        browser.get(reverse(name, args=args))
