"""Every exception becomes a problem document: ours, the domain's, the framework's, and what nobody expected."""

from collections.abc import Mapping
from traceback import extract_tb
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from redis.exceptions import ConnectionError as CacheUnreachable
from rest_framework import exceptions
from rest_framework.response import Response

from api.problems import CODES, GENERAL, MEDIA_TYPE, Code, FieldCode, FieldError, Problem, not_found
from api.wire import dumps
from audit.errors import DomainError, StaleVersion

DEEPEST = 15
RETRY_AFTER = "5"
log = structlog.get_logger("portal.api")
STALE = "Somebody changed this after you read it. Read it again, check what changed, then decide."


def handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """For REST framework: the problem document of whatever was raised."""
    problem = as_problem(error)
    if problem.status >= 500:
        log.error("failed", error=type(error).__name__, where=_where(error))
    else:
        log.info("refused", code=problem.code, status=problem.status)
    return Response(problem.document(), status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def _where(error: Exception) -> list[str]:
    """Where it failed, without what: a database quotes whole rows in its messages, and those are people."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)[-DEEPEST:]]


def as_problem(error: Exception) -> Problem:
    """What an exception says to a partner."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DomainError):
        return of_domain(error)
    if isinstance(error, exceptions.APIException):
        return of_framework(error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return Problem(Code.BODY_TOO_LARGE)
    if isinstance(error, DataError):
        return Problem(Code.INVALID_VALUE)
    if isinstance(error, OperationalError | InterfaceError | CacheUnreachable):
        return Problem(Code.UNAVAILABLE, headers={"Retry-After": RETRY_AFTER})
    return Problem(Code.INTERNAL_ERROR)


def of_domain(error: DomainError) -> Problem:
    """A policy's or action's refusal; its sentence is fit for the partner, except where it names staff."""
    if isinstance(error, StaleVersion):
        return Problem(Code.STALE_VERSION, STALE)
    code = Code(error.code) if error.code in set(Code) else GENERAL.get(error.status, Code.REFUSED)
    if code is Code.NOT_FOUND:
        return not_found()
    errors = []
    if error.field:
        field_code = error.code if error.code in set(FieldCode) else FieldCode.INVALID_VALUE
        errors = [FieldError(error.field, field_code, error.message)]
    return Problem(code, error.message, errors=errors)


def of_framework(error: exceptions.APIException) -> Problem:
    """Method, media type and negotiation."""
    code = GENERAL.get(error.status_code, Code.INTERNAL_ERROR)
    if error.status_code >= 500:
        code = Code.INTERNAL_ERROR
    return Problem(code, CODES[code].meaning)


def plain(problem: Problem) -> HttpResponse:
    """A problem document outside REST framework."""
    return HttpResponse(
        dumps(problem.document()), status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE
    )


def is_for_programs(request: HttpRequest) -> bool:
    """Whether whoever asked reads problem documents rather than pages."""
    return request.path.startswith("/api/") or request.path.startswith("/oauth2/")


def of_status(status: int) -> HttpResponse:
    """For the error handlers of the whole site: what went wrong before or around a view."""
    return plain(Problem(GENERAL.get(status, Code.INTERNAL_ERROR)))
