"""What the database itself refuses, however the row arrives."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from directory.codes import AreaLevel, ClockCode, OrganisationKind
from directory.models import Capacity, Criterion, EscalationStep, OpeningHours, Population
from tests.directory.builders import area, moment, organisation, policy, service

pytestmark = pytest.mark.django_db


def refused(build, *args, **values):
    with pytest.raises(IntegrityError), transaction.atomic():
        build(*args, **values)


def test_two_current_organisations_cannot_share_an_ods_code():
    organisation(name="Old", ods_code="ABC", valid_to=date(2022, 7, 1))
    organisation(name="New", ods_code="ABC")
    refused(organisation, name="Third", ods_code="ABC")


def test_organisations_without_a_code_are_told_apart_by_kind_and_name():
    organisation(name="Rowan", kind=OrganisationKind.CARE_HOME)
    organisation(name="Rowan", kind=OrganisationKind.HOSPICE)
    refused(organisation, name="Rowan", kind=OrganisationKind.CARE_HOME)


def test_an_ods_code_is_capital_letters_and_digits():
    refused(organisation, ods_code="rt5")
    refused(organisation, ods_code="R5")


def test_an_organisation_is_not_its_own_successor():
    trust = organisation()
    trust.successor = trust
    refused(trust.save)


def test_nothing_ends_before_it_starts():
    refused(organisation, valid_to=date(2020, 4, 1))
    refused(service, valid_to=date(2019, 1, 1))
    refused(policy, valid_to=moment(2022, 4, 1))


def test_every_area_but_the_system_has_one_above_it():
    system = area()
    area(slug="place", level=AreaLevel.PLACE, parent=system)
    refused(area, slug="stray", level=AreaLevel.PLACE)
    refused(area, slug="second", parent=system)


def test_a_population_is_counted_once_by_each_source():
    system = area()
    count = {"area": system, "age_band": "85+", "year": 2021, "source": "Census", "count": 5}
    Population.objects.create(**count)
    Population.objects.create(**{**count, "source": "Estimate"})
    refused(Population.objects.create, **{**count, "count": 6})


def test_ages_are_the_right_way_round():
    refused(service, min_age=18, max_age=17)


def test_a_criterion_code_is_used_once_in_a_service():
    helping = service()
    criterion = {"service": helping, "code": "adult", "text": "Adult", "valid_from": date(2020, 4, 1)}
    Criterion.objects.create(**criterion)
    refused(Criterion.objects.create, **criterion)


def test_a_weekday_exists():
    refused(OpeningHours.objects.create, service=service(), weekday=8, opens=time(8), closes=time(9))


def test_capacities_of_a_service_do_not_overlap():
    helping = service()
    Capacity.objects.create(service=helping, places=5, valid_from=date(2024, 1, 1), valid_to=date(2024, 2, 1))
    Capacity.objects.create(service=helping, places=8, valid_from=date(2024, 2, 1))
    refused(Capacity.objects.create, service=helping, places=9, valid_from=date(2024, 6, 1))


def test_policies_for_one_thing_do_not_overlap():
    policy(urgency="crisis", valid_to=moment(2024, 1, 1))
    policy(urgency="crisis", version=2, valid_from=moment(2024, 1, 1))
    refused(policy, urgency="crisis", version=3, valid_from=moment(2025, 1, 1))


def test_policies_for_every_service_and_urgency_do_not_overlap_either():
    policy()
    refused(policy, version=2)
    policy(urgency="urgent")
    policy(service=service(), urgency="urgent")


def test_a_crisis_clock_never_pauses():
    refused(policy, urgency="crisis", may_pause=True)
    refused(policy, urgency=None, may_pause=True)
    policy(urgency="soon", may_pause=True)


def test_a_policy_has_minutes_and_warns_before_they_are_over():
    refused(policy, minutes=0, warn_minutes=0)
    refused(policy, minutes=30, warn_minutes=30)


def test_a_policy_version_is_used_once():
    policy(urgency="crisis", valid_to=moment(2023, 1, 1))
    refused(policy, urgency="crisis", valid_from=moment(2024, 1, 1))


def test_an_escalation_step_is_taken_once():
    waiting = policy(code=ClockCode.ACKNOWLEDGE)
    EscalationStep.objects.create(policy=waiting, step=1, after_minutes=15, role_slug="shift_lead")
    refused(EscalationStep.objects.create, policy=waiting, step=1, after_minutes=30, role_slug="spa_manager")
    refused(EscalationStep.objects.create, policy=waiting, step=2, after_minutes=0, role_slug="spa_manager")
