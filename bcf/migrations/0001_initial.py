

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('name', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('transaction_id', models.BigIntegerField(default=0)),
                ('event_id', models.BigIntegerField(default=0)),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Stale',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('metric', models.CharField(max_length=50)),
                ('day', models.DateField()),
                ('place_id', models.UUIDField(null=True)),
                ('locality_id', models.UUIDField(null=True)),
                ('neighbourhood_id', models.UUIDField(null=True)),
                ('service_id', models.UUIDField(null=True)),
                ('reason', models.CharField(max_length=200)),
                ('marked_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name_plural': 'stale figures',
            },
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('metric', models.CharField(max_length=50)),
                ('quarter', models.DateField()),
                ('level', models.CharField(choices=[('system', 'System'), ('place', 'Place'), ('locality', 'Locality'), ('neighbourhood', 'Neighbourhood'), ('service', 'Service')], max_length=15)),
                ('scope_id', models.UUIDField()),
                ('counts', models.CharField(blank=True, choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], max_length=8)),
                ('parts', models.CharField(blank=True, choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], max_length=8)),
                ('known_from', models.DateField()),
                ('known_to', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['metric', 'level', 'scope_id', 'quarter'], name='disclosure_series')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('known_to', None)), fields=('metric', 'level', 'scope_id', 'quarter'), name='disclosure_one_current')],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('metric', models.CharField(max_length=50)),
                ('version', models.PositiveSmallIntegerField()),
                ('level', models.CharField(choices=[('system', 'System'), ('place', 'Place'), ('locality', 'Locality'), ('neighbourhood', 'Neighbourhood'), ('service', 'Service')], max_length=15)),
                ('scope_id', models.UUIDField()),
                ('period', models.CharField(choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('year', 'Year')], max_length=8)),
                ('start', models.DateField()),
                ('numerator', models.BigIntegerField(null=True)),
                ('denominator', models.BigIntegerField(null=True)),
                ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                ('known_from', models.DateField()),
                ('known_to', models.DateField(null=True)),
                ('computed_at', models.DateTimeField()),
                ('restated', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['metric', 'level', 'scope_id', 'period', 'start'], name='observation_series'), models.Index(condition=models.Q(('known_to', None)), fields=['metric', 'period', 'start'], name='observation_compared')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('known_to', None)), fields=('metric', 'level', 'scope_id', 'period', 'start'), name='observation_one_current'), models.CheckConstraint(condition=models.Q(('known_to', None), ('known_to__gt', models.F('known_from')), _connector='OR'), name='observation_known_for_a_day'), models.CheckConstraint(condition=models.Q(('restated', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='observation_restated_says_why')],
            },
        ),
        migrations.CreateModel(
            name='OfferFact',
            fields=[
                ('referral_id', models.UUIDField()),
                ('place_id', models.UUIDField(null=True)),
                ('locality_id', models.UUIDField(null=True)),
                ('neighbourhood_id', models.UUIDField(null=True)),
                ('service_id', models.UUIDField(null=True)),
                ('offer_id', models.UUIDField(primary_key=True, serialize=False)),
                ('requested_on', models.DateField()),
                ('answer', models.CharField(blank=True, choices=[('accepted', 'Accepted'), ('declined', 'Declined'), ('waitlisted', 'Waiting for a place')], max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['requested_on'], name='offer_fact_requested'), models.Index(fields=['referral_id'], name='offer_fact_referral')],
            },
        ),
        migrations.CreateModel(
            name='ReferralFact',
            fields=[
                ('place_id', models.UUIDField(null=True)),
                ('locality_id', models.UUIDField(null=True)),
                ('neighbourhood_id', models.UUIDField(null=True)),
                ('service_id', models.UUIDField(null=True)),
                ('referral_id', models.UUIDField(primary_key=True, serialize=False)),
                ('received_on', models.DateField()),
                ('acknowledge_seconds', models.BigIntegerField(null=True)),
                ('triage_seconds', models.BigIntegerField(null=True)),
                ('crisis_reached', models.BooleanField(null=True)),
                ('handoffs', models.PositiveIntegerField(default=0)),
                ('number_verified', models.BooleanField()),
                ('closed_on', models.DateField(null=True)),
                ('outcome_read', models.BooleanField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['received_on'], name='referral_fact_received'), models.Index(condition=models.Q(('closed_on__isnull', False)), fields=['closed_on'], name='referral_fact_closed')],
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('event_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('error', models.CharField(help_text='What kind of error; its text may hold what a person typed.', max_length=100)),
                ('tries', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('try_again_at', models.DateTimeField()),
                ('counted_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'event set aside',
                'verbose_name_plural': 'events set aside',
                'indexes': [models.Index(condition=models.Q(('counted_at', None)), fields=['try_again_at'], name='set_aside_waiting')],
            },
        ),
        migrations.CreateModel(
            name='UnmetNeedFact',
            fields=[
                ('referral_id', models.UUIDField()),
                ('place_id', models.UUIDField(null=True)),
                ('locality_id', models.UUIDField(null=True)),
                ('neighbourhood_id', models.UUIDField(null=True)),
                ('service_id', models.UUIDField(null=True)),
                ('need_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('recorded_on', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['recorded_on'], name='unmet_fact_recorded'), models.Index(fields=['referral_id'], name='unmet_fact_referral')],
            },
        ),
    ]
