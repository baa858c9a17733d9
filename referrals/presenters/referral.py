"""The page of one referral: what must not be missed, what was asked and said, and what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from directory.codes import NeedCode
from directory.matching import Reason, Suggestion, criterion_words
from pages import words
from patients.presenters import banner
from referrals.codes import SceneSafety
from referrals.models import Referral, ReferralOffer, Step, TriageDecision
from referrals.presenters.clocks import ClockChip, chip
from referrals.reading import ReferralFile
from referrals.states import OFFER_LIVE, OPEN, OfferStatus, Status, Verb

WORDS = {True: "Met", False: "Not met", None: "Check"}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that must not be missed."""

    kind: str
    heading: str
    text: str


class ReferralPage:
    """One referral as words and lists, from what its file has read."""

    def __init__(self, file: ReferralFile) -> None:
        self.file = file
        self.referral: Referral = file.referral

    @property
    def person(self) -> Any:
        """The banner."""
        return banner(self.referral.patient, self.file.actor, self.file.opened or False)

    @property
    def alerts(self) -> list[Alert]:
        """What must be read before anything else, the gravest first."""
        referral = self.referral
        found = []
        if referral.safeguarding:
            found.append(Alert("safeguarding", "Safeguarding concern", referral.safeguarding_note))
        if referral.scene_safety == SceneSafety.UNSAFE:
            found.append(Alert("scene_safety", "Scene safety: read before visiting", referral.scene_safety_note))
        if referral.access_note:
            found.append(Alert("other", "Getting in", referral.access_note))
        if self.file.person.deceased_at and referral.status in OPEN:
            found.append(Alert("other", "This person has died", "Close the referral: record that the person has died."))
        return found

    @property
    def clocks(self) -> list[ClockChip]:
        """The referral's own clocks, the one that runs out first before the others; offers show their own."""
        chips = [chip(clock, self.file.now) for clock in self.file.clocks if clock.offer_id is None]
        shown = [one for one in chips if not one.is_ended]
        return sorted(shown, key=lambda one: (one.stopped_at is not None, one.due_at))

    @property
    def needs(self) -> list[str]:
        return [NeedCode(code).label for code in self.referral.needs if code in NeedCode.values]

    @property
    def offers(self) -> list["OfferView"]:
        """The newest first."""
        clocks = {clock.offer_id: clock for clock in self.file.clocks if clock.offer_id}
        return [OfferView(offer, clocks.get(offer.pk), self.file.now) for offer in reversed(self.file.offers)]

    @property
    def history(self) -> list[dict[str, Any]]:
        """What happened, newest first."""
        return list(entries(self.file.steps, self.file))

    @property
    def open_others(self) -> list[Referral]:
        """Possible duplicates: other referrals of this person that are open."""
        return [other for other in self.file.others if other.status in OPEN]

    @property
    def earlier(self) -> list[Referral]:
        """Referrals of this person that have ended."""
        return [other for other in self.file.others if other.status not in OPEN]

    @property
    def status_words(self) -> str:
        return Status(self.referral.status).label


class OfferView:
    """One offer with its answer."""

    def __init__(self, offer: ReferralOffer, clock: Any, now: datetime) -> None:
        self.offer = offer
        self.clock = chip(clock, now) if clock else None

    @property
    def words(self) -> str:
        return OfferStatus(self.offer.status).label

    @property
    def is_live(self) -> bool:
        """Not answered for good."""
        return self.offer.status in OFFER_LIVE

    @property
    def reason(self) -> str:
        """Why it was declined, or what the team noted."""
        criterion = self.offer.decline_criterion
        said = criterion_words(criterion.sense, criterion.text) if criterion else ""
        return ". ".join(part for part in (said, self.offer.note) if part)

    @property
    def places(self) -> str:
        """What was known of its places when it was asked."""
        free = self.offer.free_at_request
        if free is None:
            return ""
        places = "No places" if free <= 0 else f"{free} of {self.offer.places_at_request} places"
        return f"{places} free when asked"


def entries(steps: Iterable[Step], file: ReferralFile) -> Iterable[dict[str, Any]]:
    """Steps, newest first, as lines of a timeline."""
    names = {offer.pk: offer.service.name for offer in file.offers}
    results = _results(file)
    for step in steps:
        asked = [offer.service.name for offer in file.offers if offer.requested_at == step.at]
        result = "" if step.was_undone else results.pop(step.verb, "")
        yield {
            "at": step.at,
            "what": _what(step, names.get(step.offer_id, ""), asked),
            "by": step.signature,
            "detail": _detail(step, file.decisions.get(step.pk), result),
            "undone": step.was_undone,
        }


def _results(file: ReferralFile) -> dict[str, str]:
    """What the referral's columns say of the latest step of a kind: to whom, when, how it ended."""
    referral = file.referral
    met, ended = referral.first_contact_at, referral.get_outcome_display() if referral.outcome else ""
    latest = {
        Verb.ASSIGN: f"To {referral.assigned_to.name if referral.assigned_to else 'nobody'}",
        Verb.ALLOCATE: f"To {referral.worker.name}" if referral.worker else "",
        Verb.FIRST_CONTACT: f"Met {words.moment(met)}" if met else "",
        Verb.COMPLETE: f"Outcome: {ended}" if ended else "",
    }
    if file.steps and any("assigned_to_id" in step.before for step in _newer_than(file.steps, Verb.ASSIGN)):
        del latest[Verb.ASSIGN]
    return {verb.value: text for verb, text in latest.items()}


def _newer_than(steps: Iterable[Step], verb: Verb) -> Iterable[Step]:
    """The steps after the latest of this verb."""
    return takewhile(lambda step: step.verb != verb or step.was_undone, steps)


def _what(step: Step, service: str, asked: list[str]) -> str:
    label = Verb(step.verb).label
    said = label[:1].upper() + label[1:]
    if asked:
        return f"{said}; asked {', '.join(asked)}"
    return f"{said} ({service})" if service else said


def _detail(step: Step, decision: TriageDecision | None, result: str) -> str:
    parts = [result, step.reason]
    if decision is not None:
        criterion = decision.criterion
        parts += [
            f"Advice: {decision.advice}" if decision.advice else "",
            f"{criterion.service.name}: {criterion.refusal}" if criterion else "",
            f"Turn to: {decision.signpost}" if decision.signpost else "",
        ]
    return "\n".join(part for part in parts if part)


class SuggestionView:
    """A service that might help, and why."""

    def __init__(self, found: Suggestion) -> None:
        self.id = str(found.service.id)
        self.name = found.service.name
        self.organisation = found.service.organisation_name
        self.fits = found.fits
        self.reasons = [_reason(reason) for reason in found.reasons]
        self.headline = _headline(found)


def _headline(found: Suggestion) -> str:
    """The line that decides: what is against it, whether it is open, how many places are free."""
    short = {reason.code: reason for reason in found.reasons}
    needs = short["need"].because if "need" in short else ""
    against = [reason.because or reason.text for reason in found.against if reason.hard]
    free = short["places"].text if "places" in short else ""
    return ". ".join(part for part in (*against, found.open.text, free, "" if against else needs) if part)


def _reason(reason: Reason) -> dict[str, Any]:
    advisory = "" if reason.hard else " (advice)" if reason.code not in {"open", "places"} else ""
    return {"word": WORDS[reason.ok], "ok": reason.ok, "text": f"{reason.text}{advisory}", "because": reason.because}
