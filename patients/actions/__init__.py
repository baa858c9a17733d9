"""Everything that is done to a person's record. Each takes `by`, is atomic and writes one Event."""

from patients.actions.access import open_glass, restrict, review_glass, unrestrict
from patients.actions.identity import add_patient, record_death, update_details, verify_number, withdraw_death
from patients.actions.merging import merge, not_duplicate, unmerge

__all__ = [
    "add_patient",
    "merge",
    "not_duplicate",
    "open_glass",
    "record_death",
    "restrict",
    "review_glass",
    "unmerge",
    "unrestrict",
    "update_details",
    "verify_number",
    "withdraw_death",
]
