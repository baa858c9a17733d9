"""What a session remembers: when it began, when it was last used, the role chosen, and how the person signed in.

A session is read from Valkey and costs no SQL. It ends 15 minutes after the last activity and 12 hours after
signing in, whatever comes first; the limits are settings.
"""

from datetime import UTC, datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from accounts import actions
from accounts.actors import roleless
from accounts.models import Membership, User

MEMBERSHIP = "membership"
STARTED = "started_at"
ACTIVE = "active_at"
SECOND_FACTOR = "second_factor"
CIS2 = "cis2"
NOTE_EVERY_SECONDS = 60


def is_signed_in(request: HttpRequest) -> bool:
    """Whether the session belongs to somebody; asks no database."""
    return SESSION_KEY in request.session


def begin(request: HttpRequest, user: User) -> None:
    """A person has just signed in: start the clocks, note how, and choose the role when there is only one."""
    now = timezone.now().timestamp()
    session = request.session
    session[STARTED] = session[ACTIVE] = now
    session.pop(MEMBERSHIP, None)
    methods = _methods(request, user)
    if "cis2" not in methods:
        session.pop(CIS2, None)
    session[SECOND_FACTOR] = "mfa" in methods or "cis2-strong" in methods
    actions.sign_in(by=roleless(user), user=user, methods=methods, address=address_of(request))
    only = _only_choice(session.get(CIS2, {}), list(Membership.objects.choices_for(user.pk)))
    if only:
        choose(request, user, only.pk)


def choose(request: HttpRequest, user: User, membership_id: UUID) -> None:
    """Act in this role from the next request on."""
    roles = request.session.get(CIS2, {}).get("roles", {})
    membership = actions.choose_role(by=roleless(user), membership_id=membership_id, cis2_roles=roles)
    request.session[MEMBERSHIP] = str(membership.pk)


def ends_at(request: HttpRequest) -> datetime:
    """When this session ends if nothing more happens."""
    session, now = request.session, timezone.now().timestamp()
    idle = session.get(ACTIVE, now) + settings.SESSION_IDLE_LIMIT.total_seconds()
    hard = session.get(STARTED, now) + settings.SESSION_HARD_LIMIT.total_seconds()
    return datetime.fromtimestamp(min(idle, hard), UTC)


def touch(request: HttpRequest, *, at_once: bool = False) -> None:
    """Note activity, once a minute at most: writing a session costs SQL, reading it does not."""
    session, now = request.session, timezone.now().timestamp()
    session.setdefault(STARTED, now)
    if at_once or now - session.get(ACTIVE, 0) >= NOTE_EVERY_SECONDS:
        session[ACTIVE] = now


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this person must set up a second factor before doing anything else."""
    return settings.REQUIRE_SECOND_FACTOR and not request.session.get(SECOND_FACTOR, False)


def _methods(request: HttpRequest, user: User) -> list[str]:
    """How the person signed in, in words fit for the event: password, mfa, cis2, cis2-strong."""
    names = {"socialaccount": "cis2"}
    found = [names.get(record["method"], record["method"]) for record in get_authentication_records(request, user)]
    if request.session.get(CIS2, {}).get("strong") and "cis2" in found:
        found.append("cis2-strong")
    return list(dict.fromkeys(found))


def address_of(request: HttpRequest) -> str:
    """The network address the person came from, past the proxies we trust; empty when there is none."""
    try:
        return get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return ""


def _only_choice(cis2: dict[str, object], choices: list[Membership]) -> Membership | None:
    """The one role there is; after CIS2, the one at the organisation of the role profile selected there."""
    if cis2.get("organisation"):
        choices = [choice for choice in choices if choice.organisation.ods_code == cis2["organisation"]]
    return choices[0] if len(choices) == 1 else None
