"""Reablement and follow-ups: whoever is in it today by the portal's own sweep, and some of each month before.

The history is written as the sweep and the team would have written it; its size does not grow with the referrals.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from audit.events import Kind, event, record_all
from audit.models import Event
from directory.codes import Channel, ServiceKind
from homefirst.actions.reablement_following import DAY_91, FROM_HOSPITAL_WITHIN, USUAL_LENGTH, follow_referral
from homefirst.codes import FollowUpOutcome, Pathway, ReablementOutcome
from homefirst.following_reablement import FOLLOWER, LOOK_BACK, out_of_line, reablement_keep_up
from homefirst.models import Act, DischargeCase, FollowUp91, FollowUpAttempt, Goal, ReablementEpisode, WeeklyReview
from homefirst.states import ReablementStatus
from referrals.codes import Direction
from referrals.models import Referral
from referrals.states import Status
from synthetic.dice import Dice
from synthetic.home_first import discharge, finished

if TYPE_CHECKING:
    from synthetic.home_first import Scene

MOST_A_MONTH = 40
WORKED_ON = 80
TOLD = 0.6
HAPPENED = timedelta(days=4)
"""A first visit so long ago that the way home before it is over."""
WEEK = timedelta(days=7)
GOALS = (
    "Make a hot drink without help",
    "Wash and dress in the morning",
    "Walk to the corner shop",
    "Climb the stairs to bed",
    "Take medicines without a reminder",
    "Get in and out of the bath",
    "Heat up a meal",
)
OUTCOMES = {"independent": 45, "less": 15, "same": 14, "more": 12, "admitted": 7, "died": 3, "stopped": 4}
FOUND = {"home": 74, "not_home": 9, "died": 7, "unknown": 6, "": 4}
NOTES = ("Spoke with the person.", "Spoke with a daughter.", "Visited.", "The practice could say.")


@dataclass
class Rows:
    """What is written at the end, in few statements."""

    goals: list[Goal] = field(default_factory=list)
    reviews: list[WeeklyReview] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    follow_ups: list[FollowUp91] = field(default_factory=list)
    attempts: list[FollowUpAttempt] = field(default_factory=list)

    def act(self, subject: Any, verb: str, by: Actor, at: datetime, *, moved: tuple[str, str] = ("", "")) -> None:
        """One more act on a subject, which raises its version."""
        subject.version += 1
        subject.updated_at = at
        about = {"patient_id": subject.patient_id, "from_status": moved[0], "to_status": moved[1]}
        self.acts.append(Act.of(subject, verb, by=by, at=at, **about))

    def tell(self, kind: Kind, by: Actor, subject: Any, at: datetime, **data: Any) -> None:
        """The event that belongs to an act."""
        self.events.append(event(kind, by=by, subject=subject, patient_id=subject.patient_id, at=at, **data))

    def write(self, episodes: list[ReablementEpisode]) -> None:
        """Everything, episodes first."""
        ReablementEpisode.objects.bulk_create(episodes, batch_size=1000)
        self.write_rest()

    def write_rest(self) -> None:
        """Everything but the episodes."""
        for model, rows in (
            (Goal, self.goals),
            (WeeklyReview, self.reviews),
            (FollowUp91, self.follow_ups),
            (FollowUpAttempt, self.attempts),
            (Act, self.acts),
        ):
            model.objects.bulk_create(rows, batch_size=1000)
        record_all(sorted(self.events, key=lambda told: told.occurred_at))


def fill(scene: "Scene") -> None:
    """Make them."""
    ended = list(_ended(scene))
    discharge.before_reablement(scene, _from_wards(scene, ended))
    _history(scene, ended)
    _follow(scene)
    _work(scene)


def _ended(scene: "Scene") -> Iterator[Referral]:
    """Those that history is told of."""
    ended = finished.met_and_ended(
        status=Status.COMPLETED, service__kind=ServiceKind.REABLEMENT, reablement_episode=None
    )
    people = ended.select_related("patient", "place")
    return finished.sample(people, scene, look_back=LOOK_BACK, most_a_month=MOST_A_MONTH)


def _from_wards(scene: "Scene", ended: list[Referral]) -> Iterator[Referral]:
    """Most of those who came from a ward, whose way home is told as well."""
    running = Referral.objects.filter(
        status=Status.IN_SERVICE, service__kind=ServiceKind.REABLEMENT, first_contact_at__isnull=False
    )
    for referral in (*running.select_related("patient", "place").order_by("first_contact_at", "id"), *ended):
        person, met = referral.patient, referral.first_contact_at
        if not _from_hospital(referral) or met is None or met > scene.now - HAPPENED:
            continue
        if not person.restricted and person.merged_into_id is None and scene.dice.yes(TOLD):
            yield referral


def _follow(scene: "Scene") -> None:
    """What the sweep would have done minutes after each first visit."""
    for pk, met in Referral.objects.filter(pk__in=out_of_line(scene.now)).values_list("pk", "first_contact_at"):
        follow_referral(referral_id=pk, by=FOLLOWER, now=met)
    while reablement_keep_up(scene.now):
        pass


def _worker(scene: "Scene", team_id: UUID | None) -> Actor:
    found = scene.staff.by_team.get(team_id) if team_id else None
    return found[0] if found else FOLLOWER


def _ways_home() -> dict[UUID, list[DischargeCase]]:
    """Ways home on pathway 1 by person, the latest first."""
    found: dict[UUID, list[DischargeCase]] = defaultdict(list)
    left = DischargeCase.objects.filter(pathway=Pathway.P1, discharged_at__isnull=False)
    for case in left.order_by("-discharged_at", "id").only("patient_id", "discharged_at"):
        found[case.patient_id].append(case)
    return found


def _way_home(referral: Referral, ways: Iterable[DischargeCase]) -> DischargeCase | None:
    """The one that the portal's own sweep would find."""
    met = referral.first_contact_at
    span = (met - FROM_HOSPITAL_WITHIN, met + timedelta(days=1)) if met else None
    return next((case for case in ways if span and span[0] <= case.discharged_at <= span[1]), None)


def _history(scene: "Scene", ended: list[Referral]) -> None:
    rows, episodes, ways = Rows(), [], _ways_home()
    for referral in ended:
        worker = _worker(scene, referral.team_id)
        episode = _episode(referral, scene.dice)
        episode.discharge = _way_home(referral, ways[referral.patient_id])
        rows.act(episode, "start", FOLLOWER, episode.started_at, moved=("", ReablementStatus.ACTIVE))
        rows.tell(Kind.REABLEMENT_STARTED, FOLLOWER, episode, episode.started_at, referral=str(referral.pk))
        _weeks(rows, episode, worker, scene.dice, episode.ended_at or scene.now)
        rows.act(episode, "end", worker, episode.ended_at, moved=(ReablementStatus.ACTIVE, ReablementStatus.ENDED))
        rows.tell(Kind.REABLEMENT_ENDED, worker, episode, episode.ended_at, outcome=episode.outcome)
        if episode.discharge or _from_hospital(referral):
            _follow_up(rows, episode, worker, scene)
        episodes.append(episode)
    rows.write(episodes)


def _from_hospital(referral: Referral) -> bool:
    return referral.direction == Direction.STEP_DOWN or referral.channel == Channel.WARD


def _episode(referral: Referral, dice: Dice) -> ReablementEpisode:
    """One that has ended with its referral."""
    since = referral.first_contact_at
    outcome = "died" if referral.outcome == "died" else dice.pick(OUTCOMES)
    before = Decimal(dice.choice((0, 0, 3.5, 7, 7, 10.5, 14)))
    return ReablementEpisode(
        version=0,
        **finished.columns(referral, since),
        status=ReablementStatus.ENDED,
        started_at=since,
        planned_end=timezone.localdate(since) + USUAL_LENGTH,
        review_due=timezone.localdate(since) + WEEK,
        hours_before=before,
        hours_now=_goes_on(outcome, before),
        ended_at=max(referral.closed_at, since),
        outcome=outcome,
    )


def _goes_on(outcome: str, before: Decimal) -> Decimal:
    """Hours a week after the end."""
    if outcome == ReablementOutcome.INDEPENDENT:
        return Decimal(0)
    change = {ReablementOutcome.LESS: Decimal(-2), ReablementOutcome.MORE: Decimal("3.5")}
    return max(Decimal(0), before + change.get(ReablementOutcome(outcome), Decimal(0)))


def _weeks(rows: Rows, episode: ReablementEpisode, by: Actor, dice: Dice, until: datetime) -> None:
    """Goals at the first visit, then a review a week, with hours that come down."""
    start, last = Decimal(dice.choice((14, 17.5, 21))), episode.hours_now or Decimal(0)
    for text in dice.sample(GOALS, dice.randint(1, 3)):
        settled = episode.ended_at is not None
        met = until if settled and dice.yes(0.7) else None
        rows.goals.append(
            Goal(episode=episode, text=text, added_at=episode.started_at, met_at=met,
                 given_up_at=until if settled and met is None else None)
        )  # fmt: skip
        rows.act(episode, "add_goal", by, episode.started_at)
    weeks = int((until - episode.started_at) / WEEK)
    for number in range(1, weeks + 1):
        at = episode.started_at + number * WEEK
        share = Decimal(number) / Decimal(weeks + 1)
        hours = (start + (last - start) * share).quantize(Decimal("0.1"))
        rows.reviews.append(WeeklyReview(episode=episode, at=at, hours=hours, by_id=by.id, by_name=by.name, note=""))
        rows.act(episode, "review", by, at)
        rows.tell(Kind.REABLEMENT_REVIEWED, by, episode, at, hours=str(hours))


def _follow_up(rows: Rows, episode: ReablementEpisode, by: Actor, scene: "Scene") -> None:
    """Asked on day 91 or soon after; a few nobody has called yet."""
    left = timezone.localdate(episode.discharge.discharged_at if episode.discharge else episode.started_at)
    follow_up = FollowUp91(
        version=0, created_at=episode.started_at, updated_at=episode.started_at, episode=episode,
        patient_id=episode.patient_id, team_id=episode.team_id, discharged_on=left, due_on=left + DAY_91,
    )  # fmt: skip
    rows.follow_ups.append(follow_up)
    rows.act(follow_up, "start", FOLLOWER, episode.started_at)
    rows.tell(Kind.FOLLOW_UP_DUE, FOLLOWER, follow_up, episode.started_at, due_on=follow_up.due_on.isoformat())
    at = timezone.make_aware(datetime.combine(follow_up.due_on, time(10))) + timedelta(hours=scene.dice.randint(0, 78))
    found = scene.dice.pick(FOUND)
    if at >= scene.now or not found:
        return
    follow_up.outcome, follow_up.recorded_at = found, at
    for number in (1, 2) if found == FollowUpOutcome.UNKNOWN else (1,):
        _attempt(rows, follow_up, by, at, number, scene.dice)
    rows.tell(Kind.FOLLOW_UP_RECORDED, by, follow_up, at, outcome=found, due_on=follow_up.due_on.isoformat())


def _attempt(rows: Rows, follow_up: FollowUp91, by: Actor, at: datetime, number: int, dice: Dice) -> None:
    reached = follow_up.outcome != FollowUpOutcome.UNKNOWN
    rows.attempts.append(
        FollowUpAttempt(
            follow_up=follow_up, number=number, at=at, reached=reached, by_kind=by.kind,
            by_id=by.id if by.is_person else None, note=dice.choice(NOTES) if reached else "No answer.",
        )
    )  # fmt: skip
    rows.act(follow_up, "attempt", by, at)
    rows.tell(Kind.FOLLOW_UP_ATTEMPTED, by, follow_up, at, number=number, reached=reached)


def _work(scene: "Scene") -> None:
    """Goals, hours and weekly reviews of those who are in it today; the last review of some is overdue."""
    running = ReablementEpisode.objects.running().filter(status=ReablementStatus.ACTIVE, version=1)
    episodes = list(running.order_by("started_at", "id")[:WORKED_ON])
    rows = Rows()
    for episode in episodes:
        episode.hours_before = Decimal(scene.dice.choice((0, 0, 3.5, 7, 10.5)))
        episode.hours_now = Decimal(scene.dice.choice((3.5, 7, 10.5)))
        skipped = WEEK if scene.dice.yes(0.2) else timedelta(0)
        _weeks(rows, episode, _worker(scene, episode.team_id), scene.dice, scene.now - skipped)
        done = max(0, int((scene.now - skipped - episode.started_at) / WEEK))
        episode.review_due = timezone.localdate(episode.started_at) + (done + 1) * WEEK
        mine = [one for one in rows.reviews if one.episode is episode]
        episode.hours_now = mine[-1].hours if mine else Decimal(14)
    columns = ["hours_before", "hours_now", "review_due", "version", "updated_at"]
    ReablementEpisode.objects.bulk_update(episodes, columns, batch_size=500)
    rows.write_rest()
