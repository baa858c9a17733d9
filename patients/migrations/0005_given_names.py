"""Given names by likeness, as family names are."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0004_hot_paths")]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=GinIndex(OpClass(Lower("given_name"), name="gin_trgm_ops"), name="patient_given_trgm"),
        ),
    ]
