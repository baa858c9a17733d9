"""The clock policies as a small table in memory, so that a hot path asks the database once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from directory.models import ClockPolicy, EscalationStep


@dataclass(frozen=True, slots=True)
class Step:
    """Tell a role when the clock has run this many minutes."""

    step: int
    after_minutes: int
    role_slug: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One clock policy, apart from the database. `id` is what a clock stores as its policy."""

    id: UUID
    code: str
    service_id: UUID | None
    urgency: str | None
    minutes: int
    warn_minutes: int
    may_pause: bool
    version: int
    description: str
    source: str
    valid_from: datetime
    valid_to: datetime | None
    steps: tuple[Step, ...] = ()

    def holds_at(self, at: datetime) -> bool:
        """Whether this policy is in force at a moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def specificity(self) -> int:
        """2 for a service's own policy, plus 1 for one urgency's own."""
        return 2 * (self.service_id is not None) + (self.urgency is not None)


class PolicyTable:
    """Policies by step, each list the most specific first."""

    def __init__(self, policies: Iterable[Policy]):
        self.by_code: dict[str, list[Policy]] = {}
        self.by_id: dict[UUID, Policy] = {}
        for policy in sorted(policies, key=lambda row: -row.specificity):
            self.by_code.setdefault(str(policy.code), []).append(policy)
            self.by_id[policy.id] = policy

    @classmethod
    def load(cls, at: datetime | None = None) -> Self:
        """Policies in force at a moment, or every policy there ever was; one query."""
        rows = ClockPolicy.objects.in_force_at(at) if at else ClockPolicy.objects.all()
        steps = EscalationStep.objects.filter(policy=OuterRef("pk")).order_by("step")
        wanted = JSONObject(step="step", after_minutes="after_minutes", role_slug="role_slug")
        return cls(_policy(row) for row in rows.annotate(step_rows=ArraySubquery(steps.values(row=wanted))))

    def pick(
        self,
        code: str,
        service_id: UUID | None = None,
        urgency: str | None = None,
        *,
        at: datetime | None = None,
    ) -> Policy | None:
        """The policy for this step: a service's own before every service's, then one urgency's own.

        Give `at` when the table holds policies of several times. None: no policy applies, no clock runs.
        """
        for policy in self.by_code.get(str(code), ()):
            if policy.service_id not in {None, service_id} or policy.urgency not in {None, urgency}:
                continue
            if at is None or policy.holds_at(at):
                return policy
        return None


def policies_in_force(at: datetime) -> PolicyTable:
    """Every clock policy in force at a moment; one query."""
    return PolicyTable.load(at)


def all_policies() -> PolicyTable:
    """Every clock policy there ever was, for work that spans time; pick with `at`. One query."""
    return PolicyTable.load()


def _policy(row: ClockPolicy) -> Policy:
    names = Policy.__slots__
    values = {name: getattr(row, name) for name in names if name != "steps"}
    return Policy(**values, steps=tuple(Step(**step) for step in row.step_rows))  # type: ignore[attr-defined]
