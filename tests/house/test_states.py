"""Every status has an owner, an event and a way in; the diagrams in docs/states are drawn from the tables."""

from pathlib import Path

import pytest

from homefirst import states as home
from homefirst.diagrams import diagrams
from referrals import states
from referrals.diagrams import offer_diagram, referral_diagram

DOCS = Path(__file__).resolve().parents[2] / "docs" / "states"


def reachable(table: dict) -> set:
    found, todo = set(), [""]
    while todo:
        for to in table[todo.pop()]:
            if to not in found:
                found.add(to)
                todo.append(to)
    return found


@pytest.mark.parametrize(
    ("statuses", "table", "events"),
    [
        (states.Status, states.TRANSITIONS, states.EVENTS),
        (states.OfferStatus, states.OFFER_TRANSITIONS, states.OFFER_EVENTS),
        (home.CrisisStatus, home.CRISIS_TRANSITIONS, home.CRISIS_EVENTS),
        (home.ReablementStatus, home.REABLEMENT_TRANSITIONS, home.REABLEMENT_EVENTS),
        (home.DischargeStatus, home.DISCHARGE_TRANSITIONS, home.DISCHARGE_EVENTS),
        (home.SpellKind, home.BED_TRANSITIONS, home.BED_EVENTS),
        (home.ChangeStatus, home.CHANGE_TRANSITIONS, home.CHANGE_EVENTS),
        (home.PackageStatus, home.PACKAGE_TRANSITIONS, home.PACKAGE_EVENTS),
        (home.PlanStatus, home.PLAN_TRANSITIONS, home.PLAN_EVENTS),
    ],
    ids=["referral", "offer", "crisis", "reablement", "discharge", "bed", "change", "package", "plan"],
)
def test_every_status_has_a_way_in_and_an_event(statuses, table, events):
    assert reachable(table) == set(statuses)
    assert set(events) == set(statuses)
    assert set(table) == {"", *statuses}


def test_every_referral_status_has_an_owner_and_closed_ones_have_none():
    assert set(states.OWNERS) == set(states.Status)
    for status, owner in states.OWNERS.items():
        ends = not states.TRANSITIONS[status] or status == states.Status.COMPLETED
        assert (owner is states.Owner.NOBODY) == ends, status


def test_every_open_status_can_be_closed_early():
    for status in states.OPEN:
        assert set(states.CLOSINGS) <= set(states.TRANSITIONS[status]), status


@pytest.mark.parametrize(("name", "draw"), [("referral.md", referral_diagram), ("offer.md", offer_diagram)])
def test_the_diagram_is_the_table(name, draw):
    assert (DOCS / name).read_text() == draw(), "Run: manage.py draw_states"


@pytest.mark.parametrize("name", sorted(diagrams()))
def test_the_diagrams_of_home_first_are_its_tables(name):
    assert (DOCS / name).read_text() == diagrams()[name], "Run: manage.py draw_states"
