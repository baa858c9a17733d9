"""Events and looks are kept by month; Django's state does not change."""

from django.db import migrations

from audit.by_month import by_month

EVENT_KEYS = (
    "ALTER TABLE audit_event ADD CONSTRAINT audit_event_event_id_key UNIQUE (event_id, recorded_at)",
    "CREATE INDEX event_subject ON audit_event (subject_id, id)",
    "CREATE INDEX event_kind ON audit_event (kind, occurred_at)",
    "CREATE INDEX event_cursor ON audit_event (transaction_id, id)",
)
ACCESS_KEYS = (
    "CREATE INDEX access_patient ON audit_access (patient_id, id DESC)",
    "CREATE INDEX access_actor ON audit_access (actor_id, id DESC)",
    "CREATE INDEX access_refused ON audit_access (at) WHERE outcome = 'refused'",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_access_refused")]

    operations = [
        *by_month("audit_event", "recorded_at", EVENT_KEYS),
        *by_month("audit_access", "at", ACCESS_KEYS),
    ]
