"""Who may come in through which door: every view carries a mark, and a view without one lets nobody in.

The decorators only mark. `accounts.middleware.ActorMiddleware` reads the mark before the view runs, so there is one
place that refuses, and the house tests can list which permission guards which address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from accounts.roles import Permission

View = TypeVar("View", bound=Callable[..., Any])


class Door(StrEnum):
    """The ways a view can be guarded."""

    PUBLIC = "public"
    """Anybody; nothing personal is behind it."""
    WELCOME = "welcome"
    """Anybody; but a signed-in person first chooses a role."""
    IDENTIFIED = "identified"
    """Anybody who signed in, even before choosing a role: my account, choosing a role, signing out."""
    SIGNED_IN = "signed_in"
    """A signed-in person in any role."""
    PERMISSION = "permission"
    """A signed-in person whose role holds one of the permissions."""
    PARTNER = "partner"
    """Partner systems: the API checks tokens and scopes itself."""


@dataclass(frozen=True, slots=True)
class Access:
    """The mark on a view."""

    door: Door
    permissions: tuple[Permission, ...] = ()


ADMIN = Access(Door.PERMISSION, (Permission.ADMINISTER,))


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def requires(*permissions: Permission) -> Callable[[View], View]:
    """The role must hold the permission, or one of several."""
    if not permissions:
        raise TypeError("Name at least one permission, or use @signed_in.")
    return _mark(Access(Door.PERMISSION, permissions))


def public(view: View) -> View:
    """Open to anybody."""
    return _mark(Access(Door.PUBLIC))(view)


def welcome(view: View) -> View:
    """Open to anybody; a signed-in person is led to a second factor and a role first."""
    return _mark(Access(Door.WELCOME))(view)


def identified(view: View) -> View:
    """Open to whoever signed in, even without a role."""
    return _mark(Access(Door.IDENTIFIED))(view)


def signed_in(view: View) -> View:
    """Open to every role."""
    return _mark(Access(Door.SIGNED_IN))(view)


def partner(view: View) -> View:
    """Guarded by the API's own tokens and scopes."""
    return _mark(Access(Door.PARTNER))(view)


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view: on the function, or on the class behind it (Django's or REST framework's)."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        access = getattr(holder, "access", None)
        if isinstance(access, Access):
            return access
    return None
