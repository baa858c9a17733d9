"""Transitions are kept by month, with one index: they are read for one referral, or for a month."""

import django.db.models.deletion
from django.db import migrations, models

from audit.by_month import by_month

KEYS = (
    "ALTER TABLE referrals_transition ADD CONSTRAINT referrals_transition_referral_id_fk "
    "FOREIGN KEY (referral_id) REFERENCES referrals_referral (id) DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE referrals_transition ADD CONSTRAINT referrals_transition_step_id_fk "
    "FOREIGN KEY (step_id) REFERENCES referrals_step (id) DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE referrals_transition ADD CONSTRAINT referrals_transition_offer_id_fk "
    "FOREIGN KEY (offer_id) REFERENCES referrals_referraloffer (id) DEFERRABLE INITIALLY DEFERRED",
    "CREATE INDEX transition_referral ON referrals_transition (referral_id, id)",
)


def link(name, to, **options):
    options = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "transitions"} | options
    return migrations.AlterField("transition", name, models.ForeignKey(to=to, db_index=False, **options))


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_by_month"), ("referrals", "0002_areas")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=by_month("referrals_transition", "at", KEYS),
            state_operations=[
                link("step", "referrals.step"),
                link("referral", "referrals.referral"),
                link("offer", "referrals.referraloffer", null=True),
            ],
        ),
    ]
