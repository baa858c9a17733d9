"""Writing and taking back the claim of an avoided admission, as part of the step that ends or reopens an episode."""

from audit.events import Kind
from homefirst.avoided import Ended, rule_for
from homefirst.models import AvoidedAdmissionClaim, CrisisEpisode
from homefirst.steps import StepInHand
from referrals.models import Referral


def claim(step: StepInHand, referral: Referral) -> AvoidedAdmissionClaim | None:
    """Count the episode in hand when a rule says so. An episode has one claim, however often it ended."""
    episode: CrisisEpisode = step.subject
    rule = rule_for(
        Ended(
            outcome=episode.outcome,
            answer=episode.avoided_admission,
            urgency=referral.urgency,
            needs=frozenset(referral.needs),
            at=episode.closed_at or step.at,
        )
    )
    if rule is None:
        return None
    told = {"rule": rule.slug, "rule_version": rule.version, "grade": rule.grade, "occurred_at": episode.closed_at}
    made, _ = AvoidedAdmissionClaim.objects.update_or_create(
        episode=episode, defaults=told | {"voided_at": None, "void_reason": ""}
    )
    step.event(
        Kind.AVOIDED_ADMISSION_CLAIMED,
        claim=str(made.pk),
        rule=rule.slug,
        rule_version=rule.version,
        grade=rule.grade.value,
        occurred_at=made.occurred_at.isoformat(),
        service=str(episode.service_id),
    )
    return made


def take_back(step: StepInHand, reason: str) -> None:
    """Void the standing claim of the episode in hand, if there is one."""
    standing = AvoidedAdmissionClaim.objects.filter(episode=step.subject.pk, voided_at=None).first()
    if standing is None:
        return
    standing.voided_at, standing.void_reason = step.at, reason
    standing.save(update_fields=["voided_at", "void_reason"])
    step.event(Kind.AVOIDED_ADMISSION_VOIDED, claim=str(standing.pk), service=str(step.subject.service_id))
