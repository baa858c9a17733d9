"""Home First counted event by event is Home First counted at once, and its delays keep their identity."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.errors import DomainError
from audit.events import Kind
from bcf.models import DischargeFact, Observation
from directory.codes import OrganisationKind
from homefirst.codes import Destination, WardKind
from homefirst.models import Bed, CrisisEpisode, DelaySpell, DischargeCase, FollowUp91, ReablementEpisode, Spell
from homefirst.states import CrisisStatus, DischargeStatus, ReablementStatus, SpellKind
from patients.models import Patient
from tests.bcf.conftest import Desk
from tests.bcf.history import STARTS, History, counting_agrees
from tests.factories import directory
from tests.factories import homefirst_rows as rows

VERBS = (
    *["get_ready"] * 4, *["leave"] * 4, "stay_after_all", "decide", "decide", "reattribute", "correct_readiness",
    "open_crisis", "open_crisis", "end_crisis", "end_crisis", "reopen_crisis", "void_crisis", "claim", "withdraw",
    "reable", "reable", "follow_up", "follow_up", "void_reablement",
    "lie_down", "lie_down", "get_up", "get_up", "take_back_bed", "close_bed", "end_bed",
    "send", "send", "merge", "unmerge", "move_house", "correct_birth", "count", "count",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 11), st.sampled_from([1, 20, 130, 60 * 9, 60 * 26, 60 * 24 * 4])),
    min_size=25,
    max_size=50,
)
OWNERS = (OrganisationKind.ACUTE_TRUST, OrganisationKind.COUNCIL, OrganisationKind.CARE_HOME)
GOES_TO = (Destination.USUAL_HOME, Destination.COMMUNITY_BED, Destination.DIED, Destination.OWN_CARE_HOME)


class HomeFirst(History):
    """Random steps of Home First, some told days later, some taken back."""

    refusals = (DomainError, IntegrityError)

    def __init__(self, desk: Desk):
        super().__init__(desk)
        elm = rows.ward("elm", directory.area("leicester"), beds=2, open_from=timezone.localdate())
        self.unused = [desk.send(patient=self.people[number % 4]) for number in range(8)]
        virtual = rows.ward("virtual", kind=WardKind.VIRTUAL, beds=2)
        self.beds = list(Bed.objects.filter(ward__in=[elm, virtual]).order_by("ward__slug", "number"))

    def ago(self, which: int) -> Any:
        """Now, or told later."""
        return timezone.now() - timedelta(hours=[0, 0, 5, 31][which % 4])

    def pick(self, found: Any, which: int) -> Any:
        """One of these rows; a step without any is none."""
        several = list(found.order_by("created_at", "pk"))
        if not several:
            raise DomainError("There is none.")
        return several[which % len(several)]

    def get_ready(self, which: int) -> None:
        case = rows.ready_case(self.people[which % 4], self.ago(which))
        rows.wait(case, OWNERS[which % 3], ["hospital", "capacity"][which % 2])

    def leave(self, which: int) -> None:
        case = self.pick(DischargeCase.objects.filter(discharged_at=None), which)
        rows.leave(case, max(self.ago(which), case.ready_at), GOES_TO[(which // 2) % 4])

    def stay_after_all(self, which: int) -> None:
        """Recorded in error: still there, and waiting as before."""
        case = self.pick(DischargeCase.objects.exclude(discharged_at=None), which)
        case.discharged_at, case.status = None, DischargeStatus.READY
        case.save()
        for row in (*case.readiness.all(), *case.delays.all()):
            row.span = DateTimeTZRange(row.span.lower, None)
            row.save()
        rows.tell(Kind.DISCHARGE_UPDATED, case, case.patient)

    def decide(self, which: int) -> None:
        case = self.pick(DischargeCase.objects.all(), which)
        rows.decide(case, which % 4, GOES_TO[which % 2], self.ago(which), home_first_considered=which % 3 > 0 or None)

    def correct_readiness(self, which: int) -> None:
        """The person had been ready since yesterday."""
        case = self.pick(DischargeCase.objects.all(), which)
        case.ready_at -= timedelta(days=1)
        case.save()
        for row in (*case.readiness.all(), *case.delays.all()):
            row.span = DateTimeTZRange(case.ready_at, row.span.upper)
            row.save()
        rows.tell(Kind.DISCHARGE_UPDATED, case, case.patient)

    def reattribute(self, which: int) -> None:
        case = self.pick(DischargeCase.objects.filter(delays__isnull=False), which)
        DelaySpell.objects.filter(case=case).update(organisation=rows.owner(OWNERS[which % 3]))
        rows.tell(Kind.DELAY_REATTRIBUTED, case, case.patient)

    def open_crisis(self, which: int) -> None:
        rows.crisis(self.unused[which % 8], self.ago(which))

    def crisis(self, which: int, *statuses: str) -> CrisisEpisode:
        return self.pick(CrisisEpisode.objects.filter(status__in=statuses), which)

    def end_crisis(self, which: int) -> None:
        self.move_crisis(self.crisis(which, CrisisStatus.ACTIVE), CrisisStatus.CLOSED, self.ago(which))

    def reopen_crisis(self, which: int) -> None:
        self.move_crisis(self.crisis(which, CrisisStatus.CLOSED, CrisisStatus.VOID), CrisisStatus.ACTIVE, None)

    def void_crisis(self, which: int) -> None:
        self.move_crisis(self.crisis(which, CrisisStatus.ACTIVE), CrisisStatus.VOID, None)

    def move_crisis(self, episode: CrisisEpisode, status: str, closed_at: Any) -> None:
        episode.status, episode.closed_at = status, closed_at and max(closed_at, episode.opened_at)
        episode.save()
        rows.tell(Kind.CRISIS_UPDATED, episode, episode.patient)

    def claim(self, which: int) -> None:
        rows.claim(self.crisis(which, CrisisStatus.CLOSED, CrisisStatus.ACTIVE), "abcd"[which % 4], self.ago(which))

    def withdraw(self, which: int) -> None:
        episode = self.pick(CrisisEpisode.objects.filter(claim__isnull=False), which)
        episode.claim.voided_at, episode.claim.void_reason = timezone.now(), "Was admitted."
        episode.claim.save()
        rows.tell(Kind.AVOIDED_ADMISSION_VOIDED, episode.claim, episode.patient)

    def reable(self, which: int) -> None:
        episode = rows.reablement(self.unused[which % 8], self.ago(which))
        rows.follow_up(episode, timezone.localdate() - timedelta(days=which))

    def follow_up(self, which: int) -> None:
        known = self.pick(FollowUp91.objects.all(), which)
        rows.record_follow_up(known, ["home", "not_home", "unknown", ""][which % 4])

    def void_reablement(self, which: int) -> None:
        episode = self.pick(ReablementEpisode.objects.all(), which)
        is_void = episode.status == ReablementStatus.VOID
        episode.status = ReablementStatus.ACTIVE if is_void else ReablementStatus.VOID
        episode.save()
        rows.tell(Kind.REABLEMENT_VOIDED, episode, episode.patient)

    def lie_down(self, which: int) -> None:
        rows.spell(self.beds[which % 4], self.people[(which // 2) % 4], self.ago(which))

    def get_up(self, which: int) -> None:
        spell = self.pick(Spell.objects.filter(span__upper_inf=True), which)
        rows.end_spell(spell, max(self.ago(which), spell.span.lower + timedelta(minutes=1)))

    def take_back_bed(self, which: int) -> None:
        """The bed was not left after all, or never taken."""
        spell = self.pick(Spell.objects.all(), which)
        spell.span = DateTimeTZRange(spell.span.lower, None if which % 2 else spell.span.lower + timedelta(minutes=1))
        spell.save()
        rows.tell(Kind.BED_UPDATED, spell, spell.patient)

    def close_bed(self, which: int) -> None:
        start = self.ago(which)
        end = start + timedelta(days=2) if which % 2 else None
        rows.spell(self.beds[which % 4], None, start, end, SpellKind.CLOSED)

    def end_bed(self, which: int) -> None:
        bed = self.beds[which % 4]
        bed.valid_to = None if bed.valid_to else timezone.localdate() + timedelta(days=which % 3 + 1)
        bed.save()
        rows.tell(Kind.BED_OPENED, bed)

    def move_house(self, which: int) -> None:
        super().move_house(which)
        person = Patient.objects.get(pk=self.people[which % 4].pk)
        rows.tell(Kind.PATIENT_UPDATED, person, person)

    def correct_birth(self, which: int) -> None:
        person = self.people[which % 4]
        person.date_of_birth = timezone.localdate() - timedelta(days=365 * (40 if which % 2 else 80))
        Patient.objects.filter(pk=person.pk).update(date_of_birth=person.date_of_birth)
        rows.tell(Kind.PATIENT_UPDATED, person, person)

    def check(self) -> None:
        """The share not gone on the day, times the mean delay of those delayed, is the mean delay of everybody."""
        columns = ("level", "scope_id", "period", "start")
        found: dict[str, dict[Any, Any]] = {}
        for key in ("discharged_when_ready", "delay_of_delayed", "delay_of_all"):
            current = Observation.objects.filter(metric=key, known_to=None, denominator__gt=0)
            found[key] = {
                row[:4]: row[4:] for row in current.values_list(*columns, "numerator", "denominator", "value")
            }
        assert found["discharged_when_ready"].keys() == found["delay_of_all"].keys()
        assert bool(found["delay_of_all"]) == DischargeFact.objects.exclude(discharged_on=None).exists()
        for where, (days, everybody, mean) in found["delay_of_all"].items():
            same, _, share = found["discharged_when_ready"][where]
            of_delayed, delayed, longer = found["delay_of_delayed"].get(where, (0, 0, Decimal(0)))
            assert (of_delayed, delayed) == (days, everybody - same)
            assert abs((1 - share / 100) * longer - mean) <= (longer + 1) / 10_000


@pytest.mark.usefixtures("one_transaction")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, steps=STEPS)
def test_counting_by_events_is_counting_everything(desk: Desk, start: datetime, steps: list[Any]) -> None:
    counting_agrees(HomeFirst, desk, start, steps)
