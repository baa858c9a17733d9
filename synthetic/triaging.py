"""The point of access: take it in, ask, decide."""

from datetime import timedelta

from accounts.actors import Actor
from referrals import actions
from referrals.states import Status
from synthetic import shares
from synthetic.endings import meet_fate
from synthetic.story import Story, TheEnd, Turns

CLINICIANS = ("triage_clinician", "shift_lead")
ASKING = "info_requested"


def triage(story: Story) -> Turns:
    """From waiting to be seen until it is accepted; ends the story when it is not."""
    story.stop_at("submitted")
    yield from _acknowledge(story)
    story.stop_at("in_triage")
    yield from meet_fate(story, "triage")
    clinician = story.someone(*CLINICIANS)
    if story.arrival.hold == ASKING or (not story.arrival.hold and story.dice.yes(shares.ASKED[story.referral.urgency])):
        yield from _ask(story, clinician)
    yield from story.wait(story.dice.minutes(shares.DECIDE[story.referral.urgency], 0.7), 0.5)
    yield from _decide(story, clinician)


def _acknowledge(story: Story) -> Turns:
    yield from story.wait(story.dice.minutes(shares.ACKNOWLEDGE[story.referral.urgency], 0.75), 0.2)
    by = story.someone(*CLINICIANS, "spa_handler")
    actions.acknowledge(referral_id=story.referral.pk, by=by, at=story.at)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(seconds=40))
        actions.acknowledge(referral_id=story.referral.pk, by=by, at=story.at)


def _ask(story: Story, by: Actor) -> Turns:
    """A question, and an answer that may come late; the portal carries on by itself when it is too late."""
    yield from story.wait(timedelta(minutes=story.dice.randint(1, 6)), 0.35)
    actions.ask(referral_id=story.referral.pk, by=by, question=story.say("questions"), at=story.at)
    story.stop_at(ASKING)
    yield from story.wait(story.dice.minutes(shares.ANSWERED[story.referral.urgency], 0.9))
    if story.status == Status.INFO_REQUESTED:
        answered_by = story.referrer if story.dice.yes(0.8) else story.someone("spa_handler")
        actions.answer(referral_id=story.referral.pk, by=answered_by, text=story.say("answers"), at=story.at)


def _decide(story: Story, by: Actor) -> Turns:
    while story.status == Status.INFO_REQUESTED:
        yield from story.wait(timedelta(minutes=15))
    decision = "accept" if story.arrival.hold else story.dice.pick(shares.DECISIONS)
    choices = story.world.choice.services(story.asked)
    if not choices and not story.arrival.hold:
        decision = story.dice.choice(("advise", "reject"))
    if decision != "accept":
        yield from _turn_down(story, by, decision)
        raise TheEnd
    yield from _accept(story, by, choices)


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
        actions.advise(referral_id=story.referral.pk, by=by, advice=story.say("advice"), at=story.at)
        return
    actions.reject(
        referral_id=story.referral.pk, by=by, criterion=criterion, signpost=story.say("signposts"), at=story.at
    )


def _accept(story: Story, by: Actor, choices: list) -> Turns:
    """Accept, with services to ask at once and others in reserve."""
    urgency = story.referral.urgency
    if not story.arrival.hold and story.dice.yes(shares.RETRIAGED):
        urgency = story.dice.choice([other for other in shares.DECIDE if other != urgency])
    first = 0 if story.arrival.hold == "accepted" else 2 if story.dice.yes(shares.TWO_OFFERS) else 1
    _accept_as(story, by, urgency, choices, first)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=1))
        _accept_as(story, by, urgency, choices, first)
    story.stop_at("accepted")


def _accept_as(story: Story, by: Actor, urgency: str, choices: list, first: int) -> None:
    actions.accept(
        referral_id=story.referral.pk,
        by=by,
        urgency=urgency,
        services=choices[:first],
        reserves=choices[first : first + 2],
        rationale=story.say("rationale"),
        at=story.at,
    )
