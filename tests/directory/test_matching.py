"""Which services fit a need, and why, without a database."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.candidates import Candidate, Rule
from directory.codes import Channel, NeedCode, Urgency
from directory.hours import LONDON, Opening, Timetable
from directory.matching import Need, age_words, suggest

RUTLAND, LEICESTER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 23, 12, tzinfo=LONDON)
NIGHT = datetime(2026, 11, 23, 2, tzinfo=LONDON)
DAYTIME = Timetable(tuple(Opening(day, time(8), time(20)) for day in range(7)))


def service(number: int = 10, **values) -> Candidate:
    defaults = {
        "name": f"Service {number}",
        "min_age": 18,
        "urgencies": frozenset({"crisis", "urgent"}),
        "needs": frozenset({"falls", "frailty"}),
        "area_ids": frozenset({LEICESTER}),
        "timetable": DAYTIME,
    }
    return Candidate(
        id=UUID(int=number),
        slug=f"service-{number}",
        kind="crisis_response",
        kind_name="Crisis response",
        organisation_id=UUID(int=99),
        organisation_name="Trust",
        summary="",
        phone="",
        **{**defaults, **values},
    )


def need(**values) -> Need:
    known = {
        "at": NOON,
        "urgency": "crisis",
        "needs": frozenset({"falls"}),
        "age": 84,
        "area_ids": frozenset({LEICESTER}),
        "channel": "gp",
        "consent": True,
    }
    return Need(**{**known, **values})


def reason(suggestion, code):
    return next(found for found in suggestion.reasons if found.code == code)


def one(given_need: Need, candidate: Candidate):
    return suggest(given_need, [candidate])[0]


def test_a_service_that_meets_everything_fits_and_says_why():
    found = one(need(), service(places=3))
    assert found.fits
    assert found.against == ()
    assert reason(found, "need").because == "1 of 1: Fallen, with no apparent serious injury"
    assert reason(found, "age").because == "Aged 84; 18 and over"
    assert reason(found, "area").because == "In the area"
    assert reason(found, "open").text == "Open now until 8pm"
    assert reason(found, "places").text == "3 places free"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"age": 17}, "age"),
        ({"area_ids": frozenset({RUTLAND})}, "area"),
        ({"urgency": "routine"}, "urgency"),
        ({"needs": frozenset({"wound_care"})}, "need"),
    ],
)
def test_one_hard_thing_against_makes_a_service_unfit(known, code):
    found = one(need(**known), service())
    assert not found.fits
    assert [against.code for against in found.against] == [code]


def test_an_upper_age_counts_too():
    assert not one(need(age=18), service(min_age=None, max_age=17)).fits
    assert one(need(age=17), service(min_age=None, max_age=17)).fits


def test_what_is_not_known_is_neither_for_nor_against():
    found = one(
        need(age=None, area_ids=frozenset(), channel=None, needs=frozenset()),
        service(channels=frozenset({"gp"})),
    )
    assert found.fits
    assert {unknown.code for unknown in found.unknown} == {"age", "area", "channel", "need"}


def test_a_service_without_limits_takes_any_age_urgency_and_referrer():
    found = one(need(age=None, channel=None), service(min_age=None, urgencies=frozenset()))
    assert found.fits
    assert reason(found, "age").ok
    assert reason(found, "urgency").ok
    assert reason(found, "channel").ok


def test_something_else_is_for_the_clinician_to_judge():
    assert reason(one(need(needs=frozenset({"other"})), service()), "need").ok is None


def test_being_closed_moves_a_service_down_but_never_makes_it_unfit():
    closed, open_all_night = service(1, name="A"), service(2, name="B", timetable=Timetable(always=True))
    found = suggest(need(at=NIGHT), [closed, open_all_night])
    assert [suggestion.service.name for suggestion in found] == ["B", "A"]
    assert found[1].fits
    assert reason(found[1], "open").ok is False
    assert reason(found[1], "open").text == "Opens 8am"


def test_being_closed_does_not_matter_when_it_can_wait():
    found = one(need(at=NIGHT, urgency="routine"), service(urgencies=frozenset({"routine"})))
    assert reason(found, "open").ok is None


def test_being_full_moves_a_service_down_but_never_makes_it_unfit():
    full, free = service(1, name="A", places=5), service(2, name="B", places=5)
    found = suggest(need(free_places={full.id: 0, free.id: 1}), [full, free])
    assert [suggestion.service.name for suggestion in found] == ["B", "A"]
    assert found[1].fits
    assert reason(found[1], "places").text == "No places free: they would join the waiting list"
    assert reason(found[0], "places").text == "1 place free"


def test_a_service_that_does_not_work_in_places_says_nothing_about_them():
    assert all(found.code != "places" for found in one(need(), service()).reasons)


def test_more_needs_met_come_first_then_the_more_specialised():
    wanted = need(needs=frozenset({"falls", "frailty"}))
    both = service(1, name="A both", needs=frozenset({"falls", "frailty", "catheter"}))
    only_falls = service(2, name="B falls", needs=frozenset({"falls"}))
    wide = service(3, name="C wide", needs=frozenset({"falls", "wound_care", "catheter"}))
    assert [found.service.name for found in suggest(wanted, [wide, only_falls, both])] == [
        "A both",
        "B falls",
        "C wide",
    ]


def test_unfit_services_come_last_with_their_reasons():
    young_only = service(1, name="A", max_age=30)
    found = suggest(need(), [young_only, service(2, name="B", timetable=Timetable())])
    assert [suggestion.service.name for suggestion in found] == ["B", "A"]


def test_a_criterion_of_the_service_speaks_instead_of_the_general_rule():
    adult = Rule("adult", "Is aged 18 or over", hard=True, sense="must_meet", rule="age")
    found = one(need(age=17), service(criteria=(adult,)))
    assert reason(found, "adult").ok is False
    assert reason(found, "adult").because == "Aged 17; 18 and over"
    assert all(given_reason.code != "age" for given_reason in found.reasons)


def test_a_criterion_that_only_advises_never_makes_a_service_unfit():
    advised = Rule("consent", "Agrees to the referral", hard=False, sense="must_meet", rule="consent")
    found = one(need(consent=False), service(criteria=(advised,)))
    assert found.fits
    assert reason(found, "consent").ok is False


def test_an_exclusion_turns_the_rule_round():
    no_wards = Rule("no-gp", "Is referred by a GP", hard=True, sense="excludes", rule="channel")
    found = one(need(channel=Channel.GP.value), service(criteria=(no_wards,)))
    assert not found.fits
    assert reason(found, "no-gp").text == "Cannot help somebody who is referred by a GP"


def test_what_only_a_clinician_can_judge_stays_open():
    acute = Rule("no-999", "Needs a 999 ambulance now", hard=True, sense="excludes", rule="none")
    found = one(need(), service(criteria=(acute,)))
    assert found.fits
    assert reason(found, "no-999").ok is None


def test_checked_criteria_come_before_those_a_clinician_judges():
    judged = Rule("a-judged", "Home is safe", hard=True, sense="must_meet", rule="none")
    adult = Rule("z-adult", "Is aged 18 or over", hard=True, sense="must_meet", rule="age")
    codes = [found.code for found in one(need(), service(criteria=(judged, adult))).reasons]
    assert codes.index("z-adult") < codes.index("a-judged")


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ((18, None), "18 and over"),
        ((None, 17), "up to 17"),
        ((16, 64), "16 to 64"),
        ((None, None), "any age"),
    ],
)
def test_age_ranges_in_words(ages, words):
    assert age_words(*ages) == words


ON_A_BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
needs = st.builds(
    need,
    urgency=st.sampled_from(Urgency.values),
    needs=st.frozensets(st.sampled_from(NeedCode.values), max_size=4),
    age=st.none() | st.integers(0, 120),
    area_ids=st.frozensets(st.sampled_from([RUTLAND, LEICESTER])),
    channel=st.none() | st.sampled_from(Channel.values),
    consent=st.none() | st.booleans(),
)
services = st.lists(
    st.builds(
        service,
        st.integers(1, 5),
        min_age=st.none() | st.integers(0, 80),
        urgencies=st.frozensets(st.sampled_from(Urgency.values)),
        needs=st.frozensets(st.sampled_from(NeedCode.values)),
        places=st.none() | st.integers(0, 3),
    ),
    max_size=6,
)


@ON_A_BUSY_MACHINE
@given(needs, services)
def test_every_service_is_listed_once_and_fitting_ones_come_first(wanted, offered):
    found = suggest(wanted, offered)
    assert len(found) == len(offered)
    fits = [suggestion.fits for suggestion in found]
    assert fits == sorted(fits, reverse=True)
    for suggestion in found:
        assert suggestion.fits == (not any(against.hard for against in suggestion.against))


@ON_A_BUSY_MACHINE
@given(needs, services)
def test_the_order_of_the_candidates_does_not_matter(wanted, offered):
    distinct = [replace(candidate, name=f"{number}") for number, candidate in enumerate(offered)]
    names = [found.service.name for found in suggest(wanted, distinct)]
    assert names == [found.service.name for found in suggest(wanted, reversed(distinct))]
