"""The same seed and the same moment give the same rows; another seed gives others."""

import pytest
from django.db import connection, transaction

from synthetic.seeding import SCALES, Scale
from synthetic.writer import ORDER
from tests.synthetic.conftest import fill

pytestmark = pytest.mark.django_db

COPIED = Scale(1000, 150, 36, told=Scale(200, 75, 36))
BY_THE_DATABASE = ("transaction_id",)


def digest() -> dict[str, str]:
    """One number for each table's rows, in their order, without what the database adds by itself."""
    found = {}
    with connection.cursor() as cursor:
        for model in ORDER:
            serial = model._meta.pk.get_internal_type() == "BigAutoField"
            without = [*BY_THE_DATABASE, "id"] if serial else list(BY_THE_DATABASE)
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f"SELECT md5(string_agg((to_jsonb(t) - %s::text[])::text, '|' ORDER BY {key})) FROM {table} t "
                "WHERE coalesce(to_jsonb(t)->>'kind', '') !~ '^access'",
                [without],
            )
            found[model._meta.model_name] = cursor.fetchone()[0]
    return found


def filled(now, number: int, scale: Scale) -> dict[str, str]:
    """The digest of one filling, which is taken back."""
    with transaction.atomic():
        fill(now, number, scale)
        result = digest()
        transaction.set_rollback(True)
    return result


@pytest.mark.parametrize("scale", [SCALES["tiny"], COPIED], ids=["told", "with copies"])
def test_the_same_seed_gives_the_same_rows(prepared, now, scale):
    first = filled(now, 3, scale)
    assert first["referral"]
    assert filled(now, 3, scale) == first


def test_another_seed_gives_other_rows(prepared, now):
    assert filled(now, 4, SCALES["tiny"])["referral"] != filled(now, 3, SCALES["tiny"])["referral"]
