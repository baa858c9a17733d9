"""The words a referral is described in: directions, consent, outcomes, and what must not be missed."""

from django.db import models


class Direction(models.TextChoices):
    STEP_UP = "step_up", "Stay at home: help in the community"
    STEP_DOWN = "step_down", "Get home: leaving hospital"
    PREVENTION = "prevention", "Stay well: prevention and early help"
    END_OF_LIFE = "end_of_life", "Care at the end of life"


class Consent(models.TextChoices):
    GIVEN = "given", "The person agrees to this referral"
    BEST_INTERESTS = "best_interests", "The person cannot decide: referred in their best interests"
    NOT_ASKED = "not_asked", "Not asked yet"


class SceneSafety(models.TextChoices):
    """BaRS scene safety codes."""

    SAFE = "S", "No known risk to staff"
    UNSAFE = "U", "Risk to staff: read before visiting"
    UNKNOWN = "UNK", "Not known"


class TriageOutcome(models.TextChoices):
    ACCEPT = "accept", "Accepted"
    ADVISE = "advise", "Returned with advice"
    REJECT = "reject", "Declined as inappropriate"


class Outcome(models.TextChoices):
    """How the care ended."""

    AT_HOME_NO_SUPPORT = "at_home_no_support", "At home, no more support needed"
    AT_HOME_WITH_SUPPORT = "at_home_with_support", "At home with new or more support"
    REABLEMENT = "reablement", "Reablement started"
    VIRTUAL_WARD = "virtual_ward", "Virtual ward or hospital at home"
    COMMUNITY_BED = "community_bed", "Community bed"
    CARE_HOME = "care_home", "Care home"
    ADMITTED = "admitted", "Admitted to hospital"
    PERSON_DECLINED = "person_declined", "The person declined care"
    NOT_FOUND = "not_found", "Could not be contacted"
    DIED = "died", "The person died"


class AvoidedAdmission(models.TextChoices):
    """The worker's own answer, evidence grade D until the ledger grades it."""

    YES = "yes", "Yes, without this the person would probably have gone to hospital"
    NO = "no", "No"
    UNSURE = "unsure", "Not sure"
