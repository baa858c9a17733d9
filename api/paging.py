"""Pages by key: a cursor names the last row seen, so pages neither skip nor repeat, and all cost the same.

A cursor is signed and belongs to the client and the filters it was given for: it cannot be made up or carried over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import Code, FieldCode, FieldError, Problem
from api.wire import canonical

SALT = "api.cursor"
LIMIT = 50
LONGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """What the address asks for: filters, how many rows, and after which row."""

    filters: Mapping[str, Any]
    limit: int
    after: tuple[str, ...] | None
    stamp: str


def page_of(request: Request, asked: Mapping[str, Any]) -> Page:
    """Read the validated address parameters; INVALID_CURSOR for a cursor of another list or client."""
    filters = {name: value for name, value in asked.items() if name not in {"limit", "cursor"}}
    stamp = sha256(canonical([request.path, str(request.user.actor.id), filters])).hexdigest()[:16]
    after = _opened(asked["cursor"], stamp) if asked.get("cursor") else None
    return Page(filters=filters, limit=asked["limit"], after=after, stamp=stamp)


def _opened(cursor: str, stamp: str) -> tuple[str, ...]:
    try:
        held = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        held = []
    if not held or held[0] != stamp:
        message = "Use next as it was given, with the same filters."
        errors = [FieldError("cursor", FieldCode.INVALID_VALUE, message)]
        raise Problem(Code.INVALID_CURSOR, errors=errors)
    return tuple(held[1:])


def answer(
    request: Request,
    page: Page,
    rows: Sequence[dict[str, Any]],
    represent: Callable[[dict[str, Any]], dict[str, Any]],
    key: Callable[[dict[str, Any]], tuple[str, ...]],
) -> Response:
    """The page, from one row more than its limit; the spare row says that there is a next page."""
    shown = rows[: page.limit]
    following = None
    if len(rows) > page.limit:
        cursor = signing.dumps([page.stamp, *key(shown[-1])], salt=SALT)
        query = {name: values for name, values in request.query_params.lists() if name != "cursor"}
        following = f"{request.path}?{urlencode(query | {'cursor': cursor}, doseq=True)}"
    body = {"items": [represent(row) for row in shown], "next": following}
    return Response(body, headers={"Link": f'<{following}>; rel="next"'} if following else {})
