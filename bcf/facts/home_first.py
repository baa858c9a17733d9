"""What counts of Home First: crisis episodes, ways home, days of waiting, follow-ups, days of wards, stays.

A day of waiting or of a ward is a midnight, London's: somebody who came on Monday and left on Wednesday was there on
two, whatever the hour. So days of waiting add up to the days between readiness and leaving.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections.abc import Callable
from enum import Enum

from django.db import models

from bcf.facts.source import LONDON, Source, name_of
from bcf.models import CrisisFact, DelayFact, DischargeFact, FollowUpFact, StayFact, WardDayFact
from directory.codes import AreaLevel
from directory.codes import OrganisationKind as Kind
from directory.models import Area, ClockPolicy, Organisation
from homefirst.codes import HOME, Destination, Pathway, WardKind
from homefirst.models import (
    AvoidedAdmissionClaim,
    Bed,
    CrisisEpisode,
    DelayReason,
    DelaySpell,
    DischargeCase,
    FollowUp91,
    ReablementEpisode,
    Spell,
    Ward,
)
from homefirst.states import CrisisStatus, ReablementStatus, SpellKind
from patients.models import Patient
from referrals.models import Referral

OLD = 65
"""Years at which the follow-up on day 91 begins to count."""

NHS = (
    Kind.ICB, Kind.SUB_ICB, Kind.COMMUNITY_TRUST, Kind.ACUTE_TRUST, Kind.HOSPITAL, Kind.AMBULANCE, Kind.PRACTICE,
    Kind.PCN, Kind.FEDERATION, Kind.OUT_OF_HOURS,
)  # fmt: skip
COUNCILS = (Kind.COUNCIL, Kind.DISTRICT_COUNCIL)

AREAS = """{place} AS place_id,
    CASE WHEN r.id IS NULL AND p.place_id = {place} THEN p.locality_id
        WHEN r.place_id = {place} THEN r.locality_id END AS locality_id,
    CASE WHEN r.id IS NULL AND p.place_id = {place} THEN p.neighbourhood_id
        WHEN r.place_id = {place} THEN r.neighbourhood_id END AS neighbourhood_id"""
"""The place that the row keeps; below it the areas of its referral, or of the person where there was none."""

CRISES = """
SELECT e.id AS episode_id, {areas}, e.service_id,
    CASE WHEN e.status = '{crisis_closed}' THEN {closed_on} END AS ended_on,
    CASE WHEN e.status = '{crisis_closed}'
        THEN e.closed_at > least(e.ends_by, e.opened_at + k.minutes * interval '1 minute') END AS overran,
    {occurred_on} AS avoided_on, coalesce(a.grade, '') AS grade
FROM {crisis} e JOIN {policy} k ON k.id = e.policy_id
JOIN {patient} p ON p.id = e.patient_id JOIN {referral} r ON r.id = e.referral_id
LEFT JOIN {claim} a ON a.episode_id = e.id AND a.voided_at IS NULL
WHERE e.status <> '{crisis_void}' {among}
"""

DISCHARGES = """
SELECT way.*, discharged_on - ready_on AS delay_days, extract(isodow FROM discharged_on) >= 6 AS at_weekend
FROM (
    SELECT c.id AS case_id, {areas}, NULL::uuid AS service_id,
        CASE WHEN {left} THEN {ready_on} END AS ready_on, CASE WHEN {left} THEN {left_on} END AS discharged_on,
        CASE WHEN {left} THEN floor(extract(epoch FROM c.discharged_at - c.ready_at))::bigint END AS ready_seconds,
        CASE WHEN {left} THEN c.destination IN {home} END AS went_home, CASE WHEN {left} THEN c.pathway END AS pathway,
        {decided_on} AS decided_on,
        CASE WHEN c.decided_at IS NOT NULL THEN coalesce(c.home_first_considered, false) END AS considered_home,
        CASE WHEN c.decided_at IS NOT NULL
            THEN CASE WHEN c.destination NOT IN ('', '{died}') THEN c.destination IN {home}
            ELSE coalesce(c.pathway IN {pathways_home}, false) END END AS decided_home,
        CASE WHEN c.decided_at IS NOT NULL THEN c.not_home_reason <> '' END AS says_why_not_home
    FROM {case} c JOIN {patient} p ON p.id = c.patient_id LEFT JOIN {referral} r ON r.id = c.referral_id
    WHERE (c.ready_at IS NOT NULL OR c.decided_at IS NOT NULL) {among}
) way
"""

DELAYS = """
SELECT md5(d.id::text || n.day)::uuid AS key, d.case_id, {areas}, NULL::uuid AS service_id, n.day,
    CASE WHEN o.kind IN {nhs} THEN 'nhs' WHEN o.kind IN {councils} THEN 'council' ELSE 'other' END AS owner,
    CASE y."group" {reasons} ELSE 'other' END AS reason
FROM {delay} d JOIN {case} c ON c.id = d.case_id JOIN {patient} p ON p.id = c.patient_id
LEFT JOIN {referral} r ON r.id = c.referral_id
JOIN {organisation} o ON o.id = d.organisation_id JOIN {reason} y ON y.id = d.reason_id
CROSS JOIN LATERAL {nights} n
WHERE true {among}
"""

FOLLOW_UPS = """
SELECT f.id AS follow_up_id, f.episode_id, {areas}, e.service_id, f.due_on, f.outcome
FROM {follow_up} f JOIN {reablement} e ON e.id = f.episode_id JOIN {referral} r ON r.id = e.referral_id
JOIN {patient} p ON p.id = f.patient_id LEFT JOIN {patient} kept ON kept.id = p.merged_into_id
WHERE e.status <> '{reablement_void}'
    AND coalesce(kept.date_of_birth, p.date_of_birth) <= f.discharged_on - interval '{old} years' {among}
"""

WARDS = """(
    SELECT w.id AS ward_id, w.service_id, w.kind IN {kinds_at_home} AS at_home,
        CASE WHEN count(a.id) = 1 THEN (array_agg(a.id) FILTER (WHERE a.id IS NOT NULL))[1] END AS place_id,
        NULL::uuid AS locality_id, NULL::uuid AS neighbourhood_id
    FROM {ward} w LEFT JOIN {ward_area} wa ON wa.ward_id = w.id
    LEFT JOIN {area} a ON a.id = wa.area_id AND a.level = '{place_level}' GROUP BY w.id
)"""
"""A ward counts towards a place when it serves just one."""

WARD_DAYS = """
WITH used AS (
    SELECT b.ward_id, d.bed_id, d.kind, d.patient_id, n.day FROM {spell} d JOIN {bed} b ON b.id = d.bed_id
    CROSS JOIN LATERAL {nights} n WHERE d.kind IN ('{occupied}', '{closed}') {among}
), begun AS (
    SELECT ward_id, min(day) AS day FROM used WHERE kind = '{occupied}' GROUP BY ward_id
), nights AS (
    SELECT b.ward_id, b.id AS bed_id, n.day FROM {bed} b JOIN begun ON begun.ward_id = b.ward_id
    CROSS JOIN LATERAL (
        SELECT greatest(b.valid_from, begun.day) + i AS day FROM generate_series(
            0, least(coalesce(b.valid_to, %(today)s), %(today)s) - greatest(b.valid_from, begun.day) - 1) i
    ) n
)
SELECT md5(w.ward_id::text || nights.day)::uuid AS key, w.*, nights.day,
    count(*) FILTER (WHERE used.kind IS DISTINCT FROM '{closed}') AS open_beds,
    count(*) FILTER (WHERE used.kind = '{occupied}') AS occupied,
    coalesce(string_agg(used.patient_id::text, ' ' ORDER BY used.patient_id)
        FILTER (WHERE used.kind = '{occupied}'), '') AS people
FROM nights JOIN {wards} w ON w.ward_id = nights.ward_id
LEFT JOIN used ON used.bed_id = nights.bed_id AND used.day = nights.day
GROUP BY nights.day, w.ward_id, w.service_id, w.at_home, w.place_id, w.locality_id, w.neighbourhood_id
"""

STAYS = """
SELECT md5(w.ward_id::text || stay.patient_id || extract(epoch FROM lower(stay.span)))::uuid AS key, w.*,
    {ended_on} AS ended_on,
    floor(extract(epoch FROM upper(stay.span) - lower(stay.span)))::bigint AS stay_seconds
FROM (
    SELECT b.ward_id, d.patient_id, unnest(range_agg(d.span)) AS span
    FROM {spell} d JOIN {bed} b ON b.id = d.bed_id
    WHERE d.kind = '{occupied}' {among} GROUP BY b.ward_id, d.patient_id
) stay JOIN {wards} w ON w.ward_id = stay.ward_id
WHERE NOT upper_inf(stay.span)
"""

NIGHTS = f"""(
    SELECT {LONDON.format("lower(d.span)")} + i AS day FROM generate_series(0,
        least(coalesce({LONDON.format("upper(d.span)")}, %(today)s), %(today)s)
        - {LONDON.format("lower(d.span)")} - 1) i
)"""
"""The days of the span of row d whose midnight fell into it."""

TABLES: dict[str, type[models.Model]] = {
    "area": Area,
    "bed": Bed,
    "case": DischargeCase,
    "claim": AvoidedAdmissionClaim,
    "crisis": CrisisEpisode,
    "delay": DelaySpell,
    "follow_up": FollowUp91,
    "organisation": Organisation,
    "patient": Patient,
    "policy": ClockPolicy,
    "reablement": ReablementEpisode,
    "reason": DelayReason,
    "referral": Referral,
    "spell": Spell,
    "ward": Ward,
    "ward_area": Ward.areas.through,
}
CODES = {
    "closed": SpellKind.CLOSED.value,
    "crisis_closed": CrisisStatus.CLOSED.value,
    "crisis_void": CrisisStatus.VOID.value,
    "died": Destination.DIED.value,
    "left": f"c.ready_at IS NOT NULL AND c.discharged_at IS NOT NULL AND c.destination <> '{Destination.DIED.value}'",
    "occupied": SpellKind.OCCUPIED.value,
    "old": str(OLD),
    "place_level": AreaLevel.PLACE.value,
    "reablement_void": ReablementStatus.VOID.value,
}
DAYS = {
    "closed_on": "e.closed_at",
    "decided_on": "c.decided_at",
    "ended_on": "upper(stay.span)",
    "left_on": "c.discharged_at",
    "occurred_on": "a.occurred_at",
    "ready_on": "c.ready_at",
}
REASONS = [reason for reason in DelayFact.Reason if reason != DelayFact.Reason.OTHER]


def _words(place: str, key: str) -> Callable[[bool], dict[str, str]]:
    """What the SQL above asks for: `place` is the row's own, `key` what events name."""

    def words(some: bool) -> dict[str, str]:
        said = {word: name_of(model) for word, model in TABLES.items()} | CODES
        said |= {word: LONDON.format(moment) for word, moment in DAYS.items()}
        said |= {"home": _either(*sorted(HOME)), "nhs": _either(*NHS), "councils": _either(*COUNCILS)}
        said["pathways_home"] = f"({Pathway.P0.value}, {Pathway.P1.value})"
        said["kinds_at_home"] = _either(WardKind.VIRTUAL, WardKind.HOSPITAL_AT_HOME)
        said["reasons"] = " ".join(f"WHEN '{reason.label}' THEN '{reason.value}'" for reason in REASONS)
        said |= {"nights": NIGHTS, "areas": AREAS.format(place=place), "wards": WARDS.format(**said)}
        return said | {"among": f"AND {key} = ANY(%(ids)s)" if some else ""}

    return words


def _either(*codes: Enum) -> str:
    return "(" + ", ".join(f"'{code.value}'" for code in codes) + ")"


SOURCES = (
    Source(CrisisFact, "episode_id", CRISES, _words("coalesce(e.place_id, r.place_id)", "e.id")),
    Source(DischargeFact, "case_id", DISCHARGES, _words("c.place_id", "c.id")),
    Source(DelayFact, "case_id", DELAYS, _words("c.place_id", "d.case_id")),
    Source(FollowUpFact, "episode_id", FOLLOW_UPS, _words("coalesce(e.place_id, r.place_id)", "e.id")),
    Source(WardDayFact, "ward_id", WARD_DAYS, _words("", "b.ward_id")),
    Source(StayFact, "ward_id", STAYS, _words("", "b.ward_id")),
)
