"""One way out of hospital, told as rows: the case, its waiting and who owns it, agreements, tasks, what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.actors import Actor
from audit.events import Kind, event
from homefirst.codes import Destination, Support, TaskKind
from homefirst.models import (
    Act,
    Agreement,
    DelaySpell,
    DischargeCase,
    DischargeTask,
    Readiness,
    TransferAnswer,
)
from homefirst.states import DISCHARGE_EVENTS, WAITING_TO_LEAVE, DischargeStatus
from homefirst.waiting import FIRST_REASON
from pages.words import moment
from patients.models import Patient, Relationship

if TYPE_CHECKING:
    from synthetic.home_first.discharge import Place, World

S = DischargeStatus
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAYS = {
    0: ((Destination.USUAL_HOME, Support.SAME), (Destination.USUAL_HOME, Support.NONE)),
    1: ((Destination.USUAL_HOME, Support.NEW), (Destination.USUAL_HOME, Support.SHORT_TERM)),
    2: ((Destination.COMMUNITY_BED, Support.SHORT_TERM),),
    3: ((Destination.NEW_CARE_HOME, Support.NEW),),
}
WARDS = ("Ward 10", "Ward 17", "Ward 23", "Ward 31")
NOT_HOME = {2: "Needs nursing and therapy through the night for now.", 3: "Care at home is not safe any more."}
TASKS = (
    (TaskKind.EQUIPMENT, "Bring a hospital bed and commode"),
    (TaskKind.PACKAGE, "Arrange four calls a day"),
    (TaskKind.TRANSPORT, "Book transport with a stretcher"),
    (TaskKind.MEDICINES, "Medicines to take home for 14 days"),
)
SAID = {
    "functional-need": "Needs one person to wash and dress. Eats and drinks alone.",
    "medicines": "Two changes. Supplied for 14 days, in a tray.",
    "allergies": "None known",
    "access": "Key safe by the door. The hub has the code.",
    "contact": "The daughter, who lives near.",
    "equipment": "Walking frame at home.",
    "eating": "Ordinary diet. Skin intact.",
    "package-start": "First visit on the evening of the day.",
    "nhs-number": "On the record",
}
LATER_REASONS = {
    0: ("hospital-medicines", "hospital-transport"),
    1: ("interface-home-based", "interface-equipment", "capacity-social-care"),
    2: ("interface-bed-based", "capacity-bed-based"),
    3: ("capacity-care-home", "hub-funding"),
}


@dataclass(frozen=True, slots=True)
class Plot:
    """Where a story stands today."""

    status: DischargeStatus
    pathway: int = 1
    agreed: int = 2
    quarrel: bool = False
    tasks: int = 0
    disputed: bool = False
    late: bool = False
    missing: tuple[str, ...] = ()
    way: tuple[Destination, Support] | None = None


class Story:
    """Tells one case; rows go to the world, which writes them together."""

    def __init__(self, world: "World", place: "Place", person: Patient) -> None:
        self.world, self.place, self.person, self.dice = world, place, person, world.dice
        self.ward: Actor = self.dice.choice(world.wards)
        self.version = 0

    def tell_today(self, plot: Plot) -> None:
        """Open now."""
        waited = self.dice.minutes(60 * 16, 0.9) + HOUR
        left = self.world.now - self.dice.minutes(60 * 20, 0.4) if plot.status in (S.DISCHARGED, S.ASSESSED) else None
        ready = _by_day((left or self.world.now) - min(waited, 9 * DAY))
        self._begin(ready, plot)
        if plot.status not in (S.IDENTIFIED, S.PLANNING):
            self._wait(ready, left, plot)
            decided = self._decide(ready, plot)
            self._tasks(decided, plot, done=left)
            if left:
                self._leave(left, plot)
        self._transfer(but=("medicines", "allergies") if plot.status in (S.IDENTIFIED, S.PLANNING) else plot.missing)
        self._save()

    def tell_finished(self, ready: datetime, *, pathway: int) -> None:
        """Long over: left, usually seen at home, closed."""
        ready = _by_day(ready)
        plot = Plot(S.CLOSED, pathway=pathway, tasks=self.dice.choice((0, 1, 2)) if pathway else 0)
        median = {0: 3, 1: 20, 2: 60, 3: 120}[pathway]
        left = min(ready + self.dice.minutes(60 * median, 1.0) + HOUR, ready + 35 * DAY, self.world.now - 3 * DAY)
        self._tell_over(ready, _waking(left), plot)

    def tell_into_reablement(self, visit: datetime) -> None:
        """Long over: home with short-term support, hours before the first visit."""
        left = visit - self.dice.minutes(60 * 9, 0.6)
        left = min(left, _waking(left), visit - HOUR)
        ready = _by_day(left - min(self.dice.minutes(60 * 20, 1.0) + HOUR, 20 * DAY))
        way = (Destination.USUAL_HOME, Support.SHORT_TERM)
        self._tell_over(ready, left, Plot(S.CLOSED, pathway=1, tasks=self.dice.choice((0, 1, 2)), way=way))

    def _tell_over(self, ready: datetime, left: datetime, plot: Plot) -> None:
        self._begin(ready, plot)
        self._wait(ready, left, plot)
        self._tasks(self._decide(ready, plot), plot, done=left)
        self._leave(left, plot)
        self._transfer(but=())
        self._save()

    def _begin(self, ready: datetime, plot: Plot) -> None:
        admitted = ready - self.dice.minutes(60 * 24 * 6, 0.5) - 12 * HOUR
        early = plot.status in (S.IDENTIFIED, S.PLANNING)
        self.case = DischargeCase(
            status=plot.status, patient=self.person, place=self.place.area, hub=self.place.hub,
            hospital=self.dice.choice(self.world.hospitals), ward=self.dice.choice(WARDS),
            admitted_at=admitted, expected_on=((self.world.now + DAY) if early else ready).date(),
            owner_id=None if early else self.ward.id, ready_at=None if early else ready, synthetic=True,
            created_at=ready - 4 * HOUR, updated_at=ready,
        )  # fmt: skip
        involved = (self.case.hospital, self.place.council, self.place.hub.organisation)
        ids = {one.pk for one in involved} | {self.case.hospital.parent_id}
        self._relate(*sorted(one for one in ids if one))
        self._act("identify", S.IDENTIFIED, self.case.created_at, self.ward)
        if plot.status != S.IDENTIFIED:
            self._act("plan", S.PLANNING, self.case.created_at + HOUR, self.ward)

    def _relate(self, *organisations: Any) -> None:
        care, related = Relationship.Kind.CARE, self.world.related
        for pk in organisations:
            if (self.person.pk, pk) not in related:
                related.add((self.person.pk, pk))
                self.world.add(Relationship(patient=self.person, organisation_id=pk, kind=care))

    def _wait(self, ready: datetime, left: datetime | None, plot: Plot) -> None:
        """Readiness, and owners of its hours that cover it exactly."""
        self._act("ready", S.READY, ready, self.ward, ready_at=ready.isoformat())
        self.world.add(Readiness(case=self.case, span=DateTimeTZRange(ready, left)))
        hub = self.place.hub.organisation
        until = left or self.world.now
        changes = plot.status != S.READY and until - ready > 6 * HOUR
        split = ready + (until - ready) * self.dice.uniform(0.3, 0.7) if changes else None
        self._spell(hub, FIRST_REASON, ready, split or left)
        if split:
            owner = self.case.hospital.parent if plot.pathway == 0 else self.place.council
            state = "disputed" if plot.disputed else "agreed" if left else "attributed"
            self._spell(owner, self.dice.choice(LATER_REASONS[plot.pathway]), split, left, state)
            self._act("reattribute", "", split, self.world.nurse)

    def _spell(self, owner: Any, reason: str, start: datetime, end: datetime | None, state: str = "agreed") -> None:
        dispute = "We were first asked the day after." if state == "disputed" else ""
        self.world.add(
            DelaySpell(
                case=self.case, organisation=owner, reason=self.world.reasons[reason], span=DateTimeTZRange(start, end),
                state=state if end or state != "agreed" else "attributed", dispute=dispute,
            )
        )  # fmt: skip

    def _decide(self, ready: datetime, plot: Plot) -> datetime:
        """Who agreed to what; decided unless they quarrel or somebody is silent."""
        way = plot.way or self.dice.choice(WAYS[plot.pathway])
        who = [self.ward] if plot.pathway == 0 else [self.world.nurse, self.place.social_worker][: plot.agreed]
        at = ready
        for number, actor in enumerate(who):
            at = ready + (HOUR * (number + 1)) / 2
            differs = plot.quarrel and number == 1
            pathway, (destination, support) = (2, WAYS[2][0]) if differs else (plot.pathway, way)
            self._agree(actor, at, pathway, destination, support)
        if plot.status == S.READY:
            return at
        case = self.case
        case.pathway, (case.destination, case.support) = plot.pathway, way
        case.home_first_considered, case.decided_at = True, at
        case.not_home_reason = NOT_HOME.get(plot.pathway, "")
        self._event(Kind.DISCHARGE_PATHWAY_DECIDED, at, who[-1], pathway=plot.pathway, destination=way[0].value)
        return at

    def _agree(self, actor: Actor, at: datetime, pathway: int, destination: str, support: str) -> None:
        self.world.add(
            Agreement(
                case=self.case, organisation_id=actor.organisation_id, user_id=actor.id, user_name=actor.name,
                pathway=pathway, destination=destination, support=support, home_first_considered=True,
                not_home_reason=NOT_HOME.get(pathway, ""), at=at,
            )
        )  # fmt: skip
        self._act("agree", "", at, actor)

    def _tasks(self, decided: datetime, plot: Plot, *, done: datetime | None) -> None:
        """What had to happen, for the place's council and its partners."""
        for kind, title in self.dice.sample(TASKS, plot.tasks):
            due = decided + (3 * HOUR if plot.late else DAY)
            owner = self.place.council if kind != TaskKind.MEDICINES else self.case.hospital.parent
            task = DischargeTask(
                case=self.case, kind=kind, title=title, organisation=owner,
                due_at=due if done is None else min(due, done), done_at=done, version=1 if done is None else 2,
                created_at=decided, updated_at=done or decided,
            )  # fmt: skip
            self.world.add(task)
            self._act("add_task", "", decided, self.world.nurse)

    def _leave(self, left: datetime, plot: Plot) -> None:
        case = self.case
        case.discharged_at = left
        self._act("leave", S.DISCHARGED, left, self.ward, destination=case.destination, pathway=case.pathway)
        seen = left + min(self.dice.minutes(60 * 20, 0.4), 2 * DAY)
        if plot.status == S.ASSESSED or (plot.status == S.CLOSED and plot.pathway == 1 and self.dice.yes(0.85)):
            case.assessed_at = min(seen, self.world.now)
            self._act("at_home", S.ASSESSED, case.assessed_at, self.world.nurse)
        if plot.status == S.CLOSED:
            case.closed_at = seen + HOUR
            self._act("close", S.CLOSED, case.closed_at, self.world.nurse)

    def _transfer(self, *, but: tuple[str, ...]) -> None:
        """The data set: what is known by itself, and what the ward wrote."""
        case, written = self.case, 0
        for item in self.world.items:
            text = SAID.get(item.code, item.choices[0] if item.choices else "")
            if item.code == "ready-date":
                text = moment(case.ready_at) if case.ready_at else ""
            if item.code == "case-owner":
                text = self.ward.name if case.owner_id else ""
            if text and item.code not in but:
                written += 1
                at = case.created_at
                self.world.add(TransferAnswer(case=case, item=item, text=text, by_name=self.ward.name, at=at))
        case.transfer_complete = 100 * written // len(self.world.items)

    def _act(self, verb: str, to: str, at: datetime, by: Actor, **data: Any) -> None:
        """One verb, with the event of the status that it led to."""
        self.version += 1
        self.world.add(Act.of(self.case, verb, by=by, at=at, version=self.version, patient=self.person, to_status=to))
        if to:
            self._event(DISCHARGE_EVENTS[S(to)], at, by, **data)

    def _event(self, kind: Kind, at: datetime, by: Actor, **data: Any) -> None:
        about = {"place": str(self.place.area.pk), **data}
        self.world.add(event(kind, by=by, subject=self.case, patient_id=self.person.pk, at=at, **about))

    def _save(self) -> None:
        self.case.version = self.version
        if self.case.status in WAITING_TO_LEAVE:
            self.case.updated_at = self.world.now
        self.world.add(self.case)


def _waking(at: datetime) -> datetime:
    """People go home by day: what would fall into the night is moved to the next morning."""
    return at.replace(hour=10, minute=15) if at.hour < 8 else at


def _by_day(at: datetime) -> datetime:
    """Wards decide by day: what would fall into the night happened in the morning before."""
    return at if 8 <= at.hour < 18 else (at - DAY if at.hour < 8 else at).replace(hour=9 + at.hour % 4)
