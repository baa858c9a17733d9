"""The directory as it starts."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import audit.ids
import directory.models.clocks
import directory.models.services


class Migration(migrations.Migration):
    initial = True

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BankHoliday",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("icb", "Integrated care board"),
                            ("sub_icb", "Sub-ICB location"),
                            ("council", "Council with adult social care"),
                            ("district_council", "District or borough council"),
                            ("community_trust", "Community and mental health trust"),
                            ("acute_trust", "Hospital trust"),
                            ("ambulance", "Ambulance trust"),
                            ("practice", "GP practice"),
                            ("pcn", "Primary care network"),
                            ("federation", "GP federation"),
                            ("hospice", "Hospice"),
                            ("care_home", "Care home"),
                            ("home_care", "Home care provider"),
                            ("voluntary", "Voluntary or community organisation"),
                            ("out_of_hours", "Out-of-hours and urgent care provider"),
                            ("hospital", "Hospital site"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ods_code", models.CharField(blank=True, max_length=12, null=True, verbose_name="ODS code")),
                ("gss_code", models.CharField(blank=True, max_length=9, null=True, verbose_name="GSS code")),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("postcode", models.CharField(blank=True, max_length=8)),
                (
                    "source",
                    models.TextField(
                        blank=True, help_text="Where name and codes come from, and whether they were checked."
                    ),
                ),
                (
                    "synthetic",
                    models.BooleanField(
                        default=False, help_text="Invented for demonstration; no such organisation exists."
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="directory.organisation",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["kind", "name"], name="organisation_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="organisation_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ods_code__isnull", False), ("valid_to", None)),
                        fields=("ods_code",),
                        name="organisation_ods_code",
                        violation_error_message="Another current organisation has this ODS code.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("gss_code", None), ("ods_code", None), ("valid_to", None)),
                        fields=("kind", "name"),
                        name="organisation_name",
                        violation_error_message="Another current organisation of this kind has this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ods_code", None), ("ods_code__regex", "^[A-Z0-9]{3,12}$"), _connector="OR"
                        ),
                        name="organisation_ods_shape",
                        violation_error_message="An ODS code is 3 or more capital letters and digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("successor", None),
                                models.Q(("successor", models.F("id")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                            ),
                        ),
                        name="organisation_not_itself",
                        violation_error_message="An organisation cannot be its own parent or successor.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("system", "System"),
                            ("place", "Place"),
                            ("locality", "Locality"),
                            ("district", "District"),
                            ("neighbourhood", "Neighbourhood"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "gss_code",
                    models.CharField(
                        blank=True, max_length=9, null=True, unique=True, verbose_name="GSS code"
                    ),
                ),
                (
                    "synthetic",
                    models.BooleanField(
                        default=False, help_text="Invented for this portal, not a published area."
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="directory.area",
                    ),
                ),
            ],
            options={
                "ordering": ["level", "name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="area_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "system"), ("parent", None)),
                            models.Q(models.Q(("level", "system"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="area_parent",
                        violation_error_message="Every area except the system needs an area above it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("crisis_response", "Crisis response"),
                            ("falls_response", "Falls response"),
                            ("community_nursing", "Community nursing"),
                            ("therapy", "Therapy"),
                            ("reablement", "Reablement"),
                            ("virtual_ward", "Virtual ward"),
                            ("community_beds", "Community hospital beds"),
                            ("palliative", "Palliative and end of life care"),
                            ("night_nursing", "Night nursing"),
                            ("social_care", "Social care"),
                            ("housing", "Housing"),
                            ("prevention", "Prevention and wellbeing"),
                            ("equipment", "Equipment"),
                            ("carers", "Carers"),
                        ],
                        max_length=20,
                    ),
                ),
                ("summary", models.TextField()),
                (
                    "min_age",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="youngest age"),
                ),
                (
                    "max_age",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="oldest age"),
                ),
                (
                    "urgencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("crisis", "Crisis: within 2 hours"),
                                ("urgent", "Urgent: within 24 hours"),
                                ("soon", "Soon: within 2 days"),
                                ("routine", "Routine: within 7 days"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        help_text="The urgencies this service accepts.",
                        size=None,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("gp", "GP practice"),
                                ("ambulance", "Ambulance crew"),
                                ("ward", "Hospital ward"),
                                ("emergency_department", "Emergency department"),
                                ("care_home", "Care home"),
                                ("social_care", "Social care"),
                                ("out_of_hours", "Out-of-hours or urgent care"),
                                ("care_coordinator", "Care co-ordinator"),
                                ("community", "Community health team"),
                                ("voluntary", "Voluntary organisation"),
                                ("self_or_family", "The person, family or carer"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        help_text="Who may refer. Empty means anybody.",
                        size=None,
                    ),
                ),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("falls", "Fallen, with no apparent serious injury"),
                                ("frailty", "Frailty suddenly worse"),
                                ("reduced_function", "Moving or coping less well than usual"),
                                ("palliative_crisis", "Crisis in the last year of life"),
                                ("urgent_equipment", "Urgent equipment to stay safe at home"),
                                ("confusion", "New or worse confusion"),
                                ("catheter", "Blocked or painful catheter"),
                                ("diabetes", "Urgent support with diabetes"),
                                ("carer_breakdown", "Unpaid carer can no longer cope"),
                                ("wound_care", "Wound care"),
                                ("medication_support", "Help with medicines"),
                                ("personal_care", "Washing, dressing and eating"),
                                ("rehabilitation", "Getting back to what they could do"),
                                ("respiratory", "Breathing problems"),
                                ("heart_failure", "Heart failure"),
                                ("infection", "Infection that can be treated at home"),
                                ("social_isolation", "Lonely or cut off"),
                                ("housing", "Home is unsafe, cold or hard to live in"),
                                ("end_of_life_care", "Planned end of life care"),
                                ("other", "Something else"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        help_text="The needs this service meets.",
                        size=None,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("twenty_four_hours", models.BooleanField(default=False, verbose_name="open day and night")),
                ("areas", models.ManyToManyField(related_name="services", to="directory.area")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="directory.organisation",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="service_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_age", None),
                            ("max_age", None),
                            ("max_age__gte", models.F("min_age")),
                            _connector="OR",
                        ),
                        name="service_ages",
                        violation_error_message="The oldest age must not be below the youngest.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("acknowledge", "Acknowledge"),
                            ("triage", "Decide"),
                            ("offer", "Answer the offer"),
                            ("respond", "First contact"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("crisis", "Crisis: within 2 hours"),
                            ("urgent", "Urgent: within 24 hours"),
                            ("soon", "Soon: within 2 days"),
                            ("routine", "Routine: within 7 days"),
                        ],
                        help_text="Leave empty for every urgency.",
                        max_length=20,
                        null=True,
                    ),
                ),
                ("minutes", models.PositiveIntegerField()),
                (
                    "warn_minutes",
                    models.PositiveIntegerField(
                        help_text="Minutes before the deadline from which it counts as near."
                    ),
                ),
                (
                    "may_pause",
                    models.BooleanField(
                        default=False, help_text="Whether waiting for the referrer stops this clock."
                    ),
                ),
                ("description", models.CharField(max_length=200)),
                (
                    "source",
                    models.CharField(
                        help_text="Who set this standard, and whether that was checked.", max_length=300
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("valid_from", models.DateTimeField()),
                (
                    "valid_to",
                    models.DateTimeField(
                        blank=True, help_text="The first moment this no longer holds.", null=True
                    ),
                ),
                ("service", models.ForeignKey(
                    blank=True,
                    help_text="Leave empty for every service.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="clock_policies",
                    to="directory.service",
                )),
            ],
            options={
                "verbose_name_plural": "clock policies",
                "ordering": ["code", "urgency", "service", "valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="clockpolicy_dates",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gt", 0), ("warn_minutes__lt", models.F("minutes"))),
                        name="clockpolicy_minutes",
                        violation_error_message="Minutes must be more than 0 and more than the warning.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("may_pause", False),
                            models.Q(("urgency__isnull", False), models.Q(("urgency", "crisis"), _negated=True)),
                            _connector="OR",
                        ),
                        name="clockpolicy_crisis_never_pauses",
                        violation_error_message="A crisis clock never pauses, nor does one for every urgency.",
                    ),
                    models.UniqueConstraint(
                        fields=("code", "service", "urgency", "version"),
                        name="clockpolicy_version",
                        nulls_distinct=False,
                        violation_error_message="This version number is already used.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("code", "="),
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    "service", models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000"))
                                ),
                                "=",
                            ),
                            (django.db.models.functions.comparison.Coalesce("urgency", models.Value("")), "="),
                            (
                                directory.models.clocks.Moments(
                                    "valid_from", "valid_to", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="clockpolicy_no_overlap",
                        violation_error_message="Another policy for this step, service and urgency overlaps.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EscalationStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("step", models.PositiveSmallIntegerField()),
                ("after_minutes", models.PositiveIntegerField()),
                ("role_slug", models.SlugField(help_text="The role told, for example shift_lead.")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="directory.clockpolicy",
                    ),
                ),
            ],
            options={
                "ordering": ["policy", "step"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "step"), name="escalationstep_once"),
                    models.CheckConstraint(
                        condition=models.Q(("after_minutes__gt", 0), ("step__gt", 0)), name="escalationstep_step"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="practice",
                        serialize=False,
                        to="directory.organisation",
                    ),
                ),
                ("opened", models.DateField(blank=True, null=True)),
                (
                    "clinical_system",
                    models.CharField(
                        blank=True, choices=[("systmone", "SystmOne"), ("emis", "EMIS Web")], max_length=20
                    ),
                ),
                ("district", models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="district_practices",
                    to="directory.area",
                )),
                ("locality", models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="locality_practices",
                    to="directory.area",
                )),
                ("neighbourhood", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="neighbourhood_practices",
                    to="directory.area",
                )),
                ("place", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="place_practices",
                    to="directory.area",
                )),
                ("sub_icb", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="practices",
                    to="directory.organisation",
                )),
            ],
            options={
                "ordering": ["organisation__name"],
            },
        ),
        migrations.CreateModel(
            name="PointOfAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=120)),
                ("phone", models.CharField(max_length=30)),
                ("out_of_hours_phone", models.CharField(blank=True, max_length=30)),
                (
                    "hours",
                    models.TextField(blank=True, help_text="In words, as people read it on a receipt."),
                ),
                ("active", models.BooleanField(default=True)),
                ("areas", models.ManyToManyField(related_name="points_of_access", to="directory.area")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points_of_access",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "points of access",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("age_band", models.CharField(help_text="For example 65-74 or 85+.", max_length=10)),
                ("year", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=200)),
                (
                    "illustrative",
                    models.BooleanField(
                        default=False, help_text="Not from a published source: for demonstration only."
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="populations",
                        to="directory.area",
                    ),
                ),
            ],
            options={
                "ordering": ["area", "year", "age_band"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "age_band", "year", "source"), name="population_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                            (7, "Bank holidays"),
                        ]
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField(help_text="The same time as opening means a full day.")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "opening hours",
                "ordering": ["service", "weekday", "opens"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "weekday", "opens"), name="openinghours_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__in", [0, 1, 2, 3, 4, 5, 6, 7])), name="openinghours_weekday"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.SlugField()),
                ("text", models.CharField(max_length=300)),
                (
                    "hard",
                    models.BooleanField(
                        default=True, help_text="A hard criterion may decline; others only advise."
                    ),
                ),
                (
                    "sense",
                    models.CharField(
                        choices=[("must_meet", "Must be true"), ("excludes", "Must not be true")],
                        default="must_meet",
                        max_length=10,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("none", "A clinician decides"),
                            ("age", "Age is within the service's range"),
                            ("area", "Lives in, or is registered in, the service's area"),
                            ("urgency", "The service accepts this urgency"),
                            ("need", "The service meets at least one of the needs"),
                            ("channel", "The service accepts this kind of referrer"),
                            ("consent", "The person has agreed"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criteria",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["service", "-hard", "code"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="criterion_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                    models.UniqueConstraint(fields=("service", "code"), name="criterion_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Capacity",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("places", models.PositiveIntegerField()),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capacities",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "capacities",
                "ordering": ["service", "valid_from"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="capacity_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("service", "="),
                            (
                                directory.models.services.DateRange(
                                    "valid_from", "valid_to", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="capacity_no_overlap",
                        violation_error_message="Another capacity of this service holds on some of these days.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("valid_from", models.DateField(help_text="The first day this holds.")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day this no longer holds. Leave empty while it does.",
                        null=True,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=120)),
                ("base_postcode", models.CharField(blank=True, max_length=8)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("areas", models.ManyToManyField(related_name="teams", to="directory.area")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="directory.organisation",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="directory.service",
                    ),
                ),
                (
                    "shared_employers",
                    models.ManyToManyField(
                        blank=True, related_name="shared_teams", to="directory.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="team_dates",
                        violation_error_message="The end date must be after the start date.",
                    ),
                ],
            },
        ),
    ]
