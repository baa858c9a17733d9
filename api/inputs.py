"""What partners may send: shapes only. Who may and when is decided by the policies, meaning by the actions."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import Choice, Day, Flag, Hours, Input, Instant, Text, WholeNumber
from api.paging import LIMIT, LONGEST_PAGE
from bcf.models import Level
from bcf.periods import AuditedPeriod, CountedPeriod, Period
from bcf.unmet import Measure
from directory.codes import Channel, NeedCode, OrganisationKind, Urgency
from patients.models import Residence, Sex
from referrals.codes import AvoidedAdmission, Consent, Direction, Outcome, SceneSafety
from referrals.states import Status


class PatientIn(Input):
    """Who needs help: the id of a person your organisation already has a relationship with, or who they are."""

    id = serializers.UUIDField(required=False, help_text="From an earlier answer. Then send nothing else here.")
    nhs_number = Text(
        required=False,
        max_length=20,
        help_text="Ten digits; spaces do not matter. A wrong check digit is stored and flagged, never refused.",
    )
    family_name = Text(required=False, max_length=100)
    given_name = Text(required=False, max_length=100)
    date_of_birth = Day(required=False, allow_null=True)
    sex = Choice(Sex, required=False)
    address = Text(required=False, allow_blank=True, max_length=300)
    postcode = Text(required=False, allow_blank=True, max_length=8)
    phone = Text(required=False, allow_blank=True, max_length=30)
    residence = Choice(Residence, required=False)
    practice_ods_code = Text(required=False, allow_blank=True, max_length=12, help_text="The person's GP practice.")
    contact_needs = Text(
        required=False, allow_blank=True, max_length=300, help_text="Interpreter, large print, hearing."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "id" in given and len(given) > 1:
            raise ValidationError({"id": "Send the id alone, or the details without it."}, code="invalid")
        if "id" not in given and "family_name" not in given:
            raise ValidationError({"family_name": "Send a family name, or the id of the person."}, code="required")
        return given


class ReferrerIn(Input):
    """The person to ring back."""

    name = Text(max_length=150)
    role = Text(required=False, allow_blank=True, max_length=100)
    phone = Text(required=False, allow_blank=True, max_length=30)


class Needs(serializers.ListField):
    """At least one need, none twice."""

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class ReferralIn(Input):
    """A new referral: the need, not the service that might meet it."""

    patient = PatientIn()
    channel = Choice(Channel)
    needs = Needs(child=Choice(NeedCode), min_length=1, max_length=len(NeedCode))
    need = Text(max_length=4000, help_text="In your own words: what happened, what the person needs.")
    urgency = Choice(Urgency)
    direction = Choice(Direction, required=False)
    consent = Choice(Consent, required=False)
    safeguarding = Flag(required=False)
    safeguarding_note = Text(required=False, allow_blank=True, max_length=1000)
    scene_safety = Choice(SceneSafety, required=False)
    scene_safety_note = Text(required=False, allow_blank=True, max_length=1000)
    access_note = Text(required=False, allow_blank=True, max_length=500, help_text="Key safe, lift, dog.")
    home_first_considered = Flag(required=False, allow_null=True)
    referrer = ReferrerIn(required=False)
    external_id = Text(
        required=False, allow_blank=True, max_length=100, help_text="Your own id; unique in your organisation."
    )


class PageIn(Input):
    """Which page of a list."""

    limit = WholeNumber(default=LIMIT, min_value=1, max_value=LONGEST_PAGE)
    cursor = Text(required=False, max_length=400, help_text="From next of the page before.")


class ReferralFilters(PageIn):
    """Which referrals, newest first."""

    status = serializers.ListField(child=Choice(Status), required=False, help_text="May be repeated.")
    open = Flag(required=False, help_text="true: still being worked on; false: ended.")
    urgency = Choice(Urgency, required=False)
    place = Text(required=False, max_length=50, help_text="Slug of a place, like leicester.")
    received_from = Instant(required=False, help_text="Received at or after this moment.")
    received_to = Instant(required=False, help_text="Received before this moment.")
    updated_since = Instant(
        required=False, help_text="Something was recorded or written since, whatever time it states."
    )
    external_id = Text(required=False, max_length=100)
    nhs_number = Text(required=False, max_length=20)


class PatientFilters(Input):
    """Whom to look for among the people your organisation has a relationship with."""

    nhs_number = Text(required=False, max_length=20, help_text="Ten digits; spaces do not matter.")
    family_name = Text(required=False, max_length=100, help_text="Whole, in any case; with date_of_birth.")
    date_of_birth = Day(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "nhs_number" not in given and not {"family_name", "date_of_birth"} <= set(given):
            words = "Send an NHS number, or a family name and a date of birth."
            raise ValidationError({"nhs_number": words}, code="required")
        return given


class ServiceFilters(Input):
    """Which services."""

    place = Text(required=False, max_length=50, help_text="Slug of an area the service covers.")
    need = Choice(NeedCode, required=False)
    urgency = Choice(Urgency, required=False)
    open_now = Flag(required=False)


class OrganisationFilters(PageIn):
    """Which organisations, by name."""

    kind = Choice(OrganisationKind, required=False)
    ods_code = Text(required=False, max_length=12)
    q = Text(required=False, max_length=60, help_text="Part of the name.")


class FigureFilters(Input):
    """Which figures of a metric."""

    level = Choice(Level, default=Level.SYSTEM)
    scope = Text(
        required=False, max_length=50, help_text="Slug of an area or service of that level. Left out: all of them."
    )
    period = Choice(CountedPeriod, default=Period.MONTH)
    start_from = Day(required=False, help_text="Periods that start on or after this day. Left out: the last twelve.")
    start_to = Day(required=False, help_text="Periods that start on or before this day. Left out: today.")
    known_on = Day(required=False, help_text="As it was known at the end of this day. Left out: as it is known now.")


class AuditFilters(Input):
    """Which year or quarter of the audit by ward."""

    period = Choice(AuditedPeriod, default=Period.YEAR)
    start = Day(required=False, help_text="Its first day: 1 April for a year. Left out: the newest with decisions.")


class UnmetFilters(Input):
    """Which quarter of unmet need, where, and what to add up."""

    quarter = Day(required=False, help_text="Its first day. Left out: the last complete one with needs.")
    place = Text(required=False, max_length=50, help_text="Slug of a place. Left out: the whole system.")
    measure = Choice(Measure, default=Measure.HOURS)


class NothingIn(Input):
    """No body, or an empty object."""


class WhenIn(Input):
    """When it happened."""

    at = Instant(required=False, help_text="Left out: now. Never the future, never before the referral was received.")


class ReasonIn(Input):
    """Why."""

    reason = Text(max_length=2000)


class DeathIn(WhenIn):
    """The person has died."""

    reason = Text(required=False, allow_blank=True, max_length=2000)


class AnswerIn(Input):
    """The answer to the open question."""

    text = Text(max_length=4000)


class MessageIn(Input):
    """A line for everybody who works on the referral."""

    text = Text(max_length=4000)


class QuestionIn(Input):
    """A question to the referrer."""

    question = Text(max_length=2000)


class DeclineIn(Input):
    """Which of the service's hard criteria the person does not meet. Having no place is not one: waitlist instead."""

    criterion = Text(max_length=50, help_text="Code of a hard criterion of the service.")
    note = Text(required=False, allow_blank=True, max_length=1000)


class WaitlistIn(Input):
    """No place now; the need stays counted."""

    note = Text(required=False, allow_blank=True, max_length=1000)
    hours = Hours(required=False, max_digits=5, decimal_places=1, min_value=1, max_value=168)


class CompleteIn(WhenIn):
    """How the care ended."""

    outcome = Choice(Outcome)
    avoided_admission = Choice(AvoidedAdmission)
    next_step = Text(required=False, allow_blank=True, max_length=2000)


class RedirectIn(ReasonIn):
    """Which service should have it instead, and why."""

    service = Text(max_length=50, help_text="Slug of the service.")
    reason = Text(max_length=1000)
