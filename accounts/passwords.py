"""Passwords: the link with which a person sets one, and the public one of the demonstration."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

DEMO_PASSWORD = "correct-horse-home-first"  # noqa: S105  printed by `make run`


class NotTheDemonstrationsValidator:
    """Refuses the demonstration's password outside the demonstration."""

    def validate(self, password: str, user: object = None) -> None:
        if password == DEMO_PASSWORD and not settings.DEMO:
            raise ValidationError("This is the demonstration’s password, which is public. Choose another.")

    def get_help_text(self) -> str:
        return "Do not use the demonstration’s password."


def password_link(request: HttpRequest, user: User) -> str:
    """A link that works once, until a password is set or PASSWORD_RESET_TIMEOUT has passed."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return get_adapter(request).get_reset_password_from_key_url(key)
