"""What administrators do to people and roles, and what the portal refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import actions
from accounts.actors import roleless
from accounts.models import Membership, User
from audit.errors import Invalid, NotPermitted
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(trust):
    user = builders.person("admin@example.nhs.uk")
    return builders.actor(builders.grant(user, "administrator", trust).pk)


@pytest.fixture
def nurse(colleague, trust):
    return builders.actor(builders.grant(colleague, "triage_clinician", trust).pk)


def last(kind: Kind) -> Event:
    return Event.objects.filter(kind=kind).latest("id")


def test_only_administrators_change_people_and_roles(nurse, colleague, trust):
    membership = Membership.objects.get(user=colleague)
    attempts = [
        lambda: actions.add_person(by=nurse, email="x@example.nhs.uk", name="X"),
        lambda: actions.update_person(by=nurse, user_id=colleague.pk, name="X"),
        lambda: actions.make_password_link(by=nurse, user_id=colleague.pk),
        lambda: actions.grant_membership(by=nurse, user=colleague, role="administrator", organisation=trust),
        lambda: actions.end_membership(by=nurse, membership_id=membership.pk),
        lambda: actions.add_person(by=roleless(colleague), email="x@example.nhs.uk", name="X"),
    ]
    for attempt in attempts:
        with pytest.raises(NotPermitted, match="Only an administrator"):
            attempt()


def test_adding_a_person_is_on_record_and_stores_the_address_in_lower_case(admin):
    user = actions.add_person(by=admin, email="Newcomer@Example.NHS.uk", name="Access Handler")
    assert user.email == "newcomer@example.nhs.uk"
    assert not user.has_usable_password()
    event = last(Kind.PERSON_ADDED)
    assert (event.actor_id, event.subject_id, event.data) == (admin.id, user.pk, {})


def test_one_address_is_one_person(admin, colleague):
    with pytest.raises(Invalid, match="already here") as refused:
        actions.add_person(by=admin, email="COLLEAGUE@example.nhs.uk", name="Another")
    assert refused.value.field == "email"


def test_the_database_holds_addresses_unique_and_in_lower_case(colleague):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="colleague@example.nhs.uk", name="Twice")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Upper@example.nhs.uk", name="Upper")
    builders.person("a@example.nhs.uk", cis2_uid="555000000001")
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.person("b@example.nhs.uk", cis2_uid="555000000001")


def test_changes_are_recorded_by_name_and_only_when_something_changed(admin, colleague):
    actions.update_person(by=admin, user_id=colleague.pk, name="Triage Clinician")
    assert not Event.objects.filter(kind=Kind.PERSON_UPDATED).exists()
    actions.update_person(by=admin, user_id=colleague.pk, name="Shift Lead", is_active=False)
    assert last(Kind.PERSON_UPDATED).data == {"changed": ["is_active", "name"], "is_active": False}


def test_an_administrator_cannot_lock_themselves_out(admin):
    with pytest.raises(NotPermitted, match="your own account"):
        actions.update_person(by=admin, user_id=admin.id, is_active=False)
    with pytest.raises(NotPermitted, match="your own administrator role"):
        actions.end_membership(by=admin, membership_id=Membership.objects.get(user_id=admin.id).pk)


def test_granting_and_ending_a_role_are_on_record(admin, colleague, trust):
    crisis = builders.team(trust)
    membership = actions.grant_membership(
        by=admin, user=colleague, role="community_worker", organisation=trust, team=crisis
    )
    granted = last(Kind.MEMBERSHIP_GRANTED)
    assert granted.subject_id == membership.pk
    assert granted.data["role"] == "community_worker"
    assert granted.data["team"] == str(crisis.pk)
    ended = actions.end_membership(by=admin, membership_id=membership.pk)
    assert not ended.holds_at(timezone.now())
    assert last(Kind.MEMBERSHIP_ENDED).data["until"] == ended.valid_to.isoformat()


def test_a_role_is_held_once_at_a_time_but_may_come_back(admin, colleague, trust):
    first = actions.grant_membership(by=admin, user=colleague, role="referrer", organisation=trust)
    with pytest.raises(Invalid, match="already holds this role here"):
        actions.grant_membership(by=admin, user=colleague, role="referrer", organisation=trust)
    actions.end_membership(by=admin, membership_id=first.pk)
    actions.grant_membership(by=admin, user=colleague, role="referrer", organisation=trust)
    assert colleague.memberships.count() == 2


def test_an_end_may_lie_ahead_but_not_before_the_start_and_comes_once(admin, colleague, trust):
    tomorrow = timezone.now() + timedelta(days=1)
    membership = actions.grant_membership(
        by=admin, user=colleague, role="referrer", organisation=trust, valid_from=tomorrow
    )
    ended = actions.end_membership(by=admin, membership_id=membership.pk)
    assert ended.valid_to == tomorrow
    other = actions.grant_membership(by=admin, user=colleague, role="care_coordinator", organisation=trust)
    actions.end_membership(by=admin, membership_id=other.pk)
    with pytest.raises(Invalid, match="already ended"):
        actions.end_membership(by=admin, membership_id=other.pk)


def test_team_roles_need_a_team_of_the_organisation_or_one_it_shares(admin, colleague, trust):
    council = builders.organisation("Council")
    crisis = builders.team(trust)
    with pytest.raises(Invalid, match="Choose the team"):
        actions.grant_membership(by=admin, user=colleague, role="service_lead", organisation=trust)
    with pytest.raises(Invalid, match="does not belong"):
        actions.grant_membership(by=admin, user=colleague, role="service_lead", organisation=council, team=crisis)
    crisis.shared_employers.add(council)
    actions.grant_membership(by=admin, user=colleague, role="service_lead", organisation=council, team=crisis)


def test_a_closed_account_gets_no_link_to_set_a_password(admin, colleague):
    assert actions.make_password_link(by=admin, user_id=colleague.pk) == colleague
    assert last(Kind.PASSWORD_LINK_MADE).subject_id == colleague.pk
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    with pytest.raises(Invalid, match="closed"):
        actions.make_password_link(by=admin, user_id=colleague.pk)


def test_cis2_is_linked_once(colleague):
    by = roleless(colleague)
    assert actions.link_cis2(by=by, user_id=colleague.pk, uid="555000000001")
    assert last(Kind.CIS2_LINKED).subject_id == colleague.pk
    assert not actions.link_cis2(by=by, user_id=colleague.pk, uid="555000000002")
    newcomer = builders.person("newcomer@example.nhs.uk")
    assert not actions.link_cis2(by=roleless(newcomer), user_id=newcomer.pk, uid="555000000001")
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    assert not actions.link_cis2(by=roleless(newcomer), user_id=newcomer.pk, uid="555000000003")


def test_choosing_a_role_keeps_the_cis2_role_id(colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    actions.choose_role(by=roleless(colleague), membership_id=membership.pk, cis2_roles={"RT5": "555254242105"})
    assert last(Kind.ROLE_CHOSEN).data["person_roleid"] == "555254242105"


def test_a_role_that_ended_cannot_be_chosen(colleague, trust):
    membership = builders.grant(colleague, "referrer", trust)
    actions.end_membership(by=builders.LOADER, membership_id=membership.pk)
    with pytest.raises(NotPermitted, match="You do not hold this role now") as refused:
        actions.choose_role(by=roleless(colleague), membership_id=membership.pk)
    assert refused.value.code == "ROLE_ENDED"
