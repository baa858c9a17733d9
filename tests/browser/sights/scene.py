"""What a page is looked at with: who sees it, at which address, which button shows its errors, and what must exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.urls import reverse

from accounts.actors import Actor
from patients.models import Patient
from referrals.models import Referral
from referrals.states import Status
from tests.factories import people
from tests.factories.referrals import Cast, make_referral

NOBODY = "nobody"


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it."""

    who: str
    where: Callable[["Scene"], str]
    press: str = ""
    """The button that, with nothing filled in, brings the page back with errors."""


class Scene:
    """The people, and one of everything that the pages of one room can be about. Rooms set theirs up in prepare()."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.lead = people.actor("shift_lead", at=cast.trust)
        self.commissioner = people.actor("commissioner", at=cast.trust)
        self.manager = people.actor("bcf_manager", at=cast.trust)
        self.guardian = people.actor("caldicott_guardian", at=cast.trust)
        self.prepare()

    def prepare(self) -> None:
        """What this room's pages need."""

    @cached_property
    def by_status(self) -> dict[Status, Referral]:
        """A referral in every status, all late."""
        late = timedelta(minutes=40)
        return {
            status: make_referral(self.cast, status, ago=late, safeguarding_note="", access_note="Dog")
            for status in Status
        }

    @cached_property
    def person(self) -> Patient:
        """Whom the referral in triage is about."""
        return self.by_status[Status.IN_TRIAGE].patient

    def actor(self, who: str) -> Actor:
        """The one who looks."""
        return getattr(self, who, None) or getattr(self.cast, who)

    def step(self, verb: str, status: Status) -> str:
        """The page of a step on the referral in this status."""
        return reverse(f"referral_{verb}", args=[self.by_status[status].pk])


def plain(name: str, who: str, press: str = "", query: str = "") -> Sight:
    """A page without anything in its address."""
    return Sight(who, lambda _: reverse(name) + query, press)


def step(verb: str, who: str, status: Status, press: str = "") -> Sight:
    """The page of a step."""
    return Sight(who, lambda scene: scene.step(verb, status), press)


def about(name: str, who: str, what: str, press: str = "") -> Sight:
    """A page about one thing: an attribute of the scene."""
    return Sight(who, lambda scene: reverse(name, args=[getattr(scene, what).pk]), press)


def of_referral(name: str, who: str, status: Status, press: str = "") -> Sight:
    """A page about the referral in this status."""
    return Sight(who, lambda scene: reverse(name, args=[scene.by_status[status].pk]), press)
