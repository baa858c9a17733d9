"""State diagrams of Home First, drawn from the tables as those of referrals are."""

from homefirst import states
from referrals.diagrams import page

MACHINES = {
    "crisis.md": ("Crisis episode", states.CrisisStatus, states.CRISIS_TRANSITIONS),
    "reablement.md": ("Reablement episode", states.ReablementStatus, states.REABLEMENT_TRANSITIONS),
    "discharge.md": ("Getting home from hospital", states.DischargeStatus, states.DISCHARGE_TRANSITIONS),
    "bed.md": ("Bed or place", states.SpellKind, states.BED_TRANSITIONS),
    "capacity_change.md": ("Change of capacity", states.ChangeStatus, states.CHANGE_TRANSITIONS),
    "package.md": ("Package of care", states.PackageStatus, states.PACKAGE_TRANSITIONS),
    "plan.md": ("Run of the planner", states.PlanStatus, states.PLAN_TRANSITIONS),
}


def diagrams() -> dict[str, str]:
    """Each file of docs/states and its text."""
    return {name: page(*machine, "homefirst") for name, machine in MACHINES.items()}
