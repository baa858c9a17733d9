"""Everything that is done to people, roles and sessions; each writes its event in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import policies
from accounts.actors import Actor
from accounts.models import Membership, Role, User
from audit.errors import Invalid
from audit.events import Kind, record
from directory.models import Organisation, Team


@transaction.atomic
def sign_in(*, by: Actor, user: User, methods: Sequence[str], address: str) -> None:
    """Record that a person signed in, how, and from which network address."""
    record(Kind.SIGNED_IN, by=by, subject=user, methods=list(methods), address=address)


@transaction.atomic
def choose_role(*, by: Actor, membership_id: UUID, cis2_roles: Mapping[str, str] | None = None) -> Membership:
    """Record the role profile a person acts in from now on, with the CIS2 role id where there is one."""
    found = Membership.objects.profiles().filter(pk=membership_id, user_id=by.id).first()
    membership = policies.check_can_act_in(by, found, timezone.now())
    record(
        Kind.ROLE_CHOSEN,
        by=by,
        subject=membership,
        role=membership.role_id,
        organisation=str(membership.organisation_id),
        person_roleid=(cis2_roles or {}).get(membership.organisation.ods_code or "", ""),
    )
    return membership


@transaction.atomic
def add_person(
    *,
    by: Actor,
    email: str,
    name: str,
    password: str | None = None,
    is_demo: bool = False,
    cis2_uid: str = "",
) -> User:
    """Add a person who may sign in once they have a password or a CIS2 id. Nobody adds themselves."""
    policies.check_can_administer(by)
    if User.objects.filter(email__iexact=email).exists():
        raise Invalid("Somebody with this email address is already here.", code="DUPLICATE", field="email")
    user = User.objects.create_user(email, password, name=name, is_demo=is_demo, cis2_uid=cis2_uid)
    record(Kind.PERSON_ADDED, by=by, subject=user)
    return user


@transaction.atomic
def update_person(*, by: Actor, user_id: UUID, **changes: object) -> User:
    """Change name, email address, CIS2 id or whether the account is open. A closed account is refused at once."""
    policies.check_can_administer(by)
    user = User.objects.select_for_update().get(pk=user_id)
    changed = sorted(field for field, value in changes.items() if getattr(user, field) != value)
    if not changed:
        return user
    if changes.get("is_active") is False:
        policies.check_can_deactivate(by, user)
    for field in changed:
        setattr(user, field, changes[field])
    user.save(update_fields=changed)
    if "email" in changed:
        EmailAddress.objects.filter(user=user).delete()  # allauth would let the former address sign in
    record(Kind.PERSON_UPDATED, by=by, subject=user, changed=changed, is_active=user.is_active)
    return user


@transaction.atomic
def make_password_link(*, by: Actor, user_id: UUID) -> User:
    """Record that an administrator makes a link with which this person sets a password, once."""
    policies.check_can_administer(by)
    user = User.objects.get(pk=user_id)
    if not user.is_active:
        raise Invalid("This account is closed. Open it before making a link.")
    record(Kind.PASSWORD_LINK_MADE, by=by, subject=user)
    return user


@transaction.atomic
def grant_membership(
    *,
    by: Actor,
    user: User,
    role: Role | str,
    organisation: Organisation,
    team: Team | None = None,
    valid_from: datetime | None = None,
) -> Membership:
    """Let a person act in a role at an organisation, or in one team of it, from now or from a moment."""
    policies.check_can_administer(by)
    role = role if isinstance(role, Role) else Role.objects.get(pk=role)
    policies.check_fits(role, organisation, team)
    membership = Membership(
        user=user, role=role, organisation=organisation, team=team, valid_from=valid_from or timezone.now()
    )
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid("This person already holds this role here.", code="DUPLICATE") from error
    record(Kind.MEMBERSHIP_GRANTED, by=by, subject=membership, **_place(membership))
    return membership


@transaction.atomic
def end_membership(*, by: Actor, membership_id: UUID, at: datetime | None = None) -> Membership:
    """End a role, now or at a moment to come; whoever acts in it is stopped at their next request."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("role").get(pk=membership_id)
    policies.check_can_end(by, membership)
    now = timezone.now()
    if membership.valid_to and membership.valid_to <= now:
        raise Invalid("This role has already ended.", code="INVALID_STATE")
    membership.valid_to = max(at or now, membership.valid_from)
    membership.save(update_fields=["valid_to"])
    record(Kind.MEMBERSHIP_ENDED, by=by, subject=membership, **_place(membership))
    return membership


@transaction.atomic
def link_cis2(*, by: Actor, user_id: UUID, uid: str) -> bool:
    """Tie a person to a CIS2 user id, once. False when somebody else was quicker or either is already tied."""
    if User.objects.known_to_cis2(uid).exists():
        return False
    if not User.objects.filter(pk=user_id, is_active=True, cis2_uid="").update(cis2_uid=uid):
        return False
    record(Kind.CIS2_LINKED, by=by, subject=User.objects.get(pk=user_id))
    return True


@transaction.atomic
def note_second_factor(*, by: Actor, user: User, kind: str, added: bool) -> None:
    """Record that a person added or removed an authenticator app, a passkey or recovery codes."""
    record(Kind.SECOND_FACTOR_ADDED if added else Kind.SECOND_FACTOR_REMOVED, by=by, subject=user, factor=kind)


def _place(membership: Membership) -> dict[str, Any]:
    return {
        "user": str(membership.user_id),
        "role": membership.role_id,
        "organisation": str(membership.organisation_id),
        "team": str(membership.team_id) if membership.team_id else None,
        "until": membership.valid_to.isoformat() if membership.valid_to else None,
    }
