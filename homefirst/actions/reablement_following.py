"""Reablement follows its referral: one episode for each referral whose first visit was made by a reablement team."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor
from audit.events import Kind
from directory.codes import Channel, ServiceKind
from homefirst.codes import Pathway, ReablementOutcome
from homefirst.models import DischargeCase, FollowUp91, ReablementEpisode
from homefirst.states import REABLEMENT_EVENTS, REABLEMENT_TRANSITIONS, ReablementStatus
from homefirst.steps import StepInHand
from patients.models import Relationship
from referrals.codes import Direction, Outcome
from referrals.models import Referral
from referrals.states import Status

USUAL_LENGTH = timedelta(weeks=6)
FIRST_REVIEW = timedelta(days=7)
DAY_91 = timedelta(days=91)
FROM_HOSPITAL_WITHIN = timedelta(days=14)
OUTCOMES: dict[str, ReablementOutcome] = {
    Outcome.AT_HOME_NO_SUPPORT: ReablementOutcome.INDEPENDENT,
    Outcome.VIRTUAL_WARD: ReablementOutcome.MORE,
    Outcome.COMMUNITY_BED: ReablementOutcome.MORE,
    Outcome.CARE_HOME: ReablementOutcome.MORE,
    Outcome.ADMITTED: ReablementOutcome.ADMITTED,
    Outcome.DIED: ReablementOutcome.DIED,
}
EARLY_ENDS = {Status.DIED: ReablementOutcome.DIED, Status.ESCALATED_999: ReablementOutcome.ADMITTED}


@transaction.atomic
def follow_referral(*, referral_id: UUID, by: Actor, now: datetime) -> ReablementEpisode | None:
    """Bring the episode of a referral in line with it; None when it is already, or somebody has the referral open."""
    referral = _locked(referral_id, by)
    if referral is None:
        return None
    episode = ReablementEpisode.objects.visible_to(by).lock().filter(referral=referral.pk).first()
    if _runs(referral):
        return _start(referral, episode, by, now)
    if episode is None and _was_missed(referral):
        episode = _start(referral, None, by, now)
    if episode is None or episode.status != ReablementStatus.ACTIVE:
        return None
    return _stop(referral, episode, by, now)


def _locked(referral_id: UUID, by: Actor) -> Referral | None:
    rows = Referral.objects.visible_to(by).select_related("service", "team", "patient")
    return rows.select_for_update(of=("self",), skip_locked=True).filter(pk=referral_id).first()


def _is_reablement(referral: Referral) -> bool:
    return referral.service is not None and referral.service.kind == ServiceKind.REABLEMENT


def _runs(referral: Referral) -> bool:
    return referral.status == Status.IN_SERVICE and _is_reablement(referral)


def _was_missed(referral: Referral) -> bool:
    """Visited and finished before anybody looked."""
    visited = referral.first_contact_at is not None
    return referral.status == Status.COMPLETED and visited and _is_reablement(referral)


def _start(referral: Referral, episode: ReablementEpisode | None, by: Actor, now: datetime) -> ReablementEpisode | None:
    """Open the episode, take it up again, or hand it to the team that has the referral now."""
    if episode is not None and episode.status == ReablementStatus.ACTIVE:
        return _hand_over(referral, episode, by, now)
    if episode is None:
        episode = _new(referral)
        step = StepInHand(episode, "start", by, now, patient_id=episode.patient_id)
    else:
        step = StepInHand(episode, "take_up_again", by, now, patient_id=episode.patient_id)
        episode.ended_at, episode.outcome, episode.outcome_note = None, "", ""
        episode.review_due = timezone.localdate(now) + FIRST_REVIEW
    _hand(referral, episode)
    step.move(ReablementStatus.ACTIVE, REABLEMENT_TRANSITIONS, REABLEMENT_EVENTS, referral=str(referral.pk))
    step.save()
    _relate(episode, now)
    _follow_up(referral, episode, by, now)
    return episode


def _hand(referral: Referral, episode: ReablementEpisode) -> None:
    """The service and team that have the referral now."""
    episode.service = referral.service or episode.service
    episode.team = referral.team


def _hand_over(referral: Referral, episode: ReablementEpisode, by: Actor, now: datetime) -> ReablementEpisode | None:
    """Moved between two sweeps to another reablement team."""
    if (episode.service_id, episode.team_id) == (referral.service_id, referral.team_id):
        return None
    step = StepInHand(episode, "hand_over", by, now, patient_id=episode.patient_id)
    _hand(referral, episode)
    step.event(Kind.REABLEMENT_UPDATED, service=str(referral.service_id))
    step.save()
    _relate(episode, now)
    return episode


def _new(referral: Referral) -> ReablementEpisode:
    met = referral.first_contact_at or referral.updated_at
    day = timezone.localdate(met)
    return ReablementEpisode(
        referral=referral,
        patient_id=referral.patient_id,
        place_id=referral.place_id,
        discharge=_discharge(referral, met),
        status="",
        started_at=met,
        planned_end=day + USUAL_LENGTH,
        review_due=day + FIRST_REVIEW,
    )


def _discharge(referral: Referral, met: datetime) -> DischargeCase | None:
    """The person's latest way home on pathway 1, when it ended at most 14 days before the first visit."""
    kept = referral.patient.merged_into_id or referral.patient_id
    person = Q(patient=referral.patient_id) | Q(patient=kept) | Q(patient__merged_into=kept)
    cases = DischargeCase.objects.filter(person, pathway=Pathway.P1, discharged_at__lte=met + timedelta(days=1))
    return cases.filter(discharged_at__gte=met - FROM_HOSPITAL_WITHIN).order_by("-discharged_at").first()


def _relate(episode: ReablementEpisode, now: datetime) -> None:
    """Everybody who employs the team may open the person."""
    employers = {episode.service.organisation_id}
    if episode.team is not None:
        employers |= {episode.team.organisation_id, *episode.team.shared_employers.values_list("pk", flat=True)}
    rows = [
        Relationship(patient_id=episode.patient_id, organisation_id=one, kind=Relationship.Kind.CARE, since=now)
        for one in sorted(employers)
    ]
    Relationship.objects.bulk_create(rows, ignore_conflicts=True)


def _follow_up(referral: Referral, episode: ReablementEpisode, by: Actor, now: datetime) -> None:
    """Whoever came from hospital is asked after on day 91; from the first visit where the day of leaving is unknown."""
    left = _left_hospital(referral, episode)
    if left is None or FollowUp91.objects.filter(episode=episode.pk).exists():
        return
    follow_up = FollowUp91(
        episode=episode,
        patient_id=episode.patient_id,
        team_id=episode.team_id,
        discharged_on=left,
        due_on=left + DAY_91,
    )
    step = StepInHand(follow_up, "start", by, now, patient_id=episode.patient_id)
    step.event(Kind.FOLLOW_UP_DUE, due_on=follow_up.due_on.isoformat())
    step.save()


def _left_hospital(referral: Referral, episode: ReablementEpisode) -> date | None:
    if episode.discharge is not None and episode.discharge.discharged_at is not None:
        return timezone.localdate(episode.discharge.discharged_at)
    if referral.direction == Direction.STEP_DOWN or referral.channel == Channel.WARD:
        return timezone.localdate(episode.started_at)
    return None


def _stop(referral: Referral, episode: ReablementEpisode, by: Actor, now: datetime) -> ReablementEpisode:
    """The first visit was taken back, or the referral has ended or moved on."""
    taken_back = referral.first_contact_at is None
    step = StepInHand(episode, "void" if taken_back else "end", by, now, patient_id=episode.patient_id)
    episode.ended_at = max(referral.closed_at or referral.updated_at, episode.started_at)
    if taken_back:
        step.move(ReablementStatus.VOID, REABLEMENT_TRANSITIONS, REABLEMENT_EVENTS)
    else:
        episode.outcome = _outcome(referral, episode)
        step.move(ReablementStatus.ENDED, REABLEMENT_TRANSITIONS, REABLEMENT_EVENTS, outcome=episode.outcome)
    step.save()
    return episode


def _outcome(referral: Referral, episode: ReablementEpisode) -> str:
    """What the referral's end means for reablement; hours decide where the person goes on with support."""
    if referral.status != Status.COMPLETED:
        return EARLY_ENDS.get(Status(referral.status), ReablementOutcome.STOPPED)
    if referral.outcome != Outcome.AT_HOME_WITH_SUPPORT:
        return OUTCOMES.get(referral.outcome, ReablementOutcome.STOPPED)
    if episode.hours_before is None or episode.hours_now is None or episode.hours_now > episode.hours_before:
        return ReablementOutcome.MORE
    return ReablementOutcome.SAME if episode.hours_now == episode.hours_before else ReablementOutcome.LESS
