"""What holds somebody in hospital now, in one line, and who must do something about it: a pure function.

Only the first thing is named: a list of everything tells nobody what to do next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homefirst.codes import Destination, Pathway
from homefirst.states import WAITING_TO_LEAVE, DischargeStatus

BEFORE = (DischargeStatus.IDENTIFIED, DischargeStatus.PLANNING)


class Kind(StrEnum):
    """The kinds of what can hold somebody."""

    NOT_READY = "not_ready"
    UNDECIDED = "undecided"
    TASK = "task"
    ITEM = "item"
    NOTHING = "nothing"
    AT_HOME = "at_home"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Said:
    """What one organisation agreed to."""

    organisation: str
    pathway: int
    destination: str
    is_nhs: bool
    is_council: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """A required task that is open."""

    what: str
    organisation: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the line is made of."""

    status: str
    hospital: str
    hub: str
    council: str
    destination: str = ""
    said: Sequence[Said] = ()
    tasks: Sequence[ToDo] = ()
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that holds the person, and whose turn it is."""

    kind: Kind
    words: str
    who: str
    what: str


def holding(facts: Facts) -> Holding:
    """The first of: not ready, pathway undecided, a required task open, a hard item missing, nothing."""
    if facts.status in BEFORE:
        return Holding(Kind.NOT_READY, "Not ready to leave yet", facts.hospital, "Say when they are ready")
    if facts.status not in WAITING_TO_LEAVE:
        return _after(facts)
    if facts.status == DischargeStatus.READY:
        return _undecided(facts)
    if facts.tasks:
        first = min(facts.tasks, key=lambda task: task.due_at)
        more = f" and {len(facts.tasks) - 1} more" if len(facts.tasks) > 1 else ""
        return Holding(Kind.TASK, f"{first.what}{more}", first.organisation, "Do it, or say what is in the way")
    if facts.missing:
        more = f" and {len(facts.missing) - 1} more" if len(facts.missing) > 1 else ""
        return Holding(Kind.ITEM, f"Missing for the transfer: {facts.missing[0]}{more}", facts.hospital, "Fill it in")
    return Holding(Kind.NOTHING, "Nothing: everything is in place", facts.hospital, "Say when they have left")


def _after(facts: Facts) -> Holding:
    if facts.status == DischargeStatus.DISCHARGED and facts.destination == Destination.DIED:
        return Holding(Kind.AT_HOME, "They died", facts.hub, "Close the case")
    if facts.status == DischargeStatus.DISCHARGED:
        return Holding(Kind.AT_HOME, "Left: not assessed at home yet", facts.hub, "Assess at home, or close")
    if facts.status == DischargeStatus.ASSESSED:
        return Holding(Kind.AT_HOME, "Assessed at home", facts.hub, "Close the case")
    return Holding(Kind.OVER, "Closed", "", "")


def _undecided(facts: Facts) -> Holding:
    """Who has not agreed; when everybody has, that they do not agree with each other."""
    sides = (
        (facts.hub, any(one.is_nhs for one in facts.said)),
        (facts.council, any(one.is_council for one in facts.said)),
    )
    silent = [name for name, has_said in sides if not has_said and name]
    if silent:
        words = f"Pathway not decided: {' and '.join(silent)} {'has' if len(silent) == 1 else 'have'} not agreed yet"
        return Holding(Kind.UNDECIDED, words, silent[0], "Record its agreement")
    views = "; ".join(
        f"{one.organisation} says {Pathway(one.pathway).label.partition(':')[0].lower()}" for one in facts.said
    )
    return Holding(Kind.UNDECIDED, f"Pathway not decided: {views}", facts.hub, "Talk, then agree on the same")
