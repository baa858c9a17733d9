"""Opening what belongs to a case for the form of one action: a task, hours of waiting, an assessment, a tool.

The part says which case it belongs to; opening the case then says who may, and whether the record is sealed.
"""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from audit.errors import NotFound
from homefirst.case_file import CaseFile
from homefirst.models import Assessment, AssessmentTool, DelaySpell, DischargeTask


def open_task(task_id: UUID, actor: Actor) -> CaseFile:
    """A task of a case."""
    task = DischargeTask.objects.listed_for(actor).filter(pk=task_id).first()
    if task is None:
        raise NotFound("There is no such task, or you cannot see it.")
    return _about(task, actor)


def open_hours(spell_id: UUID, actor: Actor) -> CaseFile:
    """Hours of waiting of a case, with whose version they change."""
    spell = DelaySpell.objects.listed_for(actor).filter(pk=spell_id).first()
    if spell is None:
        raise NotFound("There are no such hours of waiting, or you cannot see them.")
    file = CaseFile.open(spell.case_id, actor)
    file.subject, spell.case = spell, file.case
    return file


def open_assessment(assessment_id: UUID, actor: Actor) -> CaseFile:
    """An assessment of a case."""
    made = Assessment.objects.listed_for(actor).filter(pk=assessment_id).first()
    if made is None:
        raise NotFound("There is no such assessment, or you cannot see it.")
    return _about(made, actor)


def open_to_take(case_id: UUID, actor: Actor) -> CaseFile:
    """A case that somebody may have already: then who that is is said before it is taken over."""
    file = CaseFile.open(case_id, actor)
    owner = file.case.owner
    if owner and owner.pk != actor.id:
        file.about = f"{owner.name} has this case now. When you take it, everybody sees your name instead of theirs."
    return file


def open_with_tool(case_id: UUID, slug: str, actor: Actor) -> CaseFile:
    """A case and the tool by which the person is assessed."""
    file = CaseFile.open(case_id, actor)
    found = AssessmentTool.objects.in_force().filter(slug=slug).order_by("-edition").first()
    if found is None:
        raise NotFound("There is no such assessment in use.")
    file.tool = found
    return file


def _about(part: Any, actor: Actor) -> CaseFile:
    """The case of something that changes by itself."""
    file = CaseFile.open(part.case_id, actor)
    file.subject, file.acted_on = part, part.pk
    return file
