"""Sending a form: what follows it, and how the same form sent twice is known."""

from hashlib import sha256
from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpResponseRedirect, QueryDict

REMEMBER_SECONDS = 3600


def see_other(path: str) -> HttpResponseRedirect:
    """After a POST, go on with a GET, so that reload and back do nothing twice."""
    response = HttpResponseRedirect(path)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def remember(said: QueryDict, *about: object) -> None:
    """Keep for an hour what a form said when it was taken. `about` is who sent it, to what, in which version."""
    cache.set(_key(about), _digest(said), timeout=REMEMBER_SECONDS)


def is_repeated(said: QueryDict, *about: object) -> bool | None:
    """Whether the same was taken before: a double click, a reload, the back button; None where nobody remembers."""
    taken = cache.get(_key(about))
    return None if taken is None else taken == _digest(said)


def _key(about: tuple[object, ...]) -> str:
    return f"sent:{sha256(repr([str(part) for part in about]).encode()).hexdigest()}"


def _digest(said: QueryDict) -> str:
    typed = sorted((name, values) for name, values in said.lists() if name != "csrfmiddlewaretoken")
    return sha256(repr(typed).encode()).hexdigest()
