"""The second process: keeps a few connections busy and notes how long each answer took.

One thread and one selector, bytes prepared beforehand, headers looked at only as far as needed: the client shares the
machine with what it measures, so it has to cost little. What it costs is reported beside the rest.
"""

import base64
import json
import re
import selectors
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

UNIQUE = b"@unique@unique@unique@unique@unique@"
"""Replaced in every request by a new identifier of the same length."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
PATIENCE = 30.0
NO_BODY = {204, 304}


@dataclass
class Connection:
    """One keep-alive connection with at most one request on its way."""

    port: int
    line: socket.socket = field(init=False)
    answer: bytes = b""
    length: int = -1
    sent_at: float = 0.0

    def open(self) -> None:
        """Connect anew."""
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        self.answer, self.length = b"", -1
        self.sent_at = time.perf_counter()
        self.line.sendall(request)

    def receive(self) -> int | None:
        """Read what is there; the status when the answer is complete, 0 when the connection broke."""
        part = self.line.recv(262144)
        if not part:
            return 0
        self.answer += part
        if self.length < 0:
            self.length = whole_length(self.answer)
        return int(self.answer[9:12]) if 0 < self.length <= len(self.answer) else None


class Lines:
    """The connections, and which of them have been answered; one that broke is opened again."""

    def __init__(self, port: int, connections: int):
        self.connections = [Connection(port) for _ in range(connections)]
        self.selector = selectors.DefaultSelector()

    def __enter__(self) -> "Lines":
        for connection in self.connections:
            self._open(connection)
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.connections:
            connection.line.close()
        self.selector.close()

    def answered(self) -> Iterator[tuple[Connection, int]]:
        """Connections whose answer is complete, with its status; 0 for one that broke."""
        ready = self.selector.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"No answer within {PATIENCE:.0f} seconds.")
        for key, _ in ready:
            status = key.data.receive()
            if status == 0:
                self.selector.unregister(key.data.line)
                key.data.line.close()
                self._open(key.data)
            if status is not None:
                yield key.data, status

    def _open(self, connection: Connection) -> None:
        connection.open()
        self.selector.register(connection.line, selectors.EVENT_READ, connection)


def whole_length(answer: bytes) -> int:
    """How long the answer will be, headers and body; -1 while its headers are not complete."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return -1
    if int(answer[9:12]) in NO_BODY:
        return end + 4
    found = LENGTH.search(answer, 0, end + 2)
    if not found:
        raise ValueError("An answer without a length: " + answer[:end].decode("latin-1"))
    return end + 4 + int(found[1])


def drive(port: int, connections: int, seconds: float, requests: list[bytes], expected: int) -> dict[str, Any]:
    """As many requests as there is time for; each is sent again in turn."""
    turn, took, statuses, failure = iter_of(requests), [], Counter[int](), ""
    cpu, started = time.process_time(), time.perf_counter()
    with Lines(port, connections) as lines:
        for connection in lines.connections:
            connection.send(next(turn))
        while time.perf_counter() < started + seconds:
            for connection, status in lines.answered():
                statuses[status] += 1
                if status == expected:
                    took.append(time.perf_counter() - connection.sent_at)
                else:
                    failure = connection.answer.decode("utf-8", "replace")[:2000]
                connection.send(next(turn))
        elapsed = time.perf_counter() - started
    return summary(took, statuses, expected, elapsed, time.process_time() - cpu) | {"failure": failure}


def iter_of(requests: list[bytes]) -> Iterator[bytes]:
    """The requests for ever, each with an identifier of its own where it asks for one."""
    while True:
        for request in requests:
            yield request.replace(UNIQUE, str(uuid.uuid4()).encode()) if UNIQUE in request else request


def summary(took: list[float], statuses: Counter[int], expected: int, elapsed: float, cpu: float) -> dict[str, Any]:
    """What a segment came to, in milliseconds and requests a second."""
    took.sort()
    answered = sum(statuses.values())
    return {
        "requests": answered,
        "errors": answered - statuses[expected],
        "rate": statuses[expected] / elapsed,
        "p50": percentile(took, 0.50) * 1000,
        "p95": percentile(took, 0.95) * 1000,
        "p99": percentile(took, 0.99) * 1000,
        "client_ms": cpu * 1000 / answered if answered else 0.0,
    }


def percentile(ordered: list[float], share: float) -> float:
    """The nearest rank; 0 of nothing."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main() -> int:
    """A plan on standard input, what was seen on standard output."""
    plan = json.load(sys.stdin)
    plan["requests"] = [base64.b64decode(each) for each in plan["requests"]]
    json.dump(drive(**plan), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
