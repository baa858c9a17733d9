"""What the reader's own side has to do next about somebody's way home: the main button of the case's page.

The line about what holds somebody names one organisation. Two can be asked at once, and whoever has a task of their own
has that to do whatever else holds the person; so each reader is answered for their own side.
"""

from collections.abc import Callable

from accounts.roles import Permission
from homefirst.case_file import CaseFile
from homefirst.codes import Destination
from homefirst.holding import Kind
from homefirst.models import DischargeTask
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb


def _ward(file: CaseFile) -> bool:
    return file.actor.can(Permission.DISCHARGE) and policies.has_the_person(file.actor, file.case)


def _hub(file: CaseFile) -> bool:
    return file.actor.can(Permission.DECIDE_DISCHARGE)


def _is_asked(file: CaseFile) -> bool:
    """Decides for a side that has not spoken; where all have and differ, for any that has."""
    sides = {file.case.hub.organisation_id: policies.is_nhs}
    if file.council:
        sides[file.council.pk] = policies.is_council
    standing = [one.organisation for one in file.agreements if one.superseded_at is None]
    silent = {side for side, speaks in sides.items() if not any(speaks(one.kind) for one in standing)}
    return _hub(file) and file.actor.organisation_id in (silent or {*sides, *(one.pk for one in standing)})


STEPS: dict[Kind, tuple[Callable[[CaseFile], bool], tuple[CaseVerb, ...]]] = {
    Kind.NOT_READY: (_ward, (CaseVerb.PLAN, CaseVerb.READY)),
    Kind.UNDECIDED: (_is_asked, (CaseVerb.AGREE,)),
    Kind.ITEM: (_ward, (CaseVerb.FILL,)),
    Kind.NOTHING: (_ward, (CaseVerb.LEAVE,)),
    Kind.AT_HOME: (_hub, (CaseVerb.AT_HOME, CaseVerb.CLOSE)),
}
"""By what holds the person: whose turn it is, and the steps that answer it, the first possible one first."""


def next_step(file: CaseFile) -> CaseVerb | None:
    """The step that the case waits for, where it waits for the reader's own side."""
    is_mine, verbs = STEPS.get(file.holding.kind, (_hub, ()))
    if file.case.destination == Destination.DIED:
        verbs = (CaseVerb.CLOSE,)
    possible = (verb for verb in verbs if policies.can(verb, file.actor, file.case))
    return next(possible, None) if is_mine(file) else None


def next_task(file: CaseFile) -> DischargeTask | None:
    """The open task of the reader's own organisation that is due first; what the person waits for before the rest."""
    mine = [one for one in file.tasks if one.organisation_id == file.actor.organisation_id]
    to_do = [one for one in mine if policies.can_do_task(file.actor, one)]
    return min(to_do, key=lambda one: (not one.required, one.due_at), default=None)
