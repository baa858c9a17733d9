"""Brokers find care, providers answer without knowing who, and everybody sees how the search stands."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Access
from homefirst.actions import packages, packages_running
from homefirst.models import CarePackage
from homefirst.presenters.packages import age_band, outward
from homefirst.reading_packages import first_day, searches, unfilled
from patients.models import Patient
from tests.factories import directory, patients, people
from tests.factories.homefirst_packages import Market, today
from tests.homefirst.web.pages import at, send, shown
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Market)]


@pytest.fixture
def broker(as_, market):
    return as_(market.broker)


@pytest.fixture
def provider(as_, market):
    return as_(market.provider)


def as_posted(name, when):
    """A date as three boxes are posted."""
    return {f"{name}_{part}": str(getattr(when, part)) for part in ("day", "month", "year")}


def tabs(page):
    return re.findall(r'<a href="([^"]*)"[^>]*>[^<]*<span class="app-tabs__count">(\d+)<', page.content.decode())


def asked_for(**said):
    return {
        "hours_a_week": "14",
        "visits_a_day": "4",
        "carers_a_visit": "2",
        **as_posted("wanted_from", today()),
        **said,
    }


class TestBroker:
    def test_the_whole_way_without_a_script(self, market, broker, provider):
        patient = market.person()
        address = f"/packages/ask/?patient={patient.pk}"
        assert str(market.lot.pk) in broker.get(address).content.decode()
        made = broker.post(address, asked_for(lot_id=str(market.lot.pk)))
        assert made.status_code == 303
        package = CarePackage.objects.get()
        assert send(broker, "package_ask_providers", package).status_code == 303
        answered = send(provider, "package_answer", package, answer="offer", **as_posted("can_start", today()))
        assert answered.status_code == 303
        page = words(broker.get(at("package", package)))
        assert f"Choose {market.holder.name}" in page
        offer = package.answers.get()
        assert send(broker, "package_choose", package, offer.pk).status_code == 303
        assert send(broker, "package_start", package, **as_posted("started_on", today())).status_code == 303
        reviewed = send(broker, "package_review", package, hours_after="10", **as_posted("on", today()))
        assert reviewed.status_code == 303
        assert "4 hours a week released" in words(broker.get(at("package", package)))
        ended = send(broker, "package_end", package, reason="Moved to family", **as_posted("ended_on", today()))
        assert ended.status_code == 303
        package.refresh_from_db()
        assert package.status == "ended"

    def test_the_board_says_how_long_and_counts_truly(self, market, broker):
        waits = market.wanted(wanted_from=today() - timedelta(days=9))
        market.chosen()
        late = market.running(days_ago=60)
        over = market.running()
        packages_running.end_package(package_id=over.pk, by=market.broker, ended_on=today(), reason="Better")
        page = broker.get("/packages/")
        said = words(page)
        assert waits.patient.family_name.upper() in said
        for part in ("Waits 9 days", "14 hours a week, 4 visits a day, 2 carers each", "Nobody asked yet"):
            assert part in said
        assert [count for _, count in tabs(page)] == ["1", "1", "1", "1", "1"]
        for href, count in tabs(page):
            assert shown(broker.get(href)) == int(count), href
        assert "Overdue" in words(broker.get("/packages/?list=review"))
        assert late.reference in broker.get("/packages/export.csv?list=running").content.decode()

    def test_answers_are_counted_no_hours_among_them(self, market, broker):
        package = market.asked()
        market.offer(package, answer="no_hours")
        assert "2 asked, no offers, 1 without hours" in words(broker.get("/packages/"))

    def test_unfilled_hours_by_place_and_day_as_table_picture_and_file(self, market, broker):
        market.wanted(wanted_from=today() - timedelta(days=3))
        CarePackage.objects.update(created_at=timezone.now() - timedelta(days=5))
        page = broker.get("/packages/")
        assert 'data-chart="lines"' in page.content.decode()
        assert "14 hours a week wait for care today, 0 two weeks ago." in words(page)
        lines = broker.get("/packages/unfilled.csv").content.decode().splitlines()
        assert lines[0].endswith("Day,Leicestershire,Note")
        assert [line.split(",")[1] for line in lines[1:]] == ["0.0"] * 10 + ["14.0"] * 4

    def test_hours_count_until_care_starts_or_is_not_wanted(self, market):
        market.running(days_ago=2, wanted_from=today() - timedelta(days=6))
        dropped = market.wanted(wanted_from=today() - timedelta(days=6))
        packages_running.cancel_package(package_id=dropped.pk, by=market.broker, reason="Family helps")
        CarePackage.objects.update(created_at=timezone.now() - timedelta(days=20))
        sums = [
            float(sum(one.by_place.values()))
            for one in unfilled(searches(CarePackage.objects.all(), today(), first_day(today())), today())
        ]
        assert sums == [0.0] * 7 + [28.0] * 4 + [14.0] * 2 + [0.0]

    def test_few_statements_and_who_was_shown_is_logged(self, market, broker, django_assert_max_num_queries):
        for _ in range(3):
            market.asked()
        broker.get("/packages/")
        with django_assert_max_num_queries(6):
            broker.get("/packages/")
        with django_assert_max_num_queries(6):
            broker.get("/packages/rows/", headers={"X-Live": "1"})
        assert Access.objects.filter(what="packages of care", actor_id=market.broker.id).count() == 3

    def test_the_files_name_nobody(self, market, broker):
        package = market.wanted()
        for path in ("/packages/export.csv", "/packages/unfilled.csv", "/packages/lots.csv"):
            assert package.patient.family_name not in broker.get(path).content.decode()

    def test_lots_show_who_is_missing(self, market, broker):
        market.wanted(patient=market.person(market.vacant), hours="21")
        market.running(hours="120")
        page = words(broker.get("/packages/lots/"))
        for part in ("Vacant", "21 in 1 package", "Above contracted hours", market.holder.name):
            assert part in page
        assert "Vacant" in broker.get("/packages/lots.csv").content.decode()

    def test_an_empty_board_leads_to_the_search(self, broker):
        assert "No packages here" in words(broker.get("/packages/"))
        assert "No hours have waited" in words(broker.get("/packages/"))

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"hours_a_week": ""}, "Enter the hours"),
            ({"hours_a_week": "0"}, "0.1"),
            ({"visits_a_day": "13"}, "12"),
            ({"wanted_from_day": "31", "wanted_from_month": "2"}, "Wanted from must be a real date"),
            ({"lot_id": ""}, ""),
        ],
    )
    def test_what_is_missing_is_said(self, market, broker, said, sentence):
        page = broker.post(f"/packages/ask/?patient={market.person().pk}", asked_for(**said))
        if sentence:
            assert page.status_code == 422
            assert sentence in words(page)
        else:
            assert page.status_code == 303, "the lot is told from the record"

    def test_a_lot_that_cannot_be_told_is_asked_for(self, market, broker):
        patient = patients.patient(seen_by=market.council)
        page = broker.post(f"/packages/ask/?patient={patient.pk}", asked_for())
        assert page.status_code == 422
        assert "Select the lot" in words(page)

    def test_a_second_search_is_refused_with_what_was_typed(self, market, broker):
        first = market.wanted()
        page = broker.post(f"/packages/ask/?patient={first.patient_id}", asked_for(hours_a_week="21.5"))
        assert page.status_code == 409
        assert first.reference in words(page)
        assert 'value="21.5"' in page.content.decode()

    def test_nobody_named_or_nobody_known(self, market, broker):
        for query in ("", "?patient=x", "?case=x"):
            assert "Find the person first" in words(broker.get(f"/packages/ask/{query}"))
        assert broker.get(f"/packages/ask/?patient={patients.patient().pk}").status_code == 404

    def test_two_brokers_choose_and_the_second_is_told(self, as_, market, broker):
        package = market.asked()
        first, second = (market.offer(package, by=who) for who in (market.provider, market.rival))
        package.refresh_from_db()
        seen = {"version": package.version}
        assert as_(market.colleague).post(at("package_choose", package, first.pk), seen).status_code == 303
        late = broker.post(at("package_choose", package, second.pk), seen)
        assert late.status_code == 409
        assert market.colleague.name in words(late)
        package.refresh_from_db()
        assert package.provider == market.holder

    def test_a_double_click_asks_once(self, market, broker):
        package = market.wanted()
        for _ in range(2):
            sent = broker.post(at("package_ask_providers", package), {"version": 1})
            assert sent.status_code == 303
        assert package.answers.count() == 1

    def test_another_councils_broker_sees_nothing_and_that_is_logged(self, as_, market):
        package = market.wanted()
        stranger = as_(people.actor("broker"))
        assert shown(stranger.get("/packages/")) == 0
        assert stranger.get(at("package", package)).status_code == 404
        assert Access.objects.get(subject_id=package.pk).outcome == "refused"

    def test_the_record_page_leads_here(self, market, broker):
        package = market.wanted()
        page = broker.get(reverse("patient", args=[package.patient_id])).content.decode()
        assert f"/packages/ask/?patient={package.patient_id}" in page
        assert package.reference in page

    def test_the_decision_unit_asks_and_looks_but_does_not_choose(self, as_, market):
        hub = as_(people.actor("hub_member", at=market.council))
        package = market.asked()
        market.offer(package)
        page = words(hub.get(at("package", package)))
        assert market.holder.name in page
        assert "Choose" not in page
        assert "Package no longer wanted" in page
        assert hub.post(at("package_ask_providers", package), {"version": 9}).status_code == 403
        assert hub.get("/packages/").status_code == 403


class TestProvider:
    def test_sees_what_it_needs_to_answer_and_never_the_name(self, market, provider):
        package = market.asked()
        person = package.patient
        Patient.objects.filter(pk=person.pk).update(address="1 Example Street", phone="0116 496 0999")
        for page in (provider.get("/packages/requests/"), provider.get(at("package_request", package))):
            said = words(page)
            assert "LE10, 85 and over" in said
            for secret in (person.family_name, person.given_name, "1 Example Street", "1AB", person.nhs_number):
                assert secret.upper() not in said.upper(), secret
        assert not Access.objects.filter(patient_id=person.pk, actor_id=market.provider.id).exists()

    def test_knows_who_once_chosen_which_is_logged(self, as_, market, provider):
        package = market.chosen()
        assert package.patient.family_name.upper() in words(provider.get("/packages/requests/?list=chosen"))
        page = words(provider.get(at("package_request", package)))
        assert package.patient.family_name.upper() in page
        assert Access.objects.filter(patient_id=package.patient_id, actor_id=market.provider.id).count() == 2
        rival = words(as_(market.rival).get(at("package_request", package)))
        assert package.patient.family_name.upper() not in rival
        assert "Somebody else was chosen" in rival

    def test_counts_what_each_list_shows(self, market, provider):
        market.asked()
        market.offer(market.asked(), answer="no_hours")
        market.chosen()
        market.running()
        page = provider.get("/packages/requests/")
        assert [count for _, count in tabs(page)] == ["1", "1", "1", "1"]
        for href, count in tabs(page):
            assert shown(provider.get(href)) == int(count), href

    def test_few_statements(self, market, provider, django_assert_max_num_queries):
        for _ in range(3):
            market.asked()
        provider.get("/packages/requests/")
        with django_assert_max_num_queries(6):
            provider.get("/packages/requests/")

    def test_an_offer_without_a_day_says_so_and_keeps_the_note(self, market, provider):
        page = send(provider, "package_answer", market.asked(), answer="offer", note="From the Monday round")
        assert page.status_code == 422
        assert "Enter the first day you can come." in words(page)
        assert "From the Monday round" in words(page)

    def test_a_part(self, market, provider):
        package = market.asked()
        typed = {"answer": "part", "hours": "20", **as_posted("can_start", today())}
        assert send(provider, "package_answer", package, **typed).status_code == 422
        assert send(provider, "package_answer", package, **typed | {"hours": "8"}).status_code == 303
        assert package.answers.get(provider=market.holder).hours == Decimal(8)

    def test_says_that_care_started(self, market, provider):
        package = market.chosen()
        assert send(provider, "package_request_start", package, **as_posted("started_on", today())).status_code == 303
        package.refresh_from_db()
        assert package.status == "active"

    def test_cannot_open_the_brokers_pages_or_anybody_elses(self, market, provider):
        foreign = market.wanted()
        assert provider.get(at("package", market.asked())).status_code == 403
        assert provider.get(at("package_request", foreign)).status_code == 404
        assert provider.get("/packages/").status_code == 403

    def test_nothing_asked_yet(self, provider):
        assert "Nothing here" in words(provider.get("/packages/requests/"))


@pytest.mark.parametrize(("postcode", "half"), [("LE10 1AB", "LE10"), ("le11aa", "LE1"), ("", ""), ("LE1", "LE1")])
def test_half_a_postcode(postcode, half):
    assert outward(postcode) == half


def test_ages_are_coarse():
    now = directory.LONG_AGO
    years = {years: age_band(now.replace(year=now.year - years), now) for years in (40, 65, 74, 75, 85, 101)}
    assert list(years.values()) == ["under 65", "65 to 74", "65 to 74", "75 to 84", "85 and over", "85 and over"]
    assert age_band(None, now) == "age not known"


def test_look_again_leads_on(as_, market):
    package = market.chosen()
    sent = send(as_(market.broker), "package_look_again", package, reason="The round is full")
    assert sent.status_code == 303
    assert packages.next_to_ask(package.lot, [market.holder.pk]) == [market.other]
