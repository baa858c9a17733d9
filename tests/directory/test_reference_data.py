"""Loading the data files: what is there, and loading again and again."""

from datetime import date, time, timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from directory.codes import UCR_CONDITIONS, OrganisationKind
from directory.models import (
    Area,
    BankHoliday,
    Capacity,
    ClockPolicy,
    OpeningHours,
    Organisation,
    PointOfAccess,
    Population,
    Practice,
    Service,
    Team,
)
from directory.reference.loading import load_reference_data
from tests.directory.files import edit, load

pytestmark = pytest.mark.django_db


def test_the_128_practices_are_there_by_sub_icb_and_place(reference_data):
    counts = {code: Practice.objects.filter(sub_icb__ods_code=code).count() for code in ("04C", "04V", "03W")}
    assert counts == {"04C": 51, "04V": 46, "03W": 31}
    assert Practice.objects.exclude(sub_icb__valid_to=None).count() == 0
    assert Practice.objects.filter(place__slug="rutland").count() == 4


def test_each_practice_is_in_one_of_25_invented_neighbourhoods_of_its_own_place(reference_data):
    neighbourhoods = Area.objects.filter(level="neighbourhood")
    assert neighbourhoods.count() == 25
    assert all(area.synthetic for area in neighbourhoods)
    for practice in Practice.objects.with_areas():
        assert practice.neighbourhood.parent_id == practice.place_id


def test_practice_areas_reach_from_neighbourhood_to_system_in_one_query(reference_data, django_assert_num_queries):
    with django_assert_num_queries(1):
        practice = Practice.objects.with_areas().get(organisation__ods_code="C82010")
        ids = practice.area_ids
    slugs = set(Area.objects.filter(pk__in=ids).values_list("slug", flat=True))
    assert slugs == {"rutland-pcn", "rutland", "elr-melton-rutland-and-harborough", "llr"}


def test_codes_are_published_ones_or_left_empty(reference_data):
    assert Organisation.objects.current().get(ods_code="QK1").gss_code == "E54000015"
    assert Organisation.objects.get(name="LOROS Hospice").ods_code is None
    assert not Organisation.objects.filter(synthetic=True).exclude(ods_code=None).exists()
    homes = Organisation.objects.filter(kind=OrganisationKind.CARE_HOME)
    for organisation in homes.exclude(name="Peaker Park, Market Harborough"):
        assert organisation.synthetic
        assert organisation.name.endswith("(synthetic)")
    assert "Better Care Fund" in homes.get(synthetic=False).source


def test_a_merged_organisation_leads_to_its_successor(reference_data):
    before = Organisation.objects.in_force(date(2022, 6, 30)).get(ods_code="03W")
    after = Organisation.objects.in_force(date(2022, 7, 1)).get(ods_code="03W")
    assert before.name.endswith("CCG")
    assert before.successor == after


def test_populations_without_a_public_source_say_so(reference_data):
    assert Population.objects.filter(illustrative=True).exists()
    assert not Population.objects.filter(illustrative=False, source__icontains="memory").exists()


def test_every_urgent_condition_has_a_service_everywhere_at_any_hour(reference_data):
    for place in Area.objects.filter(level="place"):
        here = Service.objects.current().covering([place.pk, place.parent_id])
        for need in UCR_CONDITIONS:
            assert here.meeting(need).accepting("crisis").exists(), (place, need)


def test_every_service_can_be_declined_on_a_criterion_and_has_a_team_and_a_phone(reference_data):
    for service in Service.objects.current().prefetch_related("criteria", "teams"):
        assert [criterion for criterion in service.criteria.all() if criterion.hard], service
        assert service.teams.all(), service
        assert service.phone.startswith("0116 496 0"), service


def test_capacity_of_virtual_and_physical_beds_is_that_of_the_published_summary(reference_data):
    places = Capacity.objects.places_on(date(2026, 11, 23))
    by_slug = {service.slug: places.get(service.pk) for service in Service.objects.current()}
    assert by_slug["intensive-community-support"] == 48
    assert by_slug["community-hospital-beds"] == 13 + 17 + 22 + 36
    assert Service.objects.get(slug="first-contact-plus").places_on(date(2026, 11, 23)) is None


def test_bank_holidays_move_when_they_fall_on_a_weekend(reference_data):
    known = BankHoliday.objects.days()
    assert date(2026, 12, 28) in known
    assert date(2026, 12, 26) not in known
    assert {day.year for day in known} == {2024, 2025, 2026, 2027, 2028}


def test_the_single_point_of_access_answers_day_and_night_for_all_three_places(reference_data):
    point = PointOfAccess.objects.get()
    assert point.phone
    assert point.out_of_hours_phone
    assert point.areas.count() == 3


def test_loading_again_changes_nothing_and_asks_little(reference_data, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        again = load_reference_data()
    assert all(report.created == report.changed == report.differing == 0 for report in again)
    assert sum(report.unchanged for report in again) > 700


def test_what_somebody_changed_in_the_admin_stays_and_is_reported(reference_data):
    Service.objects.filter(slug="night-nursing").update(phone="0116 496 0999")
    out = load()
    assert "service night-nursing: phone is '0116 496 0999', the file says '0116 496 0205'" in out
    assert "services: 0 created, 0 changed, 23 unchanged, 1 differ" in out
    assert Service.objects.get(slug="night-nursing").phone == "0116 496 0999"


def test_with_update_the_files_win(reference_data, folder):
    edit(folder, "services.toml", 'hours = { every_day = "20:00-08:00"', 'hours = { every_day = "21:00-07:00"')
    edit(folder, "teams.toml", 'areas = ["charnwood"]', 'areas = ["charnwood", "blaby"]')
    Service.objects.filter(slug="night-nursing").update(phone="0116 496 0999")
    load(folder=folder, update=True)
    nursing = Service.objects.get(slug="night-nursing")
    assert nursing.phone == "0116 496 0205"
    assert set(nursing.opening_hours.values_list("opens", flat=True)) == {time(20), time(21)}
    assert nursing.opening_hours.filter(weekday=0).get().opens == time(21)
    assert Team.objects.get(slug="ucr-charnwood").areas.count() == 2


def test_without_update_hours_and_links_are_only_reported(reference_data, folder):
    edit(folder, "services.toml", 'hours = { every_day = "20:00-08:00"', 'hours = { every_day = "21:00-07:00"')
    edit(folder, "teams.toml", 'areas = ["charnwood"]', 'areas = ["blaby"]')
    out = load(folder=folder)
    assert "hours of night-nursing differ" in out
    assert "areas differ from the database" in out
    assert not OpeningHours.objects.filter(opens=time(21)).exists()


def test_rows_that_left_the_files_stay_in_the_database(reference_data, folder):
    (folder / "points_of_access.toml").write_text("", encoding="utf-8")
    load(folder=folder, update=True)
    assert PointOfAccess.objects.count() == 1


def test_a_policy_that_has_started_is_never_changed(reference_data, folder):
    edit(folder, "policies.toml", "minutes = 120\nwarn_minutes = 30", "minutes = 180\nwarn_minutes = 30")
    with pytest.raises(CommandError, match=r"policies.toml:\d+: .* has started, so minutes cannot change"):
        load(folder=folder, update=True)
    assert not ClockPolicy.objects.filter(minutes=180).exists()


def test_a_policy_is_replaced_by_ending_it_and_adding_the_next_version(reference_data, folder):
    edit(folder, "policies.toml", "valid_from = 2022-04-01", "valid_from = 2022-04-01\nvalid_to = 2027-04-01")
    path = folder / "policies.toml"
    row = (
        '\n[[policy]]\ncode = "acknowledge"\nurgency = "crisis"\nversion = 2\n'
        "minutes = 10\nwarn_minutes = 4\n"
        'description = "Opened"\nsource = "Test"\nvalid_from = 2027-04-01\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    load(folder=folder, update=True)
    versions = ClockPolicy.objects.filter(code="acknowledge", urgency="crisis").order_by("version")
    assert [policy.minutes for policy in versions] == [15, 10]


def test_phased_capacity_and_a_changed_predecessor(reference_data, folder):
    edit(folder, "services.toml", "places = 48", "[[service.capacity]]\nplaces = 3\nvalid_from = 2030-01-01\n")
    edit(
        folder,
        "services.toml",
        'predecessor = "integrated-crisis-response"',
        'predecessor = "older-persons-unit"',
    )
    Capacity.objects.filter(service__slug="intensive-community-support").update(valid_to=date(2030, 1, 1))
    out = load(folder=folder)
    ward = Service.objects.get(slug="intensive-community-support")
    assert [ward.places_on(day) for day in (date(2029, 12, 31), date(2030, 1, 1))] == [48, 3]
    assert "predecessor differs; change it in the admin" in out


def test_a_policy_that_has_not_started_follows_the_file(reference_data, folder):
    future = {"valid_from": timezone.now() + timedelta(days=9), "minutes": 90}
    ClockPolicy.objects.filter(code="respond", urgency="crisis", service=None).update(**future)
    load(folder=folder, update=True)
    assert ClockPolicy.objects.get(code="respond", urgency="crisis", service=None).minutes == 120
