"""Every column says what it may give away."""

import pytest
from django.apps import apps

from audit.privacy import Privacy, declared, private_names

ROOMS = ("audit", "directory", "accounts", "patients", "referrals", "homefirst", "bcf", "api")
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_is_classified_once(model):
    columns = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    assert set(declared().get(model._meta.label, {})) == columns


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("patients.Patient.nhs_number", Privacy.IDENTIFYING),
        ("patients.Patient.family_name", Privacy.IDENTIFYING),
        ("referrals.Referral.need", Privacy.SENSITIVE),
        ("referrals.Message.text", Privacy.SENSITIVE),
        ("referrals.Clock.due_at", Privacy.NEUTRAL),
    ],
)
def test_what_matters_most_is_where_it_belongs(column, kind):
    label, _, name = column.rpartition(".")
    assert declared()[label][name] is kind


def test_logs_never_carry_a_number_a_name_or_a_need():
    assert {"nhs_number", "family_name", "given_name", "date_of_birth", "need", "typed"} <= private_names()
