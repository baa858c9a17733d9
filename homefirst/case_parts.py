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
    return _about(_part(DischargeTask, task_id, actor, "There is no such task, or you cannot see it."), actor)


def open_hours(spell_id: UUID, actor: Actor) -> CaseFile:
    """Hours of waiting of a case, with whose version they change."""
    spell = _part(DelaySpell, spell_id, actor, "There are no such hours of waiting, or you cannot see them.")
    file = CaseFile.open(spell.case_id, actor)
    file.subject, spell.case = spell, file.case
    return file


def open_assessment(assessment_id: UUID, actor: Actor) -> CaseFile:
    """An assessment of a case."""
    missing = "There is no such assessment, or you cannot see it."
    return _about(_part(Assessment, assessment_id, actor, missing), actor)


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


def _part(model: Any, pk: UUID, actor: Actor, missing: str) -> Any:
    """The row, of a case that the actor's lists hold; otherwise who asked for whom is logged, as for the case."""
    found = model.objects.listed_for(actor).filter(pk=pk).first()
    if found is None:
        case_id = model.objects.filter(pk=pk).values_list("case", flat=True).first()
        if case_id is not None:
            CaseFile.log_refusal(case_id, actor)
        raise NotFound(missing)
    return found


def _about(part: Any, actor: Actor) -> CaseFile:
    """The case of something that changes by itself."""
    file = CaseFile.open(part.case_id, actor)
    file.subject, file.acted_on = part, part.pk
    return file
