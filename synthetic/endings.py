"""Fates that end a story early: cancelled, declined by the person, 999, death, found to be a duplicate."""

from datetime import timedelta

from accounts.actors import Actor
from accounts.roles import Permission
from referrals import actions
from referrals.states import Status
from synthetic import shares
from synthetic.story import Story, TheEnd, Turns

EARLY = ("triage", "finding")
LATE = ("before contact", "care")


def draw_fate(story: Story) -> None:
    """Decide at the start whether, how and where this story ends early."""
    if story.arrival.hold:
        return
    story.fate = story.dice.pick(shares.FATES)
    stages = EARLY if story.fate in {"cancel", "duplicate"} else (*EARLY, *LATE)
    story.stage_of_fate = story.dice.choice(stages)
    if story.fate == "duplicate":
        story.stage_of_fate = "triage"


def meet_fate(story: Story, stage: str) -> Turns:
    """End the story here if this is where it ends."""
    if not story.fate or story.stage_of_fate != stage:
        return
    yield from story.wait(timedelta(minutes=story.dice.randint(1, 20)))
    if FATES[story.fate](story):
        raise TheEnd


def _insider(story: Story) -> Actor:
    """Whoever has the person in front of them: the caring team, else the point of access."""
    offer = story.taken
    return story.worker(offer) if offer else story.someone("triage_clinician", "shift_lead")


def _cancel(story: Story) -> bool:
    by = story.referrer if story.referrer.can(Permission.TRACK_SENT) else story.someone("spa_handler")
    if story.status not in {Status.SUBMITTED, Status.IN_TRIAGE, Status.ACCEPTED, Status.INFO_REQUESTED, Status.OFFERED}:
        return False
    actions.cancel(referral_id=story.referral.id, by=by, reason=story.say("cancelled"), at=story.at)
    return True


def _withdraw(story: Story) -> bool:
    actions.withdraw(referral_id=story.referral.id, by=_insider(story), reason=story.say("withdrawn"), at=story.at)
    return True


def _call_999(story: Story) -> bool:
    actions.call_999(referral_id=story.referral.id, by=_insider(story), reason=story.say("emergency"), at=story.at)
    return True


def _death(story: Story) -> bool:
    actions.record_death(referral_id=story.referral.id, by=_insider(story), reason=story.say("deaths"), at=story.at)
    story.world.died(story)
    return True


def _duplicate(story: Story) -> bool:
    """Only if the first referral of the same person is still open; else it is handled like any other."""
    original = story.world.original_of(story)
    if original is None:
        return False
    by = story.someone("spa_handler", "triage_clinician")
    actions.mark_duplicate(referral_id=story.referral.id, by=by, duplicate_of=original, at=story.at)
    return True


FATES = {
    "cancel": _cancel,
    "withdraw": _withdraw,
    "call_999": _call_999,
    "death": _death,
    "duplicate": _duplicate,
}
