"""The rules of getting home that need no database: pathways, what holds somebody, times that fall on a weekend."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.errors import Invalid
from homefirst import pathways
from homefirst.cases import happened
from homefirst.codes import Destination, Pathway, Support
from homefirst.holding import Facts, Kind, Said, ToDo, holding
from homefirst.seven_days import due, kind_of_day
from homefirst.states import DischargeStatus

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("destination", "support", "pathway", "why"),
    [
        (Destination.USUAL_HOME, Support.NONE, Pathway.P0, "without new needs"),
        (Destination.USUAL_HOME, Support.SAME, Pathway.P0, "still active or paused"),
        (Destination.USUAL_HOME, Support.LAPSED, Pathway.P1, "has ended must be arranged anew"),
        (Destination.USUAL_HOME, Support.NEW, Pathway.P1, "hub co-ordinates"),
        (Destination.USUAL_HOME, Support.SHORT_TERM, Pathway.P1, "recovery support at home"),
        (Destination.FAMILY, Support.SAME, Pathway.P0, "without the hub"),
        (Destination.OWN_CARE_HOME, Support.SAME, Pathway.P0, "same level of care"),
        (Destination.OWN_CARE_HOME, Support.NONE, Pathway.P0, "care home"),
        (Destination.OWN_CARE_HOME, Support.SHORT_TERM, Pathway.P1, "intermediate care"),
        (Destination.OWN_CARE_HOME, Support.NEW, Pathway.P1, "more help"),
        (Destination.ELSEWHERE, Support.NEW, Pathway.P1, "more help"),
        (Destination.COMMUNITY_BED, Support.SHORT_TERM, Pathway.P2, "short time"),
        (Destination.BLOCK_BED, Support.SHORT_TERM, Pathway.P2, "short time"),
        (Destination.HOSPICE, Support.NEW, Pathway.P2, "short time"),
        (Destination.NEW_CARE_HOME, Support.NEW, Pathway.P3, "most complex"),
    ],
)
def test_the_pathway_follows_from_where_they_go_and_whether_help_is_the_same(destination, support, pathway, why):
    found = pathways.suggest(destination, support)
    assert found.pathway == pathway
    assert why in found.why
    assert found.is_ward_led == (pathway == Pathway.P0)
    assert found.is_home == (pathway in (Pathway.P0, Pathway.P1))
    for other in set(Pathway) - {pathway}:
        with pytest.raises(Invalid, match=f"Pathway {int(other)} does not fit"):
            pathways.check(other, destination, support)
    assert pathways.check(pathway, destination, support) == found


@pytest.mark.parametrize("destination", sorted(pathways.NOT_PLANNED))
def test_nobody_plans_to_die_or_to_stay_in_hospital(destination):
    with pytest.raises(Invalid, match="Nobody is planned to go there"):
        pathways.suggest(destination, Support.NONE)


def test_every_planned_destination_and_support_has_a_pathway():
    for destination in set(Destination) - pathways.NOT_PLANNED:
        for support in Support:
            assert pathways.suggest(destination, support).why.endswith(".")


def test_home_needs_no_reason_and_says_whether_it_was_considered():
    pathways.check_home_first(Pathway.P1, considered=False, reason="")
    with pytest.raises(Invalid, match="Say whether going home"):
        pathways.check_home_first(Pathway.P1, considered=None, reason="")
    assert pathways.goes_home(Destination.FAMILY)
    assert not pathways.goes_home(Destination.HOSPICE)


def facts(status, **more):
    return Facts(**{"status": status, "hospital": "Ward 1", "hub": "Trust", "council": "Council"} | more)


TRUST = Said("Trust", 1, "usual_home", is_nhs=True, is_council=False)
COUNCIL = Said("Council", 2, "community_bed", is_nhs=False, is_council=True)
BED = ToDo("Bring a bed", "Stores", NOW + timedelta(hours=2))
VAN = ToDo("Book transport", "Ambulance", NOW)


@pytest.mark.parametrize(
    ("given", "kind", "words", "who"),
    [
        (facts("identified", tasks=[BED], missing=["Allergies"]), Kind.NOT_READY, "Not ready", "Ward 1"),
        (facts("planning"), Kind.NOT_READY, "Not ready", "Ward 1"),
        (facts("ready", tasks=[BED]), Kind.UNDECIDED, "Trust and Council have not agreed", "Trust"),
        (facts("ready", said=[TRUST]), Kind.UNDECIDED, "Council has not agreed", "Council"),
        (facts("ready", said=[COUNCIL]), Kind.UNDECIDED, "Trust has not agreed", "Trust"),
        (
            facts("ready", said=[TRUST, COUNCIL]),
            Kind.UNDECIDED,
            "Trust says pathway 1; Council says pathway 2",
            "Trust",
        ),
        (
            facts("pathway_decided", tasks=[BED, VAN], missing=["X"]),
            Kind.TASK,
            "Book transport and 1 more",
            "Ambulance",
        ),
        (facts("arranging", tasks=[BED], missing=["X"]), Kind.TASK, "Bring a bed", "Stores"),
        (facts("arranging", missing=["Allergies", "Medicines"]), Kind.ITEM, "Allergies and 1 more", "Ward 1"),
        (facts("arranging"), Kind.NOTHING, "everything is in place", "Ward 1"),
        (facts("discharged"), Kind.AT_HOME, "not assessed", "Trust"),
        (facts("discharged", destination="died"), Kind.AT_HOME, "They died", "Trust"),
        (facts("assessed_at_home"), Kind.AT_HOME, "Assessed", "Trust"),
        (facts("closed"), Kind.OVER, "Closed", ""),
        (facts("stopped"), Kind.OVER, "Closed", ""),
    ],
)
def test_the_first_thing_that_holds_somebody_is_named_and_whose_turn_it_is(given, kind, words, who):
    found = holding(given)
    assert (found.kind, found.who) == (kind, who)
    assert words in found.words


def test_every_status_has_a_line():
    assert all(holding(facts(status)).words for status in DischargeStatus)


def test_a_place_without_a_council_waits_for_the_hub_only():
    assert "Trust has not agreed" in holding(facts("ready", council="")).words


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 20), ""),
        (date(2026, 11, 21), "Weekend"),
        (date(2026, 11, 22), "Weekend"),
        (date(2026, 12, 25), "Bank holiday"),
        (date(2026, 12, 26), "Bank holiday"),
    ],
)
def test_weekends_and_bank_holidays_are_named(day, kind):
    assert kind_of_day(day, {date(2026, 12, 25), date(2026, 12, 26)}) == kind


def test_a_due_time_is_a_day_in_london():
    late = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)
    found = due(late, NOW, frozenset())
    assert found.words == "Saturday 1 Aug 2026, 12:30am"
    assert (found.kind_of_day, found.overdue) == ("Weekend", True)


def test_the_minute_that_was_typed_is_not_before_what_happened_in_it():
    left = (datetime.now(UTC) - timedelta(hours=1)).replace(second=40)
    typed = left.replace(second=0)
    assert happened(typed, not_before=left) == left
    with pytest.raises(Invalid, match="before they left"):
        happened(typed - timedelta(minutes=1), not_before=left, before="That is before they left hospital.")
