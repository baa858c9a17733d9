"""The point of access: take it in, ask, decide."""

from datetime import timedelta
from uuid import UUID

from accounts.actors import Actor
from directory.codes import Urgency
from directory.matching import PRESSING
from referrals import actions
from referrals.states import Status
from synthetic import shares
from synthetic.endings import meet_fate
from synthetic.story import Story, TheEnd, Turns

CLINICIANS = ("triage_clinician", "shift_lead")
ASKING = "info_requested"
HOLD_FOR = {
    Urgency.CRISIS: timedelta(minutes=5),
    Urgency.URGENT: timedelta(minutes=45),
    Urgency.SOON: timedelta(hours=4),
    Urgency.ROUTINE: timedelta(hours=12),
}
"""An offer to a closed service is kept back when it opens later than this."""


def triage(story: Story) -> Turns:
    """From waiting to be seen until it is accepted; ends the story when it is not."""
    story.stop_at("submitted")
    yield from _acknowledge(story)
    story.stop_at("in_triage")
    yield from meet_fate(story, "triage")
    clinician = story.someone(*CLINICIANS)
    yield from _assign(story, clinician)
    if story.arrival.hold == ASKING or (not story.arrival.hold and story.dice.yes(_asks(story))):
        yield from _ask(story, clinician)
    yield from story.wait(story.dice.minutes(shares.DECIDE[story.referral.urgency], 0.7), 0.5)
    yield from _decide(story, clinician)


def _assign(story: Story, clinician: Actor) -> Turns:
    """A clinician takes over what a handler took in."""
    taken_by = story.referral.assigned_to_id
    if taken_by not in story.world.handlers or not story.dice.yes(shares.ASSIGNED):
        return
    yield from story.wait(timedelta(seconds=story.dice.randint(20, 200)), 0.25)
    actions.assign(referral_id=story.referral.id, by=clinician, to=clinician.id, at=story.at)


def _asks(story: Story) -> float:
    return shares.ASKED[story.referral.urgency]


def _acknowledge(story: Story) -> Turns:
    yield from story.wait(story.dice.minutes(shares.ACKNOWLEDGE[story.referral.urgency], 0.75), 0.2)
    by = story.someone(*CLINICIANS, "spa_handler")
    actions.acknowledge(referral_id=story.referral.id, by=by, at=story.at)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(seconds=40))
        actions.acknowledge(referral_id=story.referral.id, by=by, at=story.at)


def _ask(story: Story, by: Actor) -> Turns:
    """A question, and an answer that may come late; the portal carries on by itself when it is too late."""
    yield from story.wait(timedelta(minutes=story.dice.randint(1, 6)), 0.35)
    actions.ask(referral_id=story.referral.id, by=by, question=story.say("questions"), at=story.at)
    story.stop_at(ASKING)
    yield from story.wait(story.dice.minutes(shares.ANSWERED[story.referral.urgency], 0.9))
    if story.status == Status.INFO_REQUESTED:
        answered_by = story.referrer if story.dice.yes(0.8) else story.someone("spa_handler")
        actions.answer(referral_id=story.referral.id, by=answered_by, text=story.say("answers"), at=story.at)


def _decide(story: Story, by: Actor) -> Turns:
    while story.status == Status.INFO_REQUESTED:
        yield from story.wait(timedelta(minutes=15))
    decision = "accept" if story.arrival.hold else story.dice.pick(shares.DECISIONS)
    choices = _choices(story)
    if not choices and not story.arrival.hold:
        decision = story.dice.choice(("advise", "reject"))
    if decision != "accept":
        yield from _turn_down(story, by, decision)
        raise TheEnd
    yield from _accept(story, by, choices)


def _choices(story: Story) -> list[UUID]:
    """Services to ask. Who shall wait today waits where places are not counted, else the portal would find one."""
    choices = story.world.choice.services(story.asked)
    if story.arrival.service:
        return [story.arrival.service, *choices]
    if story.referral.urgency in PRESSING:
        choices = story.world.choice.open_now(choices, story.at) or choices
    if story.arrival.hold == "waitlisted":
        return [pk for pk in choices if pk not in story.world.book.capacities] or choices
    return choices


def _turn_down(story: Story, by: Actor, decision: str) -> Turns:
    """Return it with advice, or decline it on a criterion; a slip is put right with the other."""
    _say_no(story, by, decision)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=2))
        _say_no(story, by, "advise")


def _say_no(story: Story, by: Actor, decision: str) -> None:
    service = story.dice.choice([candidate.id for candidate in story.world.book.candidates])
    criterion = story.world.choice.criterion(service)
    if decision == "advise" or criterion is None:
        actions.advise(referral_id=story.referral.id, by=by, advice=story.say("advice"), at=story.at)
        return
    actions.reject(
        referral_id=story.referral.id, by=by, criterion=criterion, signpost=story.say("signposts"), at=story.at
    )


def _accept(story: Story, by: Actor, choices: list[UUID]) -> Turns:
    """Accept, with services to ask at once and others in reserve."""
    urgency = story.referral.urgency
    if not story.arrival.hold and story.dice.yes(shares.RETRIAGED):
        urgency = story.dice.choice([other for other in shares.DECIDE if other != urgency])
    first = _how_many(story, urgency, choices)
    _accept_as(story, by, urgency, choices, first)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=1))
        _accept_as(story, by, urgency, choices, first)
    story.stop_at("accepted")


def _how_many(story: Story, urgency: str, choices: list[UUID]) -> int:
    """How many services are asked at once: none while the best is closed for longer than its answer may take."""
    if story.arrival.hold == "accepted" or not choices:
        return 0
    closed_for = story.world.choice.opens_after(choices[0], story.at) - story.at
    if closed_for > HOLD_FOR[urgency] and not story.arrival.hold:
        return 0
    return 2 if story.dice.yes(shares.TWO_OFFERS) else 1


def _accept_as(story: Story, by: Actor, urgency: str, choices: list[UUID], first: int) -> None:
    actions.accept(
        referral_id=story.referral.id,
        by=by,
        urgency=urgency,
        services=choices[:first],
        reserves=choices[first : first + 2] if first else [],
        rationale=story.say("rationale"),
        at=story.at,
    )
