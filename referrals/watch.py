"""What the sweep looks for: clocks near or past their end, offers and questions that nobody answered."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from audit.errors import DomainError
from directory.models import EscalationStep
from referrals import actions
from referrals.models import Alert, Clock, Question, Referral, ReferralOffer
from referrals.states import OFFER_AWAITING_ANSWER, OPEN, OfferStatus, Status

log = logging.getLogger(__name__)
BATCH = 500


def sweep(*, by: Actor, now: datetime) -> dict[str, int]:
    """Warn, escalate and record breaches; returns how many of each."""
    return {
        "warned": _each(near(now), lambda clock: actions.warn_near(clock=clock, by=by, at=now)),
        "escalated": sum(1 for clock, step in due_escalations(now) if _escalate(clock, step, by, now)),
        "breached": _each(breached(now), lambda clock: actions.record_breach(clock=clock, by=by, at=now)),
    }


def _clocks() -> Any:
    return Clock.objects.select_related("referral__point_of_access", "policy")


def is_running(clock: Clock) -> bool:
    """Neither stopped nor paused."""
    return clock.stopped_at is None and clock.paused_since is None


def is_near(clock: Clock, now: datetime) -> bool:
    """One clock as near() asks for them: running, past its warning, and nobody was told."""
    return is_running(clock) and clock.warn_at <= now and clock.warned_at is None


def ran_out(clock: Clock, now: datetime) -> bool:
    """One clock as breached() asks for them: running past its end, or stopped late."""
    return (is_running(clock) and clock.due_at < now) or clock.result == Clock.Result.MISSED


def steps_due(clock: Clock, steps: Iterable[EscalationStep], now: datetime) -> list[EscalationStep]:
    """The steps of a running clock's policy whose time has come."""
    if not is_running(clock):
        return []
    return [step for step in steps if clock.started_at + timedelta(minutes=step.after_minutes) <= now]


def near(now: datetime) -> Iterable[Clock]:
    """Running clocks past their warning that were not told of yet."""
    return _clocks().filter(stopped_at=None, paused_since=None, warn_at__lte=now, warned_at=None)[:BATCH]


def breached(now: datetime) -> Iterable[Clock]:
    """Clocks that ran out, still running or stopped late, whose breach was not recorded yet."""
    untold = Q(breached_at=None) & (Q(stopped_at=None) | Q(result=Clock.Result.MISSED))
    late = Q(stopped_at=None, paused_since=None) | Q(result=Clock.Result.MISSED)
    return _clocks().filter(untold, late, due_at__lt=now)[:BATCH]


def due_escalations(now: datetime) -> Iterable[tuple[Clock, EscalationStep]]:
    """Running clocks and the steps of their policy whose time has come and that nobody was told of."""
    steps: dict[Any, list[EscalationStep]] = {}
    for step in EscalationStep.objects.order_by("step"):
        steps.setdefault(step.policy_id, []).append(step)
    clocks = _clocks().filter(
        policy__in=steps, stopped_at=None, paused_since=None, offer=None, referral__status__in=OPEN
    )
    raised = set(Alert.objects.filter(clock__in=clocks).values_list("clock", "step"))
    for clock in clocks[: BATCH * 10]:
        for step in steps_due(clock, steps.get(clock.policy_id, ()), now):
            if (clock.pk, step.step) not in raised:
                yield clock, step


def _escalate(clock: Clock, step: EscalationStep, by: Actor, now: datetime) -> bool:
    return actions.escalate(clock=clock, step=step.step, role=step.role_slug, by=by, at=now) is not None


def unanswered_offers(now: datetime) -> Iterable[ReferralOffer]:
    """Offers whose own clock ran out without an answer."""
    return ReferralOffer.objects.filter(
        status__in=OFFER_AWAITING_ANSWER, due_at__lt=now, referral__status=Status.OFFERED
    ).order_by("due_at")[:BATCH]


def expire_offers(*, by: Actor, now: datetime) -> int:
    """Close offers that nobody answered; each in its own transaction, so that one failure stops nothing else."""
    return _each(
        unanswered_offers(now),
        lambda offer: actions.expire_offer(referral_id=offer.referral_id, offer_id=offer.pk, by=by),
    )


def fill_places(*, by: Actor) -> int:
    """Give places that came free to those who have waited longest."""
    waiting = ReferralOffer.objects.waiting().filter(referral__status=Status.OFFERED)
    return _each(
        waiting[:BATCH],
        lambda offer: actions.promote_waiting(referral_id=offer.referral_id, offer_id=offer.pk, by=by),
    )


def expire_questions(*, by: Actor, now: datetime) -> int:
    """Carry on with referrals whose question was not answered in time."""
    late = Question.objects.standing().filter(referral=OuterRef("pk"), answer=None, answer_by__lt=now)
    of_triage = Q(Exists(late.filter(offer=None)), status=Status.INFO_REQUESTED)
    of_a_service = Q(Exists(late.filter(offer__status=OfferStatus.INFO_REQUESTED)), status=Status.OFFERED)
    waiting = Referral.objects.visible_to(by).open().filter(of_triage | of_a_service)
    return _each(waiting[:BATCH], lambda referral: actions.resume(referral_id=referral.pk, by=by))


def follow_deaths(*, by: Actor) -> int:
    """Close what is still open for people whose record says that they have died."""
    died = (
        Referral.objects.visible_to(by)
        .open()
        .filter(Q(patient__deceased_at__isnull=False) | Q(patient__merged_into__deceased_at__isnull=False))
    )
    return _each(died[:BATCH], lambda referral: actions.record_death(referral_id=referral.pk, by=by))


def _each(rows: Iterable[Any], do: Any) -> int:
    done = 0
    for row in rows:
        try:
            done += bool(do(row))
        except DomainError as refused:
            log.info("left alone", extra={"row": str(row.pk), "code": refused.code})
    return done
