"""A plan that reads too much is named, whichever way it reads."""

import pytest
from django.db import connection

from audit.statements import execute
from bench.indexes import Explained, asked_by, explain, nodes
from bench.questions import Question


def test_nodes_that_were_never_reached_do_not_count():
    plan = {"Node Type": "Append", "Actual Loops": 1, "Plans": [{"Node Type": "Seq Scan", "Actual Loops": 0}]}
    assert [node["Node Type"] for node in nodes(plan)] == ["Append"]


@pytest.mark.django_db
def test_reading_a_large_table_from_end_to_end_is_named():
    found = explain("SELECT count(*) FROM directory_area WHERE name LIKE '%x%'", {"directory_area"})
    assert found.whole == {"directory_area"}
    assert found.too_much


@pytest.mark.django_db
def test_an_index_that_answers_is_named():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    sql = "SELECT 1 FROM directory_area WHERE id = '01867d12-a4a4-7189-820d-0c1c95c8c83e'"
    found = explain(sql, {"directory_area"})
    assert not found.too_much
    assert found.used == {"directory_area_pkey"}


@pytest.mark.django_db
def test_what_is_prepared_is_explained_as_postgresql_settled_to_answer_it():
    def ask() -> None:
        with connection.cursor() as cursor:
            execute(cursor, "SELECT name FROM directory_area WHERE name LIKE %s", ["%x%"])

    (sql,) = asked_by(Question("Areas", "here", ask))
    assert sql.startswith("EXECUTE")
    assert explain(sql, {"directory_area"}).whole == {"directory_area"}


def test_walking_through_thousands_of_pages_is_too_much():
    assert Explained("SELECT 1", [], 0.5, 1.0, 1, 100_000).too_much
    assert not Explained("SELECT 1", [], 0.5, 1.0, 1, 100).too_much
