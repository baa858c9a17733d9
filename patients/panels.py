"""What the rooms above show on a person's record, without this room knowing them.

A panel is a callable panel(actor, patient) that returns None, or a Panel: a heading, a template and its context. The
patient is the record in use; patient.record_ids holds its id and those of the records merged into it. Register in
AppConfig.ready() of the room above:

    from patients.panels import register
    register(referrals_of_person)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of the record page. The template finds the context under `panel.context`."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


MakePanel = Callable[[Actor, Patient], Panel | None]
_makers: list[MakePanel] = []


def register(maker: MakePanel) -> None:
    """Show this panel on every record page, in the order of registration."""
    if maker not in _makers:
        _makers.append(maker)


def panels_for(actor: Actor, patient: Patient) -> list[Panel]:
    """The panels that have something to show to this actor about this person."""
    return [panel for maker in _makers if (panel := maker(actor, patient)) is not None]
