"""What follows from somebody signing in or changing their second factor."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import actions, sessions
from accounts.actors import roleless
from accounts.models import User


@receiver(user_logged_in)
def start_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.begin(request, user)


@receiver(authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    actions.note_second_factor(by=roleless(user), user=user, kind=authenticator.type, added=True)
    request.session[sessions.SECOND_FACTOR] = True


@receiver(authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Without any factor left, the person is led to set one up again where that is required."""
    actions.note_second_factor(by=roleless(user), user=user, kind=authenticator.type, added=False)
    request.session[sessions.SECOND_FACTOR] = Authenticator.objects.filter(user=user).exists()
