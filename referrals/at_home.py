"""What the rooms above show on the first page: their boards, each list with how many it holds. They register, since
this room does not know them.

A maker is called with the actor and the moment, and answers None where the actor has no such board. Register in
AppConfig.ready() of the room above.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A list: its words, where it is, and how many it holds."""

    text: str
    href: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A board, and its lists. The template calls them tabs."""

    slug: str
    heading: str
    href: str
    tabs: list[Held]


MakeBoard = Callable[[Actor, datetime], Board | None]
_makers: list[MakeBoard] = []


def register(maker: MakeBoard) -> None:
    """Show this board on the first page, in the order of registration."""
    if maker not in _makers:
        _makers.append(maker)


def boards_for(actor: Actor, now: datetime) -> list[Board]:
    """The boards that this actor works from."""
    return [board for maker in _makers if (board := maker(actor, now)) is not None]
