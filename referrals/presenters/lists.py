"""A line of a list: who, what they need, how much time is left, and what must not be missed, in words."""

from datetime import datetime
from functools import cached_property
from typing import Any

from directory.codes import Channel, NeedCode, Urgency
from pages import words
from referrals.codes import SceneSafety
from referrals.presenters.clocks import ClockChip, row_chip
from referrals.states import OfferStatus, Status

RESTRICTED = "Restricted record"
NEEDS, CHANNELS = dict(NeedCode.choices), dict(Channel.choices)
URGENCIES = {code: label.partition(":")[0] for code, label in Urgency.choices}


class Line:
    """What every list shows of a referral; the person is named only where the record is open to the reader."""

    def __init__(self, row: dict[str, Any], now: datetime) -> None:
        self.row = row
        self.now = now

    @property
    def key(self) -> str:
        return str(self.row["id"])

    @property
    def referral_id(self) -> str:
        """Of a row about something that belongs to a referral."""
        return str(self.row["referral_id"])

    @property
    def reference(self) -> str:
        return self.row["reference"]

    @cached_property
    def is_sealed(self) -> bool:
        """Restricted, and not opened by this reader."""
        return self.row["restricted"] and not self.row["opened"]

    @property
    def name(self) -> str:
        """FAMILY, Given: the order that clinicians scan."""
        return RESTRICTED if self.is_sealed else f"{self.row['family_name'].upper()}, {self.row['given_name']}"

    @property
    def age(self) -> str:
        """Age in words, at death for somebody who has died."""
        born = self.row["date_of_birth"]
        return "" if self.is_sealed or born is None else words.age(born, self.row["deceased_at"] or self.now)

    @property
    def nhs_number(self) -> str:
        return "" if self.is_sealed else words.nhs_number(self.row["nhs_number"])

    @property
    def has_died(self) -> bool:
        return not self.is_sealed and self.row["deceased_at"] is not None

    @cached_property
    def clock(self) -> ClockChip | None:
        return row_chip(self.row, self.now)

    @property
    def needs(self) -> str:
        """The needs that were ticked, in words."""
        return "; ".join(NEEDS[code] for code in self.row["needs"] if code in NEEDS)

    @property
    def first_words(self) -> str:
        """How the free text begins; it may name the person, so not of a restricted record."""
        text = " ".join(self.row["first_words"].split())
        return "" if self.is_sealed else text if len(text) <= 80 else f"{text[:79].rstrip()}…"

    @property
    def place(self) -> str:
        return self.row["place_name"] or "Not known"

    @property
    def source(self) -> str:
        return CHANNELS[self.row["channel"]]

    @property
    def urgency(self) -> str:
        return self.row["urgency"]

    @property
    def urgency_word(self) -> str:
        return URGENCIES[self.row["urgency"]]

    @property
    def marks(self) -> list[str]:
        """What must not be missed."""
        told = ["Safeguarding"] if self.row["safeguarding"] else []
        return [*told, "Scene safety"] if self.row["scene_safety"] == SceneSafety.UNSAFE else told


class ReferralLine(Line):
    """A line that is a referral."""

    @property
    def referral_id(self) -> str:
        return str(self.row["id"])

    @property
    def status(self) -> str:
        return self.row["status"]

    @property
    def status_words(self) -> str:
        return Status(self.row["status"]).label


class WorklistLine(ReferralLine):
    """A line of the triage worklist."""

    @property
    def assigned(self) -> str:
        return self.row["assigned_name"] or "Nobody"


class OfferLine(Line):
    """A line of a team's list."""

    @property
    def status(self) -> str:
        return self.row["status"]

    @property
    def status_words(self) -> str:
        return OfferStatus(self.row["status"]).label

    @property
    def service(self) -> str:
        return self.row["service_name"]

    @property
    def worker(self) -> str:
        return self.row["worker_name"] or "Nobody yet"
