"""NHS CIS2 sign-in: what its claims mean to us, and how our server proves itself to it.

CIS2 is OpenID Connect. A person is known by a user id of 12 digits and may hold several role profiles at several
organisations; one is selected at the smartcard prompt. We match its organisation to a role granted here: CIS2 proves
who somebody is, never what they may do in this portal.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import actions
from accounts.actors import roleless
from accounts.models import User

PROVIDER_ID = "cis2"
SESSION = "cis2"
ASSERTION_SECONDS = 300


@dataclass(frozen=True)
class Claims:
    """The part of what CIS2 says that we use."""

    uid: str
    """The subject of the signed identity token, which CIS2 makes the user id of 12 digits."""
    email: str
    """Empty unless CIS2 says that it verified the address."""
    organisation: str
    """The ODS code of the selected role profile; empty when none or several could be meant."""
    roles: dict[str, str] = field(default_factory=dict)
    """CIS2 role ids (person_roleid) by ODS code, for the log."""
    strong: bool = False
    """Whether two factors were proved to CIS2."""

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Claims":
        """From the user information and the identity token; what is missing or misshapen counts as not said."""
        person, token = data.get("userinfo") or {}, data.get("id_token") or {}
        selected = _text(person, "selected_roleid")
        profiles = [one for one in _list(person.get("nhsid_nrbac_roles")) if isinstance(one, dict)]
        profiles.sort(key=lambda one: _text(one, "person_roleid") == selected)  # of two at one place, it counts
        roles = {_text(one, "org_code").upper(): _text(one, "person_roleid") for one in profiles}
        roles.pop("", None)
        chosen = {code for code, role_id in roles.items() if role_id == selected} or set(roles)
        return cls(
            uid=_text(token, "sub"),
            email=_text(person, "email") if person.get("email_verified") is True else "",
            organisation=chosen.pop() if len(chosen) == 1 else "",
            roles=roles,
            strong=any(level in _text(token, "acr") for level in settings.CIS2_STRONG_LEVELS),
        )

    def for_session(self) -> dict[str, Any]:
        """What the session remembers of the claims."""
        return {"organisation": self.organisation, "roles": self.roles, "strong": self.strong}


def person_of(claims: Claims) -> User | None:
    """The person with this CIS2 user id, or the one person with its verified e-mail address, tied from now on."""
    known = User.objects.known_to_cis2(claims.uid).first()
    if known:
        return known
    candidate = User.objects.not_yet_linked(claims.email).first()
    if candidate and actions.link_cis2(by=roleless(candidate), user_id=candidate.pk, uid=claims.uid):
        return candidate
    return None


def is_configured() -> bool:
    """Whether this portal can sign people in with CIS2."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


def signed_in_strongly(request: HttpRequest) -> bool:
    """Whether this session's sign-in went through CIS2 with two factors."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    strong = request.session.get(SESSION, {}).get("strong", False)
    return strong and any(one["method"] == "socialaccount" for one in records)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class Cis2Client(OAuth2Client):
    """Fetches the token; with a private key configured, signs an assertion instead of sending a shared secret."""

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: dict | None = None
    ) -> dict:
        if settings.CIS2_PRIVATE_KEY:
            extra_data = {
                **(extra_data or {}),
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(),
            }
        return super().get_access_token(code, pkce_code_verifier, extra_data)

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.consumer_key,
            "sub": self.consumer_key,
            "aud": self.access_token_url,
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        headers = {"kid": settings.CIS2_KEY_ID} if settings.CIS2_KEY_ID else None
        return jwt.encode(claims, settings.CIS2_PRIVATE_KEY, algorithm=settings.CIS2_SIGNING_ALGORITHM, headers=headers)


class Cis2Adapter(OpenIDConnectOAuth2Adapter):
    """allauth's OpenID Connect, with the token's signature always checked and both answers about one person."""

    client_class = Cis2Client

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER_ID)

    def get_provider(self) -> OpenIDConnectProvider:
        """The provider, which asks this adapter rather than allauth's own for addresses and keys."""
        provider = super().get_provider()
        provider.get_oauth2_adapter = lambda request: self
        return provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("accounts_cis2_callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if told.get("userinfo", {}).get("sub") != told.get("id_token", {}).get("sub"):
            raise ProviderException("The identity token and the user information are about different people.")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
