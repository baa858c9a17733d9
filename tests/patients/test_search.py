"""Finding people as they are remembered: mistyped, swapped, half known."""

from datetime import date

import pytest
from django.db import connection

from audit.errors import Invalid
from audit.models import Access
from patients import actions
from patients.duplicates import possible_duplicates
from patients.models import NumberStatus, Patient
from patients.search import NO_DATE, OTHER_DATE, SWAPPED, find
from tests.factories import directory, people
from tests.factories.patients import nhs_number, patient, relate

pytestmark = pytest.mark.django_db
BORN = date(1938, 2, 11)


@pytest.fixture
def by():
    return people.actor("referrer")


@pytest.fixture
def thompson():
    return patient(given_name="Margaret", family_name="Thompson", date_of_birth=BORN, postcode="LE2 3AB")


def names(found):
    return [one.name for one in found]


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]} {0[6]}{0[7]}{0[8]}{0[9]}", "hyphens"]
)
def test_by_number_however_it_is_spaced(by, thompson, typed):
    number = thompson.nhs_number
    typed = f"{number[:3]}-{number[3:6]}-{number[6:]}" if typed == "hyphens" else typed.format(number)

    found = find(by=by, number=typed)

    assert [one.id for one in found] == [thompson.pk]
    assert found[0].outcode == "LE2"
    assert not found[0].may_open


@pytest.mark.parametrize(
    ("name", "born", "differs"),
    [
        ("Margaret Thompson", BORN, ()),
        ("margaret thomson", BORN, ()),
        ("Thmopson", BORN, ()),
        ("Margret Tompsun", BORN, ()),
        ("Thompson Margaret", BORN, ()),
        ("THOMPSON, Margaret", BORN, ()),
        ("Margaret Completely-Different", BORN, ()),
        ("Margaret Thompson", date(1938, 11, 2), (SWAPPED,)),
        ("Margaret Thompson", date(1939, 2, 11), (OTHER_DATE,)),
        ("Margaret Thompson", date(1948, 2, 11), (OTHER_DATE,)),
        ("Margaret Thompson", date(1938, 2, 12), (OTHER_DATE,)),
        ("Thompson", date(1938, 2, 21), (OTHER_DATE,)),
        ("Margaret Thompson", None, ()),
    ],
)
def test_by_name_and_date_of_birth_however_they_are_typed(by, thompson, name, born, differs):
    found = find(by=by, name=name, date_of_birth=born)

    assert names(found) == ["THOMPSON, Margaret"]
    assert found[0].differs == differs


@pytest.mark.parametrize(
    ("name", "born"),
    [("Agnes Winterbottom", BORN), ("Margaret Thompson", date(1951, 7, 30)), ("Agnes Thompson", date(1939, 2, 11))],
)
def test_what_does_not_fit_is_not_found(by, thompson, name, born):
    assert find(by=by, name=name, date_of_birth=born) == []


@pytest.mark.parametrize("name", ["مريم", "שרה", "😀😀", "O’Brien", "Zoë"])
def test_names_in_any_script_are_found(by, name):
    patient(given_name="Noor", family_name=name, date_of_birth=BORN)

    assert len(find(by=by, name=name, date_of_birth=BORN)) == 1


def test_short_names_with_swapped_letters_are_found_by_the_other_name(by):
    patient(given_name="Amina", family_name="Khan", date_of_birth=BORN)

    assert len(find(by=by, name="Amina Kahn", date_of_birth=BORN)) == 1


def test_people_whose_date_of_birth_is_not_known_are_found_by_name(by):
    patient(given_name="Margaret", family_name="Thompson", date_of_birth=None)

    assert find(by=by, name="Margaret Thompson", date_of_birth=BORN)[0].differs == (NO_DATE,)


def test_the_best_comes_first(by, thompson):
    patient(given_name="Margaret", family_name="Thomas", date_of_birth=BORN)

    assert names(find(by=by, name="Margaret Thompson", date_of_birth=BORN)) == [
        "THOMPSON, Margaret",
        "THOMAS, Margaret",
    ]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({}, "name"),
        ({"name": "Thompson"}, "date_of_birth"),
        ({"number": "123"}, "nhs_number"),
        ({"name": " , "}, "name"),
    ],
)
def test_too_little_to_go_by(by, terms, field):
    with pytest.raises(Invalid) as refusal:
        find(by=by, **terms)

    assert refusal.value.field == field


def test_a_restricted_person_is_masked_unless_the_exact_number_was_typed(by, thompson):
    actions.restrict(by=people.SYSTEM, patient_id=thompson.pk, reason="Relative of a member of staff")

    masked = find(by=by, name="Margaret Thompson", date_of_birth=BORN)
    known = find(by=by, number=thompson.nhs_number)

    assert names(masked) == ["Restricted record"]
    assert (masked[0].nhs_number, masked[0].date_of_birth, masked[0].outcode, masked[0].practice) == ("", None, "", "")
    assert names(known) == ["THOMPSON, Margaret"]
    assert not known[0].may_open


def test_an_absorbed_record_answers_for_the_kept_one(by, thompson):
    maiden = patient(given_name="Margaret", family_name="Winterbottom", date_of_birth=BORN)
    actions.merge(by=people.SYSTEM, kept_id=thompson.pk, absorbed_id=maiden.pk, reason="Same person, maiden name")

    by_old_name = find(by=by, name="Margaret Winterbottom", date_of_birth=BORN)

    assert [one.id for one in by_old_name] == [thompson.pk]
    assert [one.id for one in find(by=by, number=maiden.nhs_number)] == [thompson.pk]


def test_roles_that_do_not_refer_find_only_people_they_have_to_do_with(thompson):
    trust = directory.organisation()
    manager = people.actor("bed_manager", at=trust)
    assert find(by=manager, number=thompson.nhs_number) == []

    relate(thompson, trust)

    assert find(by=manager, number=thompson.nhs_number)[0].may_open


def test_roles_without_sight_of_people_find_nobody(thompson):
    assert find(by=people.actor("commissioner"), number=thompson.nhs_number) == []


def test_a_search_is_logged_and_takes_two_statements(by, thompson, django_assert_num_queries):
    with django_assert_num_queries(2):
        find(by=by, name="Margaret Thompson", date_of_birth=BORN)

    looked = Access.objects.get()
    assert (looked.patient_id, looked.actor_id, looked.what) == (thompson.pk, by.id, "search")


@pytest.fixture
def thousands():
    """Three thousand people in the tables, statistics taken, and sequential scans forbidden."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    Patient.objects.bulk_create(
        Patient(
            family_name=f"{letters[n % 26]}{letters[n // 26 % 26]}{letters[n // 7 % 26]}son",
            given_name="Ada",
            date_of_birth=date(1930 + n % 70, 1 + n % 12, 1 + n % 28),
            nhs_number=nhs_number(n),
            nhs_number_valid=True,
            nhs_number_status=NumberStatus.NOT_TRACED,
        )
        for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('patient_family_trgm')")
        cursor.execute("ANALYZE patients_patient")
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize(
    ("terms", "index"),
    [
        ({"number": "9990000018"}, "patient_number"),
        ({"name": "Ada Thompson", "date_of_birth": BORN}, "patient_born"),
        ({"name": "Ada Thompson"}, "patient_family_trgm"),
    ],
)
def test_every_search_goes_through_an_index(by, thousands, django_assert_max_num_queries, terms, index):
    with django_assert_max_num_queries(2) as captured:
        find(by=by, **terms)

    assert index in plan_of(captured.captured_queries[0]["sql"])


def test_duplicates_are_looked_for_through_indexes(by, thousands, django_assert_num_queries):
    person = patient(family_name="Thompson", postcode="LE2 3AB")
    with django_assert_num_queries(1) as captured:
        possible_duplicates(person, by)

    plan = plan_of(captured.captured_queries[0]["sql"])
    assert "patient_number" in plan
    assert "patient_born" in plan


def test_one_persons_rights_are_looked_up_through_indexes(by, thousands):
    person = patient()
    plan = plan_of(str(Patient.objects.visible_to(by).filter(pk=person.pk).explain()), explained=True)

    assert "Seq Scan on patients_patient" not in plan


def plan_of(sql: str, *, explained: bool = False) -> str:
    if explained:
        return sql
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_portal_itself_reaches_everybody(thompson):
    hidden = patient()
    actions.restrict(by=people.SYSTEM, patient_id=hidden.pk, reason="Member of staff")

    assert Patient.objects.related_to(people.SYSTEM).count() == 2
    assert find(by=people.SYSTEM, number=hidden.nhs_number)[0].may_open


def test_somebody_without_number_or_date_of_birth_has_no_duplicates_to_offer(by):
    assert possible_duplicates(patient(nhs_number="", date_of_birth=None), by) == []
