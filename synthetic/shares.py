"""How often things happen and how long they take, in one place.

All of it is invented, so that a demonstration looks like a working system: plausible orders of magnitude, no local
figures, nothing measured. Shares need not add up to anything; times are medians in minutes.
"""

from directory.codes import Channel, NeedCode, ServiceKind, Urgency
from patients.models import NumberStatus, Residence, Sex
from referrals.codes import AvoidedAdmission, Outcome

# People

AGES = {(0, 18): 20, (18, 35): 21, (35, 50): 19, (50, 65): 19, (65, 75): 10, (75, 85): 8, (85, 95): 2.6, (95, 104): 0.4}
SEX = {Sex.FEMALE: 50.3, Sex.MALE: 49.2, Sex.OTHER: 0.3, Sex.UNKNOWN: 0.2}
NUMBER_STATUS = {
    NumberStatus.VERIFIED: 94,
    NumberStatus.NOT_TRACED: 2,
    NumberStatus.TRACE_REQUIRED: 0.8,
    NumberStatus.TRACE_ATTEMPTED: 0.5,
    NumberStatus.TO_RESOLVE: 0.4,
    NumberStatus.IN_PROGRESS: 0.3,
    NumberStatus.NOT_REQUIRED: 2,
}
INVALID_NUMBER_SHARE = 0.004
RARE_SCRIPTS = {"": 99.8, "arabic": 0.15, "hebrew": 0.05}
RESIDENCE = {
    Residence.OWN_HOME: 86,
    Residence.FAMILY_HOME: 7,
    Residence.SHELTERED: 5,
    Residence.UNKNOWN: 1.7,
    Residence.NO_FIXED_ABODE: 0.3,
}
CARE_HOME_FROM_AGE = 72
CARE_HOME_SHARE = 0.13
RESTRICTED_SHARE = 0.003
DEAD_SHARE = {0: 0.0005, 65: 0.012, 85: 0.05}
DUPLICATE_SHARE = 0.005
MERGED_SHARE = 0.15
CONTACT_NEEDS = {
    "": 93,
    "Hard of hearing: speak slowly, or knock loudly": 2,
    "Speaks Gujarati: interpreter needed": 1.6,
    "Speaks Polish: interpreter needed": 0.6,
    "British Sign Language interpreter needed": 0.3,
    "Poor sight: needs large print": 1.2,
    "Ring the daughter first": 1.3,
}
REFERRED_BY_AGE = {0: 0, 16: 0.03, 18: 0.25, 50: 0.7, 65: 2.5, 75: 5.5, 85: 11, 95: 14}

# Referrals: when they come

HOURS = (2, 1.5, 1, 1, 1, 1.5, 2, 4, 8, 12, 14, 14, 12, 11, 12, 13, 13, 12, 11, 9, 7, 5, 4, 3)
WEEKDAYS = (17, 15.5, 15, 15, 16.5, 11, 10)
BANK_HOLIDAY = 0.65
MONTHS = (1.28, 1.2, 1.1, 1.0, 0.93, 0.9, 0.88, 0.88, 0.93, 1.0, 1.1, 1.25)
"""January first: winter is heavier than summer."""

# Referrals: from whom, for what, how soon

CHANNELS = {  # drawn again when a channel does not work at that hour, so offices need more than they get
    Channel.GP: 58,
    Channel.AMBULANCE: 16,
    Channel.WARD: 13,
    Channel.EMERGENCY_DEPARTMENT: 7,
    Channel.CARE_HOME: 26,
    Channel.SOCIAL_CARE: 9,
    Channel.OUT_OF_HOURS: 7,
    Channel.CARE_COORDINATOR: 9,
    Channel.COMMUNITY: 4,
    Channel.VOLUNTARY: 2,
    Channel.SELF_OR_FAMILY: 4,
}
DAYTIME_CHANNELS = frozenset({Channel.GP, Channel.SOCIAL_CARE, Channel.CARE_COORDINATOR, Channel.VOLUNTARY})
URGENCIES = {
    Channel.GP: {Urgency.CRISIS: 28, Urgency.URGENT: 30, Urgency.SOON: 22, Urgency.ROUTINE: 20},
    Channel.AMBULANCE: {Urgency.CRISIS: 84, Urgency.URGENT: 16},
    Channel.WARD: {Urgency.CRISIS: 5, Urgency.URGENT: 45, Urgency.SOON: 35, Urgency.ROUTINE: 15},
    Channel.EMERGENCY_DEPARTMENT: {Urgency.CRISIS: 40, Urgency.URGENT: 45, Urgency.SOON: 15},
    Channel.CARE_HOME: {Urgency.CRISIS: 50, Urgency.URGENT: 35, Urgency.SOON: 15},
    Channel.SOCIAL_CARE: {Urgency.CRISIS: 18, Urgency.URGENT: 32, Urgency.SOON: 30, Urgency.ROUTINE: 20},
    Channel.OUT_OF_HOURS: {Urgency.CRISIS: 62, Urgency.URGENT: 38},
    Channel.CARE_COORDINATOR: {Urgency.CRISIS: 10, Urgency.URGENT: 25, Urgency.SOON: 35, Urgency.ROUTINE: 30},
    Channel.COMMUNITY: {Urgency.CRISIS: 20, Urgency.URGENT: 35, Urgency.SOON: 25, Urgency.ROUTINE: 20},
    Channel.VOLUNTARY: {Urgency.URGENT: 10, Urgency.SOON: 25, Urgency.ROUTINE: 65},
    Channel.SELF_OR_FAMILY: {Urgency.CRISIS: 25, Urgency.URGENT: 25, Urgency.SOON: 20, Urgency.ROUTINE: 30},
}
NEEDS = {
    Urgency.CRISIS: {
        NeedCode.FALLS: 26,
        NeedCode.FRAILTY: 20,
        NeedCode.REDUCED_FUNCTION: 13,
        NeedCode.PALLIATIVE_CRISIS: 8,
        NeedCode.URGENT_EQUIPMENT: 5,
        NeedCode.CONFUSION: 9,
        NeedCode.CATHETER: 7,
        NeedCode.DIABETES: 4,
        NeedCode.CARER_BREAKDOWN: 8,
    },
    Urgency.URGENT: {
        NeedCode.FRAILTY: 22,
        NeedCode.RESPIRATORY: 16,
        NeedCode.INFECTION: 14,
        NeedCode.HEART_FAILURE: 11,
        NeedCode.REDUCED_FUNCTION: 10,
        NeedCode.WOUND_CARE: 7,
        NeedCode.CATHETER: 5,
        NeedCode.PERSONAL_CARE: 7,
        NeedCode.REHABILITATION: 5,
        NeedCode.END_OF_LIFE_CARE: 3,
    },
    Urgency.SOON: {
        NeedCode.REHABILITATION: 22,
        NeedCode.PERSONAL_CARE: 18,
        NeedCode.WOUND_CARE: 17,
        NeedCode.FRAILTY: 10,
        NeedCode.HEART_FAILURE: 8,
        NeedCode.RESPIRATORY: 8,
        NeedCode.END_OF_LIFE_CARE: 7,
        NeedCode.MEDICATION_SUPPORT: 6,
        NeedCode.CARER_BREAKDOWN: 4,
    },
    Urgency.ROUTINE: {
        NeedCode.REHABILITATION: 20,
        NeedCode.SOCIAL_ISOLATION: 17,
        NeedCode.HOUSING: 13,
        NeedCode.WOUND_CARE: 12,
        NeedCode.MEDICATION_SUPPORT: 10,
        NeedCode.PERSONAL_CARE: 12,
        NeedCode.FALLS: 8,
        NeedCode.CARER_BREAKDOWN: 5,
        NeedCode.OTHER: 3,
    },
}
SECOND_NEED = 0.28
SAFEGUARDING = 0.03
UNSAFE = 0.025
NOT_ASKED = 0.04
BEST_INTERESTS = 0.08

# Referrals: what the point of access does

ACKNOWLEDGE = {Urgency.CRISIS: 3.5, Urgency.URGENT: 4.5, Urgency.SOON: 14, Urgency.ROUTINE: 45}
DECIDE = {Urgency.CRISIS: 8, Urgency.URGENT: 11, Urgency.SOON: 65, Urgency.ROUTINE: 300}
DECISIONS = {"accept": 84, "advise": 10, "reject": 6}
ASKED = {Urgency.CRISIS: 0.05, Urgency.URGENT: 0.09, Urgency.SOON: 0.13, Urgency.ROUTINE: 0.14}
ANSWERED = {Urgency.CRISIS: 7, Urgency.URGENT: 45, Urgency.SOON: 420, Urgency.ROUTINE: 900}
ASSIGNED = 0.5
RETRIAGED = 0.07
TWO_OFFERS = 0.08
MISTAKE = 0.012
FATES = {"": 91.6, "cancel": 2.0, "withdraw": 2.6, "call_999": 1.1, "death": 0.9, "duplicate": 1.8}
LATE_FATES = {"withdraw": 0.45, "call_999": 0.3, "death": 0.25}

# Referrals: what the services do

ANSWER = {"accept": 85, "decline": 9, "silence": 2, "ask": 4}
ANSWER_OFFER = {Urgency.CRISIS: 6, Urgency.URGENT: 28, Urgency.SOON: 110, Urgency.ROUTINE: 330}
SEEN_FIRST = 0.2
OFFER_WITHDRAWN = 0.08
SHORT_OF_STAFF = {
    ServiceKind.SOCIAL_CARE: 0.45,
    ServiceKind.REABLEMENT: 0.3,
    ServiceKind.THERAPY: 0.25,
    ServiceKind.CARERS: 0.25,
    ServiceKind.HOUSING: 0.2,
    ServiceKind.VIRTUAL_WARD: 0.12,
    ServiceKind.NIGHT_NURSING: 0.15,
    ServiceKind.COMMUNITY_NURSING: 0.12,
}
"""When asked, unless it is a crisis."""
HALF_HOURS_OF_CARE = {
    ServiceKind.SOCIAL_CARE: (7, 42),
    ServiceKind.REABLEMENT: (7, 35),
    ServiceKind.VIRTUAL_WARD: (14, 42),
    ServiceKind.NIGHT_NURSING: (4, 28),
    ServiceKind.COMMUNITY_NURSING: (1, 14),
    ServiceKind.THERAPY: (2, 8),
    ServiceKind.CARERS: (4, 20),
}
"""A week, where care is counted in hours: from, to."""
HOURS_NOT_SAID = 0.08
WAIT_DAYS = 9
ALERT_TAKEN = 5
REVIEWED = 0.6
REVIEW_DAYS = 3
NEWS_READ = 95
NEWS_READ_AT_ONCE = 0.12
NEWS_UNREAD = 0.06
GLASS_REVIEWED = 0.9
GLASS_REVIEW_DAYS = 4
TRAVEL = {Urgency.CRISIS: 50, Urgency.URGENT: 260, Urgency.SOON: 1150, Urgency.ROUTINE: 4300}
"""From accepting to first contact."""
TRAVEL_SPREAD = 0.52
CARE_DAYS = {
    ServiceKind.CRISIS_RESPONSE: 1.35,
    ServiceKind.FALLS_RESPONSE: 0.15,
    ServiceKind.COMMUNITY_NURSING: 21,
    ServiceKind.THERAPY: 24,
    ServiceKind.REABLEMENT: 32,
    ServiceKind.VIRTUAL_WARD: 11,
    ServiceKind.COMMUNITY_BEDS: 19,
    ServiceKind.PALLIATIVE: 35,
    ServiceKind.NIGHT_NURSING: 1.35,
    ServiceKind.SOCIAL_CARE: 28,
    ServiceKind.HOUSING: 40,
    ServiceKind.PREVENTION: 30,
    ServiceKind.EQUIPMENT: 5,
    ServiceKind.CARERS: 35,
}
"""Medians. In a crisis somebody is supported for 72 hours: with CARE_SPREAD about one in twenty needs longer."""
CARE_SPREAD = 0.5
CARE_AGAIN = 0.6
"""Of the usual time, when somebody is taken up again."""
MORE_TIME_APPROVED = 0.92
"""Of those supported longer than 72 hours."""
REDIRECTED = 0.025
REOPENED = 0.012
OUTCOMES = {
    Outcome.AT_HOME_NO_SUPPORT: 38,
    Outcome.AT_HOME_WITH_SUPPORT: 27,
    Outcome.REABLEMENT: 8,
    Outcome.VIRTUAL_WARD: 5,
    Outcome.COMMUNITY_BED: 3,
    Outcome.CARE_HOME: 3,
    Outcome.ADMITTED: 11,
    Outcome.PERSON_DECLINED: 2.5,
    Outcome.NOT_FOUND: 2.5,
}
AVOIDED = {AvoidedAdmission.YES: 38, AvoidedAdmission.NO: 40, AvoidedAdmission.UNSURE: 22}
DIES_IN_COPIES = {0: 0.002, 18: 0.005, 50: 0.012, 65: 0.05, 75: 0.1, 85: 0.2, 95: 0.25}
"""Of the people of copies, those kept for copies that end with a death."""
