"""Every address is guarded: strangers and people without a role come no further than the pages meant for them."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.converters import get_converters

from accounts.access import Access, Door, access_of
from accounts.models import User
from accounts.roles import Permission

FILLERS = {"int": "1", "uuid": str(UUID(int=1)), "slug": "a-slug", "str": "words", "path": "a/path"}
OPEN_TO_ALL = {
    "home",
    "accessibility",
    "about_data",
    "track_start",
    "track",
    "api_docs",
    "api_openapi",
    "oauth2_token",
    "gallery",
    "gallery_rows",
    "gallery_draft",
    "healthz",
    "readyz",
    "account_login",
    "account_logout",
    "account_inactive",
    "accounts_cis2_login",
    "accounts_cis2_callback",
    "socialaccount_login_cancelled",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
"""Addresses open to strangers by decision. A new one is added here on purpose or not at all."""


def patterns(resolver=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full route, without the Django admin, which has one guard for all."""
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one
        elif one.app_name != "admin":
            yield from patterns(one, route)


ADDRESSES = list(patterns())


def mark(pattern: URLPattern) -> Access | None:
    return access_of(pattern.callback)


def names(*doors: Door) -> list[str]:
    return [str(one.name) for _, one in ADDRESSES if mark(one) and mark(one).door in doors]


def path_of(pattern: URLPattern, route: str) -> str | None:
    """An address with something in every gap; None for one written as a regular expression."""
    if "(?P" in route or "^" in route:
        return None
    by_class = {type(converter): FILLERS.get(name, "x") for name, converter in get_converters().items()}
    for name, converter in pattern.pattern.converters.items():
        for spelt in (f"<{kind}:{name}>" for kind in get_converters()):
            route = route.replace(spelt, by_class.get(type(converter), "x"))
        route = route.replace(f"<{name}>", "words")
    return "/" + route


@pytest.mark.parametrize(("route", "pattern"), ADDRESSES, ids=[route for route, _ in ADDRESSES])
def test_every_address_says_who_may_come_in(route, pattern):
    assert mark(pattern), f"{route} has no mark: use requires(), signed_in, or on purpose public."


def test_only_addresses_agreed_on_are_open_to_all():
    assert set(names(Door.PUBLIC, Door.WELCOME)) <= OPEN_TO_ALL


def guarded(*doors: Door) -> list[str]:
    return [
        path
        for route, pattern in ADDRESSES
        if mark(pattern) and mark(pattern).door in doors and (path := path_of(pattern, route))
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("path", guarded(Door.IDENTIFIED, Door.SIGNED_IN, Door.PERMISSION))
def test_strangers_are_led_to_sign_in(path):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 302, f"{method} {path}"
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_somebody_without_a_role_is_led_to_choose_one(client):
    person = User.objects.create(email="nobody@example.nhs.uk", name="Nobody", password=make_password("x"))
    client.force_login(person)
    for path in guarded(Door.SIGNED_IN, Door.PERMISSION):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/accounts/role/"), path


def test_every_permission_guards_something():
    used = {permission for _, one in ADDRESSES if mark(one) for permission in mark(one).permissions}
    assert used | {Permission.ADMINISTER} == set(Permission)  # the Django admin is the administrators'
