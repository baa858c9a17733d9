"""One trial: a portal of its own, partners that send, a storm, calm, and the proof."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from tests.stack.conftest import ROOT, Portal, until
from tests.torture.proof import FIGURES, WAITING, Database, Line, lines
from tests.torture.senders import Ledger, Sender
from tests.torture.storm import Storm

CLIENTS = ("demo-practice", "demo-hospital", "demo-ambulance")
SENDERS = 4
CALM_SECONDS = 600.0
REPLAYED = 50
RECOUNTS = 3
LONGEST = 6.0


class Trial:
    """From a portal that is ready to a list of what has to be so, and whether it is."""

    def __init__(self, portal: Portal, seed: str):
        self.portal, self.seed = portal, seed
        self.manage("write_demo_access")
        known = {one["client_id"]: one for one in json.loads((portal.var / "demo.json").read_text())["clients"]}
        self.ledger = Ledger()
        self.senders = [
            Sender(number, portal.port, known[CLIENTS[number % len(CLIENTS)]], seed, self.ledger)
            for number in range(SENDERS)
        ]
        self.storm = Storm(portal.process.pid, seed)
        self.calm_after = 0.0

    def run(self, seconds: float, progress: Callable[[float, str], None]) -> list[Line]:
        """The storm for so long (longer if something was spared), then calm, then the proof.

        `progress` hears how far it is and what was just killed.
        """
        for sender in self.senders:
            sender.start()
        started = time.monotonic()
        while (passed := time.monotonic() - started) < seconds or (self.storm.spared and passed < LONGEST * seconds):
            progress(min(passed / seconds, 1.0), self.storm.strike(len(self.ledger.referrals)))
            time.sleep(0.05)
        for sender in self.senders:
            sender.over.set()
        for sender in self.senders:
            sender.join(CALM_SECONDS)
        self.become_calm()
        return [*self.of_the_storm(), *self.of_the_portal()]

    def become_calm(self) -> None:
        """Until the portal is ready and every event is counted."""
        started = time.monotonic()
        until(lambda: self.portal.answer("/readyz") == 200, CALM_SECONDS)
        self.database = Database(json.loads((self.portal.var / "servers.json").read_text())["DATABASE_URL"])
        until(lambda: self.database.one(WAITING) == 0, CALM_SECONDS)
        self.calm_after = time.monotonic() - started

    def of_the_storm(self) -> Iterator[Line]:
        """What the senders and the killer say."""
        yield Line("senders that ended", SENDERS, sum(not sender.is_alive() for sender in self.senders))
        yield Line("programs that were never killed", [], sorted(self.storm.spared))
        yield Line("referrals were answered", True, bool(self.ledger.referrals))
        yield Line("refusals and keys answered otherwise", [], self.ledger.wrong)

    def of_the_portal(self) -> Iterator[Line]:
        """What the database says, and the portal when it is asked again."""
        yield from lines(self.database, self.ledger)
        chosen = random.Random(self.seed).sample(self.ledger.referrals, min(REPLAYED, len(self.ledger.referrals)))
        for sent in chosen:
            self.senders[sent.client].check_replay(sent)
        for sender in self.senders:
            sender.hang_up()
        yield Line("keys sent once more, answered otherwise", [], self.ledger.wrong)
        yield Line("counted from the beginning, every figure is the same", True, self.recounted())
        yield Line("the portal is ready", 200, self.portal.answer("/readyz"))
        self.database.close()

    def recounted(self) -> bool:
        """Whether counting everything anew gives the same. A clock that runs out meanwhile earns another try."""
        for _ in range(RECOUNTS):
            before = self.database.one(FIGURES)
            self.manage("count", "--everything", "--verbosity", "0")
            if self.database.one(FIGURES) == before:
                return True
        return False

    def manage(self, *arguments: str) -> None:
        """A Django command beside the portal."""
        command = [sys.executable, "-m", "stack", "manage", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.portal.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
