"""A retry is safe: the same key and the same request get the same answer, and nothing happens twice.

Who calls, and whether they were answered under this key, is asked in one statement. A change under a new key ends by
writing the key's row with its answer, in its own transaction. Of two requests at once the second waits for that row or
for what the first changed; it is refused, nothing of it stays, and it replays the first. A failure keeps no row, so the
key is free for another try: only success is remembered. What was answered then is answered again as far as its system
may see it now: a record can be restricted between a request and its retry.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, connection, transaction
from orjson import loads
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotencyRecord
from api.problems import Code, Problem
from api.wire import canonical, dumps
from audit.errors import DomainError
from audit.inserting import Inserting, new_row

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")
REFUSALS = (Problem, DomainError, IntegrityError)

Act = Callable[[], Response]
ActLeavingRows = Callable[["Rows"], Response]
Again = Callable[[Any], Any]


class Rows(Inserting):
    """What a request adds, written last and in one go, which PostgreSQL does all of or nothing of."""

    def __init__(self, opened: ExitStack) -> None:
        super().__init__()
        self._opened = opened

    def begin(self) -> None:
        """From here on everything is one transaction: something is read to be changed, or written before the rest."""
        self._opened.enter_context(transaction.atomic())


def once(request: Request, act: Act, *, required: bool = False, again: Again | None = None) -> Response:
    """Do it once per key, in one transaction. Without a key (where none is required) just do it.

    `again` is given what was answered then, and answers what of it may be seen now, or raises the refusal.
    """

    def begun(rows: Rows) -> Response:
        rows.begin()
        return act()

    return once_in_one_go(request, begun, required=required, again=again)


def once_in_one_go(
    request: Request, act: ActLeavingRows, *, required: bool = False, again: Again | None = None
) -> Response:
    """The same for what may leave its rows to be written last, together with its key's: it begins a transaction only
    when it needs one sooner."""
    key = _key(request, required=required)
    if not key:
        return _do(act)
    wanted = _hash(request)
    if not request.user.answered:
        try:
            return _do(act, lambda answer: _row(request.user.client_pk, key, wanted, answer))
        except REFUSALS:
            if not IdempotencyRecord.objects.filter(client=request.user.client_pk, key=key).exists():
                raise
    return _replay(request.user.client_pk, key, wanted, again)


def _do(act: ActLeavingRows, keep: Callable[[Response], IdempotencyRecord] | None = None) -> Response:
    with ExitStack() as opened:
        rows = Rows(opened)
        if connection.in_atomic_block:
            rows.begin()
        answer = act(rows)
        if keep:
            rows.add([keep(answer)])
        rows.run()
    return answer


def usable_key(request: Request) -> str:
    """The key that was sent; nothing when there is none, or none that could be kept."""
    key = request.headers.get(HEADER, "")
    return key if KEY.fullmatch(key) else ""


def _key(request: Request, *, required: bool) -> str:
    key = usable_key(request)
    if not key and HEADER in request.headers:
        raise Problem(Code.INVALID_IDEMPOTENCY_KEY)
    if not key and required:
        raise Problem(Code.IDEMPOTENCY_KEY_REQUIRED)
    return key


def _hash(request: Request) -> str:
    """What the request means: method, address and body, whatever the spacing."""
    return sha256(b"\n".join([request.method.encode(), request.path.encode(), canonical(request.data)])).hexdigest()


def _row(client_pk: int, key: str, wanted: str, answer: Response) -> IdempotencyRecord:
    """What a retry is to be answered with. The bytes are made once."""
    answer.data = dumps(answer.data)
    return new_row(
        IdempotencyRecord,
        client_id=client_pk,
        key=key,
        request_hash=wanted,
        status=answer.status_code,
        body=answer.data,
        etag=answer.get("ETag", ""),
        location=answer.get("Location", ""),
    )


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
