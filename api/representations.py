"""Rows as partners see them: pure functions, one row in, one object out. Names are those of the OpenAPI document.

Staff of other organisations stay without names. A restricted person is an id and nothing more, for those whose own the
referral is; for others, and in Home First, not even that. An answer to a change carries no demographics: whoever sent
them knows them, and the stored answer of a key need not hold them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from api.callers import Caller
from api.scopes import Scope
from directory.codes import ClockCode
from referrals import policies
from referrals.clocks import State, read
from referrals.states import OFFER_TRANSITIONS, OfferStatus, Status, Verb

Row = Mapping[str, Any]
STATUS_WORDS, CLOCK_WORDS = dict(Status.choices), dict(ClockCode.choices)
OFFER_VERBS: dict[Verb, tuple[str, OfferStatus]] = {
    Verb.SEE_OFFER: ("acknowledge", OfferStatus.ACKNOWLEDGED),
    Verb.ASK_ABOUT_OFFER: ("ask", OfferStatus.INFO_REQUESTED),
    Verb.ACCEPT_OFFER: ("accept", OfferStatus.ACCEPTED),
    Verb.DECLINE_OFFER: ("decline", OfferStatus.DECLINED),
    Verb.WAITLIST_OFFER: ("waitlist", OfferStatus.WAITLISTED),
}
SCOPES_OF: dict[Verb, tuple[Scope, ...]] = {
    Verb.ANSWER: (Scope.REFERRALS_WRITE,),
    Verb.CANCEL: (Scope.REFERRALS_WRITE,),
    Verb.WITHDRAW: (Scope.REFERRALS_WRITE, Scope.OFFERS_RESPOND),
    Verb.RECORD_DEATH: (Scope.REFERRALS_WRITE, Scope.OFFERS_RESPOND),
    Verb.SET_OUT: (Scope.OFFERS_RESPOND,),
    Verb.FIRST_CONTACT: (Scope.OFFERS_RESPOND,),
    Verb.COMPLETE: (Scope.OFFERS_RESPOND,),
    Verb.REOPEN: (Scope.OFFERS_RESPOND,),
    Verb.REDIRECT: (Scope.OFFERS_RESPOND,),
    Verb.CALL_999: (Scope.OFFERS_RESPOND,),
}


def summary(row: Row, by: Actor, now: datetime) -> dict[str, Any]:
    """A referral in a list."""
    first = next(iter(row["clocks_now"]), None)
    return _head(row) | {"patient": _referred(row, by), "clock": clock(first, now) if first else None}


def _head(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "href": f"/api/v1/referrals/{row['id']}",
        "reference": row["reference"],
        "version": row["version"],
        "status": row["status"],
        "status_text": STATUS_WORDS[row["status"]],
        "urgency": row["urgency"],
        "direction": row["direction"],
        "channel": row["channel"],
        "needs": row["needs"],
        "safeguarding": row["safeguarding"],
        "external_id": row["external_id"],
        "place": row["place__slug"],
        "received_at": row["received_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "first_contact_at": row["first_contact_at"],
        "outcome": row["outcome"] or None,
        "service": _service(row),
        "referrer_organisation": _referrer_organisation(row),
    }


OWN = ("referrer_organisation_id", "point_of_access__organisation_id", "service__organisation_id")
"""Whose own a referral is: who sent it, received it, and whose service has taken it on."""


def is_told_who(row: Row, by: Actor) -> bool:
    """Whether the reader gets the id. Of somebody restricted, whoever is only asked does not: they may know the id from
    another referral, and would learn that there is a new one."""
    return any(row[name] == by.organisation_id for name in OWN) or not row["patient__restricted"]


def _referred(row: Row, by: Actor, *, demographics: bool = True) -> dict[str, Any]:
    """The person of a referral."""
    if not is_told_who(row, by):
        return {"id": None, "restricted": True}
    if not demographics:
        return {"id": row["patient_id"]}
    return {"id": row["patient_id"], "restricted": True} if row["patient__restricted"] else patient_summary(row)


def patient_summary(row: Row) -> dict[str, Any]:
    """Enough to recognise the person, whose record is open."""
    return {
        "id": row["patient_id"],
        "restricted": False,
        "nhs_number": row["patient__nhs_number"] or None,
        "nhs_number_status": row["patient__nhs_number_status"],
        "nhs_number_valid": row["patient__nhs_number_valid"],
        "family_name": row["patient__family_name"],
        "given_name": row["patient__given_name"],
        "date_of_birth": row["patient__date_of_birth"],
    }


def whose(row: Row, *, demographics: bool = True) -> dict[str, Any]:
    """The person of a row of Home First. Of a restricted one not even the id: it would lead from what somebody knows of
    them to where they are now."""
    if row["patient__restricted"]:
        return {"restricted": True, "patient": None}
    return {"restricted": False, "patient": patient_summary(row) if demographics else {"id": row["patient_id"]}}


def shown_by_name(rows: Iterable[Row]) -> set[UUID]:
    """Whose names a list shows."""
    return {row["patient_id"] for row in rows if not row["patient__restricted"]}


def _service(row: Row) -> dict[str, Any] | None:
    return {"slug": row["service__slug"], "name": row["service__name"]} if row["service__slug"] else None


def _referrer_organisation(row: Row) -> dict[str, Any]:
    return {
        "id": row["referrer_organisation_id"],
        "name": row["referrer_organisation__name"],
        "ods_code": row["referrer_organisation__ods_code"],
    }


def clock(row: Row, now: datetime) -> dict[str, Any]:
    """A promise of time, read at this moment."""
    stored = SimpleNamespace(
        started_at=_instant(row["started_at"]),
        due_at=_instant(row["due_at"]),
        warn_at=_instant(row["warn_at"]),
        paused_since=_instant(row["paused_since"]),
        stopped_at=_instant(row["stopped_at"]),
        result=row["result"],
    )
    reading = read(stored, now)
    return {
        "code": row["code"],
        "text": CLOCK_WORDS[row["code"]],
        "run": row["run"],
        "offer": row["offer_id"],
        "state": reading.state.value,
        "minutes": row["minutes"],
        "started_at": stored.started_at,
        "due_at": reading.due_at,
        "stopped_at": stored.stopped_at,
        "seconds_left": int(reading.left.total_seconds()),
    }


def _instant(value: str | datetime | None) -> datetime | None:
    """JSON gives text, columns give datetimes."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def record(row: Row, caller: Caller, now: datetime, *, demographics: bool) -> dict[str, Any]:
    """One referral as this client may see it, with what it may do now."""
    by, scopes = caller.actor, caller.scopes
    sent = row["referrer_organisation_id"] == by.organisation_id
    standing, offers = _standing(row)
    mine = {offer.id for offer in offers if Scope.OFFERS_RESPOND in scopes and policies.mine(by, offer)}
    verbs = policies.allowed_verbs(caller.acting, standing, offers)
    seen = [offer for offer in row["offers_now"] if sent or UUID(offer["id"]) in mine]
    hidden = {offer["id"] for offer in row["offers_now"]} - {offer["id"] for offer in seen}
    return _head(row) | {
        "need": row["need"],
        "urgency_requested": row["urgency_requested"],
        "consent": row["consent"],
        "safeguarding_note": row["safeguarding_note"],
        "scene_safety": row["scene_safety"],
        "scene_safety_note": row["scene_safety_note"],
        "access_note": row["access_note"],
        "home_first_considered": row["home_first_considered"],
        "referrer": {name: row[f"referrer_{name}"] for name in ("name", "role", "phone")},
        "avoided_admission": row["avoided_admission"] or None,
        "tracking_token": row["tracking_token"] if sent else None,
        "point_of_access": {name: row[f"point_of_access__{name}"] for name in ("slug", "name", "phone")},
        "patient": _referred(row, by, demographics=demographics),
        "clocks": [clock(each, now) for each in row["clocks_now"] if each["offer_id"] not in hidden],
        "offers": [_offer(offer, verbs if UUID(offer["id"]) in mine else (), mine) for offer in seen],
        "questions": [_question(each) for each in row["questions_now"] if each["offer_id"] not in hidden],
        "messages": [_message(each) for each in row["messages_now"]],
        "decision": _decision(row["decisions_now"][-1]) if row["decisions_now"] else None,
        "allowed_actions": _actions(verbs, scopes, row),
    }


def _standing(row: Row) -> tuple[Any, list[Any]]:
    """The referral and its offers in the shape that the policies ask for."""
    standing = SimpleNamespace(
        status=row["status"],
        referrer_organisation_id=row["referrer_organisation_id"],
        point_of_access=SimpleNamespace(organisation_id=row["point_of_access__organisation_id"]),
    )
    offers = [
        SimpleNamespace(
            id=UUID(offer["id"]),
            status=offer["status"],
            team_id=UUID(offer["team_id"]) if offer["team_id"] else None,
            service=SimpleNamespace(organisation_id=UUID(offer["organisation_id"])),
        )
        for offer in row["offers_now"]
    ]
    return standing, offers


def _actions(verbs: list[Verb], scopes: frozenset[str], row: Row) -> list[str]:
    """Names of the action endpoints that would be accepted now."""
    asked = any(question["answered_at"] is None for question in row["questions_now"])
    possible = [
        verb.value
        for verb in verbs
        if scopes.intersection(SCOPES_OF.get(verb, ())) and (verb is not Verb.ANSWER or asked)
    ]
    return [*possible, "messages"] if scopes & {Scope.REFERRALS_WRITE, Scope.OFFERS_RESPOND} else possible


def _offer(offer: Row, verbs: Any, mine: set[UUID]) -> dict[str, Any]:
    own = UUID(offer["id"]) in mine
    next_statuses = OFFER_TRANSITIONS[offer["status"]]
    criterion = {"code": offer["criterion_code"], "text": offer["criterion_text"]}
    return {
        "id": offer["id"],
        "status": offer["status"],
        "status_text": OfferStatus(offer["status"]).label,
        "service": {"slug": offer["service_slug"], "name": offer["service_name"]},
        "requested_at": _instant(offer["requested_at"]),
        "responded_at": _instant(offer["responded_at"]),
        "closed_at": _instant(offer["closed_at"]),
        "due_at": _instant(offer["due_at"]),
        "decline_criterion": criterion if offer["criterion_code"] else None,
        "note": offer["note"] if own else None,
        "allowed_actions": [name for verb, (name, to) in OFFER_VERBS.items() if verb in verbs and to in next_statuses],
    }


def _question(row: Row) -> dict[str, Any]:
    answered = row["answered_at"] is not None
    return {
        "id": row["id"],
        "offer": row["offer_id"],
        "text": row["text"],
        "asked_at": _instant(row["asked_at"]),
        "answer_by": _instant(row["answer_by"]),
        "answer": row["answer"] if answered else None,
        "answered_at": _instant(row["answered_at"]),
    }


def _message(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "text": row["text"],
        "at": _instant(row["at"]),
        "automatic": row["automatic"],
        "by": row["by_name"] if row["own"] else None,
        "by_role": row["by_role"],
        "by_organisation": row["by_organisation"],
    }


def _decision(row: Row) -> dict[str, Any]:
    criterion = {"code": row["criterion_code"], "text": row["criterion_text"]}
    return {
        "outcome": row["outcome"],
        "at": _instant(row["at"]),
        "advice": row["advice"] or None,
        "criterion": criterion if row["criterion_code"] else None,
        "signpost": row["signpost"] or None,
    }


def unchanged(row: Row, now: datetime) -> bool:
    """Whether nothing outside the version has changed since the last step: no message, no edit of who the person is,
    no clock that has run near or out. Then If-None-Match may be answered with 304."""
    since = row["step_at"]
    moments = [row["patient__updated_at"], *(_instant(message["at"]) for message in row["messages_now"])]
    for each in row["clocks_now"]:
        state = clock(each, now)["state"]
        moments += [_instant(each["warn_at"])] if state in {State.NEAR, State.BREACHED} else []
        moments += [_instant(each["due_at"])] if state == State.BREACHED else []
    return all(moment <= since for moment in moments)
