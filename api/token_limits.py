"""How often a token may be asked for, counted before a secret is checked: checking one costs more than a request.

Whoever shows an id and secret that got a token within a day is known, and is counted by itself: nobody else can use up
its minute, from whatever address and whatever ids they send. Everybody else is counted by network address. What is
remembered of id and secret is a digest under the portal's key. When Valkey does not answer nobody is turned away.
"""

import time
from base64 import b64decode
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.sessions import address_of
from api.limits import MINUTE, Counter, add, counter

SALT = "api.token_limits"
REMEMBERED_SECONDS = 24 * 3600
NETWORK_BITS = 64
"""What one household or company has of IPv6: its single addresses are without end."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody asks for a token."""

    proof: str
    """A digest of the id and secret; empty when there are none."""
    source: str
    is_known: bool

    def seconds_to_wait(self) -> int:
        """Count it; 0 when it may go on, else how long until it may be tried again."""
        limit = settings.API_TOKENS_A_MINUTE if self.is_known else settings.API_TOKEN_TRIES_A_MINUTE
        if not limit:
            return 0
        minute, passed = divmod(int(time.time()), MINUTE)
        who = self.proof if self.is_known else self.source
        used = _counter().ask(lambda valkey: add(valkey, f"tokens:{who}:{minute}"))
        return MINUTE - passed if used is not None and used > limit else 0

    def remember(self) -> None:
        """It got a token: from now on this id and secret are known."""
        if self.proof and _is_counted():
            _counter().ask(lambda valkey: valkey.set(_key(self.proof), 1, ex=REMEMBERED_SECONDS))


def attempt(request: HttpRequest) -> Attempt:
    """Who asks: a system that is known, or somebody at a network address."""
    pair = credentials(request)
    proof = salted_hmac(SALT, "\0".join(pair), algorithm="sha256").hexdigest() if pair else ""
    known = proof and _is_counted() and _counter().ask(lambda valkey: valkey.exists(_key(proof)))
    return Attempt(proof, f"from:{network_of(address_of(request))}", bool(known))


def is_said_twice(request: HttpRequest) -> bool:
    """Whether id and secret come by HTTP Basic and in the form too: nobody could tell which of them got the token."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return scheme.lower() == "basic" and "client_secret" in request.POST


def credentials(request: HttpRequest) -> tuple[str, str] | None:
    """The id and secret that will be checked; None when none can be read."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            name, found, secret = b64decode(encoded).decode().partition(":")
        except ValueError:
            return None
        return (unquote_plus(name), unquote_plus(secret)) if found else None
    name, secret = (request.POST.get(field, "") for field in ("client_id", "client_secret"))
    return (name, secret) if name and secret else None


def network_of(address: str) -> str:
    """The address; of IPv6 the network that one holder has."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or IPv6Network((found, NETWORK_BITS), strict=False).network_address)


def _is_counted() -> bool:
    return bool(settings.API_TOKENS_A_MINUTE or settings.API_TOKEN_TRIES_A_MINUTE)


def _key(proof: str) -> str:
    return f"tokens:known:{proof}"


def _counter() -> Counter:
    return counter(settings.REDIS_URL)
