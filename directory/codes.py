"""The words of the directory: every code that data files, forms and partners may use."""

from django.db import models


class OrganisationKind(models.TextChoices):
    ICB = "icb", "Integrated care board"
    SUB_ICB = "sub_icb", "Sub-ICB location"
    COUNCIL = "council", "Council with adult social care"
    DISTRICT_COUNCIL = "district_council", "District or borough council"
    COMMUNITY_TRUST = "community_trust", "Community and mental health trust"
    ACUTE_TRUST = "acute_trust", "Hospital trust"
    AMBULANCE = "ambulance", "Ambulance trust"
    PRACTICE = "practice", "GP practice"
    PCN = "pcn", "Primary care network"
    FEDERATION = "federation", "GP federation"
    HOSPICE = "hospice", "Hospice"
    CARE_HOME = "care_home", "Care home"
    HOME_CARE = "home_care", "Home care provider"
    VOLUNTARY = "voluntary", "Voluntary or community organisation"
    OUT_OF_HOURS = "out_of_hours", "Out-of-hours and urgent care provider"
    HOSPITAL = "hospital", "Hospital site"


class AreaLevel(models.TextChoices):
    """System, place, district or neighbourhood. A locality may cross places, so it hangs under the system."""

    SYSTEM = "system", "System"
    PLACE = "place", "Place"
    LOCALITY = "locality", "Locality"
    DISTRICT = "district", "District"
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood"


class ServiceKind(models.TextChoices):
    CRISIS_RESPONSE = "crisis_response", "Crisis response"
    FALLS_RESPONSE = "falls_response", "Falls response"
    COMMUNITY_NURSING = "community_nursing", "Community nursing"
    THERAPY = "therapy", "Therapy"
    REABLEMENT = "reablement", "Reablement"
    VIRTUAL_WARD = "virtual_ward", "Virtual ward"
    COMMUNITY_BEDS = "community_beds", "Community hospital beds"
    PALLIATIVE = "palliative", "Palliative and end of life care"
    NIGHT_NURSING = "night_nursing", "Night nursing"
    SOCIAL_CARE = "social_care", "Social care"
    HOUSING = "housing", "Housing"
    PREVENTION = "prevention", "Prevention and wellbeing"
    EQUIPMENT = "equipment", "Equipment"
    CARERS = "carers", "Carers"


class Urgency(models.TextChoices):
    """How soon somebody must come. The minutes are clock policies, which change with date and service."""

    CRISIS = "crisis", "Crisis: within 2 hours"
    URGENT = "urgent", "Urgent: within 24 hours"
    SOON = "soon", "Soon: within 2 days"
    ROUTINE = "routine", "Routine: within 7 days"


class Channel(models.TextChoices):
    """Who asks for help, whatever wire it comes over."""

    GP = "gp", "GP practice"
    AMBULANCE = "ambulance", "Ambulance crew"
    WARD = "ward", "Hospital ward"
    EMERGENCY_DEPARTMENT = "emergency_department", "Emergency department"
    CARE_HOME = "care_home", "Care home"
    SOCIAL_CARE = "social_care", "Social care"
    OUT_OF_HOURS = "out_of_hours", "Out-of-hours or urgent care"
    CARE_COORDINATOR = "care_coordinator", "Care co-ordinator"
    COMMUNITY = "community", "Community health team"
    VOLUNTARY = "voluntary", "Voluntary organisation"
    SELF_OR_FAMILY = "self_or_family", "The person, family or carer"


class NeedCode(models.TextChoices):
    """What the person needs, in plain words; the referrer never names a service.

    The first nine are the conditions of the national urgent community response standard. Falls to confusion
    were read in a provider's public page; catheter, diabetes and carer breakdown are not yet checked against
    the national document. The others are this portal's own.
    """

    FALLS = "falls", "Fallen, with no apparent serious injury"
    FRAILTY = "frailty", "Frailty suddenly worse"
    REDUCED_FUNCTION = "reduced_function", "Moving or coping less well than usual"
    PALLIATIVE_CRISIS = "palliative_crisis", "Crisis in the last year of life"
    URGENT_EQUIPMENT = "urgent_equipment", "Urgent equipment to stay safe at home"
    CONFUSION = "confusion", "New or worse confusion"
    CATHETER = "catheter", "Blocked or painful catheter"
    DIABETES = "diabetes", "Urgent support with diabetes"
    CARER_BREAKDOWN = "carer_breakdown", "Unpaid carer can no longer cope"
    WOUND_CARE = "wound_care", "Wound care"
    MEDICATION_SUPPORT = "medication_support", "Help with medicines"
    PERSONAL_CARE = "personal_care", "Washing, dressing and eating"
    REHABILITATION = "rehabilitation", "Getting back to what they could do"
    RESPIRATORY = "respiratory", "Breathing problems"
    HEART_FAILURE = "heart_failure", "Heart failure"
    INFECTION = "infection", "Infection that can be treated at home"
    SOCIAL_ISOLATION = "social_isolation", "Lonely or cut off"
    HOUSING = "housing", "Home is unsafe, cold or hard to live in"
    END_OF_LIFE_CARE = "end_of_life_care", "Planned end of life care"
    OTHER = "other", "Something else"


UCR_CONDITIONS: frozenset[str] = frozenset(
    {
        NeedCode.FALLS,
        NeedCode.FRAILTY,
        NeedCode.REDUCED_FUNCTION,
        NeedCode.PALLIATIVE_CRISIS,
        NeedCode.URGENT_EQUIPMENT,
        NeedCode.CONFUSION,
        NeedCode.CATHETER,
        NeedCode.DIABETES,
        NeedCode.CARER_BREAKDOWN,
    }
)
UCR_CONDITIONS_UNVERIFIED: frozenset[str] = frozenset({NeedCode.CATHETER, NeedCode.DIABETES, NeedCode.CARER_BREAKDOWN})


class CriterionSense(models.TextChoices):
    MUST_MEET = "must_meet", "Must be true"
    EXCLUDES = "excludes", "Must not be true"


class CriterionRule(models.TextChoices):
    """What the portal can check by itself; the clinician judges the rest."""

    NONE = "none", "A clinician decides"
    AGE = "age", "Age is within the service's range"
    AREA = "area", "Lives in, or is registered in, the service's area"
    URGENCY = "urgency", "The service accepts this urgency"
    NEED = "need", "The service meets at least one of the needs"
    CHANNEL = "channel", "The service accepts this kind of referrer"
    CONSENT = "consent", "The person has agreed"


class ClockCode(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", "Acknowledge"
    TRIAGE = "triage", "Decide"
    OFFER = "offer", "Answer the offer"
    RESPOND = "respond", "First contact"
    MAX_STAY = "max_stay", "End of crisis support"


class ClinicalSystem(models.TextChoices):
    SYSTMONE = "systmone", "SystmOne"
    EMIS = "emis", "EMIS Web"


class Weekday(models.IntegerChoices):
    """Monday is 0, as in Python. Bank holidays have their own row; without one the service is closed."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"
    BANK_HOLIDAY = 7, "Bank holidays"
