"""What must hold before the portal starts: its doors are hung, and no public password opens them."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.models import Model

DOORS = ["accounts.middleware.SessionLimitsMiddleware", "accounts.middleware.ActorMiddleware"]
REMEDY = "Use a database without the demonstration, or close these accounts and end these clients first."


@register(Tags.security)
def doors_are_hung(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Views only carry marks; without the middleware that reads them every page would be open."""
    if [name for name in settings.MIDDLEWARE if name in DOORS] == DOORS:
        return []
    return [Critical(f"MIDDLEWARE must hold {DOORS[0]}, then {DOORS[1]}.", id="accounts.C001")]


@register(Tags.database, deploy=True)
def no_demonstration_credentials(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`manage.py check --deploy --database default` finds people and partners whose passwords are public."""
    if settings.DEMO or not databases:
        return []
    sentence = demonstration_credentials()
    return [Critical(sentence, hint=REMEDY, id="accounts.C002")] if sentence else []


def demonstration_credentials() -> str:
    """A sentence that counts what the demonstration left open; empty when nothing is.

    Asks every model whose manager has demonstration(): people here, partners' systems in the API's room.
    """
    models = [model for model in apps.get_models() if hasattr(model._default_manager, "demonstration")]
    counts = {model: model._default_manager.demonstration().count() for model in models}
    found = [f"{count} {_named(model, count)}" for model, count in counts.items() if count]
    return f"This database holds demonstration credentials, which are public: {', '.join(found)}." if found else ""


def refuse_demonstration_credentials() -> None:
    """Called as the application server starts: outside the demonstration nobody gets in with what is public."""
    if settings.DEMO:
        return
    sentence = demonstration_credentials()
    connections.close_all()
    if sentence:
        raise ImproperlyConfigured(f"{sentence} The portal does not start. {REMEDY}")


def _named(model: type[Model], count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
