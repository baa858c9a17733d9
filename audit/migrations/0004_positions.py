"""New events stand after all that were written, also in a cluster whose transaction numbers begin again."""

from django.db import migrations, models

import audit.models
from audit.positions import OFFSET_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_by_month")]

    operations = [
        migrations.RunSQL(OFFSET_FUNCTION.format(offset=0), "DROP FUNCTION transaction_offset()"),
        migrations.AlterField(
            model_name="event",
            name="transaction_id",
            field=models.BigIntegerField(db_default=audit.models.Position()),
        ),
    ]
