"""Opening one case: who may, that it was logged, and each part of the page read once, when it is first shown."""

from functools import cached_property
from typing import Any

from django.db.models import Q

from directory.models import BankHoliday, Organisation
from homefirst import cases, holding, transfer
from homefirst.models import (
    Act,
    Agreement,
    Assessment,
    AssessmentTool,
    DelayReason,
    DelaySpell,
    DischargeCase,
    DischargeTask,
)
from homefirst.opened import Opened
from homefirst.policies import discharge as policies


class CaseFile(Opened):
    """One case as one actor may see it now."""

    model = DischargeCase
    related = (
        "patient__practice", "patient__merged_into__practice", "place", "hub__organisation", "hospital", "owner",
    )  # fmt: skip
    noun, what, page = "case", "discharge case", "discharge_case"
    tool: AssessmentTool
    """By which the person is assessed, where that is what it was opened for."""

    @property
    def case(self) -> DischargeCase:
        return self.row

    @property
    def heading(self) -> str:
        return f"Getting home {self.case.reference}"

    @property
    def called(self) -> str:
        return self.heading

    @cached_property
    def council(self) -> Organisation | None:
        """The council of the person's place."""
        return cases.council_of(self.case.place)

    @cached_property
    def agreements(self) -> list[Agreement]:
        """What organisations agreed to, the latest first."""
        return list(self.case.agreements.select_related("organisation").order_by("-at", "-id"))

    @cached_property
    def tasks(self) -> list[DischargeTask]:
        """Every task, the next due first."""
        return list(self.case.tasks.select_related("organisation", "owner").order_by("due_at", "id"))

    @cached_property
    def delays(self) -> list[DelaySpell]:
        """Every hour of waiting and its owner, the earliest first."""
        rows = DelaySpell.objects.visible_to(self.actor).filter(case=self.case).exclude(span__isempty=True)
        return list(rows.select_related("organisation", "reason").order_by("span"))

    @cached_property
    def transfer(self) -> list[dict[str, Any]]:
        """The data set that travels with the person."""
        return list(transfer.as_rows(self.case))

    @property
    def missing(self) -> list[str]:
        """Hard items that nobody has filled in."""
        return [
            row["item"].label
            for row in self.transfer
            if row["item"].hard and not (row["answer"] and row["answer"].text)
        ]

    @cached_property
    def assessments(self) -> list[Assessment]:
        """Assessments of this person that the actor may read, the latest first."""
        rows = Assessment.objects.visible_to(self.actor).filter(patient__in=[self.case.patient_id, self.person.pk])
        named = rows.select_related("tool", "organisation", "assessor").prefetch_related("reliances__organisation")
        return list(named.order_by("-made_at")[:10])

    @cached_property
    def tools(self) -> list[AssessmentTool]:
        """Assessments in use."""
        return list(AssessmentTool.objects.in_force())

    @cached_property
    def acts(self) -> list[Act]:
        """What everybody did to the case, its tasks and its assessments, newest first."""
        tasks = DischargeTask.objects.filter(case=self.case).values("pk")
        made = Assessment.objects.filter(case=self.case).values("pk")
        mine = Q(subject_id=self.case.pk) | Q(subject_id__in=tasks) | Q(subject_id__in=made)
        return list(Act.objects.filter(mine).order_by("-at", "-version"))

    @cached_property
    def bank_holidays(self) -> frozenset[Any]:
        """Days on which fewer people work."""
        return BankHoliday.objects.days()

    @cached_property
    def holding(self) -> holding.Holding:
        """What holds the person now."""
        standing = [one for one in self.agreements if one.superseded_at is None]
        to_do = [one for one in self.tasks if one.required and not (one.done_at or one.cancelled_at)]
        return holding.holding(
            holding.Facts(
                status=self.case.status,
                hospital=self.case.hospital.name,
                hub=self.case.hub.organisation.name,
                council=self.council.name if self.council else "",
                destination=self.case.destination,
                said=[said(one) for one in reversed(standing)],
                tasks=[holding.ToDo(one.title, one.organisation.name, one.due_at) for one in to_do],
                missing=self.missing,
            )
        )

    def owners(self) -> list[tuple[str, str]]:
        """Organisations that can own tasks and hours: those that take part first."""
        kinds = Organisation.objects.in_force().of_kind(*policies.OWNERS).order_by("name").values_list("pk", "name")
        part = {self.case.hub.organisation_id, self.case.hospital_id, self.case.hospital.parent_id}
        part |= {task.organisation_id for task in self.tasks} | {self.council.pk if self.council else None}
        return [(str(pk), name) for pk, name in sorted(kinds, key=lambda row: (row[0] not in part, row[1]))]

    def reasons(self) -> list[tuple[str, str]]:
        """Reasons for waiting that are in use."""
        return [(str(one.pk), one.text) for one in DelayReason.objects.in_force()]


def said(agreement: Agreement) -> holding.Said:
    """An agreement as the line about what holds somebody reads it."""
    owner = agreement.organisation
    return holding.Said(
        owner.name,
        agreement.pathway,
        agreement.destination,
        policies.is_nhs(owner.kind),
        policies.is_council(owner.kind),
    )
