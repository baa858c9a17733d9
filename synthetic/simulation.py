"""Two years in order of time: arrivals, stories and the portal's own sweep take turns on one queue."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from accounts.actors import ESCALATION
from audit.events import Kind, event
from directory.models import Organisation
from patients.models import Change, Patient
from referrals import actions
from referrals.states import OPEN
from synthetic import shares, sweeping
from synthetic.caring import care
from synthetic.choosing import Choice
from synthetic.desk import BatchDesk
from synthetic.dice import Dice
from synthetic.endings import draw_fate
from synthetic.finding import find_service
from synthetic.following import Following
from synthetic.phonebook import Phonebook
from synthetic.sending import send
from synthetic.staff import SYNTHETIC, Staff
from synthetic.story import Arrival, Somebody, Story, TheEnd, Turns
from synthetic.triaging import triage

REMEMBERED = 12
DUPLICATE_WITHIN = timedelta(hours=3)


class World:
    """What every story shares."""

    def __init__(self, book: Phonebook, staff: Staff, desk: BatchDesk, dice: Dice):
        self.book, self.staff, self.desk, self.dice = book, staff, desk, dice
        self.choice = Choice(book, dice)
        self.by_id: dict[UUID, Organisation] = {row.pk: row for row in book.organisations.values()}
        self.places = {area.pk: area for area in book.areas.values()}
        self.recent: deque[Story] = deque(maxlen=REMEMBERED)
        self.originals: dict[UUID, UUID] = {}
        self.handlers = frozenset(actor.id for actor in staff.by_role["spa_handler"])
        self.dead: dict[UUID, Patient] = {}
        self.bereaved: list[UUID] = []

    def council_of(self, patient: Patient) -> str:
        """The GSS code of the council with social care where the person lives."""
        return self.places[patient.place_id].gss_code

    def hours_of_care(self, service_id: UUID) -> Decimal | None:
        """Hours a week that somebody waits for, where care is counted in hours and somebody says how many."""
        between = shares.HALF_HOURS_OF_CARE.get(self.book.services[service_id].kind)
        if between is None or self.dice.yes(shares.HOURS_NOT_SAID):
            return None
        return Decimal(self.dice.randint(*between)) / 2

    def original_of(self, story: Story) -> UUID | None:
        """The open referral that this one repeats."""
        original = self.originals.get(story.referral.id)
        found = self.desk.files.get(original) if original else None
        return original if found and found.referral.status in OPEN else None

    def died(self, story: Story) -> None:
        """The person's record says so too; their other referrals are closed by the portal."""
        patient, on = story.person.patient, story.at.date()
        patient.deceased_at, patient.updated_at = on, story.at
        self.dead[patient.pk] = patient
        change = Change(
            patient_id=patient.pk,
            what=Change.What.DIED,
            before={"deceased_at": None},
            by_name=SYNTHETIC.label,
            by_id=SYNTHETIC.id,
            at=story.at,
        )
        told = {"subject": patient, "patient_id": patient.pk, "at": story.at, "on": on.isoformat()}
        self.desk.note(story.referral.id, change, event(Kind.PATIENT_DECEASED, by=SYNTHETIC, **told))
        self.bereaved.append(patient.pk)


class Simulation:
    """Runs stories until now."""

    def __init__(self, world: World, now: datetime, arrived: Callable[[int], None]):
        self.world, self.desk, self.now, self.arrived = world, world.desk, now, arrived
        self.order = count()
        self.queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.looks: dict[UUID, datetime] = {}
        self.following = Following(self)
        self.running: dict[UUID, Turns] = {}

    def run(self, arrivals: Iterable[Arrival], somebody: Callable[[], Somebody]) -> None:
        """Tell every story; what has not ended by now stays open. Nobody is referred after their death."""
        for number, arrival in enumerate(arrivals, 1):
            self.until(arrival.at)
            while arrival.person.patient.pk in self.world.dead:
                arrival.person = somebody()
            self.begin(arrival)
            self.arrived(number)
        self.until(self.now)
        self.desk.keep = None  # what is not over now is no whole story
        for referral_id in list(self.desk.files):
            self.desk.close(referral_id)

    def until(self, moment: datetime) -> None:
        """Everything that is due up to this moment."""
        while self.queue and self.queue[0][0] <= moment:
            at, _, happen = heappop(self.queue)
            self.desk.begin(at)
            happen(at)
            self._watch_places(at)
            self._follow_deaths(at)

    def at(self, moment: datetime, happen: Callable[[datetime], None]) -> None:
        """Let this happen then, unless that is after now."""
        if moment <= self.now:
            heappush(self.queue, (moment, next(self.order), happen))

    def begin(self, arrival: Arrival) -> None:
        """Send the referral and start its story."""
        story = Story(self.world, arrival)
        self.desk.begin(arrival.at)
        draw_fate(story)
        original = self._original(story) if story.fate == "duplicate" else None
        send(story)
        pk = story.referral.id
        if original is not None:
            self.world.originals[pk] = original.referral.id
        if not arrival.hold:
            self.world.recent.append(story)
        self.running[pk] = tell(story)
        self.desk.files[pk].today = bool(arrival.hold)
        self._turn(pk, arrival.at)

    def _original(self, story: Story) -> Story | None:
        """A referral just sent, whose person is referred once more by somebody else."""
        for earlier in reversed(self.world.recent):
            fresh = story.at - earlier.at < DUPLICATE_WITHIN and earlier.referral.status in OPEN
            if fresh and earlier.fate != "duplicate" and earlier.person.patient.pk not in self.world.dead:
                story.arrival = Arrival(story.at, earlier.person)
                return earlier
        story.fate = ""
        return None

    def _turn(self, pk: UUID, at: datetime) -> None:
        """The next turn of a story."""
        moment = next(self.running[pk], None)
        if moment is None:
            del self.running[pk]
        else:
            self.at(moment, lambda then: self._turn(pk, then))
        self.settle(pk, at)

    def settle(self, pk: UUID, at: datetime) -> None:
        """Put what the sweep will find on the queue, and what people will do; when nothing is left, close the file."""
        found = self.desk.files[pk]
        self.following.after(found, at)
        moment = sweeping.next_look(found, at)
        if moment is None:
            if pk not in self.running and found.referral.status not in OPEN and self.following.is_done(found, at):
                self.world.originals.pop(pk, None)
                self.looks.pop(pk, None)
                self.desk.close(pk)
            return
        if self.looks.get(pk) != moment:
            self.looks[pk] = moment
            self.at(moment, lambda then: self._look(pk, then))

    def _look(self, pk: UUID, at: datetime) -> None:
        found = self.desk.files.get(pk)
        if found is None or self.looks.get(pk) != at:
            return
        del self.looks[pk]
        sweeping.look(self.desk, found, at)
        self.settle(pk, at)

    def _watch_places(self, at: datetime) -> None:
        """Places that came free go to whoever waits, at the next sweep."""
        for service_id in sorted(self.desk.freed, key=self._slug):
            if self.desk.waiting.get(service_id):
                self.at(sweeping.sweep_at(at), lambda then, pk=service_id: self._fill(pk, then))
        self.desk.freed.clear()

    def _follow_deaths(self, at: datetime) -> None:
        """Other open referrals of somebody who died are closed at the next sweep."""
        while self.world.bereaved:
            patient_id = self.world.bereaved.pop()
            for pk, found in self.desk.files.items():
                if found.referral.patient_id == patient_id and found.referral.status in OPEN:
                    self.at(sweeping.sweep_at(at), lambda then, pk=pk: self._close_for_death(pk, then))

    def _close_for_death(self, pk: UUID, at: datetime) -> None:
        found = self.desk.files.get(pk)
        if found is not None and found.referral.status in OPEN:
            actions.record_death(referral_id=pk, by=ESCALATION, at=at)
            self.settle(pk, at)

    def _slug(self, service_id: UUID) -> str:
        return self.world.book.services[service_id].slug

    def _fill(self, service_id: UUID, at: datetime) -> None:
        for referral_id in sweeping.fill(self.desk, service_id, at):
            self.settle(referral_id, at)


def tell(story: Story) -> Turns:
    """Everything that happens to a referral once it was sent."""
    try:
        yield from triage(story)
        yield from find_service(story)
        while (yield from care(story)):
            yield from find_service(story)
    except TheEnd:
        return
