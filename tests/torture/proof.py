"""After the storm: what was acknowledged is there, once, with its clocks, its event and its place in the numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extras import execute_values

from tests.torture.senders import Ledger

ANSWERED = """
CREATE TEMPORARY TABLE answered (
    id uuid PRIMARY KEY, reference text, marker text, key text, nhs_number text, cancelled boolean)
"""
EACH = """
SELECT count(*) FROM answered a JOIN referrals_referral r ON r.id = a.id WHERE {}
"""
THERE = "referrals answered with 201 are there, with their reference and need"
ONCE_EACH = {
    THERE: "r.reference = a.reference AND r.need = a.marker",
    "… with the clocks to acknowledge and to respond, each once": """
        (SELECT array_agg(c.code ORDER BY c.code) FROM referrals_clock c
            WHERE c.referral_id = a.id AND c.offer_id IS NULL AND c.code <> 'triage')
        = ARRAY['acknowledge', 'respond']::varchar[]""",
    "… with one event that they were sent": """
        (SELECT count(*) FROM audit_event e WHERE e.subject_id = a.id AND e.kind = 'referral.submitted.v1') = 1""",
    "… with one transition to submitted": """
        (SELECT count(*) FROM referrals_transition t WHERE t.referral_id = a.id AND t.to_status = 'submitted') = 1""",
    "… with a step for every version": """
        (SELECT array_agg(s.version ORDER BY s.version) FROM referrals_step s WHERE s.referral_id = a.id)
        = (SELECT array_agg(n) FROM generate_series(1, r.version) n)""",
    "… with one answer kept under their key": """
        (SELECT count(*) FROM api_idempotencyrecord i WHERE i.key = a.key AND i.status = 201) = 1""",
    "… with one person of that NHS number": """
        (SELECT count(*) FROM patients_patient p WHERE p.nhs_number = a.nhs_number) = 1""",
    "… with their place in the numbers": """
        (SELECT count(*) FROM bcf_referralfact f WHERE f.referral_id = a.id
            AND f.received_on = (r.received_at AT TIME ZONE 'Europe/London')::date) = 1""",
    "… cancelled if that was answered, and only then": """
        a.cancelled = (r.status = 'cancelled') AND a.cancelled::int = (SELECT count(*) FROM audit_event e
            WHERE e.subject_id = a.id AND e.kind = 'referral.cancelled.v1')""",
}
ORPHANS = """
SELECT count(*) FROM (
    (SELECT subject_id FROM audit_event WHERE subject_kind = 'referral' EXCEPT SELECT id FROM referrals_referral)
    UNION ALL
    (SELECT subject_id FROM audit_event WHERE subject_kind = 'patient' EXCEPT SELECT id FROM patients_patient)
    UNION ALL
    (SELECT id FROM referrals_referral EXCEPT SELECT subject_id FROM audit_event)
    UNION ALL
    (SELECT referral_id FROM referrals_step EXCEPT SELECT id FROM referrals_referral)
    UNION ALL
    (SELECT step_id FROM referrals_transition EXCEPT SELECT id FROM referrals_step)
    UNION ALL
    (SELECT referral_id FROM referrals_clock EXCEPT SELECT id FROM referrals_referral)
    UNION ALL
    (SELECT referral_id FROM referrals_referraloffer EXCEPT SELECT id FROM referrals_referral)
) orphan
"""
FACTS = "SELECT count(*) FROM bcf_referralfact"
COUNTED = "SELECT count(*) FROM referrals_referral WHERE status <> 'duplicate'"
RECEIVED = """
SELECT coalesce(sum(numerator), 0)::int FROM bcf_observation
WHERE metric = 'referrals_received' AND level = 'system' AND period = 'day' AND known_to IS NULL
"""
TWICE = "SELECT count(*) FROM (SELECT need FROM referrals_referral GROUP BY need HAVING count(*) > 1) twice"
UNFINISHED = "SELECT count(*) FROM api_idempotencyrecord WHERE status IS NULL"
MESSAGES = """
SELECT count(*) FROM (SELECT FROM referrals_message WHERE text = ANY(%s) GROUP BY text HAVING count(*) = 1) once
"""
WAITING = """
SELECT (SELECT count(*) FROM bcf_stale) + (SELECT count(*) FROM bcf_setaside WHERE counted_at IS NULL)
    + (SELECT count(*) FROM audit_event e, bcf_cursor c WHERE (e.transaction_id, e.id) > (c.transaction_id, c.event_id))
"""
FIGURES = """
SELECT md5(string_agg(concat_ws(' ', metric, version, level, scope_id, period, start, numerator, denominator, value),
    ',' ORDER BY metric, level, scope_id, period, start)) FROM bcf_observation WHERE known_to IS NULL
"""
DURABLE = "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')"


@dataclass(frozen=True)
class Line:
    """One thing that has to be so."""

    words: str
    expected: Any
    found: Any

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return self.expected == self.found


class Database:
    """The portal's database, asked directly."""

    def __init__(self, url: str):
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True
        self.rows = self.connection.cursor()

    def one(self, question: str, *values: Any) -> Any:
        """The first column of the first row."""
        self.rows.execute(question, values)
        return self.rows.fetchone()[0]

    def close(self) -> None:
        """Let it go."""
        self.connection.close()


def lines(database: Database, ledger: Ledger) -> Iterator[Line]:
    """Everything that has to be so once the portal is calm."""
    cancelled = set(ledger.cancelled)
    database.rows.execute(ANSWERED)
    execute_values(
        database.rows,
        "INSERT INTO answered VALUES %s",
        [(a.id, a.reference, a.marker, a.key, a.nhs_number, a.id in cancelled) for a in ledger.referrals],
    )
    yield Line("PostgreSQL writes to the disk before it answers", "on on", database.one(DURABLE))
    for words, so in ONCE_EACH.items():
        yield Line(words, len(ledger.referrals), database.one(EACH.format(so)))
    yield Line("messages answered are there, once", len(ledger.messages), database.one(MESSAGES, ledger.messages))
    yield Line("needs that made two referrals", 0, database.one(TWICE))
    yield Line("keys without an answer", 0, database.one(UNFINISHED))
    yield Line("events, steps, transitions, clocks or offers of nothing", 0, database.one(ORPHANS))
    yield Line("events not yet counted, set aside, or figures stale", 0, database.one(WAITING))
    counted = database.one(COUNTED)
    yield Line("facts, one for each referral", counted, database.one(FACTS))
    yield Line("referrals received, added up over the days", counted, database.one(RECEIVED))
