"""Opening what belongs to a case for the form of one action: a task, hours of waiting, an assessment, a tool."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from homefirst.case_file import CaseFile
from homefirst.models import Assessment, AssessmentTool, DelaySpell, DischargeTask
from homefirst.steps import NotFound


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of waiting change with their case: that is whose version counts."""

    pk: UUID
    version: int
    spell: DelaySpell


class PartFile(CaseFile):
    """A case, opened for something that belongs to it."""

    part: Any = None

    @property
    def subject(self) -> Any:
        return self.part


def open_task(task_id: UUID, actor: Actor) -> PartFile:
    """A task of a case."""
    task = DischargeTask.objects.visible_to(actor).filter(pk=task_id).first()
    if task is None:
        raise NotFound("There is no such task, or you cannot see it.")
    return _with(PartFile.open(task.case_id, actor), task)


def open_hours(spell_id: UUID, actor: Actor) -> PartFile:
    """Hours of waiting of a case."""
    spell = DelaySpell.objects.visible_to(actor).filter(pk=spell_id).first()
    if spell is None:
        raise NotFound("There are no such hours of waiting, or you cannot see them.")
    file = PartFile.open(spell.case_id, actor)
    return _with(file, Hours(spell.pk, file.case.version, spell))


def open_assessment(assessment_id: UUID, actor: Actor) -> PartFile:
    """An assessment of a case."""
    made = Assessment.objects.visible_to(actor).filter(pk=assessment_id).first()
    if made is None:
        raise NotFound("There is no such assessment, or you cannot see it.")
    return _with(PartFile.open(made.case_id, actor), made)


class ToolFile(CaseFile):
    """A case, opened for an assessment by one tool."""

    tool: AssessmentTool


def open_with_tool(case_id: UUID, slug: str, actor: Actor) -> ToolFile:
    """A case and the tool by which the person is assessed."""
    file = ToolFile.open(case_id, actor)
    found = AssessmentTool.objects.in_force().filter(slug=slug).order_by("-edition").first()
    if found is None:
        raise NotFound("There is no such assessment in use.")
    file.tool = found
    return file


def _with(file: PartFile, part: Any) -> PartFile:
    file.part = part
    return file
