"""A service may have no team for a person's place: the offer is then the organisation's, whoever works there."""

import pytest
from django.db.models import Q

from accounts.actors import Actor
from api.callers import caller
from api.models import Client
from api.scopes import Scope
from directory.codes import OrganisationKind
from referrals import actions, policies
from referrals.models import Referral, ReferralOffer
from referrals.states import OfferStatus, Status
from tests.api.world import partner
from tests.factories import directory, people
from tests.factories.referrals import Cast, make_referral, offer_of

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def sees(actor: Actor, offer: ReferralOffer) -> bool:
    """By every way to ask, which must agree."""
    one = Q(pk=offer.pk)
    answers = {
        ReferralOffer.objects.visible_to(actor).filter(one).exists(),
        ReferralOffer.objects.visible_to(actor).to_team_of(actor).filter(one).exists(),
        Referral.objects.visible_to(actor).filter(pk=offer.referral_id).exists(),
        policies.mine(actor, offer),
    }
    assert len(answers) == 1, answers
    return answers.pop()


def client_of(organisation, team=None) -> Actor:
    """What a partner's system is when it asks."""
    token = partner(organisation, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND, team=team).token
    return caller(Client.objects.holding(token)).actor


def test_an_offer_without_a_team_is_seen_by_every_team_of_the_organisation_and_by_no_other(cast: Cast):
    teamless = directory.service("new-service", employer=cast.trust)
    referral = make_referral(cast, Status.ACCEPTED)
    actions.make_offers(referral_id=referral.pk, by=cast.clinician, services=[teamless.pk])
    offer = offer_of(referral)
    assert offer.team is None
    elsewhere = directory.team(of=directory.service(employer=directory.organisation(OrganisationKind.COUNCIL)))

    for ours in (cast.nurse, people.actor("service_lead", team=cast.other_team)):
        assert sees(ours, offer)
    assert sees(client_of(cast.trust), offer)
    assert not sees(people.actor("community_worker", team=elsewhere), offer)
    assert not sees(client_of(elsewhere.organisation), offer)

    actions.accept_offer(referral_id=offer.referral_id, offer_id=offer.pk, by=cast.nurse)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.ACCEPTED


def test_an_offer_to_a_team_is_seen_by_that_team_and_by_no_other_of_the_organisation(cast: Cast):
    offer = offer_of(make_referral(cast, Status.OFFERED))
    assert offer.team == cast.team

    assert sees(cast.nurse, offer)
    assert sees(client_of(cast.trust), offer), "a system of the whole organisation answers for all of its teams"
    assert not sees(people.actor("community_worker", team=cast.other_team), offer)
    assert not sees(client_of(cast.trust, team=cast.other_team), offer)
