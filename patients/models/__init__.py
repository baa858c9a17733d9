"""A person, the ways they are known, who may open their record, and merges that can be taken back.

A merge moves nothing: the absorbed record points at the kept one (merged_into), and reads of the kept record
include the absorbed ones. Separating them again clears the pointer, so nothing can be lost (docs/adr).
"""

from patients.models.access import BreakGlass, Relationship
from patients.models.history import Change, Merge, NotDuplicate
from patients.models.person import Identifier, NumberStatus, Patient, Residence, Sex

__all__ = [
    "BreakGlass",
    "Change",
    "Identifier",
    "Merge",
    "NotDuplicate",
    "NumberStatus",
    "Patient",
    "Relationship",
    "Residence",
    "Sex",
]
