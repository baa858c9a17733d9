"""The main navigation: one table of places, each shown only to roles that may go there."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.actors import Actor
from accounts.roles import Permission

PLACES: tuple[tuple[str, str, str, frozenset[Permission]], ...] = (
    ("home", "Home", "h", frozenset()),
    ("worklist", "Worklist", "w", frozenset({Permission.VIEW_WORKLIST})),
    ("team_offers", "My team", "t", frozenset({Permission.RESPOND})),
    ("crisis", "Crisis care", "c", frozenset({Permission.RESPOND})),
    ("rota", "Rota", "o", frozenset({Permission.RESPOND})),
    ("alerts", "Alerts", "e", frozenset({Permission.SUPERVISE, Permission.VIEW_WORKLIST})),
    ("reablement", "Reablement", "b", frozenset({Permission.RESPOND})),
    ("follow_ups", "Follow-ups", "u", frozenset({Permission.RESPOND})),
    ("packages", "Packages", "i", frozenset({Permission.BROKER})),
    ("package_requests", "Requests", "q", frozenset({Permission.PROVIDE})),
    ("beds", "Beds", "k", frozenset({Permission.VIEW_BEDS})),
    ("ward_board", "My hospital", "m", frozenset({Permission.DISCHARGE})),
    ("getting_home", "Getting home", "n", frozenset({Permission.DECIDE_DISCHARGE})),
    ("discharge_tasks", "Tasks", "v", frozenset({Permission.DO_TASKS})),
    ("refer", "Refer a person", "r", frozenset({Permission.REFER})),
    ("sent_referrals", "Sent referrals", "s", frozenset({Permission.TRACK_SENT})),
    ("patient_search", "Find a person", "p", frozenset({Permission.VIEW_PATIENT})),
    ("figures", "Figures", "f", frozenset({Permission.VIEW_FIGURES})),
    ("planner", "Planner", "l", frozenset({Permission.PLAN_PLACES})),
    ("service_list", "Services", "d", frozenset({Permission.VIEW_DIRECTORY})),
    ("governance", "Who looked", "a", frozenset({Permission.GOVERN})),
)
"""URL name, words, the key after "g", and the permissions that one needs to find anything there."""


def items_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The places this actor may go, the one they are in marked."""
    items = []
    for name, text, key, permissions in PLACES:
        href = _href(name)
        if href and permissions <= actor.permissions:
            items.append({"href": href, "text": text, "key": key, "current": _is_in(path, href)})
    return items


def _href(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _is_in(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)
