"""The measurement measures what it says: a small answer is whole, a ratio is of neighbours, a page keeps its words."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.driver import UNIQUE, drive, percentile, whole_length
from bench.meters import Reading, cpu_seconds
from bench.operations import Aim, Operation
from bench.report import BEGIN, END, lines, ratio, verdict, write


def seen(rate: float, p95: float = 10.0) -> dict[str, float]:
    names = ("p50", "p99", "statements", "server_ms", "postgres_ms", "client_ms")
    return dict.fromkeys(names, 1.0) | {"rate": rate, "p95": p95, "errors": 0}


@pytest.mark.parametrize(
    ("answer", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", -1),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", 40),
        (b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n", 38),
    ],
)
def test_an_answer_is_whole_when_its_length_has_come(answer, length):
    assert whole_length(answer) == length


def test_an_answer_without_a_length_is_refused():
    with pytest.raises(ValueError, match="without a length"):
        whole_length(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")


def test_percentiles_are_those_of_the_nearest_rank():
    assert percentile([float(number) for number in range(100)], 0.95) == 95.0
    assert percentile([], 0.95) == 0.0


class Echo(BaseHTTPRequestHandler):
    """Answers 201 to keys it has not seen, else 409."""

    protocol_version = "HTTP/1.1"
    keys: set[str] = set()

    def do_POST(self) -> None:
        key = self.headers["Idempotency-Key"]
        self.send_response(409 if key in self.keys else 201)
        self.keys.add(key)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_client_keeps_connections_busy_and_sends_no_key_twice():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request = b"POST / HTTP/1.1\r\nHost: x\r\nIdempotency-Key: " + UNIQUE + b"\r\n\r\n"
    found = drive(server.server_address[1], connections=3, seconds=0.3, requests=[request], expected=201)
    server.shutdown()
    server.server_close()
    assert found["requests"] == found["requests"] - found["errors"] > 3
    assert 0 < found["p50"] <= found["p95"] <= found["p99"]


def test_an_answer_with_another_status_is_an_error_and_not_a_rate():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request = b"POST / HTTP/1.1\r\nHost: x\r\nIdempotency-Key: always the same\r\n\r\n"
    found = drive(server.server_address[1], connections=1, seconds=0.2, requests=[request], expected=201)
    server.shutdown()
    server.server_close()
    assert found["errors"] == found["requests"] - 1
    assert "409" in found["failure"]


def test_a_ratio_is_the_middle_of_each_rounds_own():
    operation = Operation("list", "List", list, "floor", Aim(of_floor=0.5))
    rounds = {"list": [seen(50), seen(10), seen(60)], "floor": [seen(100), seen(20), seen(60)]}
    assert ratio(operation, rounds) == 0.5
    assert verdict(operation, rounds) == "0.5 of floor: reached"


def test_an_aim_in_milliseconds_is_judged_by_the_95th_centile():
    operation = Operation("page", "Page", list, aim=Aim(p95=60))
    assert verdict(operation, {"page": [seen(10, 59)]}).endswith("reached")
    assert verdict(operation, {"page": [seen(10, 61)]}).endswith("missed")
    assert lines([operation], {"page": [seen(10, 61)]})[0][:4] == ["Page", "10", "10–10", ""]


def test_a_run_replaces_the_results_and_leaves_the_words(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN} old {END}\nAfter\n")
    write(page, f"{BEGIN} new {END}")
    assert page.read_text() == f"Before\n{BEGIN} new {END}\nAfter\n"


def test_meters_divide_by_requests():
    before, after = Reading(1.0, 2.0, 10), Reading(1.5, 2.1, 40)
    assert after.since(before, 10) == pytest.approx({"server_ms": 50.0, "postgres_ms": 10.0, "statements": 3.0})


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_cpu_of_a_process_is_found():
    assert cpu_seconds(os.getpid()) > 0
