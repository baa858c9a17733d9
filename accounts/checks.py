"""What must hold before the portal starts: its doors are hung, and no public password opens them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from accounts.models import User

DOORS = ["accounts.middleware.SessionLimitsMiddleware", "accounts.middleware.ActorMiddleware"]
SHUT_FIRST = "Close these accounts (untick active under People in the admin) or use an empty database."


@register(Tags.security)
def doors_are_hung(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Views only carry marks; without the middleware that reads them every page would be open."""
    if [name for name in settings.MIDDLEWARE if name in DOORS] == DOORS:
        return []
    return [Critical(f"MIDDLEWARE must hold {DOORS[0]}, then {DOORS[1]}.", id="accounts.C001")]


@register(Tags.database, deploy=True)
def no_demonstration_people(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`manage.py check --deploy --database default` finds people whose password is public."""
    if settings.DEMO or not databases:
        return []
    sentence = demonstration_people()
    return [Critical(sentence, hint=SHUT_FIRST, id="accounts.C002")] if sentence else []


def demonstration_people() -> str:
    """A sentence that says how many active people of the demonstration there are; empty when there are none."""
    count = User.objects.demonstration().count()
    if not count:
        return ""
    people = "1 active person" if count == 1 else f"{count} active people"
    return f"This database holds {people} of the demonstration, whose password is public."


def refuse_demonstration_people() -> None:
    """Called as the application server starts: outside the demonstration its people must not get in."""
    if settings.DEMO:
        return
    sentence = demonstration_people()
    connections.close_all()
    if sentence:
        raise ImproperlyConfigured(f"{sentence} The portal does not start. {SHUT_FIRST}")
