"""What the rooms above show on the first page: their boards, each list with how many it holds. They register, since
this room does not know them.

A maker is called with the moment and an actor who has the permission, and answers None where there is nothing to show.
Register in AppConfig.ready() of the room above.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.actors import Actor
from accounts.roles import Permission


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
_makers: dict[MakeBoard, Permission] = {}


def register(permission: Permission, maker: MakeBoard) -> None:
    """Show this board on the first page of whoever has the permission, in the order of registration."""
    _makers[maker] = permission


def boards_for(actor: Actor, now: datetime) -> list[Board]:
    """The boards that this actor works from."""
    makers = (maker for maker, permission in _makers.items() if actor.can(permission))
    return [board for maker in makers if (board := maker(actor, now))]
