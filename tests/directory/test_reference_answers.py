"""What the real directory answers: which policy holds, who is open, who fits."""

import pytest

from directory.candidates import candidates_at
from directory.clock_policies import Step, all_policies, policies_in_force
from directory.codes import ClockCode, Urgency
from directory.matching import Need, suggest
from directory.models import (
    Area,
    Practice,
    Service,
    Team,
)
from tests.directory.builders import moment

pytestmark = pytest.mark.django_db
NOW = moment(2026, 11, 23, 12)
NOON, NIGHT = moment(2026, 11, 23, 12), moment(2026, 11, 23, 2)


def test_the_whole_table_with_its_steps_is_one_query(reference_data, django_assert_num_queries):
    with django_assert_num_queries(1):
        table = policies_in_force(NOW)
        crisis = table.pick("acknowledge", urgency="crisis")
    assert crisis.steps == (Step(1, 15, "shift_lead"), Step(2, 30, "spa_manager"))


def test_every_step_of_a_referral_has_a_policy_today_for_every_urgency(reference_data):
    table = policies_in_force(NOW)
    for code in set(ClockCode.values) - {ClockCode.MAX_STAY}:
        for urgency in Urgency.values:
            found = table.pick(code, urgency=urgency)
            assert found is not None, (code, urgency)
            assert found.steps, f"nobody is told when {code} runs out for {urgency}"


def test_crisis_response_was_four_hours_then_two(reference_data):
    icrs = Service.objects.get(slug="integrated-crisis-response")
    pick = all_policies().pick
    assert pick("respond", icrs.pk, "crisis", at=moment(2015, 1, 1)).minutes == 240
    assert pick("respond", icrs.pk, "crisis", at=moment(2020, 1, 1)).minutes == 120
    assert pick("respond", None, "crisis", at=NOW).minutes == 120


def test_services_open_at_a_moment_in_three_queries(reference_data, django_assert_num_queries):
    with django_assert_num_queries(4):
        by_day = {found.slug for found in Service.objects.in_force(NOON.date()).open_at(NOON)}
    by_night = {found.slug for found in Service.objects.in_force(NIGHT.date()).open_at(NIGHT)}
    assert "community-nursing" in by_day - by_night
    assert "night-nursing" in by_night - by_day
    assert "crisis-response-leicester" in by_day & by_night


def test_everything_matching_needs_is_two_queries(reference_data, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = candidates_at(NOON)
    assert len(found) == Service.objects.in_force(NOON.date()).count()


def test_candidates_say_what_their_services_say(reference_data):
    known = {found.slug: found for found in candidates_at(NOON)}
    for helping in Service.objects.in_force(NOON.date()):
        found = known[helping.slug]
        assert found.timetable.state(NOON) == helping.open_state(NOON)
        assert found.places == helping.places_on(NOON.date())
        assert found.area_ids == set(helping.areas.values_list("pk", flat=True))
        assert {rule.code for rule in found.criteria} == set(helping.criteria.values_list("code", flat=True))


def test_a_person_who_fell_in_rutland_is_offered_help_there_at_night(reference_data):
    practice = Practice.objects.with_areas().get(organisation__ods_code="C82010")
    fall = Need(
        at=NIGHT,
        urgency="crisis",
        needs=frozenset({"frailty"}),
        age=84,
        area_ids=practice.area_ids,
        channel="care_home",
        consent=True,
    )
    found = suggest(fall, candidates_at(NIGHT))
    fitting = [suggestion.service.slug for suggestion in found if suggestion.fits]
    assert set(fitting) == {"crisis-response-rutland", "night-nursing"}


def test_a_faller_in_leicester_by_day_meets_the_falls_crew_first(reference_data):
    practice = Practice.objects.with_areas().get(organisation__ods_code="C82670")
    fall = Need(
        at=NOON,
        urgency="crisis",
        needs=frozenset({"falls"}),
        age=84,
        area_ids=practice.area_ids,
        channel="ambulance",
        consent=True,
    )
    fitting = [suggestion.service.slug for suggestion in suggest(fall, candidates_at(NOON)) if suggestion.fits]
    assert fitting == ["falls-response", "crisis-response-leicester"]


def test_a_child_is_offered_no_adult_service(reference_data):
    child = Need(at=NOON, urgency="crisis", needs=frozenset({"diabetes"}), age=9)
    assert not any(suggestion.fits for suggestion in suggest(child, candidates_at(NOON)))


def test_teams_by_service_and_area(reference_data):
    charnwood = Area.objects.get(slug="charnwood")
    response = Service.objects.get(slug="urgent-community-response-leicestershire")
    assert Team.objects.current().of_service(response.pk).covering([charnwood.pk]).get().slug == "ucr-charnwood"
