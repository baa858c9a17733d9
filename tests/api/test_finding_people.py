"""Finding people: only those with a relationship, whoever they are, and every one that is shown is logged."""

import pytest

from audit.models import Access
from patients.models import Patient
from tests.api.test_cost import count
from tests.api.world import PERSON, World, partner, sent
from tests.factories import directory

__all__ = ["count"]

PATH = "/api/v1/patients"
BORN = {"family_name": "EXAMPLE", "date_of_birth": PERSON["date_of_birth"]}


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"nhs_number": "999 000 0018"}, True),
        ({"nhs_number": "9990000026"}, False),
        ({"nhs_number": "none"}, False),
        (BORN, True),
        (BORN | {"nhs_number": "9990000018"}, True),
        (BORN | {"date_of_birth": "1941-03-03"}, False),
    ],
)
def test_by_number_or_by_name_and_birth(world: World, query, found):
    patient_id = str(sent(world).patient_id)
    assert ids(world.surgery.get(PATH, query)) == ([patient_id] if found else [])


def test_another_organisation_finds_nobody(world: World):
    sent(world)
    stranger = partner(directory.organisation(), "patients.read")
    assert ids(stranger.get(PATH, {"nhs_number": PERSON["nhs_number"]})) == []
    assert ids(stranger.get(PATH, BORN)) == []
    assert not Access.objects.filter(what="patient search").exists()


def test_a_restricted_person_is_not_found(world: World):
    referral = sent(world)
    Patient.objects.filter(pk=referral.patient_id).update(restricted=True)
    assert ids(world.surgery.get(PATH, BORN)) == []


@pytest.mark.parametrize("query", [{}, {"family_name": "Example"}, {"date_of_birth": "1941-03-02"}])
def test_too_little_to_look_for_names_the_field(world: World, query):
    answer = world.surgery.get(PATH, query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "nhs_number")


def test_whoever_is_shown_is_logged_and_it_costs_three_statements(world: World, count):
    referral = sent(world)
    assert count(lambda: world.surgery.get(PATH, BORN)) == 3  # who, the people, the log
    assert count(lambda: world.surgery.get(PATH, BORN)) == 2  # logged within the hour
    assert Access.objects.filter(what="patient search", patient_id=referral.patient_id).count() == 1
