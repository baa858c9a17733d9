"""What people do during the 72 hours: cover the night, name the clinician, plan the next step, ask for time, end it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, NotFound
from audit.events import Kind
from directory.codes import ServiceKind
from directory.models import Service
from homefirst import claims
from homefirst.codes import NextStep
from homefirst.crisis import next_words
from homefirst.models import CrisisEpisode
from homefirst.people import works_in
from homefirst.policies import crisis as policies
from homefirst.relating import relate
from homefirst.states import CRISIS_EVENTS, CRISIS_TRANSITIONS, CrisisStatus
from homefirst.steps import StepInHand, check_version, locked
from referrals import actions as referrals
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral

MOST_MORE = timedelta(hours=72)
"""The most that one approval adds: a local default. Whoever needs longer is asked again."""
EXTENDED = {CrisisStatus.ACTIVE: Kind.CRISIS_EXTENDED}
"""Running on is not another opening."""

Check = Callable[[Actor, CrisisEpisode], None]


def _take(
    verb: str, episode_id: UUID, by: Actor, expected_version: int | None, check: Check, reason: str = ""
) -> StepInHand:
    """Lock the referral and then its episode, as the sweep does; check who, when and what was seen."""
    seen = CrisisEpisode.objects.visible_to(by)
    referral_id = seen.filter(pk=episode_id).values_list("referral", flat=True).first()
    if referral_id is None:
        raise NotFound("There is no such crisis support, or you cannot see it.")
    Referral.objects.select_for_update().get(pk=referral_id)
    related = seen.select_related("service", "team", "referral__point_of_access")
    episode: CrisisEpisode = locked(related, episode_id, "crisis support")
    check_version(episode, expected_version)
    check(by, episode)
    return StepInHand(episode, verb, by, reason=reason, patient_id=episode.patient_id)


@transaction.atomic
def name_night_cover(
    *, episode_id: UUID, by: Actor, service_id: UUID | None, note: str = "", expected_version: int | None = None
) -> CrisisEpisode:
    """Say who comes at night; with a note when it is not a night nursing service, or when nobody needs to come."""
    step = _take("night-cover", episode_id, by, expected_version, policies.check_can_plan, note)
    episode: CrisisEpisode = step.subject
    service = Service.objects.in_force().filter(pk=service_id).first() if service_id else None
    if service_id and service is None:
        raise Invalid("Choose a service that is open now.", field="service_id")
    if not note.strip() and (service is None or service.kind != ServiceKind.NIGHT_NURSING):
        missing = "Say how this service covers the night." if service else "Say why nobody needs to come at night."
        raise Invalid(missing, field="note")
    episode.night_cover, episode.night_cover_note = service, note.strip()
    if service is not None:
        relate(episode.patient_id, [service.organisation_id])
    step.event(Kind.CRISIS_UPDATED, night_cover=str(service.pk) if service else None)
    step.save()
    return episode


@transaction.atomic
def name_clinician(*, episode_id: UUID, by: Actor, user_id: UUID, expected_version: int | None = None) -> CrisisEpisode:
    """Say who answers for the person's care."""
    step = _take("name-clinician", episode_id, by, expected_version, policies.check_can_plan)
    episode: CrisisEpisode = step.subject
    if not works_in(episode.team, episode.service.organisation_id, user_id):
        raise Invalid("Choose somebody who works in this team.", field="user_id")
    episode.clinician_id = user_id
    step.event(Kind.CRISIS_UPDATED, clinician=str(user_id))
    step.save()
    return episode


@transaction.atomic
def plan_next_step(
    *,
    episode_id: UUID,
    by: Actor,
    next_step: str,
    note: str = "",
    at: datetime | None = None,
    expected_version: int | None = None,
) -> CrisisEpisode:
    """Say who comes next, and when: needed before the support ends later than the hand-over moment."""
    step = _take("plan-next-step", episode_id, by, expected_version, policies.check_can_plan, note)
    episode: CrisisEpisode = step.subject
    planned = NextStep(next_step)
    if planned != NextStep.NOTHING and at is None:
        raise Invalid("Say when they start.", field="at")
    if at is not None and at < episode.opened_at:
        raise Invalid("The next step cannot start before the crisis support did. Check the date.", field="at")
    episode.next_step, episode.next_step_note = planned, note.strip()
    episode.next_step_at = None if planned == NextStep.NOTHING else at
    starts = episode.next_step_at.isoformat() if episode.next_step_at else None
    step.event(Kind.CRISIS_UPDATED, next_step=planned.value, next_step_at=starts)
    step.save()
    return episode


@transaction.atomic
def extend(
    *, episode_id: UUID, by: Actor, until: datetime, reason: str, expected_version: int | None = None
) -> CrisisEpisode:
    """Approve more time than the policy gives, with a reason. The hand-over becomes due again before the new end."""
    step = _take("extend", episode_id, by, expected_version, policies.check_can_extend, reason)
    episode: CrisisEpisode = step.subject
    if not reason.strip():
        raise Invalid("Say why the person needs longer.", field="reason")
    now = step.at
    if until <= max(now, episode.ends_by):
        raise Invalid("The new end must be later than the present end, and later than now.", field="until")
    if until > max(now, episode.ends_by) + MOST_MORE:
        raise Invalid("One approval adds 72 hours at most. Choose an earlier end.", field="until")
    warn = timedelta(minutes=episode.policy.warn_minutes)
    before = episode.ends_by
    episode.extended_by_id, episode.extension_reason = by.id, reason.strip()
    episode.ends_by, episode.handover_due_at = until, max(until - warn, episode.opened_at)
    told = {"ends_by": until.isoformat(), "before": before.isoformat()}
    if episode.status == CrisisStatus.HANDOVER_DUE and episode.handover_due_at > now:
        step.move(CrisisStatus.ACTIVE, CRISIS_TRANSITIONS, EXTENDED, **told)
    else:
        step.event(Kind.CRISIS_EXTENDED, **told)
    step.save()
    return episode


@transaction.atomic
def close(
    *, episode_id: UUID, by: Actor, outcome: str, avoided_admission: str, expected_version: int | None = None
) -> CrisisEpisode:
    """End the support and its referral together, and count the avoided admission when a rule says so."""

    def check(actor: Actor, found: CrisisEpisode) -> None:
        policies.check_can_close(actor, found, timezone.now(), outcome)

    step = _take("close", episode_id, by, expected_version, check)
    episode: CrisisEpisode = step.subject
    referral = referrals.complete(
        referral_id=episode.referral_id,
        by=by,
        outcome=Outcome(outcome),
        avoided_admission=AvoidedAdmission(avoided_admission),
        next_step=next_words(episode),
    )
    episode.outcome, episode.avoided_admission = referral.outcome, referral.avoided_admission
    episode.closed_at = max(referral.closed_at or step.at, episode.opened_at)
    step.move(CrisisStatus.CLOSED, CRISIS_TRANSITIONS, CRISIS_EVENTS, **_told(episode))
    claims.claim(step, referral)
    step.save()
    return episode


def _told(episode: CrisisEpisode) -> dict[str, Any]:
    return {
        "outcome": episode.outcome,
        "avoided_admission": episode.avoided_admission,
        "closed_at": episode.closed_at.isoformat() if episode.closed_at else "",
        "next_step": episode.next_step,
        "service": str(episode.service_id),
    }
