"""A retry is safe: the same key and the same request get the same answer, and nothing happens twice.

The key is claimed by inserting its row before anything else, in the same transaction as the change. A second
request under the key waits for that row, then replays what it holds. A failure rolls the row back, so the key is
free for another try: only success is remembered. What was answered then is answered again as far as its system may
see it now: a record can be restricted between a request and its retry.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from orjson import loads
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotencyRecord
from api.problems import Code, Problem
from api.wire import canonical, dumps
from audit import statements

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")
CLAIM = """
    INSERT INTO api_idempotencyrecord (client_id, key, request_hash, etag, location, created_at)
    VALUES (%s, %s, %s, '', '', now()) ON CONFLICT (client_id, key) DO NOTHING RETURNING id
"""

KEEP = "UPDATE api_idempotencyrecord SET status = %s, body = %s, etag = %s, location = %s WHERE id = %s"

Act = Callable[[], Response]
Again = Callable[[Any], Any]


def once(request: Request, act: Act, *, required: bool = False, again: Again | None = None) -> Response:
    """Do it once per key, in one transaction. Without a key (where none is required) just do it.

    `again` is given what was answered then, and answers what of it may be seen now, or raises the refusal.
    """
    key = _key(request, required=required)
    with transaction.atomic():
        if not key:
            return act()
        wanted = _hash(request)
        claimed = _claim(request.user.client_pk, key, wanted)
        if claimed is None:
            return _replay(request.user.client_pk, key, wanted, again)
        answer = act()
        answer.data = dumps(answer.data)
        _keep(claimed, answer)
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


def _claim(client_pk: int, key: str, wanted: str) -> int | None:
    """The id of the new row; None when the key is taken. Waits while another request holds it."""
    with connection.cursor() as cursor:
        statements.execute(cursor, CLAIM, [client_pk, key, wanted])
        row = cursor.fetchone()
    return row[0] if row else None


def _keep(claimed: int, answer: Response) -> None:
    """What a retry is to be answered with."""
    headers = answer.get("ETag", ""), answer.get("Location", "")
    with connection.cursor() as cursor:
        statements.execute(cursor, KEEP, [answer.status_code, answer.data, *headers, claimed])


def _replay(client_pk: int, key: str, wanted: str, again: Again | None) -> Response:
    record = IdempotencyRecord.objects.get(client=client_pk, key=key)
    if record.request_hash != wanted:
        raise Problem(Code.IDEMPOTENCY_KEY_REUSED)
    headers = {REPLAYED: "true", "ETag": record.etag, "Location": record.location}
    given = {name: value for name, value in headers.items() if value}
    return Response(_as_of_now(bytes(record.body), again), status=record.status, headers=given)


def _as_of_now(body: bytes, again: Again | None) -> bytes:
    """The same bytes, unless something must be left out."""
    if again is None:
        return body
    said = loads(body)
    told = again(said)
    return body if told is said else dumps(told)
