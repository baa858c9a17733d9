"""A scale with copies: what holds for told stories holds for them, and a copy has all that its original has."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from accounts.actors import ESCALATION
from audit import partitions
from audit.models import Access, Event
from directory.hours import LONDON
from patients.models import Patient, Relationship
from referrals.models import (
    Alert,
    Answer,
    Breach,
    Clock,
    Handoff,
    Message,
    Question,
    Referral,
    ReferralOffer,
    Step,
    Transition,
    TriageDecision,
    UnmetNeed,
)
from referrals.states import CLOSED, Status
from synthetic.desk import reference
from tests.synthetic.conftest import SMALL, fill
from tests.synthetic.test_history import (  # noqa: F401  the same rules, for copies
    test_closed_referrals_hold_nothing_open,
    test_every_clock_equals_a_fresh_reading_of_its_history,
    test_every_clock_that_ran_out_has_one_breach,
    test_every_status_is_the_last_standing_transition,
    test_every_transition_follows_the_one_before_and_the_tables,
    test_every_transition_of_a_referral_has_its_event,
    test_nobody_is_referred_or_cared_for_after_their_death,
    test_nothing_is_taken_twice_and_contact_follows_receipt,
    test_the_portals_own_sweep_has_nothing_to_catch_up_with,
    test_the_referrer_is_told_how_it_ended,
    test_versions_count_the_steps,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counts")]
OF_A_REFERRAL = (
    ReferralOffer, Step, Transition, TriageDecision, Handoff, UnmetNeed, Question, Message, Clock, Breach, Alert,
)  # fmt: skip


@pytest.fixture(scope="module")
def counts(prepared: None, now: datetime) -> Iterator[dict[str, int]]:
    with transaction.atomic():
        yield fill(now, scale=SMALL)
        transaction.set_rollback(True)


def tail(pk: UUID) -> str:
    """What an original and its copies have in common."""
    return pk.hex[16:]


def families() -> list[tuple[Referral, list[Referral]]]:
    """Originals with their copies."""
    told = {reference(number) for number in range(1, SMALL.told.referrals + 1)}
    found: dict[str, list[Referral]] = {}
    for referral in Referral.objects.visible_to(ESCALATION).select_related("patient"):
        found.setdefault(tail(referral.pk), []).append(referral)
    return [
        (original, [one for one in family if one is not original])
        for family in found.values()
        for original in family
        if original.reference in told and len(family) > 1
    ]


def relative(value: object, start: datetime) -> object:
    """A value that does not depend on who and when: times from the start, identifiers by their tail."""
    if isinstance(value, datetime):
        return value - start
    if isinstance(value, UUID):
        return tail(value)
    if isinstance(value, dict):
        return tuple(sorted((key, str(relative(_read(one), start))) for key, one in value.items()))
    return tuple(value) if isinstance(value, list) else value


def _read(value: object) -> object:
    """What a text in JSON stands for."""
    for kind in (UUID, datetime.fromisoformat):
        try:
            return kind(value)
        except (TypeError, ValueError, AttributeError):
            continue
    return value


def picture(referral: Referral) -> Counter:
    """All rows of a referral, in a way that is the same for a copy."""
    rows: Counter = Counter()
    without = {"id", "patient_id", "reference", "tracking_token", "external_id", "transaction_id", "correlation_id"}
    sets = [model.objects.filter(referral=referral) for model in OF_A_REFERRAL]
    sets += [Answer.objects.filter(question__referral=referral), Access.objects.filter(subject_id=referral.pk)]
    sets += [Event.objects.filter(data__referral=str(referral.pk)), Referral.objects.filter(pk=referral.pk)]
    for rows_of_one in sets:
        for row in rows_of_one.values():
            shape = tuple(
                (name, relative(value, referral.received_at)) for name, value in row.items() if name not in without
            )
            rows[rows_of_one.model._meta.model_name, shape] += 1
    return rows


def test_as_many_as_asked_for(counts):
    assert counts["referral"] == SMALL.referrals == Referral.objects.visible_to(ESCALATION).count()
    assert SMALL.people <= counts["patient"] == Patient.objects.visible_to(ESCALATION).count()
    assert counts["event"] <= Event.objects.count()


def test_copies_have_every_row_of_their_originals():
    checked = 0
    for original, copies in families():
        wanted = picture(original)
        for copy in copies:
            assert picture(copy) == wanted
            checked += 1
    assert checked == SMALL.referrals - SMALL.told.referrals


def test_copies_come_on_the_same_weekday_at_the_same_hour_and_are_over(now):
    for original, copies in families():
        then = original.received_at.astimezone(LONDON)
        for copy in copies:
            moved = copy.received_at.astimezone(LONDON)
            assert (moved.weekday(), moved.time()) == (then.weekday(), then.time())
            assert moved != then
            assert copy.status in CLOSED
            assert copy.received_at < now - timedelta(hours=12)


def test_copies_are_about_others_of_the_same_age_and_practice():
    for original, copies in families():
        for copy in copies:
            assert copy.patient_id != original.patient_id
            assert copy.patient.practice_id == original.patient.practice_id
            assert copy.patient.care_home_id == original.patient.care_home_id
            assert not copy.patient.restricted
            ages = [(one.received_at.date() - one.patient.date_of_birth).days / 365.25 for one in (original, copy)]
            assert abs(ages[0] - ages[1]) < 35
            assert (ages[0] < 18) == (ages[1] < 18)


def test_identifiers_carry_their_moment_and_references_never_repeat():
    everyone = list(Referral.objects.visible_to(ESCALATION))
    assert all(one.pk.int >> 80 == int(one.received_at.timestamp() * 1000) for one in everyone)
    for name in ("reference", "tracking_token"):
        assert len({getattr(one, name) for one in everyone}) == len(everyone)


def test_who_died_in_a_copy_is_dead_and_was_in_no_other():
    copies = [copy for _, family in families() for copy in family if copy.status == Status.DIED]
    for copy in copies:
        assert copy.patient.deceased_at == copy.closed_at.date()
        assert copy.patient.referrals.exclude(pk=copy.pk).exclude(duplicate_of=copy).count() == 0


def test_whoever_deals_with_a_person_is_related_to_them():
    related = set(Relationship.objects.values_list("patient_id", "organisation_id"))
    for referral in Referral.objects.visible_to(ESCALATION).select_related("point_of_access"):
        assert (referral.patient_id, referral.referrer_organisation_id) in related
        assert (referral.patient_id, referral.point_of_access.organisation_id) in related
    for offer in ReferralOffer.objects.select_related("referral", "service"):
        assert (offer.referral.patient_id, offer.service.organisation_id) in related


def test_history_lies_in_its_months_and_indexes_are_back():
    for table in partitions.tables():
        assert len(table.months()) >= 37 + partitions.AHEAD
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table.rest}")
            assert cursor.fetchone()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE indexname IN ('referral_worklist', 'patient_family_trgm')"
        )
        assert cursor.fetchone()[0] == 2
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "origin"


def test_the_next_rows_get_new_identifiers():
    for model in (Event, Access, Transition):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) > max(id) FROM {table}")
            assert cursor.fetchone()[0]


def test_the_newest_rows_have_the_highest_identifiers(now):
    newest = Access.objects.order_by("-id").first()
    assert now - newest.at < timedelta(days=30)
