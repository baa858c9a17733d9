"""The journeys through the pages: a crisis answered in time, a referral that nobody sees, a service that is full."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import ESCALATION
from referrals import watch
from referrals.models import Alert, Breach, Clock, ReferralOffer, UnmetNeed
from referrals.states import OfferStatus, Status
from tests.factories import people
from tests.factories.referrals import Cast, make_referral, offer_of
from tests.referrals.web.pages import done, open_page, take, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def test_a_crisis_is_answered_within_two_hours_and_the_referrer_is_told(cast, as_):
    referral = make_referral(cast, ago=timedelta(minutes=4), safeguarding=True, safeguarding_note="Speak to her alone.")
    clinician, nurse, gp = as_(cast.clinician), as_(cast.nurse), as_(cast.gp)

    assert referral.patient.family_name.upper() in words(clinician.get("/worklist/"))
    assert "Speak to her alone." in words(open_page(clinician, referral))
    done(take(clinician, referral, "acknowledge"))

    page = words(open_page(clinician, referral))
    assert "Urgent response" in page
    assert "Open now, day and night" in page
    assert "Lives in, or is registered in, the service's area" in page
    done(take(clinician, referral, "accept", urgency="crisis", services=[str(cast.service.pk)], rationale="Fits."))

    offer = offer_of(referral)
    assert referral.patient.family_name.upper() in words(nurse.get("/team/"))
    done(take(nurse, referral, "see-offer", offer=offer.pk))
    done(take(nurse, referral, "accept-offer", offer=offer.pk, worker=str(cast.nurse.id)))
    done(take(nurse, referral, "set-out"))
    now = timezone.localtime()
    when = {"on_day": now.day, "on_month": now.month, "on_year": now.year, "at": f"{now:%H:%M}"}
    done(take(nurse, referral, "first-contact", **when))
    assert Clock.objects.get(referral=referral, code="respond").result == Clock.Result.MET
    done(
        take(nurse, referral, "complete", outcome="at_home_no_support", avoided_admission="yes", next_step="GP to see.")
    )

    told = words(open_page(gp, referral))
    assert "Outcome: at home, no more support needed" in told
    assert "What happens next: GP to see." in told
    assert "Met with" in told


def test_an_unseen_referral_reaches_the_shift_lead_then_the_manager_and_its_breach_is_reviewed(cast, as_):
    policy = _with_escalation(cast)
    referral = make_referral(cast, ago=timedelta(minutes=40), by=people.actor("referrer"))
    watch.sweep(by=ESCALATION, now=timezone.now())
    lead = people.actor("shift_lead", at=cast.trust)
    manager = people.actor("spa_manager", at=cast.trust)
    name = referral.patient.family_name.upper()

    assert name in words(as_(lead).get("/"))
    assert name in words(as_(lead).get("/alerts/"))
    assert name in words(as_(manager).get("/alerts/"))
    mine = Alert.objects.get(role="shift_lead", referral=referral)
    taken = as_(lead).post(f"/alerts/{mine.pk}/take/")
    assert taken.url == f"/referrals/{referral.pk}/"
    assert "No open alerts" in words(as_(lead).get("/alerts/"))

    breach = Breach.objects.get(referral=referral, clock__code="acknowledge")
    assert breach.policy == policy
    listed = words(as_(manager).get("/alerts/breaches/"))
    assert f"policy version {policy.version}" in listed
    path = f"/alerts/breaches/{breach.pk}/"
    assert as_(manager).post(path, {"cause": ""}).status_code == 422
    saved = as_(manager).post(path, {"cause": "Two people off sick.", "learning": "Cover from the day shift."})
    assert saved.status_code == 303
    assert "Two people off sick." in words(as_(manager).get("/alerts/breaches/?list=reviewed"))


def _with_escalation(cast):
    from directory.models import ClockPolicy, EscalationStep

    policy = ClockPolicy.objects.get(code="acknowledge", urgency="crisis")
    EscalationStep.objects.create(policy=policy, step=1, after_minutes=15, role_slug="shift_lead")
    EscalationStep.objects.create(policy=policy, step=2, after_minutes=30, role_slug="spa_manager")
    return policy


def test_no_free_place_is_a_waiting_list_not_a_refusal(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    offer = offer_of(referral)
    nurse, clinician = as_(cast.nurse), as_(cast.clinician)

    page = words(nurse.get(f"/referrals/{referral.pk}/decline-offer/"))
    assert "Cannot help somebody who needs a 999 ambulance now" in page
    assert "Does not meet: is aged 18 or over" in page
    assert "safe to visit" not in page, "an advisory criterion cannot decline"
    assert "If you have no free place, use the waiting list" in page

    done(take(nurse, referral, "waitlist-offer", offer=offer.pk, hours="3.5", note="Full until Thursday"))
    unmet = UnmetNeed.objects.get(referral=referral)
    assert (unmet.service, unmet.hours, unmet.place_id) == (cast.service, 3.5, referral.place_id)
    assert "no free place now" in words(open_page(as_(cast.gp), referral))

    other_nurse = as_(people.actor("community_worker", team=cast.other_team))
    assert "Full until Thursday" in words(open_page(clinician, referral))
    moved = take(clinician, referral, "redirect", service=str(cast.other_service.pk), reason="Nobody free at the first")
    done(moved)
    second = offer_of(referral, cast.other_service)
    done(take(other_nurse, referral, "accept-offer", offer=second.pk))
    assert ReferralOffer.objects.get(pk=offer.pk).status == OfferStatus.WITHDRAWN
    assert "Nobody free at the first" in words(open_page(other_nurse, referral))


def test_declined_by_one_service_the_next_in_reserve_is_asked(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    typed = {"services": [str(cast.service.pk)], "first_reserve": str(cast.other_service.pk), "urgency": "crisis"}
    done(take(as_(cast.clinician), referral, "accept", **typed))
    cited = cast.service.criteria.get(code="adult")
    nurse = as_(cast.nurse)
    refused = take(nurse, referral, "decline-offer", offer=offer_of(referral).pk, criterion=str(cited.pk))
    done(refused)
    assert offer_of(referral).service == cast.other_service
    assert "Is aged 18 or over" in words(open_page(nurse, referral))
