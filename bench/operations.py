"""What is measured: each operation with its requests, its floor, and the aim that was set for it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from bench.boards import BOARDS, Board
from bench.cluster import Cluster
from bench.driver import UNIQUE
from bench.visitors import Visitor, partner, person
from stack.errors import StackError

CLIENT = "demo-hospital"
SAMPLE = 300
LIST = "/api/v1/referrals"
MARK = "Bench: fell in the kitchen, cannot get up alone, no injury seen, lives alone."
USERS = 8

SENT = """
SELECT r.id, r.received_at, r.point_of_access_id, p.id, p.nhs_number, p.family_name, p.given_name, p.date_of_birth
FROM referrals_referral AS r JOIN patients_patient AS p ON p.id = r.patient_id
WHERE r.referrer_organisation_id = %s AND p.nhs_number_status = '01' AND NOT p.restricted AND p.merged_into_id IS NULL
    AND p.date_of_birth IS NOT NULL AND p.given_name <> '' AND p.deceased_at IS NULL
ORDER BY md5(r.id::text) LIMIT %s
"""
TIDY = """
DELETE FROM referrals_referral WHERE need = %s AND closed_at IS NULL AND version = 0;
WITH closed AS (
    UPDATE referrals_referral SET status = 'cancelled', closed_at = greatest(now(), received_at), next_due_at = NULL,
        next_clock = ''
    WHERE need = %s AND closed_at IS NULL RETURNING id
)
UPDATE referrals_clock AS c SET stopped_at = greatest(now(), c.started_at), result = 'ended' FROM closed
WHERE c.referral_id = closed.id AND c.stopped_at IS NULL
"""


@dataclass(frozen=True)
class Aim:
    """What was aimed at: a share of the floor, a 95th centile in ms, or requests a second."""

    of_floor: float = 0.0
    p95: float = 0.0
    rate: float = 0.0

    def __str__(self) -> str:
        parts = [f"{self.of_floor} of floor" if self.of_floor else "", f"p95 < {self.p95:.0f} ms" if self.p95 else ""]
        parts.append(f"{self.rate:.0f} a second" if self.rate else "")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Operation:
    """One thing that somebody does again and again."""

    key: str
    title: str
    requests: Callable[[], list[bytes]]
    floor: str = ""
    aim: Aim = field(default_factory=Aim)
    connections: int = 8
    expected: int = 200
    tidy: bool = False


@dataclass
class World:
    """Everything that requests are made of."""

    cluster: Cluster
    port: int
    organisation: str = ""
    sent: list[tuple] = field(default_factory=list)
    clinicians: list[Visitor] = field(default_factory=list)
    commissioner: Visitor | None = None
    at_boards: dict[str, Visitor] = field(default_factory=dict)
    bare: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.bare = Visitor(self.port)
        found = self.cluster.execute("SELECT organisation_id FROM api_client WHERE client_id = %s", (CLIENT,))
        self.organisation = str(found[0][0])
        self.sent = self.cluster.execute(SENT, (self.organisation, SAMPLE))
        if not self.sent:
            raise StackError("The partner system of the measurement has sent nothing at this scale.")
        self.client = next(one for one in self.cluster.access()["clients"] if one["client_id"] == CLIENT)
        self.people = self.cluster.access()["people"]

    def sign_in(self) -> None:
        """New sessions: an old one may have ended meanwhile."""
        clinicians = [
            one for one in self.people if one["email"].startswith("triage") and one["role"].startswith("triage")
        ]
        self.clinicians = [person(self.port, clinicians[number % len(clinicians)]) for number in range(USERS)]
        self.commissioner = person(self.port, next(one for one in self.people if one["role"] == "commissioner"))
        for email in {board.email for board in BOARDS}:
            self.at_boards[email] = person(self.port, next(one for one in self.people if one["email"] == email))

    # Partners

    def partner(self) -> Visitor:
        """Tokens last ten minutes, so every segment gets its own."""
        return partner(self.port, self.client)

    def api_list(self) -> list[bytes]:
        """The first twenty pages, one after another."""
        visitor, path, made = self.partner(), f"{LIST}?limit=50", []
        while path and len(made) < 20:
            made.append(visitor.request("GET", path))
            path = json.loads(visitor.ask("GET", path)[2])["next"]
        return made

    def api_read(self) -> list[bytes]:
        visitor = self.partner()
        return [visitor.request("GET", f"{LIST}/{row[0]}") for row in self.sent]

    def api_number(self) -> list[bytes]:
        visitor = self.partner()
        return [visitor.request("GET", f"{LIST}?nhs_number={row[4]}") for row in self.sent]

    def api_patients(self) -> list[bytes]:
        visitor = self.partner()
        return [visitor.request("GET", f"/api/v1/patients?nhs_number={row[4]}") for row in self.sent]

    def api_create(self) -> list[bytes]:
        visitor, json_type = self.partner(), {"Content-Type": "application/json", "Idempotency-Key": UNIQUE.decode()}
        return [visitor.request("POST", LIST, self._referral(row), **json_type) for row in self.sent]

    def _referral(self, row: tuple) -> bytes:
        about = {"nhs_number": row[4], "family_name": row[5], "given_name": row[6], "date_of_birth": row[7].isoformat()}
        return json.dumps(
            {"patient": about, "channel": "ward", "needs": ["falls"], "need": MARK, "urgency": "soon"}
        ).encode()

    # People

    def worklist(self, users: int) -> list[bytes]:
        return [visitor.request("GET", "/worklist/") for visitor in self.clinicians[:users]]

    def dashboard(self) -> list[bytes]:
        return [self.commissioner.request("GET", "/figures/")]

    def board(self, board: Board) -> list[bytes]:
        return [self.at_boards[board.email].request("GET", board.path)]

    def search_page(self, terms: Callable[[tuple], dict[str, str]]) -> list[bytes]:
        """What was typed waits in the cache; the page that answers is measured."""
        made = []
        for number, row in enumerate(self.sent[:40]):
            visitor = self.clinicians[number % USERS]
            made.append(visitor.request("GET", visitor.post_form("/patients/", **terms(row))))
        return made

    # The floor

    def floor_nothing(self) -> list[bytes]:
        return [self.bare.request("GET", "/floor/nothing")]

    def floor_list(self) -> list[bytes]:
        moments = sorted((row[1] for row in self.sent), reverse=True)[:20]
        where = f"/floor/list?organisation={self.organisation}&until="
        return [self.bare.request("GET", where + quote(moment.isoformat())) for moment in moments]

    def floor_read(self) -> list[bytes]:
        return [self.bare.request("GET", f"/floor/read/{row[0]}") for row in self.sent]

    def floor_search(self) -> list[bytes]:
        return [self.bare.request("GET", f"/floor/search/{row[4]}") for row in self.sent]

    def floor_create(self) -> list[bytes]:
        return [self.bare.request("POST", "/floor/create", self._bare_referral(row)) for row in self.sent]

    def _bare_referral(self, row: tuple) -> bytes:
        ids = {
            "patient_id": str(row[3]),
            "point_of_access_id": str(row[2]),
            "referrer_organisation_id": self.organisation,
        }
        kinds = {"channel": "ward", "urgency": "soon", "urgency_requested": "soon", "consent": "given"}
        return json.dumps(ids | kinds | {"needs": ["falls"], "need": MARK, "referrer_name": "Bench"}).encode()


def operations(world: World) -> Iterator[Operation]:
    """The floor first, then what stands on it."""
    yield Operation("floor_nothing", "Floor: an empty answer", world.floor_nothing)
    yield Operation("floor_list", "Floor: 50 rows as JSON", world.floor_list)
    yield Operation("floor_create", "Floor: insert, audit row", world.floor_create, expected=201, tidy=True)
    yield Operation("floor_read", "Floor: one row", world.floor_read)
    yield Operation("floor_search", "Floor: a person by number", world.floor_search)
    yield Operation("list", "List 50 referrals (API)", world.api_list, "floor_list", Aim(of_floor=0.6))
    yield Operation(
        "create",
        "Create a referral (API)",
        world.api_create,
        "floor_create",
        Aim(of_floor=0.5),
        expected=201,
        tidy=True,
    )
    yield Operation("read", "Read a referral (API)", world.api_read, "floor_read", Aim(of_floor=0.5))
    yield Operation("patients", "Patient search by number (API)", world.api_patients, "floor_search", Aim(of_floor=0.5))
    yield Operation("number", "Referrals of an NHS number (API)", world.api_number, "floor_search")
    yield Operation("search", "Patient search by number (page)", partial(world.search_page, number_of), "floor_search")
    yield Operation("search_name", "Patient search by name (page)", partial(world.search_page, name_of))
    yield from _pages(world)


def number_of(row: tuple) -> dict[str, str]:
    """What is typed to find somebody by NHS number."""
    return {"nhs_number": row[4]}


def name_of(row: tuple) -> dict[str, str]:
    """What is typed to find somebody by both names."""
    return {"name": f"{row[6]} {row[5]}"}


def _pages(world: World) -> Iterator[Operation]:
    yield Operation("worklist_1", "Worklist page, 1 user", partial(world.worklist, 1), aim=Aim(p95=60), connections=1)
    yield Operation("worklist_8", "Worklist page, 8 users", partial(world.worklist, USERS), aim=Aim(rate=60))
    yield Operation("dashboard", "Dashboard page, 1 user", world.dashboard, aim=Aim(p95=50), connections=1)
    for board in BOARDS:
        title = f"{board.title}, 1 user"
        yield Operation(board.key, title, partial(world.board, board), aim=Aim(p95=60), connections=1)
