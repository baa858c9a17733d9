"""Signing in with NHS CIS2, against a real OpenID provider over real HTTP."""

from collections.abc import Iterator

import pytest
import requests

from accounts import actions, cis2
from accounts.cis2 import Claims
from accounts.models import User
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders
from tests.accounts.oidc import stand_in
from tests.accounts.oidc.stand_in import StandIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.accounts.urls")]

COLLEAGUE, NEWCOMER, UNVERIFIED, MISSHAPEN, ELSEWHERE = (f"55500000000{number}" for number in range(1, 6))
TRUST_ROLE = {"person_roleid": "555254242105", "org_code": "RT5", "role_code": "S8000:G8000:R8000"}
COUNCIL_ROLE = {"person_roleid": "555254242106", "org_code": "C99", "role_code": "S8000:G8000:R8001"}


def claims(uid: str, name: str, **more: object) -> dict[str, object]:
    return {"uid": uid, "nhsid_useruid": uid, "name": name, "nhsid_nrbac_roles": [TRUST_ROLE], **more}


PEOPLE = {
    COLLEAGUE: claims(
        COLLEAGUE,
        "Triage Clinician",
        nhsid_nrbac_roles=[TRUST_ROLE, COUNCIL_ROLE],
        selected_roleid=TRUST_ROLE["person_roleid"],
    ),
    NEWCOMER: claims(NEWCOMER, "Access Handler", email="newcomer@example.nhs.uk", email_verified=True),
    UNVERIFIED: claims(UNVERIFIED, "Unverified Address", email="colleague@example.nhs.uk", email_verified=False),
    MISSHAPEN: {"uid": MISSHAPEN, "nhsid_nrbac_roles": "misshapen"},
    ELSEWHERE: {"only_in_userinfo": {"sub": COLLEAGUE, "uid": COLLEAGUE}},
}


@pytest.fixture(scope="module")
def provider(live_server) -> Iterator[StandIn]:
    with stand_in.running(live_server.url, PEOPLE) as running:
        yield running


@pytest.fixture
def portal(live_server, settings, provider) -> str:
    """The portal's address, with CIS2 configured as the environment would."""
    settings.SOCIALACCOUNT_PROVIDERS = configured(provider.issuer, "portal", "a-shared-secret", "client_secret_post")
    return live_server.url


def configured(issuer: str, client_id: str, secret: str, method: str) -> dict[str, object]:
    app = {
        "provider_id": "cis2",
        "name": "NHS CIS2",
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "token_auth_method": method,
            "scope": ["openid", "profile", "email", "nationalrbacaccess", "organisationalmemberships", "selectedrole"],
        },
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def colleague(roles) -> User:
    return builders.person(cis2_uid=COLLEAGUE)


def test_somebody_known_signs_in_and_acts_at_the_organisation_of_the_selected_role(portal, provider, colleague, trust):
    council = builders.organisation("Council", ods_code="C99")
    builders.grant(colleague, "triage_clinician", trust)
    builders.grant(colleague, "care_coordinator", council)
    visit = provider.sign_in(portal, COLLEAGUE, path="?next=/doors/triage/")
    assert visit.page.url == f"{portal}/doors/triage/"
    assert visit.page.text == "Triage Clinician as triage_clinician"
    signed_in = Event.objects.get(kind=Kind.SIGNED_IN)
    assert signed_in.data["methods"] == ["cis2", "cis2-strong"]
    assert Event.objects.get(kind=Kind.ROLE_CHOSEN).data["person_roleid"] == TRUST_ROLE["person_roleid"]


def test_with_two_roles_there_the_person_chooses(portal, provider, colleague, trust):
    builders.grant(colleague, "triage_clinician", trust)
    builders.grant(colleague, "shift_lead", trust)
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.page.url == f"{portal}/accounts/role/"
    assert "Which role are you working in?" in visit.page.text


def test_with_a_role_elsewhere_only_the_person_chooses_too(portal, provider, colleague, trust):
    builders.grant(colleague, "referrer", builders.organisation("Council", ods_code="C99"))
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.page.url == f"{portal}/accounts/role/"
    assert "Referrer at Council" in visit.page.text


def test_a_private_key_proves_the_portal_instead_of_a_shared_secret(portal, provider, settings, colleague, trust):
    settings.SOCIALACCOUNT_PROVIDERS = configured(provider.issuer, "portal-key", "", "private_key_jwt")
    settings.CIS2_PRIVATE_KEY, settings.CIS2_KEY_ID = provider.private_key, "portal-1"
    builders.grant(colleague, "triage_clinician", trust)
    visit = provider.sign_in(portal, COLLEAGUE, path="?next=/doors/signed-in/")
    assert visit.page.text == "Triage Clinician as triage_clinician"


def test_a_wrong_secret_is_a_page_not_a_crash(portal, provider, settings, colleague):
    settings.SOCIALACCOUNT_PROVIDERS = configured(provider.issuer, "portal", "wrong", "client_secret_post")
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.page.status_code == 401
    assert visit.heading() == "Signing in with NHS CIS2 did not work"


def test_somebody_nobody_added_gets_a_page_that_says_what_to_do_and_no_account(portal, provider, colleague):
    visit = provider.sign_in(portal, MISSHAPEN)
    assert visit.page.status_code == 403
    assert visit.heading() == "We do not know this NHS CIS2 account"
    assert User.objects.count() == 1
    assert visit.browser.get(f"{portal}/doors/identified/").url.startswith(f"{portal}/accounts/login/")


def test_an_unverified_address_links_nobody(portal, provider, roles):
    person = builders.person("colleague@example.nhs.uk")
    assert provider.sign_in(portal, UNVERIFIED).page.status_code == 403
    person.refresh_from_db()
    assert person.cis2_uid == ""


def test_a_verified_address_links_once(portal, provider, trust):
    newcomer = builders.person("newcomer@example.nhs.uk")
    builders.grant(newcomer, "referrer", trust)
    visit = provider.sign_in(portal, NEWCOMER, path="?next=/doors/signed-in/")
    assert visit.page.text == "Triage Clinician as referrer"
    newcomer.refresh_from_db()
    assert newcomer.cis2_uid == NEWCOMER
    assert Event.objects.filter(kind=Kind.CIS2_LINKED, subject_id=newcomer.pk).count() == 1
    provider.sign_in(portal, NEWCOMER)
    assert Event.objects.filter(kind=Kind.CIS2_LINKED).count() == 1


def test_an_address_already_linked_to_another_cis2_id_stays_so(portal, provider, roles):
    builders.person("newcomer@example.nhs.uk", cis2_uid="555000000099")
    assert provider.sign_in(portal, NEWCOMER).page.status_code == 403


def test_a_closed_account_stays_closed(portal, provider, colleague):
    actions.update_person(by=builders.LOADER, user_id=colleague.pk, is_active=False)
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.heading() == "Your account is closed"
    assert visit.browser.get(f"{portal}/doors/identified/").url.startswith(f"{portal}/accounts/login/")


def test_somebody_whose_role_has_ended_is_in_but_may_do_nothing(portal, provider, colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    actions.end_membership(by=builders.LOADER, membership_id=membership.pk)
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.page.status_code == 403
    assert visit.heading() == "You have no role"


def test_a_role_that_ends_in_the_session_stops_it(portal, provider, colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE, path="?next=/doors/signed-in/")
    actions.end_membership(by=builders.LOADER, membership_id=membership.pk)
    assert visit.browser.get(f"{portal}/doors/signed-in/").status_code == 403


@pytest.mark.parametrize(("level", "led"), [("AAL3", "/doors/signed-in/"), ("AAL1", "/accounts/second-factor/")])
def test_the_assurance_level_counts_as_a_second_factor(portal, provider, settings, colleague, trust, level, led):
    settings.REQUIRE_SECOND_FACTOR = True
    builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE, level=level, path="?next=/doors/signed-in/")
    assert visit.page.url.removeprefix(portal).split("?")[0] == led


def test_a_wrong_state_is_refused(portal, provider, colleague, trust):
    builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE)
    other = requests.Session()
    refused = other.get(visit.callback)
    assert refused.status_code == 401
    assert "Signing in with NHS CIS2 did not work" in refused.text
    forged = visit.callback.replace("state=", "state=x")
    assert requests.get(forged, timeout=60).status_code == 401
    assert other.get(f"{portal}/doors/identified/").url.startswith(f"{portal}/accounts/login/")


def test_only_the_signed_token_says_who_somebody_is(portal, provider, colleague, trust):
    builders.grant(colleague, "referrer", trust)
    assert provider.sign_in(portal, ELSEWHERE).page.status_code == 403


def test_a_token_about_one_person_and_information_about_another_are_refused(
    portal, provider, colleague, trust, monkeypatch
):
    builders.grant(colleague, "referrer", trust)
    monkeypatch.setattr(cis2.Cis2Adapter, "_fetch_user_info", lambda self, token: {"sub": NEWCOMER})
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.page.status_code == 401
    assert not Event.objects.filter(kind=Kind.SIGNED_IN).exists()


def test_the_same_answer_cannot_be_used_twice(portal, provider, colleague, trust):
    builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE)
    assert visit.browser.get(visit.callback).status_code == 401


def test_stopping_at_cis2_leads_back(portal, provider, colleague):
    visit = provider.sign_in(portal, COLLEAGUE, cancel="yes")
    assert visit.heading() == "You stopped signing in"


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_next_stays_within_this_site(portal, provider, colleague, trust, asked):
    builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE, path=f"?next={asked}")
    assert visit.page.url.startswith(f"{portal}/")


def test_an_account_cannot_be_joined_to_another_from_within(portal, provider, colleague, trust, client):
    """allauth would connect a CIS2 account to whoever is signed in; here it only ever signs in its own person."""
    builders.grant(colleague, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE, path="?process=connect&next=/doors/signed-in/")
    assert visit.page.text == "Triage Clinician as referrer"


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(portal, provider, colleague, trust):
    builders.grant(colleague, "triage_clinician", trust)
    newcomer = builders.person("newcomer@example.nhs.uk", cis2_uid=NEWCOMER)
    builders.grant(newcomer, "referrer", trust)
    visit = provider.sign_in(portal, COLLEAGUE)
    visit.browser.cookies.clear(domain="127.0.0.1")  # the provider's own session; the portal is at localhost
    asked = visit.browser.get(f"{portal}/accounts/cis2/login/?next=/doors/signed-in/")
    answered = visit.browser.post(asked.url, data={"uid": NEWCOMER, "level": "AAL3"})
    assert answered.text == "Triage Clinician as referrer"


def test_the_sign_in_page_offers_cis2_only_where_it_is_set_up(portal, client, settings):
    assert "Sign in with NHS CIS2" in client.get("/accounts/login/").text
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "CIS2" not in client.get("/accounts/login/").text
    assert client.get("/accounts/cis2/login/").status_code == 404
    assert client.get("/accounts/cis2/callback/").status_code == 404
    assert not cis2.is_configured()


def test_an_unreachable_provider_is_a_page_not_a_crash(portal, settings):
    settings.SOCIALACCOUNT_PROVIDERS = configured("http://127.0.0.1:1", "portal", "x", "client_secret_post")
    answer = requests.get(f"{portal}/accounts/cis2/login/", timeout=60)
    assert answer.status_code == 503
    assert "NHS CIS2 does not answer" in answer.text


@pytest.mark.parametrize(
    ("told", "organisation", "roles"),
    [
        ({}, "", {}),
        ({"nhsid_nrbac_roles": None}, "", {}),
        ({"nhsid_nrbac_roles": ["x", {"org_code": 5}]}, "", {}),
        ({"nhsid_nrbac_roles": [TRUST_ROLE]}, "RT5", {"RT5": "555254242105"}),
        (
            {"nhsid_nrbac_roles": [TRUST_ROLE, COUNCIL_ROLE]},
            "",
            {"RT5": "555254242105", "C99": "555254242106"},
        ),
        (
            {
                "nhsid_nrbac_roles": [TRUST_ROLE, {**TRUST_ROLE, "person_roleid": "2"}, COUNCIL_ROLE],
                "selected_roleid": "555254242105",
            },
            "RT5",
            {"RT5": "555254242105", "C99": "555254242106"},
        ),
        (
            {"nhsid_nrbac_roles": [TRUST_ROLE, COUNCIL_ROLE], "selected_roleid": "555254242106"},
            "C99",
            {"RT5": "555254242105", "C99": "555254242106"},
        ),
    ],
)
def test_claims_that_are_missing_or_misshapen_count_as_not_said(told, organisation, roles):
    read = Claims.read({"userinfo": told, "id_token": {"sub": COLLEAGUE}})
    assert (read.uid, read.organisation, read.roles, read.strong) == (COLLEAGUE, organisation, roles, False)
