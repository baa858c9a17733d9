"""JSON in and out: strict about what comes in, fast about what goes out.

The standard parser accepts what JSON does not have (NaN), keeps the last of two equal names, and turns a lone
surrogate into text that no database stores. Each of these would change what a partner meant, so each is refused.
"""

import json
from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from api.problems import Code, Problem

LARGEST_BODY = 64 * 1024
DEEPEST = 12
LONGEST_NUMBER = 18
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class StrictJSONParser(BaseParser):
    """application/json, UTF-8, at most 64 KiB."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise Problem(Code.BODY_TOO_LARGE)
        return loads(body)


def loads(body: bytes) -> Any:
    """The JSON value, or a Problem that says what is wrong with it without repeating it."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_such_number,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except UnicodeDecodeError:
        raise Problem(Code.MALFORMED_JSON, "The body is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise Problem(Code.MALFORMED_JSON) from None
    _check(value, DEEPEST)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem(Code.DUPLICATE_KEY)
    return found


def _no_such_number(_text: str) -> None:
    raise Problem(Code.MALFORMED_JSON, "JSON has no NaN and no Infinity.")


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Problem(Code.MALFORMED_JSON, f"A number has at most {LONGEST_NUMBER} digits.")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise Problem(Code.MALFORMED_JSON, "A number is too large.")
    return value


def _check(value: Any, deeper: int) -> None:
    """Neither nested too deeply nor holding half a character."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Problem(Code.MALFORMED_JSON, "A text holds half of a surrogate pair.") from None
        return
    if not isinstance(value, dict | list):
        return
    if deeper == 0:
        raise Problem(Code.MALFORMED_JSON, f"Objects are nested at most {DEEPEST} deep.")
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    for part in parts:
        _check(part, deeper - 1)


def dumps(value: Any) -> bytes:
    """The answer's bytes: instants in UTC with Z, identifiers as text."""
    return orjson.dumps(value, option=OPTIONS)


def canonical(value: Any) -> bytes:
    """The same bytes for the same meaning, whatever the spacing and order: what two requests are compared by."""
    return orjson.dumps(value, option=OPTIONS | orjson.OPT_SORT_KEYS)


class JSONRenderer(BaseRenderer):
    """Bytes that were made already pass through; everything else is encoded once."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data if isinstance(data, bytes) else dumps(data)
