"""Nothing dies unseen: warnings, escalations and breaches, raised by the portal itself and taken up by people.

The sweep may run twice, late, or on two workers at once: unique rows in the database make each alert and each
breach happen once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.events import Kind, event
from pages.words import moment
from referrals.models import Alert, Breach, Clock
from referrals.steps import desk, whole


@whole
def warn_near(*, clock: Clock, by: Actor, at: datetime) -> bool:
    """Tell the event log, once, that a clock is about to run out; False when it was told already."""
    if not desk().warn(clock, at):
        return False
    _tell(Kind.CLOCK_NEAR_BREACH, clock, clock, by, at, due_at=clock.due_at.isoformat())
    return True


@whole
def record_breach(*, clock: Clock, by: Actor, at: datetime) -> Breach | None:
    """Record, once, that a clock ran out, and the version of the policy that says so."""
    version = clock.policy.version
    breach = Breach(
        clock=clock,
        referral=clock.referral,
        policy_id=clock.policy_id,
        policy_version=version,
        due_at=clock.due_at,
        recorded_at=at,
    )
    added = desk().add_breach(breach)
    desk().change(clock, breached_at=at)
    if not added:
        return None
    policy = str(clock.policy_id)
    due = clock.due_at.isoformat()
    _tell(Kind.CLOCK_BREACHED, clock, clock, by, at, policy=policy, policy_version=version, due_at=due)
    return breach


@whole
def escalate(*, clock: Clock, step: int, role: str, by: Actor, at: datetime) -> Alert | None:
    """Tell a role at the point of access that this clock needs somebody; once for each step of the policy."""
    referral = clock.referral
    alert = Alert(
        clock=clock,
        step=step,
        referral=referral,
        organisation_id=referral.point_of_access.organisation_id,
        role=role,
        level=Alert.Level.BREACHED if at > clock.due_at else Alert.Level.NEAR,
        raised_at=at,
    )
    if not desk().add_alert(alert):
        return None
    desk().escalated(referral, step)
    _tell(Kind.REFERRAL_ESCALATED, referral, clock, by, at, step=step, role=role, level=alert.level)
    return alert


def _tell(kind: Kind, subject: models.Model, clock: Clock, by: Actor, at: datetime, **data: Any) -> None:
    patient_id, referral = clock.referral.patient_id, str(clock.referral_id)
    desk().tell(
        event(kind, by=by, subject=subject, patient_id=patient_id, at=at, code=clock.code, referral=referral, **data)
    )


@whole
def take_alert(*, alert_id: UUID, by: Actor, at: datetime | None = None) -> Alert:
    """“I have this”: the alert leaves everybody else's list, and says who took it."""
    alert = desk().alert(alert_id, by.organisation_id)
    if alert is None or not by.is_person:
        raise NotPermitted("This alert is not for your organisation.")
    if not by.can(Permission.SUPERVISE):
        raise NotPermitted(f"Your role ({by.role_name}) cannot take alerts.")
    if alert.taken_by_id == by.id:
        return alert
    if alert.taken_by_id is not None:
        raise IllegalTransition("A colleague has taken this alert already.")
    now = at or timezone.now()
    desk().change(alert, taken_by_id=by.id, taken_at=now)
    _say(Kind.ALERT_ACKNOWLEDGED, alert, by, now)
    return alert


@whole
def review_breach(
    *,
    breach_id: UUID,
    by: Actor,
    cause: str,
    learning: str = "",
    expected_review: str | None = None,
    at: datetime | None = None,
) -> Breach:
    """Say why a clock ran out, and what changes because of it.

    `expected_review` is when the review was made that `by` has read, in ISO; empty when there was none. StaleVersion
    when a colleague has reviewed it since; the same words sent twice count once.
    """
    if not by.can(Permission.SUPERVISE) or not by.is_person:
        raise NotPermitted(f"Your role ({by.role_name}) cannot review breaches.")
    if not cause.strip():
        raise Invalid("Say why the time ran out.", field="cause")
    breach = desk().breach(breach_id, by.organisation_id)
    if breach is None:
        raise NotPermitted("This breach is not at your point of access.")
    if (breach.reviewed_by_id, breach.cause, breach.learning) == (by.id, cause, learning):
        return breach
    _check_read(breach, expected_review)
    now = at or timezone.now()
    desk().change(breach, cause=cause, learning=learning, reviewed_by_id=by.id, reviewed_at=now)
    _say(Kind.BREACH_REVIEWED, breach, by, now)
    return breach


def _check_read(breach: Breach, expected: str | None) -> None:
    """Nobody writes over a review that they have not read."""
    reviewed = breach.reviewed_at
    if expected is None or reviewed is None or expected == reviewed.isoformat():
        return
    raise StaleVersion(
        f"This has changed since you opened it: {breach.reviewed_by} saved a review on {moment(reviewed)}. "
        "Nothing you typed has been lost: read their review, then decide again."
    )


def _say(kind: Kind, subject: Alert | Breach, by: Actor, at: datetime) -> None:
    patient_id, referral = subject.referral.patient_id, str(subject.referral_id)
    desk().tell(event(kind, by=by, subject=subject, patient_id=patient_id, at=at, referral=referral))
