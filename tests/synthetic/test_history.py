"""No impossible state: whatever the generator made, the portal's own rules would have made too."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Count, F, Q

from accounts.actors import ESCALATION
from audit.models import Event
from referrals import watch
from referrals.clocks import read
from referrals.models import Alert, Breach, Clock, Message, Referral, ReferralOffer, Step, Transition
from referrals.projection import CLOCK_COLUMNS, _fill
from referrals.spans import Move, measure
from referrals.states import CLOSED, EVENTS, OFFER_TAKEN, OPEN, RETURN_EVENTS, OfferStatus, Status, Verb
from synthetic.seeding import SCALES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counts")]


def everyone() -> list[Referral]:
    return list(Referral.objects.visible_to(ESCALATION).select_related("service"))


def standing(referral: Referral) -> list[Transition]:
    return list(Transition.objects.filter(referral=referral).standing().order_by("id"))


def test_as_many_as_asked_for(counts):
    assert counts["referral"] == SCALES["tiny"].referrals == len(everyone())
    assert counts["patient"] >= SCALES["tiny"].people


def test_every_status_is_the_last_standing_transition():
    for referral in everyone():
        moves = standing(referral)
        assert [row.to_status for row in moves if row.offer_id is None][-1] == referral.status
        for offer in ReferralOffer.objects.filter(referral=referral):
            own = [row.to_status for row in moves if row.offer_id == offer.pk]
            assert (own[-1] if own else OfferStatus.WITHDRAWN) == offer.status


def test_every_transition_follows_the_one_before_and_the_tables():
    for referral in everyone():
        own = [row for row in standing(referral) if row.offer_id is None]
        assert [row.from_status for row in own] == ["", *(row.to_status for row in own[:-1])]
        assert [row.at for row in own] == sorted(row.at for row in own)
        assert own[0].at == referral.received_at


def test_every_clock_equals_a_fresh_reading_of_its_history():
    for referral in everyone():
        moves = [Move(row.from_status, row.to_status, row.at, row.offer_id) for row in standing(referral)]
        wanted = {(one.code, one.run, one.offer_id): one for one in measure(moves, referral.received_at)}
        services = dict(ReferralOffer.objects.filter(referral=referral).values_list("id", "service_id"))
        clocks = {(clock.code, clock.run, clock.offer_id): clock for clock in Clock.objects.filter(referral=referral)}
        assert set(wanted) <= set(clocks)
        for key, clock in clocks.items():
            if key in wanted:
                before = [getattr(clock, name) for name in CLOCK_COLUMNS]
                assert not _fill(clock, wanted[key], referral, services.get(clock.offer_id)), (key, before)
            else:
                assert clock.result == Clock.Result.ENDED


def test_nothing_is_taken_twice_and_contact_follows_receipt():
    taken = ReferralOffer.objects.filter(status__in=OFFER_TAKEN).values("referral").annotate(n=Count("id"))
    assert all(row["n"] == 1 for row in taken)
    seen = Referral.objects.visible_to(ESCALATION).exclude(first_contact_at=None)
    assert seen.exists()
    assert not seen.filter(first_contact_at__lt=F("received_at")).exists()


def test_closed_referrals_hold_nothing_open():
    closed = Q(referral__status__in=CLOSED)
    assert not ReferralOffer.objects.filter(closed, closed_at=None).exists()
    assert not Clock.objects.filter(closed, stopped_at=None).exists()
    assert not Referral.objects.visible_to(ESCALATION).filter(status=Status.COMPLETED, outcome="").exists()


def test_every_transition_of_a_referral_has_its_event():
    for referral in everyone()[:60]:
        moves = Transition.objects.filter(referral=referral, offer=None, step__undoes=None).order_by("id")
        wanted = [RETURN_EVENTS.get((row.from_status, row.to_status), EVENTS[Status(row.to_status)]) for row in moves]
        kinds = set(EVENTS.values()) | set(RETURN_EVENTS.values())
        told = (
            Event.objects.filter(subject_id=referral.pk, kind__in=kinds).order_by("id").values_list("kind", flat=True)
        )
        assert list(told) == wanted


def test_versions_count_the_steps():
    for referral in everyone():
        versions = Step.objects.filter(referral=referral).order_by("version").values_list("version", flat=True)
        assert list(versions) == list(range(1, referral.version + 1))


def test_every_clock_that_ran_out_has_one_breach(now: datetime):
    """The sweep at `now` finds only what ran out since the last one, half a minute before."""
    late = Q(result=Clock.Result.MISSED) | Q(stopped_at=None, paused_since=None, due_at__lt=now)
    known = Breach.objects.values("clock")
    for clock in Clock.objects.filter(late).exclude(pk__in=known).select_related("referral"):
        assert max(clock.due_at, clock.referral.updated_at) > now - timedelta(seconds=60)


def test_the_portals_own_sweep_has_nothing_to_catch_up_with(now: datetime):
    just_before = now - timedelta(seconds=31)
    assert watch.sweep(by=ESCALATION, now=just_before) == {"warned": 0, "escalated": 0, "breached": 0}
    assert watch.expire_offers(by=ESCALATION, now=just_before) == 0
    assert watch.expire_questions(by=ESCALATION, now=just_before) == 0
    assert watch.follow_deaths(by=ESCALATION) == 0


def test_nobody_is_referred_or_cared_for_after_their_death():
    dead = Referral.objects.visible_to(ESCALATION).exclude(patient__deceased_at=None).select_related("patient")
    for referral in dead:
        assert referral.received_at.date() <= referral.patient.deceased_at
        assert referral.status in CLOSED


def test_the_referrer_is_told_how_it_ended():
    for referral in everyone():
        if referral.status in CLOSED:
            assert Message.objects.filter(referral=referral, for_referrer=True, at=referral.closed_at).exists()


def test_every_kind_of_work_is_there():
    verbs = set(Step.objects.values_list("verb", flat=True))
    assert {Verb.SUBMIT, Verb.ACKNOWLEDGE, Verb.ACCEPT, Verb.ACCEPT_OFFER, Verb.FIRST_CONTACT, Verb.COMPLETE} <= verbs
    assert {Verb.DECLINE_OFFER, Verb.ADVISE, Verb.ASK, Verb.ANSWER} <= verbs


def test_today_is_alive(now: datetime):
    open_ones = [referral for referral in everyone() if referral.status in OPEN]
    assert {Status.SUBMITTED, Status.IN_TRIAGE, Status.INFO_REQUESTED, Status.OFFERED, Status.IN_SERVICE} <= {
        referral.status for referral in open_ones
    }
    new = [referral for referral in open_ones if referral.status == Status.SUBMITTED]
    assert any((now - referral.received_at).total_seconds() < 900 for referral in new)
    states = {read(clock, now).state for clock in Clock.objects.filter(stopped_at=None)}
    assert {"running", "breached"} <= states
    assert Alert.objects.exists()
    assert watch.near(now) is not None
