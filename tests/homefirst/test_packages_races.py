"""Two look for one package at once, on real connections: asked once, chosen once."""

import pytest

from audit.errors import DomainError
from audit.models import Event
from homefirst.actions import packages as actions
from homefirst.models import CarePackage
from tests.factories.homefirst_packages import Market
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_brokers_choose_and_one_is_told():
    market = Market()
    package = market.asked()
    offers = [market.offer(package, by=who) for who in (market.provider, market.rival)]
    package.refresh_from_db()
    answers = together(
        *(
            lambda who=who, offer=offer: actions.choose_offer(
                package_id=package.pk, answer_id=offer.pk, by=who, expected_version=package.version
            )
            for who, offer in zip((market.broker, market.colleague), offers, strict=True)
        )
    )
    refused = [one for one in answers if isinstance(one, DomainError)]
    assert [one.code for one in refused] == ["STALE_VERSION"]
    winner = next(one for one in answers if not isinstance(one, DomainError))
    assert CarePackage.objects.get(pk=package.pk).provider_id == winner.provider_id
    assert Event.objects.filter(kind="package.offered.v1").count() == 1


def test_two_searches_for_one_person_become_one():
    market = Market()
    patient = market.person()
    answers = together(*[lambda: market.wanted(patient=patient)] * 3)
    assert sum(isinstance(one, DomainError) for one in answers) == 2
    assert CarePackage.objects.filter(patient=patient).count() == 1


def test_two_brokers_ask_at_once_and_each_provider_is_asked_once():
    market = Market()
    package = market.wanted()
    ask = [
        lambda who=who: actions.ask_providers(package_id=package.pk, by=who)
        for who in (market.broker, market.colleague, market.broker)
    ]
    together(*ask)
    assert package.answers.count() == 2
