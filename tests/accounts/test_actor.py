"""Who acts, read in one statement at every request, from the moment the facts change."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions, sessions
from accounts.models import Membership, User
from accounts.querysets import MembershipQuerySet
from accounts.roles import Permission
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
PAGE = "/doors/signed-in/"


@pytest.fixture
def clinician(client, colleague, trust):
    builders.grant(colleague, "triage_clinician", trust)
    client.force_login(colleague)
    return client


def statements(client, page=PAGE, **kwargs):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page, **kwargs)
    return answer, [query["sql"] for query in captured]


def test_a_signed_in_page_costs_one_statement_for_person_role_and_place(clinician):
    answer, asked = statements(clinician)
    assert answer.content == b"Triage Clinician as triage_clinician"
    assert len(asked) == 1, asked


def test_a_page_for_anybody_costs_none(client):
    assert statements(client, "/doors/public/")[1] == []


def test_the_actor_says_who_in_which_role_and_where(colleague, trust):
    actor = builders.actor(builders.grant(colleague, "triage_clinician", trust).pk)
    assert (actor.id, actor.role, actor.organisation_id) == (colleague.pk, "triage_clinician", trust.pk)
    assert actor.label == "Triage Clinician, Triage clinician, Community trust"
    assert actor.can(Permission.TRIAGE)
    assert not actor.can(Permission.ADMINISTER)
    assert actor.is_person
    assert not actor.is_system


def test_a_team_membership_acts_for_that_team_only(colleague, trust):
    crisis, _falls = builders.team(trust, "Crisis"), builders.team(trust, "Falls")
    membership = builders.grant(colleague, "community_worker", trust, crisis)
    assert builders.actor(membership.pk).team_ids == {crisis.pk}


def test_an_organisation_wide_membership_acts_for_its_current_teams(colleague, trust):
    crisis, falls = builders.team(trust, "Crisis"), builders.team(trust, "Falls")
    builders.team(trust, "Closed", valid_to=timezone.localdate())
    builders.team(builders.organisation("Another"), "Elsewhere")
    membership = builders.grant(colleague, "shift_lead", trust)
    assert builders.actor(membership.pk).team_ids == {crisis.pk, falls.pk}


def test_the_only_role_is_chosen_and_both_steps_are_on_record(client, colleague, trust):
    membership = builders.grant(colleague, "triage_clinician", trust)
    client.force_login(colleague)
    assert client.session[sessions.MEMBERSHIP] == str(membership.pk)
    signed_in, chosen = Event.objects.filter(kind__in=[Kind.SIGNED_IN, Kind.ROLE_CHOSEN]).order_by("id")
    assert (signed_in.kind, signed_in.actor_id, signed_in.subject_id) == (Kind.SIGNED_IN, colleague.pk, colleague.pk)
    assert chosen.subject_id == membership.pk
    assert chosen.data["role"] == "triage_clinician"


def test_with_several_roles_one_is_chosen_and_can_be_changed(client, colleague, trust):
    first = builders.grant(colleague, "triage_clinician", trust)
    second = builders.grant(colleague, "shift_lead", trust)
    client.force_login(colleague)
    assert client.get(PAGE)["Location"] == "/accounts/role/?next=%2Fdoors%2Fsigned-in%2F"
    page = client.get("/accounts/role/?next=/doors/signed-in/")
    assert "Shift lead at Community trust" in page.text
    assert page.status_code == 200
    answer = client.post("/accounts/role/", {"membership": str(second.pk), "next": PAGE})
    assert answer["Location"] == PAGE
    assert client.get(PAGE).content == b"Triage Clinician as shift_lead"
    client.post("/accounts/role/", {"membership": str(first.pk)})
    assert client.get(PAGE).content == b"Triage Clinician as triage_clinician"
    assert Event.objects.filter(kind=Kind.ROLE_CHOSEN).count() == 2


@pytest.mark.parametrize("sent", [{}, {"membership": ""}, {"membership": "nonsense"}, {"membership": "\x00"}])
def test_choosing_nothing_or_nonsense_says_what_to_do(client, colleague, trust, sent):
    builders.grant(colleague, "triage_clinician", trust)
    client.force_login(colleague)
    answer = client.post("/accounts/role/", sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_role_that_ends_between_page_and_choice_is_said_beside_it(client, colleague, trust, monkeypatch):
    membership = builders.grant(colleague, "referrer", trust)
    client.force_login(colleague)
    listed = list(Membership.objects.choices_for(colleague.pk))
    actions.end_membership(by=builders.LOADER, membership_id=membership.pk)
    monkeypatch.setattr(MembershipQuerySet, "choices_for", lambda self, user_id: listed)
    answer = client.post("/accounts/role/", {"membership": str(membership.pk)})
    assert answer.status_code == 422
    assert "You do not hold this role now." in answer.text


def test_somebody_elses_role_cannot_be_chosen(client, colleague, trust):
    builders.grant(colleague, "referrer", trust)
    other = builders.grant(builders.person("other@example.nhs.uk"), "administrator", trust)
    client.force_login(colleague)
    assert client.post("/accounts/role/", {"membership": str(other.pk)}).status_code == 422
    assert client.get("/admin/").status_code == 403


def test_the_choice_does_not_lead_to_another_site(client, colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    client.force_login(colleague)
    answer = client.post("/accounts/role/", {"membership": str(membership.pk), "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_person_without_any_role_is_told_whom_to_ask(client, colleague):
    client.force_login(colleague)
    page = client.get("/accounts/role/")
    assert page.status_code == 403
    assert "You have no role" in page.text
    assert client.post("/accounts/role/", {"membership": "x"}).status_code == 403


def test_a_role_that_ends_stops_at_the_next_request(clinician, colleague):
    assert clinician.get(PAGE).status_code == 200
    membership = Membership.objects.get(user=colleague)
    actions.end_membership(by=builders.LOADER, membership_id=membership.pk)
    answer = clinician.get(PAGE, follow=True)
    assert answer.status_code == 403
    assert "Your role has ended: Triage clinician at Community trust." in answer.text
    assert "You have no role" in answer.text


def test_a_fragment_stops_too_when_the_role_ends(clinician, colleague):
    actions.end_membership(by=builders.LOADER, membership_id=Membership.objects.get(user=colleague).pk)
    answer = clinician.get(PAGE, headers={"X-Live": "1"})
    assert answer.status_code == 403
    assert answer["HX-Redirect"].startswith("/accounts/role/?next=")


def test_a_role_that_loses_its_permission_stops_at_the_next_request(clinician, colleague):
    assert clinician.get("/doors/triage/").status_code == 200
    role = Membership.objects.get(user=colleague).role
    role.permissions = ["view_directory"]
    role.save()
    assert clinician.get("/doors/triage/").status_code == 403


def test_a_closed_account_is_out_at_the_next_request(clinician, colleague):
    actions.update_person(by=builders.LOADER, user_id=colleague.pk, is_active=False)
    answer = clinician.get(PAGE, follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/login/")
    assert "Your account has been closed." in answer.text


def test_a_closed_account_without_a_role_is_out_too(client, colleague):
    client.force_login(colleague)
    User.objects.update(is_active=False)
    assert client.get("/doors/identified/")["Location"].startswith("/accounts/login/")


def test_a_password_changed_elsewhere_ends_this_session(clinician, colleague):
    colleague.set_password("another long password")
    colleague.save()
    assert clinician.get("/doors/welcome/").content == b"anybody as nothing"
    assert clinician.get(PAGE)["Location"].startswith("/accounts/login/")


def test_a_role_that_begins_tomorrow_is_not_yet_offered(client, colleague, trust):
    builders.grant(colleague, "referrer", trust, valid_from=timezone.now() + timedelta(days=1))
    client.force_login(colleague)
    assert client.get("/accounts/role/").status_code == 403
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        client.force_login(colleague)
        assert client.get(PAGE).content == b"Triage Clinician as referrer"


def test_a_role_with_an_end_stops_at_that_moment(clinician, colleague):
    membership = Membership.objects.get(user=colleague)
    membership.valid_to = timezone.now() + timedelta(minutes=5)
    membership.save()
    assert clinician.get(PAGE).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert clinician.get(PAGE)["Location"].startswith("/accounts/role/")
