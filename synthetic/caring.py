"""The team goes to the person, cares for them, and finishes; or somebody else has to take over."""

from datetime import timedelta

from referrals import actions
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import ReferralOffer
from referrals.states import Status
from synthetic import shares
from synthetic.endings import meet_fate
from synthetic.story import Story, TheEnd, Turns

REOPENABLE = frozenset({Outcome.AT_HOME_NO_SUPPORT, Outcome.AT_HOME_WITH_SUPPORT})


def care(story: Story) -> Turns:
    """From service found to completed. Answers True when the referral moved to another service instead."""
    yield from meet_fate(story, "before contact")
    story.stop_at("allocated")
    yield from _travel(story)
    yield from meet_fate(story, "care")
    story.stop_at("in_service")
    if not story.arrival.hold and story.dice.yes(shares.REDIRECTED):
        yield from story.wait(timedelta(hours=story.dice.randint(2, 60)))
        if _redirect(story):
            return True
    yield from _finish(story)
    return False


def _travel(story: Story) -> Turns:
    """Who goes, sets out and meets the person."""
    offer = story.taken
    if offer is None:
        raise TheEnd
    by = story.worker(offer)
    whole = story.dice.minutes(shares.TRAVEL[story.referral.urgency], shares.TRAVEL_SPREAD)
    drive = min(whole * 0.6, timedelta(minutes=story.dice.randint(8, 35)))
    if story.dice.yes(0.4):
        yield from story.wait((whole - drive) * 0.3, 0.7)
        actions.allocate(referral_id=story.referral.id, by=by, worker=by.id, at=story.at)
        whole *= 0.7
    yield from story.wait(whole - drive, 0.85)
    if story.status == Status.ALLOCATED and story.dice.yes(0.9):
        actions.set_out(referral_id=story.referral.id, by=by, at=story.at)
    story.stop_at("responding")
    yield from story.wait(drive, 0.95)
    yield from _meet(story, by)


def _meet(story: Story, by: object) -> Turns:
    if story.status not in {Status.ALLOCATED, Status.RESPONDING}:
        raise TheEnd
    actions.first_contact(referral_id=story.referral.id, by=by, at=story.at)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=2))
        actions.first_contact(referral_id=story.referral.id, by=by, at=story.at)


def _redirect(story: Story) -> bool:
    tried = frozenset(offer.service_id for offer in story.offers)
    choices = story.world.choice.services(story.asked, tried)
    offer = story.taken
    if not choices or offer is None:
        return False
    actions.redirect(
        referral_id=story.referral.id,
        by=story.worker(offer),
        service=choices[0],
        reason=story.say("redirects"),
        at=story.at,
    )
    return True


def _finish(story: Story) -> Turns:
    offer = story.taken
    if offer is None:
        raise TheEnd
    yield from story.wait(_care_time(story, offer))
    if story.status != Status.IN_SERVICE:
        return
    by = story.worker(offer)
    _complete(story, by)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=2))
        _complete(story, by)
    if story.referral.outcome in REOPENABLE and story.dice.yes(shares.REOPENED):
        yield from _again(story)


def _complete(story: Story, by: object) -> None:
    outcome = story.dice.pick(shares.OUTCOMES)
    avoided = AvoidedAdmission.NO if outcome == Outcome.ADMITTED else story.dice.pick(shares.AVOIDED)
    actions.complete(
        referral_id=story.referral.id,
        by=by,
        outcome=outcome,
        avoided_admission=avoided,
        next_step=story.say("next_steps"),
        at=story.at,
    )


def _again(story: Story) -> Turns:
    """Worse within a week: the same team takes it up again."""
    yield from story.wait(timedelta(hours=story.dice.randint(5, 150)))
    if story.person.patient.id in story.world.dead:
        return
    ended = next(offer for offer in reversed(story.offers) if offer.status == "ended")
    reason = story.say("reopened")
    actions.reopen(referral_id=story.referral.id, by=story.worker(ended), reason=reason, at=story.at)
    yield from _travel(story)
    yield from story.wait(shares.CARE_AGAIN * _care_time(story, ended))
    if story.status == Status.IN_SERVICE:
        _complete(story, story.worker(ended))


def _care_time(story: Story, offer: ReferralOffer) -> timedelta:
    """How long the service that took the offer cares for somebody."""
    days = shares.CARE_DAYS[story.world.book.services[offer.service_id].kind]
    return story.dice.minutes(days * 1440, shares.CARE_SPREAD)
