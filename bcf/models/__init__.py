"""What the room keeps: facts to count, figures that were counted, and where counting stands."""

from bcf.models.counting import Cursor, SetAside, Stale
from bcf.models.facts import OfferFact, ReferralFact, UnmetNeedFact
from bcf.models.figures import Disclosure, Level, Observation
from bcf.models.home_first_facts import CrisisFact, DelayFact, DischargeFact, FollowUpFact, StayFact, WardDayFact
from bcf.models.published import Batch, PublishedFigure
from bcf.models.targets import Target

__all__ = [
    "Batch",
    "CrisisFact",
    "Cursor",
    "DelayFact",
    "DischargeFact",
    "Disclosure",
    "FollowUpFact",
    "Level",
    "Observation",
    "OfferFact",
    "PublishedFigure",
    "ReferralFact",
    "SetAside",
    "Stale",
    "StayFact",
    "Target",
    "UnmetNeedFact",
    "WardDayFact",
]
