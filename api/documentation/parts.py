"""The parts that every endpoint's documentation is put together from: problems, headers, parameters."""

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from api.documentation import shapes
from api.problems import CODES, MEDIA_TYPE, Code

HEADER, PATH = OpenApiParameter.HEADER, OpenApiParameter.PATH
READ = (401, 403, 406, 429, 500)
LIST = (*READ, 422)
ONE = (*READ, 404)
WRITE = (400, *READ, 409, 411, 413, 415, 422)
STEP = (*WRITE, 404, 412, 428)


def header(
    name: str, description: str, *, required: bool = False, answers: list[int] | None = None
) -> OpenApiParameter:
    """A header of the request, or with `answers` of the answers with these status codes."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, HEADER, required=required, description=description, response=answers or False
    )


def path(name: str, description: str, *, kind: Any = OpenApiTypes.UUID) -> OpenApiParameter:
    return OpenApiParameter(name, kind, PATH, description=description)


CORRELATION = header("X-Correlation-Id", "A UUID of your own that comes back, and is kept with what happened.")
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    HEADER,
    required=True,
    description='The ETag that you read, like W/"3". A change since then is answered with 412.',
    examples=[OpenApiExample("version", value='W/"3"')],
)
IF_NONE_MATCH = header("If-None-Match", "The ETag you have: 304 says that nothing changed.")
KEY = "A UUID of your own for this request. A retry with the same key and body gets the first answer again."
KEY_REQUIRED = header("Idempotency-Key", KEY, required=True)
KEY_OPTIONAL = header("Idempotency-Key", KEY)


def etag_of(*statuses: int) -> OpenApiParameter:
    return header("ETag", "The version: send it as If-Match to change it.", answers=list(statuses))


def replayed(status: int) -> OpenApiParameter:
    return header("Idempotent-Replayed", "true when this is the answer to an earlier request.", answers=[status])


def limited(statuses: Iterable[int]) -> list[OpenApiParameter]:
    """What every answer says about the requests that are left, and the refusal about when to come again."""
    return [
        header("RateLimit", 'What is left of this minute’s requests: "minute";r=599;t=42.', answers=[*statuses, 429]),
        header("Retry-After", "Seconds until the next minute.", answers=[429]),
    ]


def problems(*statuses: int) -> dict[Any, Any]:
    """A problem document for each status, naming its codes."""
    found: dict[Any, Any] = {}
    for status in statuses:
        held = [code for code in Code if CODES[code].status == status]
        words = " ".join(f"`{code}`: {CODES[code].meaning}" for code in held)
        found[(status, MEDIA_TYPE)] = OpenApiResponse(shapes.Problem, description=words)
    return found


def documented(
    name: str,
    tag: str,
    summary: str,
    *,
    answers: dict[int, tuple[type[serializers.Serializer] | None, str]],
    refusals: tuple[int, ...],
    parameters: list[Any] | None = None,
    request: Any = None,
    examples: list[OpenApiExample] | None = None,
    description: str | None = None,
) -> Callable[[Any], Any]:
    """Everything the document says about one operation."""
    given = {status: OpenApiResponse(shape, description=words) for status, (shape, words) in answers.items()}
    return extend_schema(
        operation_id=name,
        tags=[tag],
        summary=summary,
        description=description,
        parameters=[*(parameters or []), CORRELATION, *limited(answers)],
        request=request,
        responses=given | problems(*sorted(refusals)),
        examples=examples,
    )
