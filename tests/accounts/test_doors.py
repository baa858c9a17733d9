"""Deny by default: a view without a mark lets nobody in, and every mark lets in exactly its people."""

import pytest
from django.test import Client

from accounts.access import Access, Door, access_of, public, requires
from accounts.roles import Permission
from tests.accounts import builders

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def clinician(client, colleague, trust) -> Client:
    builders.grant(colleague, "triage_clinician", trust)
    client.force_login(colleague)
    return client


@pytest.fixture
def nobody(client, colleague) -> Client:
    """Signed in, without any role."""
    client.force_login(colleague)
    return client


def test_anonymous_people_see_public_pages_only(client):
    assert client.get("/doors/public/").content == b"anybody as nothing"
    assert client.get("/doors/welcome/").content == b"anybody as nothing"
    assert client.get("/doors/partner/").status_code == 200
    for page in ("identified", "signed-in", "triage", "either", "figures"):
        answer = client.get(f"/doors/{page}/?page=2")
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next=%2Fdoors%2F{page}%2F%3Fpage%3D2"


def test_a_view_without_a_mark_is_shut_to_everybody(client, clinician):
    assert client.get("/doors/unmarked/").status_code == 403
    assert Client().get("/doors/unmarked/").status_code == 403


def test_a_role_opens_its_doors_and_no_others(clinician):
    assert clinician.get("/doors/triage/").content == b"Triage Clinician as triage_clinician"
    assert clinician.get("/doors/either/").status_code == 200
    assert clinician.get("/doors/welcome/").content == b"Triage Clinician as triage_clinician"
    refused = clinician.get("/doors/figures/")
    assert refused.status_code == 403
    assert "Your role, Triage clinician, does not include this." in refused.text


def test_without_a_role_only_ones_own_pages_open(nobody):
    assert nobody.get("/doors/identified/").content == b"Triage Clinician as nothing"
    for page in ("welcome", "signed-in", "triage"):
        answer = nobody.get(f"/doors/{page}/")
        assert answer["Location"] == f"/accounts/role/?next=%2Fdoors%2F{page}%2F"


def test_a_fragment_is_told_where_its_page_should_go(client):
    answer = client.get(
        "/doors/signed-in/",
        headers={"X-Live": "1", "HX-Current-URL": "http://testserver/worklist/?place=rutland"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fworklist%2F%3Fplace%3Drutland"


def test_a_fragment_of_a_role_that_lacks_the_permission_is_refused_in_one_sentence(clinician):
    answer = clinician.get("/doors/figures/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.text.startswith("Your role, Triage clinician, does not include this.")


def test_a_fragment_cannot_send_its_page_to_another_site(client):
    answer = client.get(
        "/doors/signed-in/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/worklist/"}
    )
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_the_admin_is_for_administrators(client, colleague, trust, clinician):
    assert clinician.get("/admin/").status_code == 403
    builders.grant(colleague, "administrator", trust)
    administrator = Client()
    administrator.force_login(colleague)
    assert administrator.get("/admin/")["Location"].startswith("/accounts/role/")


def test_marks_can_be_read():
    @requires(Permission.TRIAGE)
    def view(request):
        raise AssertionError

    assert access_of(view) == Access(Door.PERMISSION, (Permission.TRIAGE,))
    assert access_of(public(lambda request: None)).door is Door.PUBLIC
    assert access_of(lambda request: None) is None
    with pytest.raises(TypeError):
        requires()
