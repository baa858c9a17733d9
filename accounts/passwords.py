"""Passwords: the link with which a person sets one, and the public one of the demonstration."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User

DEMO_PASSWORD = "correct-horse-home-first"  # noqa: S105  printed by `make run`


class NotTheDemonstrationsValidator:
    """Refuses the demonstration's password outside the demonstration."""

    def validate(self, password: str, user: object = None) -> None:
        if password == DEMO_PASSWORD and not settings.DEMO:
            raise ValidationError("This is the demonstration’s password, which is public. Choose another.")

    def get_help_text(self) -> str:
        return "Do not use the demonstration’s password."


def password_path(user: User) -> str:
    """The path of a page that works once, until a password is set or PASSWORD_RESET_TIMEOUT has passed."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=parts)
