"""The words of Home First: every code that pages, partners and figures use."""

from django.db import models


class Pathway(models.IntegerChoices):
    """Discharge pathways of the statutory guidance of 26 January 2024, Annex B."""

    P0 = 0, "Pathway 0: home, no new or extra help"
    P1 = 1, "Pathway 1: home with new or extra help"
    P2 = 2, "Pathway 2: a community bed to recover in"
    P3 = 3, "Pathway 3: a care home, for the most complex needs"


class Destination(models.TextChoices):
    """Where somebody goes when they leave."""

    USUAL_HOME = "usual_home", "Their usual home"
    FAMILY = "family", "The home of family or friends"
    OWN_CARE_HOME = "own_care_home", "The care home where they live"
    COMMUNITY_BED = "community_bed", "Community hospital bed"
    BLOCK_BED = "block_bed", "Reablement bed in a care home"
    NEW_CARE_HOME = "new_care_home", "A new care home"
    HOSPICE = "hospice", "Hospice"
    HOSPITAL = "hospital", "Acute hospital"
    DIED = "died", "Died"
    ELSEWHERE = "elsewhere", "Somewhere else"


HOME = frozenset({Destination.USUAL_HOME, Destination.FAMILY, Destination.OWN_CARE_HOME})


class Support(models.TextChoices):
    """What help at home means compared with before: it separates pathway 0 from pathway 1."""

    NONE = "none", "No help needed"
    SAME = "same", "The same package as before, still active or paused"
    LAPSED = "lapsed", "The package from before, which has ended and must start again"
    NEW = "new", "New or more help"
    SHORT_TERM = "short_term", "Short-term recovery support"


class TaskKind(models.TextChoices):
    EQUIPMENT = "equipment", "Equipment"
    MEDICINES = "medicines", "Medicines to take home"
    TRANSPORT = "transport", "Transport"
    PACKAGE = "package", "Package of care"
    HOUSING = "housing", "Housing"
    ASSESSMENT = "assessment", "Assessment"
    OTHER = "other", "Something else"


class NextStep(models.TextChoices):
    """What follows when crisis support ends."""

    NOTHING = "nothing", "Nothing more is needed"
    REABLEMENT = "reablement", "Reablement"
    VIRTUAL_WARD = "virtual_ward", "Virtual ward or intensive community support"
    COMMUNITY_NURSING = "community_nursing", "Community nursing"
    PACKAGE = "package", "Package of care"
    COMMUNITY_BED = "community_bed", "Community bed"
    FAMILY = "family", "Family or an unpaid carer"
    HOSPITAL = "hospital", "Hospital"


class EvidenceGrade(models.TextChoices):
    """How well an avoided admission is shown."""

    A = "a", "A: agreed by a second clinician who saw the person"
    B = "b", "B: an admission was requested or booked, then not needed"
    C = "c", "C: the counting rule holds on what was recorded"
    D = "d", "D: the worker’s own judgement"


class ReablementOutcome(models.TextChoices):
    INDEPENDENT = "independent", "Independent: no more support"
    LESS = "less", "Less support than before"
    SAME = "same", "The same support as before"
    MORE = "more", "More support than before"
    ADMITTED = "admitted", "Admitted to hospital"
    DIED = "died", "Died"
    STOPPED = "stopped", "Stopped early: not wanted, or moved to another service"


class FollowUpOutcome(models.TextChoices):
    HOME = "home", "At home"
    NOT_HOME = "not_home", "Not at home"
    DIED = "died", "Died"
    UNKNOWN = "unknown", "Not known after two attempts"


class WardKind(models.TextChoices):
    PHYSICAL = "physical", "Community hospital ward"
    VIRTUAL = "virtual", "Virtual ward"
    HOSPITAL_AT_HOME = "hospital_at_home", "Hospital at home"
    BLOCK = "block", "Block-booked beds in a care home"


class Designation(models.TextChoices):
    REHABILITATION = "rehabilitation", "Rehabilitation and care of the elderly"
    STROKE = "stroke", "Stroke rehabilitation"
    PALLIATIVE = "palliative", "Palliative care"
    REABLEMENT = "reablement", "Bed-based reablement"
    HOME = "home", "Home place"


class BedSex(models.TextChoices):
    ANY = "any", "Anybody"
    FEMALE = "female", "Female bay"
    MALE = "male", "Male bay"


class Mobility(models.TextChoices):
    INDEPENDENT = "independent", "Walks alone"
    ONE = "one", "Needs one person"
    TWO = "two", "Needs two people or a hoist"


class Source(models.TextChoices):
    """Where somebody comes from when they take a bed or place."""

    HOME = "home", "Home (step up)"
    HOSPITAL = "hospital", "Acute hospital (step down)"
    COMMUNITY_BED = "community_bed", "Another community bed"
    CARE_HOME = "care_home", "Care home"


class ChangeKind(models.TextChoices):
    """Changes of capacity that touch people, and so are proposed first."""

    CLOSE_BEDS = "close_beds", "Close beds or places"
    CUT_SHIFT = "cut_shift", "Take staff off a shift"
    END_RAMP = "end_ramp", "End a phased opening"


class PackageAnswer(models.TextChoices):
    OFFER = "offer", "We can take it"
    PART = "part", "We can take part of it"
    NO_HOURS = "no_hours", "We have no hours"
