"""What counts of referrals, their offers, and the needs that nobody could meet."""

from django.db import models

from bcf.facts.source import Source, name_of
from bcf.models import OfferFact, ReferralFact, UnmetNeedFact
from directory.codes import ClockCode, Urgency
from patients.models import NumberStatus, Patient
from referrals.models import Breach, Clock, Handoff, Referral, ReferralOffer, Step, Transition, UnmetNeed
from referrals.states import OfferStatus, Status

STANDING = """EXISTS (SELECT FROM {step} s WHERE s.id = {row}.step_id AND s.undoes_id IS NULL)
    AND NOT EXISTS (SELECT FROM {step} u WHERE u.undoes_id = {row}.step_id)"""

REFERRALS = """
WITH clocks AS (
    SELECT c.referral_id,
        max(extract(epoch FROM c.stopped_at - c.started_at))
            FILTER (WHERE c.code = '{acknowledge}' AND c.result IN ('met', 'missed')) AS acknowledge_seconds,
        max(extract(epoch FROM c.stopped_at - c.started_at))
            FILTER (WHERE c.code = '{triage}' AND c.result IN ('met', 'missed')) AS triage_seconds,
        bool_or(c.result = 'met') FILTER (WHERE c.code = '{respond}') AS met,
        bool_or(c.result = 'missed' OR b.id IS NOT NULL) FILTER (WHERE c.code = '{respond}') AS missed
    FROM {clock} c LEFT JOIN {breach} b ON b.clock_id = c.id
    WHERE c.offer_id IS NULL AND c.run = 1 {and_clock}
    GROUP BY c.referral_id
), handoffs AS (
    SELECT h.referral_id, count(*) AS handoffs FROM {handoff} h WHERE {handoff_standing} {and_handoff}
    GROUP BY h.referral_id
)
SELECT r.id AS referral_id, r.place_id, r.locality_id, r.neighbourhood_id, r.service_id,
    (r.received_at AT TIME ZONE 'Europe/London')::date AS received_on,
    floor(clocks.acknowledge_seconds)::bigint AS acknowledge_seconds,
    floor(clocks.triage_seconds)::bigint AS triage_seconds,
    CASE WHEN r.urgency <> '{crisis}' THEN NULL WHEN clocks.met THEN true WHEN clocks.missed THEN false END
        AS crisis_reached,
    coalesce(handoffs.handoffs, 0) AS handoffs,
    coalesce(kept.nhs_number_status, p.nhs_number_status) = '{verified}' AS number_verified,
    (r.closed_at AT TIME ZONE 'Europe/London')::date AS closed_on,
    CASE WHEN r.closed_at IS NOT NULL THEN coalesce(r.news_seen_at >= r.closed_at, false) END AS outcome_read
FROM {referral} r
JOIN {patient} p ON p.id = r.patient_id
LEFT JOIN {patient} kept ON kept.id = p.merged_into_id
LEFT JOIN clocks ON clocks.referral_id = r.id
LEFT JOIN handoffs ON handoffs.referral_id = r.id
WHERE r.status <> '{duplicate}' {and_referral}
"""

OFFERS = """
WITH answers AS (
    SELECT DISTINCT ON (t.offer_id) t.offer_id, t.to_status
    FROM {transition} t
    WHERE t.offer_id IS NOT NULL AND t.to_status IN ('{accepted}', '{declined}', '{waitlisted}')
        AND {transition_standing} {and_transition}
    ORDER BY t.offer_id, t.at, t.id
)
SELECT o.id AS offer_id, r.id AS referral_id, r.place_id, r.locality_id, r.neighbourhood_id, o.service_id,
    (o.requested_at AT TIME ZONE 'Europe/London')::date AS requested_on, coalesce(answers.to_status, '') AS answer
FROM {offer} o JOIN {referral} r ON r.id = o.referral_id LEFT JOIN answers ON answers.offer_id = o.id
WHERE r.status <> '{duplicate}' {and_offer}
"""

UNMET_NEEDS = """
SELECT n.id AS need_id, r.id AS referral_id, r.place_id, r.locality_id, r.neighbourhood_id, n.service_id,
    (n.recorded_at AT TIME ZONE 'Europe/London')::date AS recorded_on,
    extract(hour FROM n.recorded_at AT TIME ZONE 'Europe/London')::smallint AS recorded_hour,
    (n.hours * 3600)::bigint AS care_seconds
FROM {unmet} n JOIN {referral} r ON r.id = n.referral_id
WHERE r.status <> '{duplicate}' AND {unmet_standing} {and_unmet}
"""

TABLES: dict[str, type[models.Model]] = {
    "breach": Breach,
    "clock": Clock,
    "handoff": Handoff,
    "offer": ReferralOffer,
    "patient": Patient,
    "referral": Referral,
    "step": Step,
    "transition": Transition,
    "unmet": UnmetNeed,
}
CODES = {
    "acknowledge": ClockCode.ACKNOWLEDGE,
    "triage": ClockCode.TRIAGE,
    "respond": ClockCode.RESPOND,
    "crisis": Urgency.CRISIS,
    "verified": NumberStatus.VERIFIED,
    "duplicate": Status.DUPLICATE,
    "accepted": OfferStatus.ACCEPTED,
    "declined": OfferStatus.DECLINED,
    "waitlisted": OfferStatus.WAITLISTED,
}


def _words(some: bool) -> dict[str, str]:
    """Table names, codes and conditions that the SQL above asks for."""
    names = {word: name_of(model) for word, model in TABLES.items()}
    one_of = " = ANY(%(ids)s)" if some else " IS NOT NULL"
    keys = {"referral": "r.id", "clock": "c.referral_id", "handoff": "h.referral_id", "transition": "t.referral_id"}
    keys |= {"offer": "o.referral_id", "unmet": "n.referral_id"}
    conditions = {f"and_{word}": f"AND {column}{one_of}" for word, column in keys.items()}
    rows = {"handoff": "h", "transition": "t", "unmet": "n"}
    standing = {f"{word}_standing": STANDING.format(step=names["step"], row=row) for word, row in rows.items()}
    return names | {word: str(code.value) for word, code in CODES.items()} | conditions | standing


SOURCES = (
    Source(ReferralFact, "referral_id", REFERRALS, _words),
    Source(OfferFact, "referral_id", OFFERS, _words),
    Source(UnmetNeedFact, "referral_id", UNMET_NEEDS, _words),
)
