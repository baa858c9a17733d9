"""Which services fit a need, and why: what the triage page shows before a clinician decides.

Pure functions of the need and the candidates. The portal checks what it can (age, area, urgency, need,
referrer, consent), says what it cannot know, and leaves the rest to the clinician. Being closed or full never
makes a service unfit: it only moves it down.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from directory.candidates import Candidate, Rule
from directory.codes import Channel, CriterionRule, CriterionSense, NeedCode, Urgency
from directory.hours import OpenState

PRESSING = frozenset({Urgency.CRISIS.value, Urgency.URGENT.value})
CHECKED = (
    CriterionRule.NEED,
    CriterionRule.AGE,
    CriterionRule.AREA,
    CriterionRule.URGENCY,
    CriterionRule.CHANNEL,
    CriterionRule.CONSENT,
)


@dataclass(frozen=True, slots=True)
class Need:
    """What is known about a person and what they need; None or empty means not known."""

    at: datetime
    urgency: str
    needs: frozenset[str] = frozenset()
    age: int | None = None
    area_ids: frozenset[UUID] = frozenset()
    channel: str | None = None
    consent: bool | None = None
    free_places: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing for (ok), against (not ok) or not known (None). A hard one against makes the service unfit.

    `text` is the criterion, `because` what is known of this person.
    """

    code: str
    ok: bool | None
    text: str
    hard: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service, whether it fits, and why."""

    service: Candidate
    fits: bool
    reasons: tuple[Reason, ...]
    open: OpenState
    free: int | None
    matched: frozenset[str]

    @property
    def against(self) -> tuple[Reason, ...]:
        """What speaks against this service."""
        return tuple(reason for reason in self.reasons if reason.ok is False)

    @property
    def unknown(self) -> tuple[Reason, ...]:
        """What the clinician has to judge."""
        return tuple(reason for reason in self.reasons if reason.ok is None)


Finding = tuple[bool | None, str]


def suggest(need: Need, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Every candidate, best first: fitting, open if pressing, most needs met, places free, most special."""
    return sorted((_weigh(need, candidate) for candidate in candidates), key=lambda found: _order(need, found))


def _weigh(need: Need, service: Candidate) -> Suggestion:
    state = service.timetable.state(need.at)
    free = need.free_places.get(service.id, service.places)
    criteria = _criteria_reasons(need, service)
    return Suggestion(
        service=service,
        fits=not any(reason.hard and reason.ok is False for reason in criteria),
        reasons=(*criteria, _open_reason(need, state), *_places_reason(free)),
        open=state,
        free=free,
        matched=need.needs & service.needs,
    )


def _order(need: Need, found: Suggestion) -> tuple[object, ...]:
    closed = need.urgency in PRESSING and not found.open.open
    full = found.free is not None and found.free <= 0
    share = len(found.matched) / len(found.service.needs) if found.service.needs else 0
    return not found.fits, closed, -len(found.matched), full, -share, found.service.name


def _criteria_reasons(need: Need, service: Candidate) -> tuple[Reason, ...]:
    findings = {rule: check(need, service) for rule, check in CHECKS.items()}
    own = {criterion.rule for criterion in service.criteria}
    generic = [_generic(rule, findings[rule]) for rule in CHECKED if rule not in own and rule in ALWAYS_CHECKED]
    return (*generic, *(_own(criterion, findings) for criterion in _in_order(service.criteria)))


def _in_order(criteria: tuple[Rule, ...]) -> list[Rule]:
    rank = {rule.value: place for place, rule in enumerate(CHECKED)}
    return sorted(criteria, key=lambda criterion: (rank.get(criterion.rule, len(rank)), not criterion.hard))


def _own(criterion: Rule, findings: Mapping[str, Finding]) -> Reason:
    ok, because = findings.get(criterion.rule, (None, ""))
    if ok is not None and criterion.sense == CriterionSense.EXCLUDES:
        ok = not ok
    return Reason(criterion.code, ok, criterion_words(criterion.sense, criterion.text), criterion.hard, because)


def _generic(rule: CriterionRule, finding: Finding) -> Reason:
    ok, because = finding
    return Reason(str(rule.value), ok, rule.label, hard=True, because=because)


def _age(need: Need, service: Candidate) -> Finding:
    if need.age is None:
        return (None if service.min_age or service.max_age else True), "Age not known"
    young = service.min_age is not None and need.age < service.min_age
    old = service.max_age is not None and need.age > service.max_age
    return not (young or old), f"Aged {need.age}; {age_words(service.min_age, service.max_age)}"


def _area(need: Need, service: Candidate) -> Finding:
    if not need.area_ids or not service.area_ids:
        return None, "Area not known"
    inside = bool(need.area_ids & service.area_ids)
    return inside, "In the area" if inside else "Outside the area"


def _urgency(need: Need, service: Candidate) -> Finding:
    ok = not service.urgencies or need.urgency in service.urgencies
    label = Urgency(need.urgency).label
    return ok, f"{label} accepted" if ok else f"{label} not accepted"


def _need(need: Need, service: Candidate) -> Finding:
    if not need.needs or need.needs == {NeedCode.OTHER.value}:
        return None, "No need recorded that the portal can match"
    matched = sorted(NeedCode(code).label for code in need.needs & service.needs)
    if not matched:
        return False, "None of the needs"
    return True, f"{len(matched)} of {len(need.needs)}: {'; '.join(matched)}"


def _channel(need: Need, service: Candidate) -> Finding:
    if need.channel is None:
        return (None if service.channels else True), "Referrer not known"
    ok = not service.channels or need.channel in service.channels
    return ok, f"Referred by: {Channel(need.channel).label}"


def _consent(need: Need, service: Candidate) -> Finding:
    words = {True: "Agreed", False: "Has not agreed", None: "Agreement not recorded"}
    return need.consent, words[need.consent]


CHECKS: dict[str, Callable[[Need, Candidate], Finding]] = {
    CriterionRule.NEED.value: _need,
    CriterionRule.AGE.value: _age,
    CriterionRule.AREA.value: _area,
    CriterionRule.URGENCY.value: _urgency,
    CriterionRule.CHANNEL.value: _channel,
    CriterionRule.CONSENT.value: _consent,
}
ALWAYS_CHECKED = frozenset(CHECKED) - {CriterionRule.CONSENT}


def _open_reason(need: Need, state: OpenState) -> Reason:
    ok = True if state.open else False if need.urgency in PRESSING else None
    return Reason("open", ok, state.text, hard=False)


def _places_reason(free: int | None) -> tuple[Reason, ...]:
    if free is None:
        return ()
    if free <= 0:
        return (Reason("places", False, "No places free: they would join the waiting list", hard=False),)
    return (Reason("places", True, f"{free} {'place' if free == 1 else 'places'} free", hard=False),)


def age_words(youngest: int | None, oldest: int | None) -> str:
    """An age range in words: 18 and over, up to 17, 16 to 64, any age."""
    if youngest is None:
        return "any age" if oldest is None else f"up to {oldest}"
    return f"{youngest} and over" if oldest is None else f"{youngest} to {oldest}"


def criterion_words(sense: str, text: str) -> str:
    """A criterion as a rule; an exclusion reads "Cannot help somebody who needs a 999 ambulance now"."""
    if sense == CriterionSense.MUST_MEET:
        return text
    return f"Cannot help somebody who {text[:1].lower()}{text[1:]}"
