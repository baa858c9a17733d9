"""PostgreSQL's sample of a million people finds a tenth of their NHS numbers, and so it expected ten people for each: a
question prepared for every number then looked dearer than it is. Four people in five have a number, and each their own."""

from django.db import migrations

SAY = "ALTER TABLE patients_patient ALTER COLUMN nhs_number SET (n_distinct = -0.8)"
UNSAY = "ALTER TABLE patients_patient ALTER COLUMN nhs_number RESET (n_distinct)"
LOOK_AGAIN = "ANALYZE patients_patient (nhs_number)"


class Migration(migrations.Migration):
    dependencies = [("patients", "0006_care")]

    operations = [migrations.RunSQL([SAY, LOOK_AGAIN], [UNSAY, LOOK_AGAIN])]
