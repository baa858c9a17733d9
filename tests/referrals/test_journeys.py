"""The stories J1, J3 and J4 through the actions: what must be true after each step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from audit.errors import Invalid
from audit.models import Event
from directory.models import Capacity, EscalationStep
from referrals import actions, watch
from referrals.clocks import State, read
from referrals.models import Alert, Breach, Clock, ReferralOffer, UnmetNeed
from referrals.states import OfferStatus, Status
from tests.factories import directory


def refreshed(row):
    row.refresh_from_db()
    return row


def reading(referral, code="respond", run=1):
    return read(Clock.objects.get(referral=referral, code=code, run=run, offer=None), timezone.now())


def test_j1_a_crisis_is_reached_in_time_and_the_referrer_is_told(desk):
    sent = timezone.now() - timedelta(hours=3)
    referral = desk.send(received_at=sent)
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician, at=sent + timedelta(minutes=6))
    actions.accept(
        referral_id=referral.pk,
        by=desk.clinician,
        urgency="crisis",
        services=[desk.crisis.pk],
        at=sent + timedelta(minutes=11),
    )
    offer = referral.offers.get()
    actions.accept_offer(
        referral_id=referral.pk,
        offer_id=offer.pk,
        by=desk.worker,
        worker=desk.worker.id,
        at=sent + timedelta(minutes=17),
    )
    actions.set_out(referral_id=referral.pk, by=desk.worker, at=sent + timedelta(minutes=40))
    actions.first_contact(referral_id=referral.pk, by=desk.worker, contact_at=sent + timedelta(minutes=82))
    assert reading(referral).state is State.MET
    assert reading(referral).elapsed == timedelta(minutes=82)
    actions.complete(
        referral_id=referral.pk,
        by=desk.worker,
        outcome="at_home_with_support",
        avoided_admission="yes",
        next_step="GP to review on Friday.",
    )
    assert refreshed(referral).status == Status.COMPLETED
    texts = list(referral.messages.filter(for_referrer=True).order_by("at").values_list("text", flat=True))
    assert texts[-1] == "What happens next: GP to review on Friday."
    assert referral.news_at is not None
    assert referral.next_due_at is None
    kinds = list(Event.objects.filter(subject_id=referral.pk).order_by("id").values_list("kind", flat=True))
    for kind in ("submitted", "acknowledged", "accepted", "offered", "allocated", "responding", "first_contact"):
        assert kinds.count(f"referral.{kind}.v1") == 1, kind


def test_j3_an_unacknowledged_referral_is_escalated_and_the_breach_recorded(desk):
    policy = directory.ClockPolicy.objects.get(code="acknowledge", urgency="crisis")
    EscalationStep.objects.create(policy=policy, step=1, after_minutes=12, role_slug="shift_lead")
    EscalationStep.objects.create(policy=policy, step=2, after_minutes=30, role_slug="spa_manager")
    referral = desk.send(received_at=timezone.now() - timedelta(minutes=13))
    now = timezone.now()
    assert watch.sweep(by=ESCALATION, now=now) == {"warned": 1, "escalated": 1, "breached": 0}
    assert watch.sweep(by=ESCALATION, now=now) == {"warned": 0, "escalated": 0, "breached": 0}
    watch.sweep(by=ESCALATION, now=now + timedelta(minutes=20))
    assert list(Alert.objects.order_by("step").values_list("role", "level")) == [
        ("shift_lead", "near"),
        ("spa_manager", "breached"),
    ]
    breach = Breach.objects.get(referral=referral)
    assert (breach.policy, breach.policy_version) == (policy, policy.version)
    alert = Alert.objects.get(step=1)
    assert actions.take_alert(alert_id=alert.pk, by=desk.lead).taken_by_id == desk.lead.id
    reviewed = actions.review_breach(breach_id=breach.pk, by=desk.lead, cause="Nobody on the desk at 2am.")
    assert reviewed.reviewed_at


def test_j3_an_offer_that_nobody_answers_goes_to_the_next_service(desk):
    sent = timezone.now() - timedelta(hours=2)
    referral = desk.send(received_at=sent)
    actions.acknowledge(referral_id=referral.pk, by=desk.clinician, at=sent + timedelta(minutes=5))
    early = timezone.now() - timedelta(minutes=45)
    actions.accept(
        referral_id=referral.pk,
        by=desk.clinician,
        urgency="crisis",
        services=[desk.crisis.pk],
        reserves=[desk.nursing.pk],
        at=early,
    )
    assert watch.expire_offers(by=ESCALATION, now=timezone.now()) == 1
    assert refreshed(referral).status == Status.OFFERED
    assert dict(referral.offers.values_list("service__slug", "status")) == {"crisis": "expired", "nursing": "requested"}


def test_j3_with_no_service_left_the_shift_lead_is_told(desk):
    referral = desk.accepted()
    offer = referral.offers.get()
    actions.decline_offer(referral_id=referral.pk, offer_id=offer.pk, by=desk.worker, criterion=desk.criterion)
    assert refreshed(referral).status == Status.ACCEPTED
    assert Alert.objects.get(referral=referral).level == Alert.Level.NO_SERVICE


def test_j4_no_place_is_a_waiting_list_and_counted_as_unmet_need(desk):
    Capacity.objects.create(service=desk.crisis, places=0, valid_from=directory.LONG_AGO)
    referral = desk.accepted()
    offer = referral.offers.get()
    assert (offer.places_at_request, offer.free_at_request) == (0, 0)
    actions.waitlist_offer(referral_id=referral.pk, offer_id=offer.pk, by=desk.worker, hours=Decimal("7.5"))
    unmet = UnmetNeed.objects.standing().get()
    assert (unmet.service, unmet.hours, unmet.place) == (desk.crisis, Decimal("7.5"), referral.place)
    assert refreshed(referral).status == Status.OFFERED
    assert watch.fill_places(by=ESCALATION) == 0
    Capacity.objects.update(places=1)
    assert watch.fill_places(by=ESCALATION) == 1
    assert refreshed(offer).status == OfferStatus.ACCEPTED
    assert refreshed(referral).status == Status.ALLOCATED


def test_a_referral_may_be_declined_by_two_and_accepted_by_a_third(desk):
    third = directory.service("therapy")
    for service, code in ((desk.nursing, "housebound"), (third, "adult")):
        desk.criterion.__class__.objects.create(
            service=service, code=code, text="Must be at home.", hard=True, valid_from=directory.LONG_AGO
        )
    referral = desk.accepted(desk.nursing, third, desk.crisis)
    for offer in referral.offers.exclude(service=desk.crisis).select_related("service"):
        actions.decline_offer(
            referral_id=referral.pk, offer_id=offer.pk, by=ESCALATION, criterion=offer.service.criteria.get()
        )
    assert refreshed(referral).status == Status.OFFERED
    actions.accept_offer(referral_id=referral.pk, offer_id=referral.offers.live().get().pk, by=desk.worker)
    assert refreshed(referral).service == desk.crisis
    assert sorted(referral.offers.values_list("status", flat=True)) == ["accepted", "declined", "declined"]


def test_advice_cannot_decline(desk):
    referral = desk.accepted()
    desk.criterion.hard = False
    desk.criterion.save()
    with pytest.raises(Invalid, match="advisory"):
        actions.decline_offer(
            referral_id=referral.pk, offer_id=referral.offers.get().pk, by=desk.worker, criterion=desk.criterion
        )


def test_the_policy_in_force_at_receipt_stays_with_the_referral(desk):
    old = timezone.now() - timedelta(days=900)
    policy = directory.ClockPolicy.objects.get(code="respond", urgency="crisis")
    changed = timezone.now() - timedelta(days=300)
    directory.ClockPolicy.objects.filter(pk=policy.pk).update(minutes=240, warn_minutes=30, valid_to=changed)
    directory.clock_policy("respond", urgency="crisis", minutes=120, valid_from=changed, version=2)
    then = desk.send(received_at=old)
    now = desk.send()
    assert Clock.objects.get(referral=then, code="respond").minutes == 240
    assert Clock.objects.get(referral=now, code="respond").minutes == 120


def test_waiting_for_an_answer_pauses_an_urgent_clock_but_never_a_crisis_one(desk):
    start = timezone.now() - timedelta(hours=5)
    for urgency, pauses in (("urgent", 60 * 60), ("crisis", 0)):
        referral = desk.send(urgency, received_at=start)
        actions.ask(referral_id=referral.pk, by=desk.clinician, question="Key safe?", at=start + timedelta(minutes=10))
        actions.answer(referral_id=referral.pk, by=desk.gp, text="1066", at=start + timedelta(minutes=70))
        assert Clock.objects.get(referral=referral, code="respond").paused_seconds == pauses


def test_a_referral_that_only_waits_for_an_answer_comes_last_in_the_worklist(desk):
    urgent, crisis = desk.send("urgent"), desk.send("crisis")
    for referral in (urgent, crisis):
        actions.ask(referral_id=referral.pk, by=desk.clinician, question="Key safe?")
    assert refreshed(urgent).next_due_at is None
    assert refreshed(crisis).next_due_at is not None
    actions.answer(referral_id=urgent.pk, by=desk.gp, text="1066")
    assert refreshed(urgent).next_due_at is not None


def test_a_death_on_the_record_closes_what_is_open(desk):
    referral = desk.accepted()
    desk.patient.deceased_at = timezone.localdate()
    desk.patient.save()
    assert watch.follow_deaths(by=ESCALATION) == 1
    assert refreshed(referral).status == Status.DIED
    assert ReferralOffer.objects.get().status == OfferStatus.WITHDRAWN
