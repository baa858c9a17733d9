"""Every way the API says no: problem details (RFC 9457) with codes that never change their meaning.

Details are written here or by the policies; they never repeat what the caller sent, so no personal data comes back
in an error or reaches a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from audit.context import correlation_id

MEDIA_TYPE = "application/problem+json"
TYPE = "/api/v1/#{}"


class Code(StrEnum):
    """Stable codes: a program may rely on them, a person reads the detail."""

    MALFORMED_JSON = "MALFORMED_JSON"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    BAD_REQUEST = "BAD_REQUEST"
    IDEMPOTENCY_KEY_REQUIRED = "IDEMPOTENCY_KEY_REQUIRED"
    INVALID_IDEMPOTENCY_KEY = "INVALID_IDEMPOTENCY_KEY"
    INVALID_IF_MATCH = "INVALID_IF_MATCH"
    NOT_AUTHENTICATED = "NOT_AUTHENTICATED"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105  a code, not a token
    INSUFFICIENT_SCOPE = "INSUFFICIENT_SCOPE"
    NOT_PERMITTED = "NOT_PERMITTED"
    NO_RELATIONSHIP = "NO_RELATIONSHIP"
    RESTRICTED = "RESTRICTED"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    INVALID_STATE = "INVALID_STATE"
    DUPLICATE_EXTERNAL_ID = "DUPLICATE_EXTERNAL_ID"
    REFUSED = "REFUSED"
    BED_TAKEN = "BED_TAKEN"
    STALE_VERSION = "STALE_VERSION"
    LENGTH_REQUIRED = "LENGTH_REQUIRED"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    INVALID_VALUE = "INVALID_VALUE"
    INVALID_CURSOR = "INVALID_CURSOR"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    FUTURE_TIME = "FUTURE_TIME"
    TOO_EARLY = "TOO_EARLY"
    NO_ORGANISATION = "NO_ORGANISATION"
    NO_POINT_OF_ACCESS = "NO_POINT_OF_ACCESS"
    NO_QUESTION = "NO_QUESTION"
    CRITERION_NOT_HARD = "CRITERION_NOT_HARD"
    ALREADY_OFFERED = "ALREADY_OFFERED"
    BED_UNSUITABLE = "BED_UNSUITABLE"
    TASKS_OPEN = "TASKS_OPEN"
    TRANSFER_INCOMPLETE = "TRANSFER_INCOMPLETE"
    TRANSFER_UNCONFIRMED = "TRANSFER_UNCONFIRMED"
    PRECONDITION_REQUIRED = "PRECONDITION_REQUIRED"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a code stands for."""

    status: int
    title: str
    meaning: str


CODES: dict[Code, Entry] = {
    Code.MALFORMED_JSON: Entry(
        400, "The body is not JSON", "Not UTF-8, not JSON, nested too deeply, or with numbers JSON does not have."
    ),
    Code.DUPLICATE_KEY: Entry(400, "A name comes twice", "An object in the body has the same name twice."),
    Code.BAD_REQUEST: Entry(400, "Bad request", "The request could not be read."),
    Code.IDEMPOTENCY_KEY_REQUIRED: Entry(
        400, "Idempotency-Key is missing", "This needs an Idempotency-Key, so that a retry is safe."
    ),
    Code.INVALID_IDEMPOTENCY_KEY: Entry(
        400, "Idempotency-Key is not usable", "A key is 1 to 200 printable ASCII characters; a UUID is best."
    ),
    Code.INVALID_IF_MATCH: Entry(400, "If-Match is not usable", 'If-Match holds one ETag, like W/"3".'),
    Code.NOT_AUTHENTICATED: Entry(401, "No token", "The request has no bearer token."),
    Code.INVALID_TOKEN: Entry(
        401, "The token is not valid", "Unknown or expired, or the client or its organisation has ended."
    ),
    Code.INSUFFICIENT_SCOPE: Entry(403, "The token lacks a scope", "The client was not given the scope needed here."),
    Code.NOT_PERMITTED: Entry(403, "Not permitted", "This client may not do this."),
    Code.NO_RELATIONSHIP: Entry(
        403, "Not with your organisation", "You can see it, but this step belongs to somebody else."
    ),
    Code.RESTRICTED: Entry(
        403,
        "The record is restricted",
        "Your lists show where this stands, and no more. Somebody must open it in the portal and give a reason.",
    ),
    Code.NOT_FOUND: Entry(
        404, "Not found", "Nothing here has this address or id, or your organisation may not know of it."
    ),
    Code.METHOD_NOT_ALLOWED: Entry(405, "Method not allowed", "The Allow header lists what this address answers."),
    Code.NOT_ACCEPTABLE: Entry(406, "Not acceptable", "The API answers application/json."),
    Code.INVALID_STATE: Entry(
        409, "Not possible any more", "What you want to change is in a state that does not allow this."
    ),
    Code.DUPLICATE_EXTERNAL_ID: Entry(
        409, "This external id is in use", "Your organisation has already sent a referral with this external_id."
    ),
    Code.REFUSED: Entry(409, "Refused", "The rules of the referral do not allow this now."),
    Code.TASKS_OPEN: Entry(
        409, "Required tasks are open", "Nobody leaves hospital before what they must wait for is done."
    ),
    Code.TRANSFER_INCOMPLETE: Entry(
        409, "What must travel with them is missing", "A hard item of the transfer data set is not filled in."
    ),
    Code.TRANSFER_UNCONFIRMED: Entry(
        422, "Items are not filled in", "Fill them in, or send despite_missing to say that they leave without."
    ),
    Code.BED_TAKEN: Entry(409, "Somebody was quicker", "The bed is not free at that time, or the person has another."),
    Code.STALE_VERSION: Entry(
        412, "Changed since you read it", "If-Match names an old version. Read it again, then decide."
    ),
    Code.LENGTH_REQUIRED: Entry(
        411, "Content-Length is missing", "Send the body whole, with its Content-Length; chunked bodies are not read."
    ),
    Code.BODY_TOO_LARGE: Entry(413, "The body is too large", "A body is at most 64 KiB."),
    Code.UNSUPPORTED_MEDIA_TYPE: Entry(415, "Unsupported media type", "Bodies are application/json."),
    Code.VALIDATION_FAILED: Entry(422, "Some values are not right", "Each entry of errors names a field."),
    Code.UNKNOWN_FIELD: Entry(422, "A field is not known", "The body or address has a field this endpoint lacks."),
    Code.INVALID_VALUE: Entry(422, "A value is not right", "The value does not make sense here."),
    Code.INVALID_CURSOR: Entry(422, "The cursor is not valid", "Cursors come from next, and belong to their filters."),
    Code.IDEMPOTENCY_KEY_REUSED: Entry(
        422, "The key was used for another request", "Use a new Idempotency-Key for a new request."
    ),
    Code.FUTURE_TIME: Entry(422, "The time is in the future", "State when it happened."),
    Code.TOO_EARLY: Entry(422, "The time is too early", "Nothing can happen before the referral was received."),
    Code.NO_ORGANISATION: Entry(422, "No organisation", "The client acts for no organisation."),
    Code.NO_POINT_OF_ACCESS: Entry(422, "Nobody can receive this", "No point of access is open to referrals."),
    Code.NO_QUESTION: Entry(422, "No open question", "There is nothing to answer on this referral."),
    Code.CRITERION_NOT_HARD: Entry(422, "The criterion only advises", "Only a hard criterion can decline."),
    Code.ALREADY_OFFERED: Entry(422, "The service has it already", "That service holds a live offer."),
    Code.BED_UNSUITABLE: Entry(422, "The bed does not suit", "The detail says what the person needs and it lacks."),
    Code.PRECONDITION_REQUIRED: Entry(
        428, "If-Match is missing", "A change needs If-Match with the ETag that you read."
    ),
    Code.TOO_MANY_REQUESTS: Entry(
        429, "Too many requests", "This system has used its requests of this minute: wait for Retry-After seconds."
    ),
    Code.INTERNAL_ERROR: Entry(500, "The portal failed", "Try again. If it happens again, tell us the correlation id."),
    Code.UNAVAILABLE: Entry(
        503,
        "Not available for a moment",
        "Try again after Retry-After seconds: with the same Idempotency-Key nothing happens twice.",
    ),
}
GENERAL: dict[int, Code] = {
    400: Code.BAD_REQUEST,
    401: Code.NOT_AUTHENTICATED,
    403: Code.NOT_PERMITTED,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    406: Code.NOT_ACCEPTABLE,
    409: Code.REFUSED,
    413: Code.BODY_TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    422: Code.INVALID_VALUE,
    429: Code.TOO_MANY_REQUESTS,
}


class FieldCode(StrEnum):
    """What is wrong with one field."""

    REQUIRED = "REQUIRED"
    NULL = "NULL"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_A_CHOICE = "NOT_A_CHOICE"
    TIME_ZONE_REQUIRED = "TIME_ZONE_REQUIRED"
    INVALID_VALUE = "INVALID_VALUE"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that needs attention; `field` is a path such as patient.date_of_birth."""

    field: str
    code: str
    message: str


class Problem(Exception):
    """A refusal that becomes a problem document."""

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ):
        super().__init__(code)
        self.code = code
        self.detail = detail or CODES[code].meaning
        self.errors = list(errors)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return CODES[self.code].status

    def document(self) -> dict[str, Any]:
        """The body."""
        return {
            "type": TYPE.format(self.code),
            "title": CODES[self.code].title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [{"field": error.field, "code": error.code, "message": error.message} for error in self.errors],
            "correlation_id": correlation_id(),
        }


def not_found() -> Problem:
    """The one answer for what does not exist and what may not be seen."""
    return Problem(Code.NOT_FOUND)
