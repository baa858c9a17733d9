"""Indexes that nobody reads by: the step of a message, and the first letters of a reference or a tracking token."""

import django.db.models.deletion
from django.db import migrations, models

DROP = """
DROP INDEX referrals_message_step_id_dfae410a;
DROP INDEX referrals_referral_reference_4ecf22d5_like;
DROP INDEX referrals_referral_tracking_token_14388c56_like;
"""
MAKE = """
CREATE INDEX referrals_message_step_id_dfae410a ON referrals_message (step_id);
CREATE INDEX referrals_referral_reference_4ecf22d5_like ON referrals_referral (reference varchar_pattern_ops);
CREATE INDEX referrals_referral_tracking_token_14388c56_like ON referrals_referral (tracking_token varchar_pattern_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_max_stay")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, MAKE)],
            state_operations=[
                migrations.AlterField(
                    "message",
                    "step",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.step",
                    ),
                )
            ],
        )
    ]
