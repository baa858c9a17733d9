"""Crisis episodes and the rota: everybody who is supported now, a history of those who were, and who works when.

Who is supported now follows from referrals by the portal's own sweep. The history is written as that sweep would have
written it, some of each month, so that its size does not grow with the number of referrals.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts.actors import Actor
from audit.events import Kind, event, record_all
from audit.models import Event
from directory.clock_policies import PolicyTable
from directory.codes import ServiceKind
from directory.models import Service
from homefirst.actions import crisis as actions
from homefirst.avoided import Ended, rule_for
from homefirst.codes import NextStep
from homefirst.crisis import CRISIS_KINDS, ENDED_AS, policy_for, term
from homefirst.following_crisis import FOLLOWING, LOOK_BACK, crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode
from homefirst.states import CrisisStatus
from referrals.clocks import forget_policies, policies
from referrals.codes import Outcome
from referrals.models import Referral
from synthetic import shares
from synthetic.home_first import finished, rota

if TYPE_CHECKING:
    from synthetic.dice import Dice
    from synthetic.home_first import Scene

MOST_A_MONTH = 60
PLANNED_LIVE = 40
"""So many of those supported now have a plan, made by the real actions."""

FOLLOWS = {
    Outcome.REABLEMENT: NextStep.REABLEMENT,
    Outcome.VIRTUAL_WARD: NextStep.VIRTUAL_WARD,
    Outcome.COMMUNITY_BED: NextStep.COMMUNITY_BED,
    Outcome.AT_HOME_WITH_SUPPORT: NextStep.PACKAGE,
    Outcome.AT_HOME_NO_SUPPORT: NextStep.NOTHING,
    Outcome.ADMITTED: NextStep.HOSPITAL,
}
PLANS = {NextStep.REABLEMENT: 4, NextStep.COMMUNITY_NURSING: 3, NextStep.VIRTUAL_WARD: 2, NextStep.PACKAGE: 1}
REASONS = (
    "Reablement cannot start before the weekend. Visits go on until then.",
    "The equipment comes tomorrow. It is not safe to stop before.",
    "A family member travels here to take over.",
)


def fill(scene: "Scene") -> None:
    """Make them."""
    forget_policies()
    _history(scene)
    crisis_keep_up(scene.now)
    _plans(scene)
    rota.fill(scene)


def _history(scene: "Scene") -> None:
    """Episodes, acts, claims and events of referrals that have ended."""
    table, leads = policies(), _leads(scene)
    nights = Service.objects.in_force().filter(kind=ServiceKind.NIGHT_NURSING).first()
    rows: list[tuple[CrisisEpisode, Referral]] = []
    ended = finished.met_and_ended(service__kind__in=CRISIS_KINDS, crisis_episode=None).select_related("service")
    for referral in finished.sample(ended, scene, look_back=LOOK_BACK, most_a_month=MOST_A_MONTH):
        episode = _ended_episode(referral, table, scene.dice, nights, leads.get(referral.team_id))
        if episode is not None:
            rows.append((episode, referral))
    CrisisEpisode.objects.bulk_create([episode for episode, _ in rows], batch_size=1000)
    Act.objects.bulk_create(
        [act for episode, _ in rows for act in _acts(episode, leads.get(episode.team_id))], batch_size=2000
    )
    claims = [claim for episode, referral in rows if (claim := _claim(episode, referral))]
    AvoidedAdmissionClaim.objects.bulk_create(claims, batch_size=1000)
    claimed = {claim.episode_id: claim for claim in claims}
    record_all(told for episode, referral in rows for told in _events(episode, referral, claimed.get(episode.pk)))


def _leads(scene: "Scene") -> dict[Any, Actor]:
    """Who could approve more time, by team."""
    return {
        team: next((one for one in found if one.role == "service_lead"), found[0])
        for team, found in scene.staff.by_team.items()
    }


def _ended_episode(
    referral: Referral, table: PolicyTable, dice: "Dice", nights: Service | None, lead: Actor | None
) -> CrisisEpisode | None:
    policy = policy_for(referral, table)
    since, until = referral.first_contact_at, referral.closed_at
    if policy is None or since is None or until is None or referral.service_id is None:
        return None
    length = term(policy, since)
    outcome = referral.outcome or ENDED_AS.get(referral.status, "")
    follows = FOLLOWS.get(Outcome(outcome)) if outcome else None
    late = until > length.ends_by and lead is not None and dice.yes(shares.MORE_TIME_APPROVED)
    covered = nights if until - since > timedelta(hours=10) and dice.yes(0.8) else None
    ends_by = until + timedelta(hours=2) if late else length.ends_by
    return CrisisEpisode(
        version=3 if late else 2,
        **finished.columns(referral, since) | {"updated_at": until},
        status=CrisisStatus.CLOSED,
        policy_id=policy.id,
        opened_at=since,
        handover_due_at=length.handover_due_at,
        ends_by=ends_by,
        clinician_id=referral.worker_id,
        night_cover=covered,
        next_step=follows or "",
        next_step_at=until if follows and follows != NextStep.NOTHING else None,
        extended_by_id=lead.id if late and lead else None,
        extension_reason=dice.choice(REASONS) if late else "",
        closed_at=max(until, since),
        outcome=outcome,
        avoided_admission=referral.avoided_admission,
    )


def _acts(episode: CrisisEpisode, lead: Actor | None) -> Iterable[Act]:
    """Opened and ended, as the sweep would have written it; with the approval of more time between."""
    told: list[tuple[str, str, str, Any, Actor, str]] = [
        ("open", "", CrisisStatus.ACTIVE, episode.opened_at, FOLLOWING, ""),
        ("close", CrisisStatus.ACTIVE, CrisisStatus.CLOSED, episode.closed_at, FOLLOWING, ""),
    ]
    if episode.extended_by_id and lead is not None:
        told.insert(1, ("extend", "", "", episode.handover_due_at, lead, episode.extension_reason))
    for version, (verb, before, after, at, by, reason) in enumerate(told, start=1):
        moved = {"from_status": before, "to_status": after, "version": version, "reason": reason}
        yield Act.of(episode, verb, by=by, at=at, patient_id=episode.patient_id, **moved)


def _claim(episode: CrisisEpisode, referral: Referral) -> AvoidedAdmissionClaim | None:
    at = episode.closed_at or episode.opened_at
    facts = Ended(episode.outcome, episode.avoided_admission, referral.urgency, frozenset(referral.needs), at)
    rule = rule_for(facts)
    if rule is None:
        return None
    return AvoidedAdmissionClaim(
        episode=episode, rule=rule.slug, rule_version=rule.version, grade=rule.grade, occurred_at=at
    )


def _events(episode: CrisisEpisode, referral: Referral, claim: AvoidedAdmissionClaim | None) -> Iterator[Event]:
    service = str(episode.service_id)
    opened, closed = episode.opened_at, episode.closed_at or episode.opened_at
    about: dict[str, Any] = {"by": FOLLOWING, "subject": episode, "patient_id": episode.patient_id}
    times = {"opened_at": opened.isoformat(), "ends_by": episode.ends_by.isoformat()}
    yield event(Kind.CRISIS_OPENED, **about, at=opened, referral=str(referral.pk), service=service, **times)
    ended = {"outcome": episode.outcome, "avoided_admission": episode.avoided_admission}
    yield event(Kind.CRISIS_CLOSED, **about, at=closed, service=service, closed_at=closed.isoformat(), **ended)
    if claim is not None:
        counted = {"claim": str(claim.pk), "rule": claim.rule, "rule_version": claim.rule_version}
        grade = str(claim.grade)
        occurred = closed.isoformat()
        yield event(
            Kind.AVOIDED_ADMISSION_CLAIMED,
            **about,
            at=closed,
            service=service,
            grade=grade,
            occurred_at=occurred,
            **counted,
        )


def _plans(scene: "Scene") -> None:
    """Plans for most of those supported now, made by their own teams with the real actions."""
    nights = Service.objects.in_force().filter(kind=ServiceKind.NIGHT_NURSING).first()
    rows = CrisisEpisode.objects.running().filter(team__in=list(scene.staff.by_team))
    for episode in rows.order_by("opened_at", "id")[:PLANNED_LIVE]:
        by = scene.dice.choice(scene.staff.by_team[episode.team_id])
        if episode.ends_by < scene.now and scene.dice.yes(0.5):
            until, why = _on_the_hour(scene.now) + timedelta(hours=20), scene.dice.choice(REASONS)
            actions.extend(episode_id=episode.pk, by=scene.staff.by_role["shift_lead"][0], until=until, reason=why)
        if nights and scene.dice.yes(0.7):
            actions.name_night_cover(episode_id=episode.pk, by=by, service_id=nights.pk)
        if scene.dice.yes(0.6):
            starts = max(scene.now, episode.opened_at) + timedelta(hours=scene.dice.randint(6, 40))
            step = scene.dice.pick(PLANS)
            actions.plan_next_step(episode_id=episode.pk, by=by, next_step=step, at=_on_the_hour(starts))


def _on_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
