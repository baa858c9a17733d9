"""Nothing dies unseen: warnings, escalations and breaches, raised by the portal itself and taken up by people.

The sweep may run twice, late, or on two workers at once: unique rows in the database make each alert and each
breach happen once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.events import Kind, record
from referrals.models import Alert, Breach, Clock, Referral


@transaction.atomic
def warn_near(*, clock: Clock, by: Actor, at: datetime) -> bool:
    """Tell the event log, once, that a clock is about to run out; False when it was told already."""
    if not Clock.objects.filter(pk=clock.pk, warned_at=None, stopped_at=None).update(warned_at=at):
        return False
    record(
        Kind.CLOCK_NEAR_BREACH,
        by=by,
        subject=clock,
        patient_id=clock.referral.patient_id,
        at=at,
        code=clock.code,
        referral=str(clock.referral_id),
        due_at=clock.due_at.isoformat(),
    )
    return True


@transaction.atomic
def record_breach(*, clock: Clock, by: Actor, at: datetime) -> Breach | None:
    """Record, once, that a clock ran out, and the version of the policy that says so."""
    breach, created = Breach.objects.get_or_create(
        clock=clock,
        defaults={
            "referral_id": clock.referral_id,
            "policy_id": clock.policy_id,
            "policy_version": clock.policy.version,
            "due_at": clock.due_at,
            "recorded_at": at,
        },
    )
    if not created:
        return None
    record(
        Kind.CLOCK_BREACHED,
        by=by,
        subject=clock,
        patient_id=clock.referral.patient_id,
        at=at,
        code=clock.code,
        referral=str(clock.referral_id),
        policy=str(clock.policy_id),
        policy_version=clock.policy.version,
        due_at=clock.due_at.isoformat(),
    )
    return breach


@transaction.atomic
def escalate(*, clock: Clock, step: int, role: str, by: Actor, at: datetime) -> Alert | None:
    """Tell a role at the point of access that this clock needs somebody; once for each step of the policy."""
    referral = clock.referral
    alert, created = Alert.objects.get_or_create(
        clock=clock,
        step=step,
        defaults={
            "referral": referral,
            "organisation_id": referral.point_of_access.organisation_id,
            "role": role,
            "level": Alert.Level.BREACHED if at > clock.due_at else Alert.Level.NEAR,
            "raised_at": at,
        },
    )
    if not created:
        return None
    Referral.objects.filter(pk=referral.pk, escalation__lt=step).update(escalation=step)
    record(
        Kind.REFERRAL_ESCALATED,
        by=by,
        subject=referral,
        patient_id=referral.patient_id,
        at=at,
        code=clock.code,
        step=step,
        role=role,
        level=alert.level,
    )
    return alert


@transaction.atomic
def take_alert(*, alert_id: UUID, by: Actor) -> Alert:
    """“I have this”: the alert leaves everybody else's list, and says who took it."""
    alert = Alert.objects.select_for_update().filter(pk=alert_id, organisation=by.organisation_id).first()
    if alert is None or not by.is_person:
        raise NotPermitted("This alert is not for your organisation.")
    if not by.can(Permission.SUPERVISE):
        raise NotPermitted(f"Your role ({by.role_name}) cannot take alerts.")
    if alert.taken_by_id == by.id:
        return alert
    if alert.taken_by_id is not None:
        raise IllegalTransition("A colleague has taken this alert already.")
    alert.taken_by_id, alert.taken_at = by.id, timezone.now()
    alert.save(update_fields=["taken_by", "taken_at"])
    record(Kind.ALERT_ACKNOWLEDGED, by=by, subject=alert, patient_id=alert.referral.patient_id)
    return alert


@transaction.atomic
def review_breach(*, breach_id: UUID, by: Actor, cause: str, learning: str = "") -> Breach:
    """Say why a clock ran out, and what changes because of it."""
    if not by.can(Permission.SUPERVISE) or not by.is_person:
        raise NotPermitted(f"Your role ({by.role_name}) cannot review breaches.")
    if not cause.strip():
        raise Invalid("Say why the time ran out.", field="cause")
    breach = (
        Breach.objects.select_for_update(of=("self",))
        .filter(pk=breach_id, referral__point_of_access__organisation=by.organisation_id)
        .first()
    )
    if breach is None:
        raise NotPermitted("This breach is not at your point of access.")
    breach.cause, breach.learning = cause, learning
    breach.reviewed_by_id, breach.reviewed_at = by.id, timezone.now()
    breach.save(update_fields=["cause", "learning", "reviewed_by", "reviewed_at"])
    record(Kind.BREACH_REVIEWED, by=by, subject=breach, patient_id=breach.referral.patient_id)
    return breach
