"""The OpenAPI document as a page for people: nothing is said here that the document does not say."""

import json
from functools import cache
from typing import Any

from api.problems import CODES, Code
from api.schema import document
from api.scopes import MEANINGS, Scope

METHODS = ("get", "post")
JSON = "application/json"


@cache
def reference() -> dict[str, Any]:
    """What the page shows."""
    schema = document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return {
        "document": schema["info"],
        "groups": [{"name": name, "operations": found} for name, found in groups.items()],
        "scopes": [{"name": scope.value, "meaning": MEANINGS[scope]} for scope in Scope],
        "problems": [{"code": code.value, **_entry(code)} for code in sorted(Code, key=lambda c: CODES[c].status)],
        "shapes": [_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items())],
    }


def _entry(code: Code) -> dict[str, Any]:
    entry = CODES[code]
    return {"status": entry.status, "title": entry.title, "meaning": entry.meaning}


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    examples = content.get(JSON, {}).get("examples", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "scopes": [scope for option in operation.get("security", []) for scopes in option.values() for scope in scopes],
        "parameters": [_parameter(each) for each in operation.get("parameters", [])],
        "body": next((_reference(each.get("schema", {})) for each in content.values()), ""),
        "example": next((json.dumps(each["value"], indent=2) for each in examples.values()), ""),
        "answers": [_answer(status, each) for status, each in operation["responses"].items()],
    }


def _parameter(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": each["name"],
        "where": {"query": "address", "path": "path"}.get(each["in"], each["in"]),
        "required": each.get("required", False),
        "description": each.get("description", "") or _type(each.get("schema", {})),
    }


def _answer(status: str, each: dict[str, Any]) -> dict[str, Any]:
    shapes = [_reference(content.get("schema", {})) for content in each.get("content", {}).values()]
    return {"status": status, "description": each["description"], "shape": shapes[0] if shapes else ""}


def _reference(schema: dict[str, Any]) -> str:
    return schema.get("$ref", "").rpartition("/")[2]


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    required = set(shape.get("required", []))
    return {
        "name": name,
        "description": shape.get("description", ""),
        "fields": [
            {
                "name": field,
                "type": _type(schema),
                "shape": _named(schema),
                "required": field in required,
                "description": schema.get("description", "").split("\n\n")[0].removeprefix("*").strip(),
                "choices": [value for value in _choices(schema) if value is not None],
            }
            for field, schema in shape.get("properties", {}).items()
        ],
    }


def _named(schema: dict[str, Any]) -> str:
    """The shape a field holds, if it holds one."""
    options = [schema, schema.get("items", {}), *schema.get("allOf", []), *schema.get("oneOf", [])]
    return next((name for option in options if (name := _reference(option))), "")


def _choices(schema: dict[str, Any]) -> list[Any]:
    options = [schema, schema.get("items", {}), *schema.get("oneOf", [])]
    return next((option["enum"] for option in options if "enum" in option), [])


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "object")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    form = schema.get("format", "")
    return f"{words} ({form})" if form else words
