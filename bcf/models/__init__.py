"""What the room keeps: facts to count, figures that were counted, and where counting stands."""

from bcf.models.counting import Cursor, SetAside, Stale
from bcf.models.facts import OfferFact, ReferralFact, UnmetNeedFact
from bcf.models.figures import Disclosure, Level, Observation
from bcf.models.published import Batch, PublishedFigure
from bcf.models.targets import Target

__all__ = [
    "Batch",
    "Cursor",
    "Disclosure",
    "Level",
    "Observation",
    "OfferFact",
    "PublishedFigure",
    "ReferralFact",
    "SetAside",
    "Stale",
    "Target",
    "UnmetNeedFact",
]
