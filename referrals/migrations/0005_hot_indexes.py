"""Indexes for the sweep, the home page and the breaches to review."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0004_hot_paths")]

    operations = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at", None)), fields=["referral", "warn_at"], name="clock_running_of"
            ),
        ),
        RemoveIndexConcurrently(model_name="clock", name="clock_running"),
        AddIndexConcurrently(
            model_name='breach',
            index=models.Index(condition=models.Q(('reviewed_at', None)), fields=['recorded_at', 'id'], name='breach_to_review'),
        ),
        AddIndexConcurrently(
            model_name='clock',
            index=models.Index(condition=models.Q(('breached_at', None), models.Q(('stopped_at', None), ('result', 'missed'), _connector='OR')), fields=['due_at'], name='clock_untold'),
        ),
        AddIndexConcurrently(
            model_name='referral',
            index=models.Index(condition=models.Q(('news_at__isnull', False), models.Q(('news_seen_at', None), ('news_seen_at__lt', models.F('news_at')), _connector='OR')), fields=['referrer_organisation', '-news_at', '-id'], name='referral_news'),
        ),
    ]
