"""Versions on the wire: ETag, If-None-Match and If-Match (RFC 9110), always weak tags of a referral's version."""

import re

from rest_framework.request import Request

from api.problems import Code, Problem

TAG = re.compile(r'(?:W/)?"(0|[1-9][0-9]{0,8})"')


def etag(version: int) -> str:
    """W/"3": weak, because clocks tick on without a new version."""
    return f'W/"{version}"'


def expected_version(request: Request) -> int:
    """The version that the caller read, from If-Match."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(Code.PRECONDITION_REQUIRED)
    match = TAG.fullmatch(given.strip())
    if match is None:
        raise Problem(Code.INVALID_IF_MATCH)
    return int(match[1])


def already_has(request: Request, version: int) -> bool:
    """Whether If-None-Match names this version."""
    given = request.headers.get("If-None-Match", "")
    return str(version) in {match[1] for match in TAG.finditer(given)}
