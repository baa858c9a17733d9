"""The OpenAPI document: made once from the endpoints, then the same bytes for everybody.

The endpoint that gives tokens is the OAuth library's, so its part is written here by hand.
"""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from api.scopes import MEANINGS, Scope
from api.wire import dumps

TOKEN_PATH = "/oauth2/token"  # noqa: S105  an address
FORM = "application/x-www-form-urlencoded"


class BearerScheme(OpenApiAuthenticationExtension):
    """Names the scheme and, per operation, the scopes of which one is needed."""

    target_class = "api.callers.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": TOKEN_PATH, "scopes": {scope.value: MEANINGS[scope] for scope in Scope}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        wanted = auto_schema.view.scopes_for(auto_schema.method)
        return [{self.name: [scope.value]} for scope in wanted]


def only_ours(endpoints: list[Any]) -> list[Any]:
    """Version 1 without its documentation and without the addresses that are none."""
    return [entry for entry in endpoints if entry[0].startswith("/api/v1/") and "{rest}" not in entry[0]]


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Close every object shape, and add what the OAuth library answers."""
    for shape in result["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
    _drop(result, "x-spec-enum-id")
    result["paths"][TOKEN_PATH] = {"post": _token_operation()}
    result["components"]["schemas"] |= _token_shapes()
    return result


def _drop(node: Any, name: str) -> None:
    """Remove the generator's own notes."""
    if isinstance(node, dict):
        node.pop(name, None)
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _drop(part, name)


def _token_operation() -> dict[str, Any]:
    return {
        "operationId": "getToken",
        "tags": ["Tokens"],
        "summary": "Get a token",
        "description": (
            "OAuth 2.0 client credentials (RFC 6749, 4.4). Send client id and secret by HTTP Basic, or in the form. "
            "A token holds for 10 minutes."
        ),
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": {"$ref": "#/components/schemas/TokenRequest"}}},
        },
        "security": [],
        "responses": {
            "200": _answer("A token.", "Token"),
            "400": _answer("invalid_request, invalid_scope, unsupported_grant_type.", "TokenRefusal"),
            "401": _answer("invalid_client: the id or secret is wrong, or the system has ended.", "TokenRefusal"),
            "413": _answer("The form is too large.", "TokenRefusal"),
            "429": _answer("temporarily_unavailable: too many in this minute.", "TokenRefusal")
            | {"headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}},
        },
    }


def _answer(words: str, shape: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}},
    }


def _token_shapes() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "TokenRequest": {
            "type": "object",
            "properties": {
                "grant_type": {"type": "string", "enum": ["client_credentials"]},
                "client_id": text,
                "client_secret": text,
                "scope": text | {"description": "Scopes with spaces between; left out: all that the client has."},
            },
            "required": ["grant_type"],
            "additionalProperties": False,
        },
        "Token": {
            "type": "object",
            "properties": {
                "access_token": text,
                "token_type": {"type": "string", "enum": ["Bearer"]},
                "expires_in": {"type": "integer"},
                "scope": text,
            },
            "required": ["access_token", "token_type", "expires_in", "scope"],
            "additionalProperties": False,
        },
        "TokenRefusal": {
            "type": "object",
            "properties": {"error": text, "error_description": text},
            "required": ["error"],
            "additionalProperties": False,
        },
    }


@cache
def document() -> dict[str, Any]:
    """The document as data."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def document_bytes() -> bytes:
    """The document as it is served."""
    return dumps(document())
