"""The first page: to a stranger what this is; to somebody signed in their own work, ordered by clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import welcome
from accounts.actors import Actor
from accounts.roles import Permission
from referrals import alerts, worklist
from referrals.at_home import boards_for
from referrals.presenters.alerts import AlertLine
from referrals.presenters.home import DraftLine, NewsLine
from referrals.presenters.lists import OfferLine, WorklistLine
from referrals.states import OFFER_AWAITING_ANSWER, OFFER_TAKEN
from referrals.views.lists import log_shown

TOP = 5
NEWS_COUNTED = 200


@dataclass(frozen=True, slots=True)
class Block:
    """A part of my work: its first lines, and how many the list it leads to holds; `more` when not all were counted."""

    slug: str
    heading: str
    lines: list[Any]
    total: int
    href: str
    link: str
    nothing: str
    more: bool = False


@welcome
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """My work, or the front door."""
    if request.actor is None:
        return render(request, "pages/start.jinja")
    actor, now = request.actor, timezone.now()
    clocks, rest = (
        [block(actor, now) for permissions, block in blocks if _may(actor, permissions)] for blocks in (CLOCKS, REST)
    )
    rows = [line.row for block in (*clocks, *rest) for line in block.lines]
    log_shown(request, [row for row in rows if row["person_id"]], "home")
    context = {"clocks": clocks, "boards": boards_for(actor, now), "rest": rest}
    return render(request, "referrals/home.jinja", context)


def _may(actor: Actor, permissions: tuple[Permission, ...]) -> bool:
    return all(actor.can(permission) for permission in permissions)


def _alerts(actor: Actor, now: datetime) -> Block:
    rows = alerts.alert_values(actor).filter(role=actor.role).annotate(total=Window(Count("pk")))[:TOP]
    lines = [AlertLine(row, now) for row in rows]
    return _block("alerts", "Alerts for my role", lines, reverse("alerts"), "Nothing needs a supervisor now.")


def _mine(actor: Actor, now: datetime) -> Block:
    mine = Q(status__in=worklist.WAITING, assigned_to=actor.id)
    href = f"{reverse('worklist')}?list=mine"
    return _block("mine", "Assigned to me", _triage(actor, now, mine), href, "No referral is assigned to you.")


def _waiting(actor: Actor, now: datetime) -> Block:
    lines = _triage(actor, now, Q(status__in=worklist.WAITING))
    nothing = "Nobody is waiting at your point of access."
    return _block("waiting", "Waiting at my point of access", lines, reverse("worklist"), nothing)


def _triage(actor: Actor, now: datetime, condition: Q) -> list[WorklistLine]:
    rows = worklist.open_referrals(actor).filter(condition)
    found = worklist.top(worklist.referral_values(rows, actor), "next_due_at", TOP)
    return [WorklistLine(row, now) for row in found]


def _offers(actor: Actor, now: datetime) -> Block:
    lines = _team(actor, now, Q(status__in=OFFER_AWAITING_ANSWER))
    return _block(
        "offers", "Offers to my team", lines, reverse("team_offers"), "No offer waits for your team’s answer."
    )


def _visits(actor: Actor, now: datetime) -> Block:
    lines = _team(actor, now, Q(status__in=OFFER_TAKEN, referral__worker=actor.id))
    href = f"{reverse('team_offers')}?list=caring&worker=me"
    return _block("visits", "My visits", lines, href, "Nobody is allocated to you.")


def _team(actor: Actor, now: datetime, condition: Q) -> list[OfferLine]:
    rows = worklist.team_offers(actor).filter(condition)
    return [OfferLine(row, now) for row in worklist.top(worklist.offer_values(rows, actor), "due_at", TOP)]


def _news(actor: Actor, now: datetime) -> Block:
    newest = worklist.news_values(actor).values("pk")[: NEWS_COUNTED + 1]
    rows = worklist.news_values(actor).filter(pk__in=newest).annotate(total=Window(Count("pk")))[:TOP]
    href = f"{reverse('sent_referrals')}?list=news"
    lines = [NewsLine(row, now) for row in rows]
    block = _block("news", "News on referrals we sent", lines, href, "You have read all the news.")
    counted = min(block.total, NEWS_COUNTED)
    return replace(block, total=counted, more=True, link="See all news") if block.total > counted else block


def _drafts(actor: Actor, now: datetime) -> Block:
    rows = worklist.drafts(actor).annotate(total=Window(Count("pk")))[:TOP]
    lines = [DraftLine(row, now) for row in rows]
    return _block("drafts", "Referrals I have not sent yet", lines, reverse("refer"), "You have no unsent referral.")


def _block(slug: str, heading: str, lines: list[Any], href: str, nothing: str) -> Block:
    total = lines[0].row["total"] if lines else 0
    return Block(slug, heading, lines, total, href, f"See all {total}", nothing)


CLOCKS = (
    ((Permission.SUPERVISE, Permission.VIEW_WORKLIST), _alerts),
    ((Permission.VIEW_WORKLIST, Permission.ACKNOWLEDGE), _mine),
    ((Permission.VIEW_WORKLIST,), _waiting),
    ((Permission.RESPOND,), _offers),
    ((Permission.RESPOND,), _visits),
)
REST = (
    ((Permission.TRACK_SENT,), _news),
    ((Permission.REFER,), _drafts),
)
