"""The boards of this room on the first page of whoever works from them: one statement each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from homefirst import crisis_board, discharge_board, opened_all_day, reading_packages, reading_reablement
from homefirst.board import FREE, LEAVING, totals, wards_now
from homefirst.presenters.beds import STATE_WORDS
from homefirst.reading_reablement import Choice, counts
from homefirst.states import SpellKind
from referrals.at_home import Board, Held
from referrals.worklist import Listed, counted

BED_STATES = (FREE, SpellKind.RESERVED, LEAVING, SpellKind.CLEANING)


def _board(name: str, heading: str, lists: Sequence[Listed | Choice], held: Iterable[int]) -> Board:
    path = reverse(name)
    tabs = [
        Held(one.text, f"{path}?list={one.slug}" if one.slug else path, count)
        for one, count in zip(lists, held, strict=True)
    ]
    return Board(name, heading, path, tabs)


def _board_in_use(name: str, heading: str, lists: Sequence[Listed | Choice], held: Iterable[int]) -> Board | None:
    """Teams that respond do not all do this work: a board that holds nobody is left to the menu."""
    found = list(held)
    return _board(name, heading, lists, found) if any(found) else None


def crisis(actor: Actor, now: datetime) -> Board | None:
    """Whom my teams support in a crisis."""
    lists = crisis_board.lists(now)
    return _board_in_use("crisis", "Crisis care", lists, counted(crisis_board.running(actor), lists))


def reablement(actor: Actor, now: datetime) -> Board | None:
    """Whom my teams help to get their independence back."""
    lists = reading_reablement.episode_lists(timezone.localdate(now))
    held = counts(reading_reablement.episodes(actor), lists).values()
    return _board_in_use("reablement", "Reablement", lists, held)


def follow_ups(actor: Actor, now: datetime) -> Board | None:
    """Whom my teams ask where they are on day 91."""
    lists = reading_reablement.follow_up_lists(timezone.localdate(now))
    held = counts(reading_reablement.follow_ups(actor), lists).values()
    return _board_in_use("follow_ups", "Follow-ups", lists, held)


def ward(actor: Actor, now: datetime) -> Board:
    """People getting home from my hospital."""
    held = opened_all_day.case_counts(actor, now, ward=True)
    return _board("ward_board", "Getting home from my hospital", discharge_board.case_lists(), held)


def place(actor: Actor, now: datetime) -> Board:
    """People getting home, for those who decide where to."""
    held = opened_all_day.case_counts(actor, now, ward=False)
    return _board("getting_home", "Getting home", discharge_board.case_lists(), held)


def tasks(actor: Actor, now: datetime) -> Board:
    """What my organisation has to do so that somebody gets home."""
    lists = discharge_board.task_lists(now)
    held = counted(discharge_board.my_tasks(actor), lists)
    return _board("discharge_tasks", "Tasks of my organisation", lists, held)


def packages(actor: Actor, now: datetime) -> Board:
    """Care that is looked for."""
    today = timezone.localdate(now)
    held = opened_all_day.package_counts(actor, today, now).values()
    return _board("packages", "Packages of care", reading_packages.package_lists(today), held)


def requests(actor: Actor, now: datetime) -> Board:
    """What a provider is asked."""
    lists = reading_packages.request_lists(actor)
    held = counts(reading_packages.requests_of(actor), lists).values()
    return _board("package_requests", "Requests for care", lists, held)


def beds(actor: Actor, now: datetime) -> Board:
    """Beds and places as they are now, for those who keep them."""
    path, every = reverse("beds"), totals(wards_now(actor, now))
    tabs = [Held(STATE_WORDS[state], path, every.of(state)) for state in BED_STATES]
    return Board("beds", "Beds and places", path, [*tabs, Held("People who fit free places", reverse("bed_matches"))])


BOARDS = (
    (Permission.RESPOND, crisis),
    (Permission.RESPOND, reablement),
    (Permission.RESPOND, follow_ups),
    (Permission.DISCHARGE, ward),
    (Permission.DECIDE_DISCHARGE, place),
    (Permission.DO_TASKS, tasks),
    (Permission.BROKER, packages),
    (Permission.PROVIDE, requests),
    (Permission.MANAGE_BEDS, beds),
)
