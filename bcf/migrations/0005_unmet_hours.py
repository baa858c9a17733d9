"""In which hour a need was recorded, and for how much care; facts that are there already learn it from their needs."""

from django.db import migrations, models

LEARN = """
UPDATE bcf_unmetneedfact f
SET recorded_hour = extract(hour FROM n.recorded_at AT TIME ZONE 'Europe/London')::smallint,
    care_seconds = (n.hours * 3600)::bigint
FROM referrals_unmetneed n WHERE n.id = f.need_id
"""


class Migration(migrations.Migration):
    dependencies = [("bcf", "0004_home_first_facts"), ("referrals", "0001_initial")]

    operations = [
        migrations.AddField(model_name="unmetneedfact", name="care_seconds", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="unmetneedfact", name="recorded_hour", field=models.PositiveSmallIntegerField(db_default=0)
        ),
        migrations.RunSQL(LEARN, migrations.RunSQL.noop),
    ]
