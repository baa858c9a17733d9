"""Which discharge pathway a plan is: the statutory guidance of 26 January 2024, Annex B, as a pure function.

What separates pathway 0 from pathway 1 is not the word "package" but whether help is the same as before: a package
that is still active or paused starts again on pathway 0, led by the ward without the transfer hub; one that has
lapsed must be arranged anew, which is pathway 1.
"""

from dataclasses import dataclass

from audit.errors import Invalid
from homefirst.codes import HOME, Destination, Pathway, Support

BEDS = frozenset({Destination.COMMUNITY_BED, Destination.BLOCK_BED, Destination.HOSPICE})
NOT_PLANNED = frozenset({Destination.HOSPITAL, Destination.DIED})
"""How a stay may end, but nothing that anybody plans: no pathway leads there."""
AT_HOME = {
    Support.NONE: (Pathway.P0, "Going home without new needs is pathway 0: the ward arranges it, without the hub."),
    Support.SAME: (
        Pathway.P0,
        "A package still active or paused, starting again as before, is pathway 0: the ward leads it, without the hub.",
    ),
    Support.LAPSED: (
        Pathway.P1,
        "A package that has ended must be arranged anew, so this is pathway 1 and the hub co-ordinates it.",
    ),
    Support.NEW: (Pathway.P1, "New or more help at home is pathway 1, and the hub co-ordinates it."),
    Support.SHORT_TERM: (
        Pathway.P1,
        "Short-term recovery support at home is pathway 1, and the hub co-ordinates it.",
    ),
}
IN_OWN_CARE_HOME = {
    Support.NONE: (
        Pathway.P0,
        "Going back to their care home at the same level of care is pathway 0, led by the ward.",
    ),
    Support.SAME: (
        Pathway.P0,
        "Going back to their care home at the same level of care is pathway 0, led by the ward.",
    ),
    Support.SHORT_TERM: (
        Pathway.P1,
        "Going back to their care home with short-term intermediate care is pathway 1, and the hub co-ordinates it.",
    ),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The pathway that a plan is, and a sentence why."""

    pathway: Pathway
    why: str

    @property
    def is_ward_led(self) -> bool:
        """Arranged by the ward, without the hub."""
        return self.pathway == Pathway.P0

    @property
    def is_home(self) -> bool:
        """Pathways 0 and 1 lead home."""
        return self.pathway in (Pathway.P0, Pathway.P1)


def suggest(destination: str, support: str) -> Suggestion:
    """The pathway of a planned destination with this support. Raises Invalid for one that nobody plans."""
    if destination in NOT_PLANNED:
        raise Invalid("Nobody is planned to go there. Choose where the person lives next.", field="destination")
    if destination in BEDS:
        return Suggestion(Pathway.P2, "A bed elsewhere to recover in for a short time is pathway 2.")
    if destination == Destination.NEW_CARE_HOME:
        return Suggestion(Pathway.P3, "Moving to a care home, for the most complex needs, is pathway 3.")
    rules = AT_HOME | (IN_OWN_CARE_HOME if destination == Destination.OWN_CARE_HOME else {})
    return Suggestion(*rules[Support(support)])


def check(pathway: int, destination: str, support: str) -> Suggestion:
    """Raises Invalid when the pathway contradicts destination and support, with the sentence that says why."""
    found = suggest(destination, support)
    if pathway != found.pathway:
        raise Invalid(f"Pathway {pathway} does not fit. {found.why}", field="pathway", code="PATHWAY_CONTRADICTS")
    return found


def check_home_first(pathway: int, *, considered: bool | None, reason: str) -> None:
    """Home is asked about first; whoever does not go home has a reason why not. Raises Invalid."""
    if considered is None:
        raise Invalid("Say whether going home was considered first", field="home_first_considered")
    if pathway in (Pathway.P0, Pathway.P1):
        return
    if not considered:
        raise Invalid("Consider going home first, then decide on a bed or care home", field="home_first_considered")
    if not reason.strip():
        raise Invalid("Say why the person cannot go home now", field="not_home_reason")


def goes_home(destination: str) -> bool:
    """Whether a destination is somebody's home."""
    return destination in HOME
