"""What we change in how django-allauth signs people in: nobody signs themselves up, second factors are encrypted,
and NHS CIS2 opens the door only for people an administrator has added."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import cis2, sessions
from accounts.models import User

MFA_STAGE = "allauth.mfa.stages.AuthenticateStage"


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with an e-mail address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "The email address or the password is wrong. Check both and try again. "
            "If you have forgotten your password, ask your organisation’s administrator."
        ),
        "too_many_login_attempts": (
            "Too many attempts failed. Wait 15 minutes and try again, or ask your organisation’s administrator."
        ),
        "incorrect_password": "The password is wrong. Try again.",
        "incorrect_code": "The code is wrong or too old. Enter the code your app shows now.",
        "enter_current_password": "The current password is wrong. Try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by an administrator."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After signing in: a second factor where it is lacking, a role where there is a choice, then the home page."""
        if sessions.needs_second_factor(request):
            return reverse("mfa_index")
        if sessions.MEMBERSHIP not in request.session:
            return reverse("accounts_role")
        return reverse(settings.LOGIN_REDIRECT_URL)

    def get_login_stages(self) -> list[str]:
        """A strong CIS2 sign-in has already proved two factors: it is not asked for another."""
        stages = super().get_login_stages()
        if cis2.signed_in_strongly(self.request):
            stages.remove(MFA_STAGE)
        return stages

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args, **kwargs):
        """Being signed in or out shows by itself: say nothing of it."""
        if message_template in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            return
        super().add_message(request, level, message_template, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, their secrets encrypted with a key made from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is wrong or too old. Enter the code your app shows now.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  the base class names it so
        return "My passkey"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """NHS CIS2: who comes back from there must be somebody we know."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person; nobody is ever created, and nothing that CIS2 said is stored but the session's role."""
        sociallogin.state["process"] = "login"
        claims = cis2.Claims.read(sociallogin.account.extra_data)
        user = cis2.person_of(claims)
        if user is None:
            raise ImmediateHttpResponse(render(request, "accounts/cis2_unknown.jinja", status=403))
        if request.user.is_authenticated:
            request.session.flush()
        request.session[sessions.CIS2] = claims.for_session()
        sociallogin.user = user


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("accounts.second-factor", "key", key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
