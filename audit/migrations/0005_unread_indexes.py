"""Two indexes of events that nobody reads by: 1.8 GB at the size of LLR, filled with every change."""

from django.db import migrations, models

import audit.ids

DROP = "ALTER TABLE audit_event DROP CONSTRAINT audit_event_event_id_key; DROP INDEX event_kind;"
MAKE = (
    "ALTER TABLE audit_event ADD CONSTRAINT audit_event_event_id_key UNIQUE (event_id, recorded_at); "
    "CREATE INDEX event_kind ON audit_event (kind, occurred_at);"
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_positions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, MAKE)],
            state_operations=[
                migrations.AlterField("event", "event_id", models.UUIDField(default=audit.ids.new_id)),
                migrations.RemoveIndex("event", "event_kind"),
            ],
        )
    ]
