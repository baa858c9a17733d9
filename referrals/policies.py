"""Who may do what to a referral, and in which state. Each refusal is a sentence fit for the user.

`check_can` raises and `allowed_verbs` lists by the same rules: pages and the API show exactly what would be accepted.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from referrals.models import Referral, ReferralOffer
from referrals.states import (
    OFFER_LIVE,
    OFFER_TAKEN,
    OPEN,
    WITH_POINT_OF_ACCESS,
    OfferStatus,
    Status,
    Verb,
)

REOPEN_WITHIN = timedelta(days=7)
UNDO_WITHIN = timedelta(minutes=10)

Check = Callable[[Actor, Referral, Sequence[ReferralOffer]], bool]


def at_point_of_access(by: Actor, referral: Referral, _offers: Sequence[ReferralOffer]) -> bool:
    """The actor works where the referral was received."""
    return referral.point_of_access.organisation_id == by.organisation_id


def sent_it(by: Actor, referral: Referral, _offers: Sequence[ReferralOffer]) -> bool:
    """The actor works where the referral came from."""
    return referral.referrer_organisation_id == by.organisation_id


def holds_offer(by: Actor, _referral: Referral, offers: Sequence[ReferralOffer]) -> bool:
    """The referral is offered to the actor's team, and the offer is not closed."""
    return any(mine(by, offer) for offer in offers if offer.status in (*OFFER_LIVE, *OFFER_TAKEN))


def cares_for(by: Actor, _referral: Referral, offers: Sequence[ReferralOffer]) -> bool:
    """The actor's team has accepted the referral, or had it when it ended."""
    ended = (*OFFER_TAKEN, OfferStatus.ENDED)
    return any(mine(by, offer) for offer in offers if offer.status in ended)


def mine(by: Actor, offer: ReferralOffer) -> bool:
    """The offer is to the actor's team; to their organisation where the actor, or the offer, has no team."""
    if by.team_ids and offer.team_id:
        return offer.team_id in by.team_ids
    return offer.service.organisation_id == by.organisation_id


WHO: dict[Verb, tuple[tuple[Permission, Check], ...]] = {
    Verb.ACKNOWLEDGE: ((Permission.ACKNOWLEDGE, at_point_of_access),),
    Verb.ASSIGN: ((Permission.ACKNOWLEDGE, at_point_of_access),),
    Verb.ASK: ((Permission.ACKNOWLEDGE, at_point_of_access),),
    Verb.RESUME: ((Permission.ACKNOWLEDGE, at_point_of_access),),
    Verb.ANSWER: ((Permission.TRACK_SENT, sent_it), (Permission.ACKNOWLEDGE, at_point_of_access)),
    Verb.ACCEPT: ((Permission.TRIAGE, at_point_of_access),),
    Verb.ADVISE: ((Permission.TRIAGE, at_point_of_access),),
    Verb.REJECT: ((Permission.TRIAGE, at_point_of_access),),
    Verb.OFFER: ((Permission.OFFER, at_point_of_access),),
    Verb.REDIRECT: ((Permission.OFFER, at_point_of_access), (Permission.RESPOND, cares_for)),
    Verb.WITHDRAW_OFFER: ((Permission.OFFER, at_point_of_access),),
    Verb.SEE_OFFER: ((Permission.RESPOND, holds_offer),),
    Verb.ASK_ABOUT_OFFER: ((Permission.RESPOND, holds_offer),),
    Verb.ACCEPT_OFFER: ((Permission.RESPOND, holds_offer),),
    Verb.DECLINE_OFFER: ((Permission.RESPOND, holds_offer),),
    Verb.WAITLIST_OFFER: ((Permission.RESPOND, holds_offer),),
    Verb.EXPIRE_OFFER: (),
    Verb.ALLOCATE: ((Permission.RESPOND, cares_for),),
    Verb.SET_OUT: ((Permission.RESPOND, cares_for),),
    Verb.FIRST_CONTACT: ((Permission.RESPOND, cares_for),),
    Verb.COMPLETE: ((Permission.RESPOND, cares_for),),
    Verb.REOPEN: ((Permission.RESPOND, cares_for),),
    Verb.CANCEL: ((Permission.TRACK_SENT, sent_it), (Permission.ACKNOWLEDGE, at_point_of_access)),
    Verb.WITHDRAW: (
        (Permission.ACKNOWLEDGE, at_point_of_access),
        (Permission.RESPOND, cares_for),
        (Permission.TRACK_SENT, sent_it),
    ),
    Verb.CALL_999: ((Permission.TRIAGE, at_point_of_access), (Permission.RESPOND, cares_for)),
    Verb.RECORD_DEATH: (
        (Permission.ACKNOWLEDGE, at_point_of_access),
        (Permission.RESPOND, cares_for),
        (Permission.TRACK_SENT, sent_it),
    ),
    Verb.MARK_DUPLICATE: ((Permission.ACKNOWLEDGE, at_point_of_access),),
}

UNSETTLED = (Status.ACCEPTED, Status.OFFERED)
WITH_SERVICE = (Status.ALLOCATED, Status.RESPONDING, Status.IN_SERVICE)

WHEN: dict[Verb, tuple[Status, ...]] = {
    Verb.ACKNOWLEDGE: (Status.SUBMITTED,),
    Verb.ASSIGN: WITH_POINT_OF_ACCESS,
    Verb.ASK: (Status.SUBMITTED, Status.IN_TRIAGE),
    Verb.RESUME: (Status.INFO_REQUESTED, Status.OFFERED),
    Verb.ANSWER: (Status.INFO_REQUESTED, Status.OFFERED),
    Verb.ACCEPT: (Status.IN_TRIAGE,),
    Verb.ADVISE: (Status.IN_TRIAGE,),
    Verb.REJECT: (Status.IN_TRIAGE,),
    Verb.OFFER: UNSETTLED,
    Verb.REDIRECT: (*UNSETTLED, *WITH_SERVICE),
    Verb.WITHDRAW_OFFER: (Status.OFFERED,),
    Verb.SEE_OFFER: (Status.OFFERED,),
    Verb.ASK_ABOUT_OFFER: (Status.OFFERED,),
    Verb.ACCEPT_OFFER: (Status.OFFERED,),
    Verb.DECLINE_OFFER: (Status.OFFERED,),
    Verb.WAITLIST_OFFER: (Status.OFFERED,),
    Verb.EXPIRE_OFFER: (Status.OFFERED,),
    Verb.ALLOCATE: WITH_SERVICE,
    Verb.SET_OUT: (Status.ALLOCATED,),
    Verb.FIRST_CONTACT: (Status.ALLOCATED, Status.RESPONDING),
    Verb.COMPLETE: (Status.IN_SERVICE,),
    Verb.REOPEN: (Status.COMPLETED,),
    Verb.CANCEL: (*WITH_POINT_OF_ACCESS, Status.INFO_REQUESTED, Status.OFFERED),
    Verb.WITHDRAW: OPEN,
    Verb.CALL_999: OPEN,
    Verb.RECORD_DEATH: OPEN,
    Verb.MARK_DUPLICATE: (*WITH_POINT_OF_ACCESS, Status.INFO_REQUESTED, Status.OFFERED),
}


POSSIBLE: dict[str, tuple[Verb, ...]] = {
    status: tuple(verb for verb in WHO if status in WHEN[verb]) for status in Status
}
"""What somebody might do to a referral in this state, in the order of the journey."""


def check_can(verb: Verb, by: Actor, referral: Referral, offers: Sequence[ReferralOffer] = ()) -> None:
    """Raise NotPermitted or IllegalTransition with a sentence, or return."""
    if not by.is_system:
        check_who(verb, by, referral, offers)
    check_when(verb, referral)


def check_who(verb: Verb, by: Actor, referral: Referral, offers: Sequence[ReferralOffer] = ()) -> None:
    """Role and relationship."""
    if _is_for(verb, by, referral, offers):
        return
    if not any(by.can(permission) for permission, _ in WHO[verb]):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")
    raise NotPermitted("This referral is not with your team, so you cannot do this.", code="NO_RELATIONSHIP")


def _is_for(verb: Verb, by: Actor, referral: Referral, offers: Sequence[ReferralOffer]) -> bool:
    return any(by.can(permission) and related(by, referral, offers) for permission, related in WHO[verb])


def check_when(verb: Verb, referral: Referral) -> None:
    """The state the referral is in."""
    if referral.status not in WHEN[verb]:
        raise IllegalTransition(
            f"This referral is now “{Status(referral.status).label}”, so that is no longer possible.",
            referral_status=referral.status,
        )


def can(verb: Verb, by: Actor, referral: Referral, offers: Sequence[ReferralOffer] = ()) -> bool:
    """True when check_can would not raise."""
    return referral.status in WHEN[verb] and (by.is_system or _is_for(verb, by, referral, offers))


def allowed_verbs(by: Actor, referral: Referral, offers: Sequence[ReferralOffer] = ()) -> list[Verb]:
    """Everything this actor may do now, in the order of the journey."""
    return [verb for verb in POSSIBLE.get(referral.status, ()) if can(verb, by, referral, offers)]
