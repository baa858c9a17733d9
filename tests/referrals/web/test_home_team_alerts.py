"""My work, my team's work, and what a supervisor must see: counts that equal what they lead to."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.ids import new_id
from audit.models import Access, Event
from referrals import actions, watch
from referrals.models import Alert, Breach
from referrals.states import Status
from tests.factories import people
from tests.factories.referrals import Cast, make_referral, offer_of, waitlisted
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]

BLOCKS = {
    "mine": "/worklist/?list=mine",
    "waiting": "/worklist/",
    "offers": "/team/",
    "visits": "/team/?list=caring&worker=me",
}


@pytest.fixture
def busy(cast):
    """Some of everything."""
    for status in Status:
        make_referral(cast, status)
    waitlisted(cast)
    for _ in range(6):
        make_referral(cast, Status.OFFERED)
    return cast


def block_count(page: str, slug: str) -> int:
    return int(re.search(rf'id="{slug}">[^<]*<span class="app-tabs__count">([\d,]+)<', page).group(1))


def current_count(page: str) -> int:
    return int(re.search(r'aria-current="page">[^<]*<span class="app-tabs__count">([\d,]+)<', page).group(1))


def test_a_stranger_sees_the_front_door():
    page = Client().get("/")
    assert page.status_code == 200
    assert "Care at home, arranged in one place" in words(page)


@pytest.mark.parametrize(("role", "slugs"), [("clinician", ["mine", "waiting"]), ("nurse", ["offers", "visits"])])
def test_each_part_of_my_work_counts_the_list_it_leads_to(busy, as_, role, slugs):
    client = as_(getattr(busy, role))
    page = client.get("/").content.decode()
    for slug in slugs:
        assert BLOCKS[slug].replace("&", "&amp;") in page
        assert block_count(page, slug) == current_count(client.get(BLOCKS[slug]).content.decode()) > 0


def test_news_counts_the_list_of_sent_referrals_with_news(busy, as_):
    client = as_(busy.gp)
    page = client.get("/").content.decode()
    assert block_count(page, "news") == current_count(client.get("/sent/?list=news").content.decode()) > 0


def test_an_empty_day_says_so(cast, as_):
    assert "No referral is assigned to you." in words(as_(cast.clinician).get("/"))
    assert "No offer waits for your team’s answer." in words(as_(cast.nurse).get("/"))
    page = words(as_(cast.gp).get("/"))
    assert "You have read all the news." in page
    assert "You have no unsent referral." in page


def test_a_draft_leads_back_to_itself(cast, as_):
    draft = actions.save_draft(by=cast.gp, typed={"need": "Fell"})
    assert f"/refer/{draft.pk}/" in as_(cast.gp).get("/").content.decode()


@pytest.mark.parametrize("role", ["commissioner", "caldicott_guardian", "administrator", "bcf_manager"])
def test_roles_without_clinical_work_see_nobody(busy, as_, role):
    page = as_(people.actor(role)).get("/").content.decode()
    assert "data-row" not in page


def test_the_home_page_asks_one_question_a_block(busy, as_, django_assert_max_num_queries):
    client = as_(busy.clinician)
    lead = as_(people.actor("shift_lead", at=busy.trust))
    with django_assert_max_num_queries(6):
        client.get("/")
    with django_assert_max_num_queries(7):
        lead.get("/")
    with django_assert_max_num_queries(5):
        client.get("/")


def test_whoever_the_first_page_names_is_logged_once_an_hour(cast, as_):
    referral = make_referral(cast)
    client = as_(cast.clinician)
    for _ in range(2):
        client.get("/")
    assert Access.objects.filter(what="home", patient_id=referral.patient_id, actor_id=cast.clinician.id).count() == 1


def test_the_team_sees_its_offers_by_time_left_with_true_counts(busy, as_):
    client = as_(busy.nurse)
    for query, lists in (("", 4), ("?urgency=crisis", 4), ("?worker=me", 4), ("?place=leicester", 4)):
        page = client.get(f"/team/{query}").content.decode()
        tabs = re.findall(r'<a href="(\?[^"]*)"[^>]*>[^<]*<span class="app-tabs__count">(\d+)<', page)
        assert len(tabs) == lists
        for href, count in tabs:
            shown = client.get(f"/team/{href.replace('&amp;', '&')}").content.decode()
            assert shown.count("<tr data-row") == int(count), href


def test_another_team_sees_none_of_it(busy, as_):
    page = as_(people.actor("community_worker")).get("/team/").content.decode()
    assert "<tr data-row" not in page


def test_the_team_page_asks_five_questions_whatever_its_length(busy, as_, django_assert_max_num_queries):
    client = as_(busy.nurse)
    with django_assert_max_num_queries(5):
        client.get("/team/")


@pytest.mark.parametrize("query", ["place=x", "list=x", "after=x", "worker=%00", "urgency=😀"])
def test_an_odd_address_of_the_team_page_gets_words(cast, as_, query):
    page = as_(cast.nurse).get(f"/team/?{query}")
    assert page.status_code == 200
    assert "The rest of what you asked for is shown." in words(page)


@pytest.fixture
def alarmed(cast):
    """Two referrals told to the shift lead, one to the manager."""
    made = [make_referral(cast, ago=timedelta(minutes=40)) for _ in range(3)]
    watch.sweep(by=ESCALATION, now=timezone.now())
    for number, referral in enumerate(made):
        role = "spa_manager" if number == 2 else "shift_lead"
        Alert.objects.create(
            referral=referral,
            clock=referral.clocks.get(code="acknowledge"),
            organisation=cast.trust,
            role=role,
            level=Alert.Level.BREACHED,
            step=1,
            raised_at=timezone.now(),
        )
    return made


def test_alerts_are_counted_by_role_and_in_all(cast, as_, alarmed):
    client = as_(people.actor("shift_lead", at=cast.trust))
    home = client.get("/").content.decode()
    page = client.get("/alerts/").content.decode()
    assert block_count(home, "alerts") == current_count(page) == page.count("<tr data-row") == 2
    everything = client.get("/alerts/?list=all").content.decode()
    assert current_count(everything) == everything.count("<tr data-row") == 3
    assert client.get("/alerts/rows/", headers={"X-Live": "1"}).status_code == 200


def test_an_alert_is_taken_once(cast, as_, alarmed):
    alert = Alert.objects.filter(role="shift_lead").first()
    first, second = (as_(people.actor("shift_lead", at=cast.trust)) for _ in range(2))
    assert first.post(f"/alerts/{alert.pk}/take/").status_code == 303
    late = second.post(f"/alerts/{alert.pk}/take/", follow=True)
    assert "A colleague has taken this alert already." in words(late)
    assert first.post(f"/alerts/{alert.pk}/take/").status_code == 303, "the same person again"


def test_an_alert_whose_clock_has_stopped_nags_nobody(cast, as_, alarmed):
    client = as_(people.actor("shift_lead", at=cast.trust))
    actions.acknowledge(referral_id=alarmed[0].pk, by=cast.clinician)
    actions.cancel(referral_id=alarmed[1].pk, by=cast.clinician, reason="Sent twice")
    assert "No open alerts" in words(client.get("/alerts/"))


def test_only_supervisors_of_this_place_see_or_take_alerts(cast, as_, alarmed):
    alert = Alert.objects.first()
    assert as_(cast.clinician).get("/alerts/").status_code == 403
    elsewhere = as_(people.actor("shift_lead"))
    assert "No open alerts" in words(elsewhere.get("/alerts/?list=all"))
    assert elsewhere.post(f"/alerts/{alert.pk}/take/").status_code == 403
    breach = Breach.objects.first()
    assert elsewhere.get(f"/alerts/breaches/{breach.pk}/").status_code == 404
    assert elsewhere.get(f"/alerts/breaches/{new_id()}/").status_code == 404


def test_nobody_left_to_ask_is_an_alert(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    cited = cast.service.criteria.get(code="adult")
    actions.decline_offer(referral_id=referral.pk, offer_id=offer_of(referral).pk, by=cast.nurse, criterion=cited)
    page = words(as_(people.actor("shift_lead", at=cast.trust)).get("/alerts/"))
    assert "No service left to ask" in page
    assert referral.patient.family_name.upper() in page


def test_a_review_keeps_what_was_typed_and_logs_who_was_shown(cast, as_, alarmed):
    breach = Breach.objects.first()
    client = as_(people.actor("shift_lead", at=cast.trust))
    refused = client.post(f"/alerts/breaches/{breach.pk}/", {"cause": "a\x00b", "learning": "Staff the night."})
    assert refused.status_code == 422
    assert "Staff the night." in words(refused)
    assert Access.objects.filter(what="breach", patient_id=breach.referral.patient_id).exists()
    listed = client.get("/alerts/breaches/").content.decode()
    assert current_count(listed) == listed.count("<tr data-row") == Breach.objects.count()


def test_the_second_of_two_reviewers_is_told_and_loses_nothing(cast, as_, alarmed):
    breach = Breach.objects.first()
    path = f"/alerts/breaches/{breach.pk}/"
    first, second = (as_(people.actor("shift_lead", at=cast.trust)) for _ in range(2))
    read_by_both = {"expected_review": "", "learning": ""}
    assert 'name="expected_review"' in second.get(path).content.decode()

    assert first.post(path, read_by_both | {"cause": "Two people off sick."}).status_code == 303
    late = second.post(path, read_by_both | {"cause": "The line was down."})

    assert late.status_code == 409
    assert "This has changed since you opened it" in words(late)
    assert "Two people off sick." in words(late)
    assert 'value="The line was down."' in late.content.decode()
    breach.refresh_from_db()
    assert breach.cause == "Two people off sick."

    now_read = re.search(r'name="expected_review" value="([^"]+)"', late.content.decode()).group(1)
    assert second.post(path, {"expected_review": now_read, "cause": "Both."}).status_code == 303
    again = second.post(path, {"expected_review": now_read, "cause": "Both."})
    assert again.status_code == 303, "the same words twice"
    breach.refresh_from_db()
    assert breach.cause == "Both."
    assert Event.objects.filter(kind="clock.breach_reviewed.v1", subject_id=breach.pk).count() == 2


def test_who_has_no_list_of_work_is_led_to_the_pages_of_the_role(client, db):
    people.sign_in(client, "commissioner")

    page = client.get("/").content.decode()

    main = page[page.index("<main") :]
    assert "Nothing here waits for you" in main
    assert main.index('href="/figures/"') < main.index('href="/directory/')


def test_much_news_is_counted_to_a_limit_and_the_limit_says_so(cast, as_, monkeypatch):
    monkeypatch.setattr("referrals.views.home.NEWS_COUNTED", 2)
    for _ in range(2):
        make_referral(cast, Status.IN_TRIAGE)
    page = as_(cast.gp).get("/").content.decode()
    assert "See all 2<" in page
    make_referral(cast, Status.IN_TRIAGE)
    page = as_(cast.gp).get("/").content.decode()
    assert ">2+</span>" in page and "See all news<" in page
