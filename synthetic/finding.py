"""Finding a service: offers are answered, declined on a criterion, left unanswered, or wait for a place."""

from datetime import timedelta
from uuid import UUID

from directory.codes import Urgency
from referrals import actions
from referrals.models import ReferralOffer
from referrals.states import OFFER_AWAITING_ANSWER, OfferStatus, Status
from synthetic import shares
from synthetic.endings import meet_fate
from synthetic.story import Story, TheEnd, Turns

HANDLERS = ("spa_handler", "triage_clinician", "shift_lead")
LONGEST_WAIT = timedelta(days=42)
ROUNDS = 12


def find_service(story: Story) -> Turns:
    """Until a service has taken the referral on."""
    yield from meet_fate(story, "finding")
    story.stop_at("offered")
    for _ in range(ROUNDS):
        if story.status == Status.ACCEPTED:
            yield from _ask_again(story)
        while awaiting := _awaiting(story):
            if len(awaiting) > 1 and story.dice.yes(shares.OFFER_WITHDRAWN):
                yield from _take_back(story, awaiting[1])
            yield from _answer(story, awaiting[0])
        if story.status == Status.OFFERED:
            yield from _wait_for_place(story)
        if story.taken:
            return
    raise TheEnd


def _awaiting(story: Story) -> list[ReferralOffer]:
    return [offer for offer in story.offers if offer.status in OFFER_AWAITING_ANSWER]


def _ask_again(story: Story) -> Turns:
    """Somebody at the point of access asks a service that was closed until now, another one, or one again."""
    if story.arrival.hold == "accepted":
        raise TheEnd
    yield from story.wait(story.dice.minutes(8, 0.6))
    if story.status != Status.ACCEPTED:
        return
    tried = frozenset(offer.service_id for offer in story.offers)
    choices = story.world.choice.services(story.asked, tried) or story.world.choice.services(story.asked)
    if not choices:
        choices = [offer.service_id for offer in story.offers] or [story.dice.choice(story.world.book.candidates).id]
    yield from _until_open(story, choices[0])
    if story.status != Status.ACCEPTED:
        return
    by = story.someone(*HANDLERS)
    actions.make_offers(referral_id=story.referral.id, by=by, services=choices[:1], at=story.at)


def _take_back(story: Story, offer: ReferralOffer) -> Turns:
    """Two services were asked where one is enough."""
    yield from story.wait(timedelta(minutes=story.dice.randint(1, 5)), 0.5)
    if _is_new(story, offer):
        by = story.someone(*HANDLERS)
        actions.withdraw_offer(
            referral_id=story.referral.id, offer_id=offer.id, by=by, reason="One service is enough.", at=story.at
        )


def _until_open(story: Story, service_id: UUID) -> Turns:
    """A closed service is asked in the first minutes after it opens."""
    opens = story.world.choice.opens_after(service_id, story.at)
    if opens > story.at:
        yield from story.wait(opens - story.at + timedelta(seconds=story.dice.randint(60, 900)))


def _answer(story: Story, offer: ReferralOffer) -> Turns:
    """One offer's answer, or none: then the portal closes it when its time is up."""
    urgency = story.referral.urgency
    answer = "accept" if story.arrival.hold else story.dice.pick(shares.ANSWER)
    opens = story.world.choice.opens_after(offer.service_id, story.at)
    yield from story.wait(opens - story.at + story.dice.minutes(shares.ANSWER_OFFER[urgency], 0.7), 0.6)
    if story.dice.yes(shares.SEEN_FIRST) and _is_new(story, offer):
        actions.see_offer(referral_id=story.referral.id, offer_id=offer.id, by=story.worker(offer), at=story.at)
        yield from story.wait(timedelta(minutes=story.dice.randint(1, 9)))
    if answer == "silence":
        yield from story.wait(timedelta(minutes=61 if urgency == "crisis" else 600))
    if offer.status not in OFFER_AWAITING_ANSWER or story.status != Status.OFFERED:
        return
    if _is_full(story, offer.service_id):
        _waitlist(story, offer)
        return
    yield from ANSWERS.get(answer, _accept)(story, offer)


def _is_new(story: Story, offer: ReferralOffer) -> bool:
    return offer.status == OfferStatus.REQUESTED and story.status == Status.OFFERED


def _is_full(story: Story, service_id: UUID) -> bool:
    """No place free, or short of staff: a place that is free on paper goes to whoever waits longest, soon after."""
    if _has_no_place(story, service_id):
        return True
    if story.arrival.hold:
        return story.arrival.hold == "waitlisted" and service_id not in story.world.book.capacities
    kind = story.world.book.services[service_id].kind
    is_crisis = story.referral.urgency == Urgency.CRISIS
    return not is_crisis and story.dice.yes(shares.SHORT_OF_STAFF.get(kind, 0))


def _has_no_place(story: Story, service_id: UUID) -> bool:
    places = story.world.book.capacities.get(service_id)
    return places is not None and len(story.world.desk.taken.get(service_id, ())) >= places


def _waitlist(story: Story, offer: ReferralOffer) -> None:
    hours = story.world.hours_of_care(offer.service_id)
    actions.waitlist_offer(
        referral_id=story.referral.id,
        offer_id=offer.id,
        by=story.worker(offer),
        hours=hours,
        note=story.say("waits"),
        at=story.at,
    )


def _accept(story: Story, offer: ReferralOffer) -> Turns:
    """Yes, if there is a place; somebody who slips and then finds the place gone puts the person on the list."""
    by = story.worker(offer)
    chosen = {"referral_id": story.referral.id, "offer_id": offer.id, "by": by}
    if _has_no_place(story, offer.service_id):
        _waitlist(story, offer)
        return
    actions.accept_offer(**chosen, worker=by.id if story.dice.yes(0.5) else None, at=story.at)
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=1))
        if offer.status in OFFER_AWAITING_ANSWER:
            yield from _accept(story, offer)


def _decline(story: Story, offer: ReferralOffer) -> Turns:
    criterion = story.world.choice.criterion(offer.service_id)
    if criterion is None:
        yield from _accept(story, offer)
        return
    by = story.worker(offer)
    actions.decline_offer(
        referral_id=story.referral.id,
        offer_id=offer.id,
        by=by,
        criterion=criterion,
        note=story.say("declined"),
        at=story.at,
    )
    if (yield from story.slip(by)):
        yield from story.wait(timedelta(minutes=1))


def _ask(story: Story, offer: ReferralOffer) -> Turns:
    """The team asks the referrer first."""
    question = story.say("questions")
    actions.ask_about_offer(
        referral_id=story.referral.id, offer_id=offer.id, by=story.worker(offer), question=question, at=story.at
    )
    yield from story.wait(story.dice.minutes(shares.ANSWERED[story.referral.urgency], 0.9))
    if offer.status != OfferStatus.INFO_REQUESTED:
        return
    actions.answer(referral_id=story.referral.id, by=story.referrer, text=story.say("answers"), at=story.at)
    yield from story.wait(timedelta(minutes=story.dice.randint(2, 12)))
    if offer.status in OFFER_AWAITING_ANSWER:
        yield from _accept(story, offer)


ANSWERS = {"accept": _accept, "decline": _decline, "ask": _ask, "silence": _accept}


def _wait_for_place(story: Story) -> Turns:
    """The portal gives a free place to whoever waited longest; services without counted places call people up."""
    story.stop_at("waitlisted")
    since = story.at
    while story.status == Status.OFFERED and not _awaiting(story):
        yield from story.wait(timedelta(days=shares.WAIT_DAYS) * story.dice.uniform(0.3, 1.7))
        offer = next((offer for offer in story.offers if offer.status == OfferStatus.WAITLISTED), None)
        if offer is None or story.status != Status.OFFERED:
            continue
        if story.world.book.capacities.get(offer.service_id) is None:
            yield from _accept(story, offer)
        elif story.at - since > LONGEST_WAIT:
            by = story.someone(*HANDLERS)
            reason = "Has waited too long: another service is asked."
            actions.withdraw_offer(referral_id=story.referral.id, offer_id=offer.id, by=by, reason=reason, at=story.at)
