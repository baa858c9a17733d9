"""One idea a module: crisis episodes, the rota, discharge, assessments, reablement, beds, changes, packages, plans."""

from homefirst.models.assessment import Assessment, AssessmentTool, Reliance, TrustedAssessor
from homefirst.models.beds import Bed, Spell, Ward
from homefirst.models.change import CapacityChange
from homefirst.models.crisis import AvoidedAdmissionClaim, CrisisEpisode
from homefirst.models.discharge import (
    Agreement,
    DelayReason,
    DelaySpell,
    DischargeCase,
    DischargeTask,
    Readiness,
    TransferAnswer,
    TransferItem,
)
from homefirst.models.history import Act
from homefirst.models.packages import CarePackage, Lot, LotContract, PackageReview, ProviderAnswer
from homefirst.models.planner import PlanRun
from homefirst.models.reablement import FollowUp91, FollowUpAttempt, Goal, ReablementEpisode, WeeklyReview
from homefirst.models.rota import Shift

__all__ = [
    "Act",
    "Agreement",
    "Assessment",
    "AssessmentTool",
    "AvoidedAdmissionClaim",
    "Bed",
    "CapacityChange",
    "CarePackage",
    "CrisisEpisode",
    "DelayReason",
    "DelaySpell",
    "DischargeCase",
    "DischargeTask",
    "FollowUp91",
    "FollowUpAttempt",
    "Goal",
    "Lot",
    "LotContract",
    "PackageReview",
    "PlanRun",
    "ProviderAnswer",
    "Readiness",
    "ReablementEpisode",
    "Reliance",
    "Shift",
    "Spell",
    "TransferAnswer",
    "TransferItem",
    "TrustedAssessor",
    "Ward",
    "WeeklyReview",
]
