"""A retry is safe: the same key and the same request get the same answer, and nothing happens twice.

The key is claimed by inserting its row before anything else, in the same transaction as the change. A second
request under the key waits for that row, then replays what it holds. A failure rolls the row back, so the key is
free for another try: only success is remembered.
"""

import re
from collections.abc import Callable
from hashlib import sha256

from django.db import IntegrityError, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotencyRecord
from api.problems import Code, Problem
from api.wire import canonical, dumps

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")

Act = Callable[[], Response]


def once(request: Request, act: Act, *, required: bool = False) -> Response:
    """Do it once per key, in one transaction. Without a key (where none is required) just do it."""
    key = _key(request, required=required)
    with transaction.atomic():
        if not key:
            return act()
        wanted = _hash(request)
        record = _claim(request.user.client_pk, key, wanted)
        if record is None:
            return _replay(request.user.client_pk, key, wanted)
        answer = act()
        record.status = answer.status_code
        record.body = answer.data = dumps(answer.data)
        record.etag, record.location = answer.get("ETag", ""), answer.get("Location", "")
        record.save(update_fields=["status", "body", "etag", "location"])
        return answer


def _key(request: Request, *, required: bool) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise Problem(Code.IDEMPOTENCY_KEY_REQUIRED)
        return ""
    if not KEY.fullmatch(key):
        raise Problem(Code.INVALID_IDEMPOTENCY_KEY)
    return key


def _hash(request: Request) -> str:
    """What the request means: method, address and body, whatever the spacing."""
    return sha256(b"\n".join([request.method.encode(), request.path.encode(), canonical(request.data)])).hexdigest()


def _claim(client_pk: int, key: str, wanted: str) -> IdempotencyRecord | None:
    """The new row; None when the key is taken. Waits while another request holds it."""
    record = IdempotencyRecord(client_id=client_pk, key=key, request_hash=wanted)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        return None
    return record


def _replay(client_pk: int, key: str, wanted: str) -> Response:
    record = IdempotencyRecord.objects.get(client=client_pk, key=key)
    if record.request_hash != wanted:
        raise Problem(Code.IDEMPOTENCY_KEY_REUSED)
    headers = {REPLAYED: "true", "ETag": record.etag, "Location": record.location}
    given = {name: value for name, value in headers.items() if value}
    return Response(bytes(record.body), status=record.status, headers=given)
