"""Partner systems that send referrals, write messages and cancel, and try again under the same key until answered.

A sender believes only an answer: 201 or 200. Whatever else happens, a broken connection, a time limit, a 500, it
sends the same thing again with the same key. Some of its requests are impatient, so that the second arrives while the
first is still being worked on. What it was answered goes into the ledger, which the proof then holds the portal to.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from patients.nhs_number import check_digit

LIST = "/api/v1/referrals"
TOKEN = "/oauth2/token"
PATIENT_SECONDS = 15.0
IMPATIENT_SECONDS = 0.03
GIVE_UP_SECONDS = 600.0
FORM = "application/x-www-form-urlencoded"
URGENCIES = ("crisis", "urgent", "soon", "routine")


@dataclass(frozen=True)
class Answered:
    """A referral that the portal acknowledged."""

    id: str
    reference: str
    marker: str
    key: str
    body: dict[str, Any]
    client: int
    nhs_number: str


@dataclass
class Ledger:
    """What was answered, and how hard it was to get an answer."""

    referrals: list[Answered] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    again: int = 0
    slowest: float = 0.0
    """Seconds from the first try of something to its answer."""


class Sender(threading.Thread):
    """One partner system on one connection, until the storm is over."""

    def __init__(self, number: int, port: int, client: dict[str, str], seed: str, ledger: Ledger):
        super().__init__(name=f"sender-{number}", daemon=True)
        self.number, self.port, self.client, self.ledger = number, port, client, ledger
        self.dice = random.Random(f"{seed}/{number}")
        self.seed = seed
        self.over = threading.Event()
        self.people: list[dict[str, str]] = []
        self.numbers = numbers(number)
        self.token = ""
        self.connection: http.client.HTTPConnection | None = None
        self.count = 0

    def run(self) -> None:
        """Send until told to stop; what was begun is brought to its end."""
        try:
            while not self.over.is_set():
                self.send_one()
        except TimeoutError as error:
            self.ledger.wrong.append(str(error))
        finally:
            self.hang_up()

    def send_one(self) -> None:
        """One referral, and sometimes what follows it."""
        self.count += 1
        marker = f"Storm {self.seed}: {self.number}/{self.count}"
        person = self.somebody()
        body = {
            "patient": person,
            "channel": "gp",
            "needs": ["falls"],
            "need": marker,
            "urgency": self.dice.choice(URGENCIES),
        } | ({"external_id": marker} if self.dice.random() < 0.5 else {})
        answer = self.deliver(LIST, body, key=marker)
        if answer is None:
            return
        kept = Answered(answer["id"], answer["reference"], marker, marker, body, self.number, person["nhs_number"])
        self.ledger.referrals.append(kept)
        self.follow(kept)

    def follow(self, sent: Answered) -> None:
        """Some referrals get a message, some are cancelled, some are sent once more by mistake."""
        drawn = self.dice.random()
        if drawn < 0.15:
            words = f"About {sent.marker}"
            if self.deliver(f"{LIST}/{sent.id}/messages", {"text": words}, key=words):
                self.ledger.messages.append(words)
        elif drawn < 0.3:
            reason, version = {"reason": "Sent in error"}, {"If-Match": 'W/"1"'}
            if self.deliver(f"{LIST}/{sent.id}/cancel", reason, key=f"Cancel {sent.marker}", more=version):
                self.ledger.cancelled.append(sent.id)
        elif drawn < 0.4:
            self.check_replay(sent)

    def check_replay(self, sent: Answered) -> None:
        """The same key again answers with the same referral."""
        again = self.deliver(LIST, sent.body, key=sent.key)
        if again is not None and again["id"] != sent.id:
            self.ledger.wrong.append(f"The key of {sent.marker} was answered with {sent.id} and later {again['id']}.")

    def somebody(self) -> dict[str, str]:
        """A new person, or one this sender referred before."""
        if self.people and self.dice.random() < 0.3:
            return self.dice.choice(self.people)
        self.people.append(
            {
                "nhs_number": next(self.numbers),
                "family_name": "Example",
                "given_name": "Ada",
                "date_of_birth": "1941-03-02",
                "sex": "female",
                "postcode": "LE1 1AA",
            }
        )
        return self.people[-1]

    def deliver(
        self, path: str, body: dict[str, Any], *, key: str, more: dict[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Try until it was answered; None when the portal refused, which the ledger then holds against it."""
        started = time.monotonic()
        impatient = self.dice.random() < 0.1
        while time.monotonic() - started < GIVE_UP_SECONDS:
            status, answer = self.attempt(path, body, key, more or {}, IMPATIENT_SECONDS if impatient else 0)
            if status in {200, 201}:
                self.ledger.slowest = max(self.ledger.slowest, time.monotonic() - started)
                return json.loads(answer)
            if 400 <= status < 500 and status != 401:
                self.ledger.wrong.append(f"{key} was refused with {status}: {answer[:300]!r}")
                return None
            if status == 401:
                self.token = ""
            impatient = False
            self.ledger.again += 1
            time.sleep(self.dice.uniform(0.02, 0.3))
        raise TimeoutError(f"{key} was not answered within {GIVE_UP_SECONDS:.0f} seconds.")

    def attempt(
        self, path: str, body: dict[str, Any], key: str, more: dict[str, str], limit: float
    ) -> tuple[int, bytes]:
        """One request: its status (0 when the connection broke) and answer."""
        try:
            if not self.token:
                self.token = self.get_token()
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            return self.ask(path, json.dumps(body), headers | {"Idempotency-Key": key} | more, limit)
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return 0, b""

    def get_token(self) -> str:
        """A new token."""
        form = {name: self.client[name] for name in ("client_id", "client_secret")}
        status, answer = self.ask(TOKEN, urlencode(form | {"grant_type": "client_credentials"}), {"Content-Type": FORM})
        if status != 200:
            raise http.client.HTTPException(status)
        return json.loads(answer)["access_token"]

    def ask(self, path: str, body: str, headers: dict[str, str], limit: float = 0) -> tuple[int, bytes]:
        """POST on the connection that is open, or a new one."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENT_SECONDS)
            self.connection.connect()
        self.connection.sock.settimeout(limit or PATIENT_SECONDS)
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.will_close:
            self.hang_up()
        return answer.status, content

    def hang_up(self) -> None:
        """Forget a connection that broke."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def numbers(sender: int) -> Iterator[str]:
    """NHS numbers for one sender alone. They begin with 999: nobody's."""
    for number in range(10_000):
        first_nine = f"999{sender:02}{number:04}"
        digit = check_digit(first_nine)
        if digit is not None:
            yield f"{first_nine}{digit}"
