"""The dashboard on the first page of whoever reads figures: how many of them stand out, and why."""

from datetime import datetime

from django.urls import reverse

from accounts.actors import Actor
from bcf.choices import Choice
from bcf.periods import Period, label
from bcf.presenters import tiles
from bcf.scopes import all_scopes, whole_system
from pages.keeping import kept
from referrals.at_home import Board, Held


def figures(_actor: Actor, _now: datetime) -> Board | None:
    """What stands out in the last complete month of the whole system; None before anything can be shown."""
    scope = whole_system(all_scopes())
    choice = Choice(scope, Period.MONTH, None)
    read = tiles.board(choice)
    found = kept(f"standing_out:{read.stamp}", lambda: _counts(read))
    if found is None:
        return None
    path = reverse("figures")
    tabs = [Held(words, f"{path}#{tiles.STANDING_OUT}", count) for words, count in found.items()]
    heading = f"Figures for {scope.title}, {label(choice.period, choice.last)}"
    return Board("figures", heading, path, tabs or [Held("Nothing stands out", path)])


def _counts(read: tiles.Board) -> dict[str, int] | None:
    if read.is_empty or read.is_hidden:
        return None
    return {one.finding: len(one.tiles) for one in read.standing_out}
