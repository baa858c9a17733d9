"""Migrations of tables that grow take no lock that anybody notices; the runbook says how they are written instead."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

ROOMS = ("audit", "directory", "accounts", "patients", "referrals", "homefirst", "bcf", "api")
SMALL = {"directory", "accounts"}
"""Rooms whose tables hold thousands of rows, not millions."""

EARLIER = {
    ("api", "0002_client_public_id"): "partner systems: a handful of rows",
    ("audit", "0002_access_refused"): "before the first release",
    ("audit", "0004_positions"): "a default is a change of the catalogue only",
    ("patients", "0002_history"): "before the first release",
    ("patients", "0004_hot_paths"): "only drops indexes",
    ("patients", "0006_care"): "only words of a choice",
    ("referrals", "0007_max_stay"): "only words of a choice",
    ("referrals", "0004_hot_paths"): "only drops indexes, and adds a column that may be null",
}
"""Migrations that may change a table in place, and why."""


def changes():
    for (room, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if room in ROOMS and room not in SMALL and (room, name) not in EARLIER:
            new = {op.name.lower() for op in migration.operations if isinstance(op, operations.models.CreateModel)}
            for operation in migration.operations:
                if getattr(operation, "model_name", "").lower() not in new:
                    yield pytest.param(operation, id=f"{room}.{name}: {operation.describe()}")


def locks_for_long(operation) -> str:
    """What is wrong with a change of a table that is there already; empty when nothing is."""
    if isinstance(operation, operations.AddIndex) and not isinstance(operation, AddIndexConcurrently):
        return "Use AddIndexConcurrently, in a migration of its own with atomic = False."
    if isinstance(operation, operations.AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        return "Use AddConstraintNotValid, and ValidateConstraint in the next migration."
    if isinstance(operation, operations.AlterField):
        return "A column may be written again whole: see the runbook, and list the migration here when it is not."
    if isinstance(operation, operations.AddField):
        field = operation.field
        filled = field.null or field.db_default is not NOT_PROVIDED or field.has_default() or field.many_to_many
        return "" if filled else "Let the column be null or give it a constant default."
    return ""


@pytest.mark.parametrize("operation", list(changes()))
def test_large_tables_are_not_locked(operation):
    assert locks_for_long(operation) == ""


def test_the_rule_sees_what_it_forbids():
    from django.db import models

    index = models.Index(fields=["at"], name="by_moment")
    check = models.CheckConstraint(condition=models.Q(pk__gt=0), name="positive")
    assert "Concurrently" in locks_for_long(operations.AddIndex("referral", index))
    assert locks_for_long(AddIndexConcurrently("referral", index)) == ""
    assert "NotValid" in locks_for_long(operations.AddConstraint("referral", check))
    assert locks_for_long(AddConstraintNotValid("referral", check)) == ""
    assert "constant default" in locks_for_long(operations.AddField("referral", "extra", models.IntegerField()))
    assert locks_for_long(operations.AddField("referral", "extra", models.IntegerField(null=True))) == ""
