"""The Django admin: administrators only, every change through an action, nothing deleted, no secrets."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Membership, User
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def office(client, trust) -> Client:
    user = builders.person("admin@example.nhs.uk")
    builders.grant(user, "administrator", trust)
    client.force_login(user)
    return client


def rows(**form: object) -> dict[str, object]:
    """The management form of the inline roles, which are only shown."""
    return {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", **form}


def test_only_our_own_reference_models_are_there():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels <= {"accounts", "directory", "referrals", "api"}
    for model in admin.site._registry:
        assert "patient" not in {field.name for field in model._meta.get_fields()}, model


def test_the_pages_open(office, colleague):
    for page in (
        "",
        "accounts/user/",
        f"accounts/user/{colleague.pk}/change/",
        "accounts/membership/",
        "accounts/role/",
    ):
        assert office.get(f"/admin/{page}").status_code == 200, page


def test_its_own_sign_in_pages_lead_to_ours(office):
    assert office.get("/admin/logout/")["Location"] == "/accounts/logout/"
    assert office.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert office.get("/admin/login/?next=/admin/accounts/")["Location"] == "/accounts/login/?next=/admin/accounts/"
    assert Client().get("/admin/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_adding_and_changing_a_person(office):
    added = office.post(
        "/admin/accounts/user/add/", rows(name="Access Handler", email="Newcomer@Example.nhs.uk", is_active="on")
    )
    newcomer = User.objects.get(email="newcomer@example.nhs.uk")
    assert added.status_code == 302
    change = f"/admin/accounts/user/{newcomer.pk}/change/"
    office.post(change, rows(name="Access Handler", email=newcomer.email, cis2_uid="555000000001"))
    newcomer.refresh_from_db()
    assert (newcomer.is_active, newcomer.cis2_uid) == (False, "555000000001")
    kinds = set(Event.objects.filter(subject_id=newcomer.pk).values_list("kind", flat=True))
    assert kinds == {Kind.PERSON_ADDED, Kind.PERSON_UPDATED}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "ADMIN@example.nhs.uk"}, "already exists"),
        ({"email": "x@example.nhs.uk", "cis2_uid": "12345"}, "12 digits"),
        ({"email": "x@example.nhs.uk", "cis2_uid": "٥٥٥٠٠٠٠٠٠٠٠١"}, "12 digits"),
    ],
)
def test_mistakes_are_said_beside_the_field(office, sent, said):
    answer = office.post("/admin/accounts/user/add/", rows(name="X", **sent))
    assert answer.status_code == 200
    assert said in answer.text


def test_granting_and_ending_a_role(office, colleague, trust):
    form = {"user": colleague.pk, "role": "referrer", "organisation": trust.pk}
    when = {"valid_from_0": "2026-01-05", "valid_from_1": "09:00:00"}
    assert office.post("/admin/accounts/membership/add/", {**form, **when}).status_code == 302
    membership = Membership.objects.get(user=colleague)
    again = office.post("/admin/accounts/membership/add/", {**form, **when})
    assert "This person already holds this role here." in again.text
    office.post("/admin/accounts/membership/", {"action": "end_now", "_selected_action": [str(membership.pk)]})
    membership.refresh_from_db()
    assert membership.valid_to is not None
    assert Event.objects.filter(kind=Kind.MEMBERSHIP_ENDED, subject_id=membership.pk).exists()


def test_a_team_role_without_a_team_is_refused_beside_the_field(office, colleague, trust):
    answer = office.post(
        "/admin/accounts/membership/add/",
        {
            "user": colleague.pk,
            "role": "community_worker",
            "organisation": trust.pk,
            "valid_from_0": "2026-01-05",
            "valid_from_1": "09:00:00",
        },
    )
    assert "Choose the team in which this person is a community worker." in answer.text


def test_an_empty_grant_says_what_is_missing(office):
    assert "This field is required." in office.post("/admin/accounts/membership/add/", {}).text


def test_ones_own_administrator_role_cannot_be_ended(office):
    own = Membership.objects.get()
    answer = office.post(
        "/admin/accounts/membership/", {"action": "end_now", "_selected_action": [str(own.pk)]}, follow=True
    )
    assert "You cannot end your own administrator role." in answer.text


def test_nothing_is_deleted_and_roles_are_read_only(office, colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    for page in (f"user/{colleague.pk}", f"membership/{membership.pk}", "role/referrer"):
        assert office.post(f"/admin/accounts/{page}/delete/", {"post": "yes"}).status_code == 403
    assert office.post("/admin/accounts/role/referrer/change/", {"name": "x"}).status_code == 403
    assert office.get("/admin/accounts/role/add/").status_code == 403
    assert office.post(f"/admin/accounts/membership/{membership.pk}/change/", {}).status_code == 403


def test_a_link_sets_a_password_once(office, colleague):
    answer = office.post(
        "/admin/accounts/user/", {"action": "make_password_link", "_selected_action": [str(colleague.pk)]}, follow=True
    )
    link = re.search(r"http://testserver(/accounts/password/[\w-]+/)", answer.text)[1]
    new = {"password1": "seven silver kettles", "password2": "seven silver kettles"}
    visitor = Client()
    form = visitor.get(link)["Location"]
    assert "Set your password" in visitor.get(form).text
    assert "at least 12" in visitor.post(form, {"password1": "short", "password2": "short"}).text
    assert "Your password is set" in visitor.post(form, new, follow=True).text
    assert "This link no longer works" in Client().get(link).text
    colleague.refresh_from_db()
    assert colleague.check_password(new["password1"])


def test_no_link_for_a_closed_account(office, colleague):
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    answer = office.post(
        "/admin/accounts/user/", {"action": "make_password_link", "_selected_action": [str(colleague.pk)]}, follow=True
    )
    assert "This account is closed." in answer.text
