"""Two at once, on real connections: one wins, the other is told, nothing happens twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import DomainError
from audit.models import Event
from directory.models import Capacity, EscalationStep
from referrals import actions, watch
from referrals.models import Alert, Breach, ReferralOffer, Step
from referrals.states import OFFER_TAKEN
from tests.factories import directory, people
from tests.referrals.conftest import make_desk
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(transactional_db):
    return make_desk()


def test_two_clinicians_take_the_same_referral(desk):
    referral = desk.send()
    results = together(
        *(
            lambda who=who: actions.acknowledge(referral_id=referral.pk, by=who, expected_version=1)
            for who in (desk.clinician, desk.colleague)
        )
    )
    refused = [result for result in results if isinstance(result, DomainError)]
    assert [r.code for r in refused] == ["STALE_VERSION"]
    assert Step.objects.filter(referral=referral, verb="acknowledge").count() == 1


def test_a_double_click_happens_once_and_nobody_is_told_off(desk):
    referral = desk.send()
    results = together(
        *[lambda: actions.acknowledge(referral_id=referral.pk, by=desk.clinician, expected_version=1)] * 4
    )
    assert not [result for result in results if isinstance(result, DomainError)]
    assert Step.objects.filter(referral=referral, verb="acknowledge").count() == 1
    assert Event.objects.filter(subject_id=referral.pk, kind="referral.acknowledged.v1").count() == 1


def test_two_services_accept_at_once_and_one_has_it(desk):
    referral = desk.accepted(desk.crisis, desk.nursing)
    crisis, nursing = (referral.offers.get(service=service) for service in (desk.crisis, desk.nursing))
    results = together(
        lambda: actions.accept_offer(referral_id=referral.pk, offer_id=crisis.pk, by=desk.worker),
        lambda: actions.accept_offer(referral_id=referral.pk, offer_id=nursing.pk, by=desk.nurse),
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert ReferralOffer.objects.filter(referral=referral, status__in=OFFER_TAKEN).count() == 1


def test_the_last_free_place_is_given_once(desk):
    Capacity.objects.create(service=desk.crisis, places=1, valid_from=directory.LONG_AGO)
    offers = []
    for _ in range(3):
        referral = desk.accepted()
        offer = referral.offers.get()
        actions.waitlist_offer(referral_id=referral.pk, offer_id=offer.pk, by=desk.worker)
        offers.append(offer)
    together(
        *(lambda o=o: actions.promote_waiting(referral_id=o.referral_id, offer_id=o.pk, by=ESCALATION) for o in offers)
    )
    assert ReferralOffer.objects.filter(status__in=OFFER_TAKEN).count() == 1


def test_two_sweeps_at_once_raise_each_alert_and_breach_once(desk):
    policy = directory.ClockPolicy.objects.get(code="acknowledge", urgency="crisis")
    EscalationStep.objects.create(policy=policy, step=1, after_minutes=10, role_slug="shift_lead")
    for _ in range(5):
        desk.send(received_at=timezone.now() - timedelta(minutes=20))
    now = timezone.now()
    together(*[lambda: watch.sweep(by=ESCALATION, now=now)] * 3)
    assert Alert.objects.count() == 5
    assert Breach.objects.count() == 5
    assert Event.objects.filter(kind="clock.breached.v1").count() == 5
    assert Event.objects.filter(kind="clock.near_breach.v1").count() == 5


def test_two_people_review_the_same_breach(desk):
    desk.send(received_at=timezone.now() - timedelta(minutes=50))
    watch.sweep(by=ESCALATION, now=timezone.now())
    breach = Breach.objects.earliest("recorded_at")
    lead = people.actor("shift_lead", at=desk.front_door.organisation)
    results = together(
        *(
            lambda who=who: actions.review_breach(
                breach_id=breach.pk, by=who, cause=f"Seen by {who.id}", expected_review=""
            )
            for who in (desk.lead, lead)
        )
    )
    assert [result.code for result in results if isinstance(result, DomainError)] == ["STALE_VERSION"]
    assert Event.objects.filter(subject_id=breach.pk, kind="clock.breach_reviewed.v1").count() == 1
