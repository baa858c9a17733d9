"""What the API answers, as shapes. Representations are made by hand for speed; tests hold them to these shapes."""

from typing import Any

from rest_framework import serializers

from api.people import WARNINGS
from api.problems import Code, FieldCode
from directory.codes import (
    Channel,
    ClockCode,
    CriterionRule,
    CriterionSense,
    NeedCode,
    OrganisationKind,
    ServiceKind,
    Urgency,
    Weekday,
)
from patients.models import NumberStatus, Residence, Sex
from referrals.clocks import State
from referrals.codes import AvoidedAdmission, Consent, Direction, Outcome, SceneSafety, TriageOutcome
from referrals.states import OfferStatus, Status

NULL = {"allow_null": True}


def one_of(choices: type[Any], **options: Any) -> serializers.ChoiceField:
    """One of the codes, without the empty one."""
    pairs = choices.choices if hasattr(choices, "choices") else [(value, value) for value in choices]
    return serializers.ChoiceField(choices=pairs, **options)


def many_of(choices: type[Any]) -> serializers.ListField:
    return serializers.ListField(child=one_of(choices))


Text = serializers.CharField
Moment = serializers.DateTimeField


class FieldProblem(serializers.Serializer):
    field = Text(help_text="Path, like patient.date_of_birth.")
    code = one_of(FieldCode)
    message = Text()


class Problem(serializers.Serializer):
    """Problem details (RFC 9457). Codes are stable; words are for people."""

    type = Text(help_text="Where the code is explained.")
    title = Text()
    status = serializers.IntegerField()
    detail = Text()
    code = one_of(Code)
    errors = FieldProblem(many=True)
    correlation_id = serializers.UUIDField(help_text="The same as X-Correlation-Id: tell us this when you ask.")


class ServiceName(serializers.Serializer):
    slug = Text()
    name = Text()


class OrganisationName(serializers.Serializer):
    id = serializers.UUIDField()
    name = Text()


class ReferringOrganisation(OrganisationName):
    ods_code = Text(**NULL)


class PatientSummary(serializers.Serializer):
    """Enough to recognise the person. A restricted record, and an answer to a change, hold the id only."""

    id = serializers.UUIDField(
        help_text="Null when restricted and you are only asked: not who sent, received or took on the referral.", **NULL
    )
    restricted = serializers.BooleanField(required=False)
    nhs_number = Text(required=False, **NULL)
    nhs_number_status = one_of(NumberStatus, required=False)
    nhs_number_valid = serializers.BooleanField(required=False, help_text="Whether the check digit is right.")
    family_name = Text(required=False)
    given_name = Text(required=False)
    date_of_birth = serializers.DateField(required=False, **NULL)


class Whose(serializers.Serializer):
    """Whose it is."""

    restricted = serializers.BooleanField(help_text="true: somebody must open it in the portal and give a reason.")
    patient = PatientSummary(help_text="Null when restricted.", **NULL)


class Clock(serializers.Serializer):
    """A promise of time, read at the moment of the answer."""

    code = one_of(ClockCode)
    text = Text()
    run = serializers.IntegerField(help_text="1, and one more each time it starts anew.")
    offer = serializers.UUIDField(**NULL)
    state = one_of(State)
    minutes = serializers.IntegerField(help_text="What the policy in force at receipt allows.")
    started_at = Moment()
    due_at = Moment(help_text="While the clock is paused this moves on with time.")
    stopped_at = Moment(**NULL)
    seconds_left = serializers.IntegerField(help_text="Negative once it is overdue.")


class ReferralSummary(serializers.Serializer):
    id = serializers.UUIDField()
    href = Text()
    reference = Text(help_text="To read out on the telephone.")
    version = serializers.IntegerField()
    status = one_of(Status)
    status_text = Text()
    urgency = one_of(Urgency)
    direction = one_of(Direction)
    channel = one_of(Channel)
    needs = many_of(NeedCode)
    safeguarding = serializers.BooleanField()
    external_id = Text()
    place = Text(**NULL)
    received_at = Moment()
    updated_at = Moment()
    closed_at = Moment(**NULL)
    first_contact_at = Moment(**NULL)
    outcome = one_of(Outcome, **NULL)
    service = ServiceName(**NULL)
    referrer_organisation = ReferringOrganisation()
    patient = PatientSummary()
    clock = Clock(help_text="The first running clock.", **NULL)


class ReferralPage(serializers.Serializer):
    items = ReferralSummary(many=True)
    next = Text(help_text="Address of the next page; null on the last.", **NULL)


class Criterion(serializers.Serializer):
    code = Text()
    text = Text()


class Offer(serializers.Serializer):
    """One service asked to take the referral. A service sees its own offers, the referrer sees all."""

    id = serializers.UUIDField()
    status = one_of(OfferStatus)
    status_text = Text()
    service = ServiceName()
    requested_at = Moment()
    responded_at = Moment(**NULL)
    closed_at = Moment(**NULL)
    due_at = Moment(**NULL)
    decline_criterion = Criterion(**NULL)
    note = Text(help_text="Shown to the service that wrote it.", **NULL)
    allowed_actions = serializers.ListField(child=Text())


class Question(serializers.Serializer):
    id = serializers.UUIDField()
    offer = serializers.UUIDField(**NULL)
    text = Text()
    asked_at = Moment()
    answer_by = Moment()
    answer = Text(help_text="Empty when triage carried on without one.", **NULL)
    answered_at = Moment(**NULL)


class Message(serializers.Serializer):
    id = serializers.UUIDField()
    text = Text()
    at = Moment()
    automatic = serializers.BooleanField()
    by = Text(help_text="Names of your own organisation's people and systems only.", **NULL)
    by_role = Text()
    by_organisation = Text()


class Decision(serializers.Serializer):
    outcome = one_of(TriageOutcome)
    at = Moment()
    advice = Text(**NULL)
    criterion = Criterion(**NULL)
    signpost = Text(**NULL)


class Referrer(serializers.Serializer):
    name = Text()
    role = Text()
    phone = Text()


class PointOfAccess(serializers.Serializer):
    slug = Text()
    name = Text()
    phone = Text()


class Referral(ReferralSummary):
    """A referral with everything your organisation may see of it."""

    clock = None
    need = Text()
    urgency_requested = one_of(Urgency)
    consent = one_of(Consent)
    safeguarding_note = Text()
    scene_safety = one_of(SceneSafety)
    scene_safety_note = Text()
    access_note = Text()
    home_first_considered = serializers.BooleanField(**NULL)
    referrer = Referrer()
    avoided_admission = one_of(AvoidedAdmission, **NULL)
    tracking_token = Text(help_text="For whoever sent it: opens the public tracking page.", **NULL)
    point_of_access = PointOfAccess()
    clocks = Clock(many=True)
    offers = Offer(many=True)
    questions = Question(many=True)
    messages = Message(many=True)
    decision = Decision(**NULL)
    allowed_actions = serializers.ListField(
        child=Text(), help_text="Addresses under this referral that would be accepted now."
    )


class Warning(serializers.Serializer):  # noqa: A001  the word partners know
    code = serializers.ChoiceField(choices=[(name, name) for name in WARNINGS])
    message = Text()


class NewReferral(Referral):
    """The referral as it was received, with what to look at again."""

    warnings = Warning(many=True)


class PracticeName(serializers.Serializer):
    ods_code = Text(**NULL)
    name = Text()


class Patient(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    nhs_number = Text(**NULL)
    nhs_number_status = one_of(NumberStatus)
    nhs_number_valid = serializers.BooleanField()
    family_name = Text()
    given_name = Text()
    date_of_birth = serializers.DateField(**NULL)
    sex = one_of(Sex)
    address = Text()
    postcode = Text()
    phone = Text()
    residence = one_of(Residence)
    contact_needs = Text()
    deceased_at = serializers.DateField(**NULL)
    updated_at = Moment()
    merged_into = serializers.UUIDField(help_text="The record that speaks for this one.", **NULL)
    practice = PracticeName(**NULL)
    place = Text(**NULL)


class Hours(serializers.Serializer):
    weekday = serializers.ChoiceField(choices=Weekday.choices, help_text="0 is Monday, 7 is a bank holiday.")
    opens = Text()
    closes = Text()


class ServiceCriterion(Criterion):
    hard = serializers.BooleanField(help_text="Only a hard criterion can decline.")
    sense = one_of(CriterionSense)
    rule = one_of(CriterionRule)


class Service(serializers.Serializer):
    id = serializers.UUIDField()
    slug = Text()
    name = Text()
    kind = one_of(ServiceKind)
    summary = Text()
    organisation = OrganisationName()
    phone = Text()
    min_age = serializers.IntegerField(**NULL)
    max_age = serializers.IntegerField(**NULL)
    urgencies = many_of(Urgency)
    channels = many_of(Channel)
    needs = many_of(NeedCode)
    areas = serializers.ListField(child=Text())
    places = serializers.IntegerField(**NULL)
    open_now = serializers.BooleanField()
    open_changes_at = Moment(**NULL)
    open_text = Text()
    twenty_four_hours = serializers.BooleanField()
    hours = Hours(many=True)
    criteria = ServiceCriterion(many=True)
    response_minutes = serializers.DictField(child=serializers.IntegerField())


class PatientList(serializers.Serializer):
    items = Patient(many=True)
    next = Text(**NULL)


class ServiceList(serializers.Serializer):
    items = Service(many=True)
    next = Text(**NULL)


class Organisation(serializers.Serializer):
    id = serializers.UUIDField()
    name = Text()
    kind = one_of(OrganisationKind)
    ods_code = Text(**NULL)
    gss_code = Text(**NULL)
    phone = Text()
    address = Text()
    postcode = Text()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(**NULL)
    parent = serializers.UUIDField(**NULL)
    successor = serializers.UUIDField(**NULL)
    place = Text(**NULL)
    neighbourhood = Text(**NULL)


class OrganisationPage(serializers.Serializer):
    items = Organisation(many=True)
    next = Text(**NULL)
