"""People in reablement, by the real actions and the real follower."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from directory.codes import NeedCode, OrganisationKind, ServiceKind
from directory.models import Service, Team
from homefirst.following_reablement import reablement_keep_up
from homefirst.models import FollowUp91, ReablementEpisode
from referrals import actions
from referrals.models import Referral
from referrals.states import Status
from tests.factories import directory, people
from tests.factories.referrals import Cast, make_referral


@dataclass
class Reablers:
    """A council's reablement team beside the cast of the referrals."""

    cast: Cast = field(default_factory=Cast)
    service: Service = field(init=False)
    team: Team = field(init=False)
    worker: Actor = field(init=False)
    lead: Actor = field(init=False)

    def __post_init__(self) -> None:
        council = directory.organisation(OrganisationKind.COUNCIL)
        needs = [str(code) for code in NeedCode]
        self.service = directory.service(kind=ServiceKind.REABLEMENT, employer=council, needs=needs)
        self.team = directory.team(of=self.service)
        self.worker = people.actor("community_worker", team=self.team)
        self.lead = people.actor("service_lead", team=self.team)

    def taken(self, *, days_ago: float = 0.02, **said: Any) -> Referral:
        """A referral that the team accepted this long ago, and has not visited."""
        referral = make_referral(self.cast, Status.ACCEPTED, ago=timedelta(days=days_ago, minutes=5), **said)
        actions.make_offers(referral_id=referral.pk, by=self.cast.clinician, services=[self.service.pk])
        offer = referral.offers.get(service=self.service)
        return actions.accept_offer(referral_id=referral.pk, offer_id=offer.pk, by=self.worker)

    def visited(self, *, days_ago: float = 0.02, **said: Any) -> Referral:
        """A referral whose first visit was made by the team this long ago."""
        referral = self.taken(days_ago=days_ago, **said)
        met = timezone.now() - timedelta(days=days_ago)
        return actions.first_contact(referral_id=referral.pk, by=self.worker, contact_at=met)

    def episode(self, **options: Any) -> ReablementEpisode:
        """An episode that runs."""
        referral = self.visited(**options)
        keep_up()
        return ReablementEpisode.objects.get(referral=referral)

    def follow_up(self, *, days_ago: float = 92, **options: Any) -> FollowUp91:
        """A follow-up whose day came when `days_ago` is 91 or more."""
        return FollowUp91.objects.get(episode=self.episode(days_ago=days_ago, channel="ward", **options))


def keep_up() -> int:
    """The portal's own sweep, now."""
    return reablement_keep_up(timezone.now())
